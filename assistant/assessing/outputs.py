"""Documents of an assessment as files."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from assistant import log
from assistant.assessing import assessments, systems
from assistant.assessing.alone import TITLE, Alone
from assistant.assessing.interview import Interview
from assistant.assessing.views import View, document
from assistant.drafting.document import Document
from assistant.drafting.house import finder
from assistant.drafting.profile import named
from assistant.exporting.formats import EXPORTED, export
from assistant.home import Home
from assistant.people import Person
from assistant.permissions import Operation, require
from knowledge.library import sha256

Format = Literal["docx", "pdf", "md"]


def exported(home: Home, person: Person, assessment: str, view: View, format: Format) -> bytes:
    """A view of a kept assessment as a file; that it was taken out is on the log."""
    require(home.database, person, Operation.REGISTER, assessment[:40])
    with home.database.read() as connection:
        kept = assessments.get(connection, assessment)
        system = systems.get(connection, kept.system)
    made = document(view, kept.interview, kept.results, system, finder(home), named(home))
    about = {
        "title": f"{view} of assessment {kept.number} of {system.facts.name}",
        "assessment": assessment,
        "system": system.id,
    }
    return _out(home, person, made, format, about)


def exported_alone(
    home: Home, person: Person, given: Interview, found: Alone, view: View, format: Format
) -> bytes:
    """A view of an assessment without a system as a file; that it was taken out is on the log."""
    require(home.database, person, Operation.REGISTER)
    made = document(view, given, found.results, organisation=named(home))
    return _out(home, person, made, format, {"title": f"{view} of an {TITLE}", "assessed": found.record})


def _out(home: Home, person: Person, made: Document, format: Format, about: Mapping[str, str]) -> bytes:
    data = export(made, format)
    told = {"act": format, "what": "assessment", "format": format, "sha256": sha256(data)}
    with log.recording(home.database) as connection:
        log.append(connection, EXPORTED, {**person.acted(), **about, **told})
    return data
