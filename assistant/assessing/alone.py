"""An assessment without a system of the register: only that it was made is kept, and by what."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

import rfc8785

from assistant import chain, log
from assistant.assessing.assess import assess
from assistant.assessing.assessments import KIND, outcome
from assistant.assessing.interview import Interview
from assistant.assessing.results import Assessment
from assistant.home import Home
from assistant.people import Person
from assistant.permissions import Operation, require

TITLE = "AI system outside the register"


@dataclass(frozen=True, slots=True)
class Alone:
    """The results, the id of their record, and the salt, which is kept nowhere else.

    With the answers it proves what was assessed: the record holds SHA-256 of the salt, a line end, and the
    interview as RFC 8785 writes it.
    """

    results: Assessment
    record: str
    salt: str


def assessed(home: Home, person: Person, given: Interview) -> Alone:
    """Assess an interview, and put that on the log, with the tiers and without an answer or a word."""
    require(home.database, person, Operation.ASSESS)
    results, salt = assess(given), secrets.token_hex(16)
    answers = rfc8785.dumps(given.model_dump(mode="json")).decode()
    body = {
        **person.acted(),
        "act": "assess",
        "title": TITLE,
        "answers_sha256": chain.commitment(salt, answers),
        **outcome(results),
    }
    with log.recording(home.database) as connection:
        return Alone(results, log.append(connection, KIND, body).id, salt)
