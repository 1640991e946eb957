"""What the tests of rewording share: a home with a scripted model, and a document that is being written."""

from __future__ import annotations

import json

from assistant import log
from assistant.drafting import manuscripts, rewording, writing
from assistant.drafting.document import Section
from assistant.drafting.rewording import Proposal
from assistant.home import Home
from tests.assistant.manuscripts import REVIEW, written
from tests.assistant.reviewing import AUTHOR, entries
from tests.model_server import ModelServer, Script

COUNT = "The keeper must count the otters within 30 days."
BOOK = "The result is kept in the otter book."
NIGHT = "No otter may be fed at night unless the warden agrees."
WRITTEN = f"{COUNT} {BOOK} [A.2.4]\n\n{NIGHT} [5.2]"
COUNT_ANEW = "Within 30 days the keeper must count the otters."
BOOK_ANEW = "In the otter book the result is kept."
NIGHT_ANEW = "At night no otter may be fed unless the warden agrees."
GOOD = ((COUNT_ANEW, COUNT), (BOOK_ANEW, BOOK), (NIGHT_ANEW, NIGHT))


def claims(*rows: tuple[str, ...]) -> str:
    """What a model returns: sentences, each with its quotes."""
    found = [
        {"text": row[0], "quotes": [{"passage": 1, "quote": quote} for quote in row[1:]]} for row in rows
    ]
    return json.dumps({"claims": found})


class Desk:
    """A home with a scripted model, and a document that is being written in it."""

    def __init__(self, home: Home, server: ModelServer) -> None:
        self.home, self.server = home, server
        self.name = ""

    def begins(self, review: str = WRITTEN) -> Desk:
        self.name = written(self.home)
        manuscripts.answer(self.home, AUTHOR, self.name, "q4", "no")
        if review:
            writing.edit(self.home, AUTHOR, self.name, REVIEW, review)
        return self

    def says(self, *replies: Script, seconds: float = 10) -> Desk:
        assert self.home.chat
        self.home.chat.seconds = seconds
        self.server.replies[:] = replies
        self.server.requests.clear()
        return self

    def proposed(self, section: str = REVIEW) -> Proposal:
        made = rewording.finished(rewording.propose(self.home, AUTHOR, self.name, section))
        assert isinstance(made, Proposal)
        return made

    def section(self, name: str = REVIEW) -> Section:
        document = manuscripts.read(self.home, AUTHOR, self.name).document
        assert document
        return document.section(name)

    def records(self, kind: str) -> list[log.Record]:
        return [e for e in entries(self.home, kind) if e.body.get("manuscript") == self.name]

    def sound(self) -> bool:
        with self.home.database.read() as connection:
            return log.verify(connection).sound
