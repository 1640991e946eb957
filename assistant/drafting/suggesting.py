"""What might answer a question of the intake: the organisation's profile, or its documents in force."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.drafting import profile
from assistant.drafting.house import Finder, finder
from assistant.drafting.intake import answered
from assistant.drafting.kept import found
from assistant.drafting.manuscript import Suggestion
from assistant.drafting.types import followed
from assistant.errors import NotPossible
from assistant.home import Home
from assistant.people import Person
from assistant.permissions import Operation, require
from knowledge.library import folded
from knowledge.specifications import Question

PROFILE = "organisation profile"
"""What a suggestion from the profile names as its source."""
_WORDS = ("text", "long", "multi")
"""Types of question that a sentence of a document can answer as it stands."""


def suggest(home: Home, person: Person, name: str, question: str) -> Suggestion | None:
    """What might answer a question; None when nothing does.

    To accept it, give `answer` its lines and citations. A document answers only what is asked in words; for
    a choice, a number or a date its quote comes without lines, for the author to read.
    """
    require(home.database, person, Operation.WRITE, name[:40])
    with home.database.read() as connection:
        row = found(connection, person, name)
        said = profile.held(connection)
    try:
        asked = followed(row.type).spec.question(question)
    except KeyError:
        raise NotPossible(f"The document does not ask {question[:60]!r}.") from None
    return suggestion(asked, said, finder(home))


def suggestion(asked: Question, said: profile.Profile, find: Finder) -> Suggestion | None:
    """What might answer a question: what the profile says goes before what a document says."""
    lines = said.get(asked.profile or "", ())
    if lines and _answers(asked, lines):
        return Suggestion(lines, PROFILE)
    cited = find(asked.find) if asked.find else None
    if cited is None:
        return None
    words = (folded(cited.quote),) if asked.type in _WORDS else ()
    return Suggestion(words, cited.title, (cited,))


def _answers(asked: Question, lines: Sequence[str]) -> bool:
    try:
        return asked.type != "table" and answered(asked, list(lines)) is not None
    except NotPossible:
        return False
