"""The statement of applicability with its evidence from the gap assessment and what its lint finds."""

from __future__ import annotations

from assistant.gaps.applicability import Row, rows
from assistant.gaps.assessment import Progress
from assistant.gaps.evidence import Status
from assistant.gaps.overrule import Item, view
from assistant.gaps.soa_lint import Fault, lint
from assistant.home import Home
from assistant.models import Citation, Frozen
from assistant.people import Person
from assistant.permissions import Operation, require


class Line(Frozen):
    """A row, and what the organisation's documents say to its control; an own control has no gap item."""

    row: Row
    item: Item | None = None

    @property
    def evidence(self) -> tuple[Citation, ...]:
        """Quotes from documents in force."""
        return self.item.finding.evidence if self.item else ()


class Statement(Frozen):
    """The whole statement, as a person may see it."""

    lines: tuple[Line, ...]
    faults: tuple[Fault, ...]

    @property
    def open(self) -> tuple[str, ...]:
        """Controls on which nobody has decided yet."""
        return tuple(line.row.id for line in self.lines if line.row.included is None)


def statement(home: Home, person: Person, progress: Progress | None = None) -> Statement:
    """The statement of applicability today, for this person."""
    require(home.database, person, Operation.GAPS)
    found, held = view(home, person, progress).by_id, rows(home, person)
    lines = tuple(Line(row=row, item=found.get(row.id)) for row in held)
    evidenced = {line.row.id for line in lines if line.item and line.item.standing is not Status.NOTHING}
    evidenced |= {row.id for row in held if row.own}  # of its own controls the assessment knows nothing
    return Statement(lines=lines, faults=lint(held, evidenced))
