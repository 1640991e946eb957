"""What an auditor would not accept in a statement of applicability, found by rule."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Sequence

from assistant.gaps.applicability import Practice, Row
from assistant.models import Frozen
from knowledge.library import folded
from knowledge.mentions import mentions
from knowledge.requirements import requirements

_VENDOR = re.compile(
    r"\b(vendors?|suppliers?|providers?|third[- ]part(y|ies)|contractors?|outsourc\w+|cloud|hosts?|hosted)\b",
    re.IGNORECASE,
)
_COST = re.compile(
    r"\b(costs?|costly|expensive|budget|money|afford\w*|no time|lack of time|time[- ]consuming|deadlines?|"
    r"effort|too busy|capacity|not enough (people|staff|time)|no (staff|resources|capacity)|"
    r"lack of (staff|resources))\b",
    re.IGNORECASE,
)
_ANNEX_B = re.compile(r"(?<![\w.])B\.\d+(?:\.\d+)*")
_MANY = 3
"""Rows with one and the same reason from which it reads as pasted."""


class Fault(Frozen):
    """Something to mend in a row, and how."""

    control: str
    rule: str
    message: str


def lint(rows: Sequence[Row], evidenced: Container[str]) -> tuple[Fault, ...]:
    """The faults of a statement, row after row; `evidenced` are the controls for which evidence was found."""
    return tuple(fault for row in rows for fault in _faults(row, rows, evidenced))


def _faults(row: Row, rows: Sequence[Row], evidenced: Container[str]) -> Iterator[Fault]:
    def fault(rule: str, message: str) -> Fault:
        return Fault(control=row.id, rule=rule, message=message)

    if row.included is False:
        yield from _excluded(row)
    if row.included and not row.reason:
        yield fault("included without reason", "Say why the control is needed: both ways ask for a reason.")
    if row.included and not row.link:
        yield fault("no link", "Name the risk or requirement for which the control is included.")
    if row.included and row.status is Practice.IN_PLACE and row.id not in evidenced:
        yield fault(
            "in place without evidence", "No document in force speaks to it. Add one, or change the status."
        )
    if row.own and not row.source:
        yield fault("own control without source", "Say where it comes from: a law, a contract, a framework.")
    same = [other.id for other in rows if row.reason and _plain(other.reason) == _plain(row.reason)]
    if len(same) >= _MANY:
        yield fault(
            "same reason", f"One reason stands in {len(same)} rows ({', '.join(same)}). Give each its own."
        )
    yield from _ids(row)


def _excluded(row: Row) -> Iterator[Fault]:
    if not row.reason:
        message = "Say why the control is not needed; an exclusion stands on its reason."
        yield Fault(control=row.id, rule="exclusion without reason", message=message)
    if _VENDOR.search(row.reason):
        message = (
            "That somebody else does it is no reason: the control stays yours; A.10 settles who does what."
        )
        yield Fault(control=row.id, rule="vendor does it", message=message)
    if _COST.search(row.reason):
        message = (
            "Cost or time is no reason: say which risk the control would treat, and why it is not there."
        )
        yield Fault(control=row.id, rule="cost or time", message=message)


def _ids(row: Row) -> Iterator[Fault]:
    for text in (row.reason, row.link, row.systems, row.source or ""):
        for found in _ANNEX_B.findall(text):
            message = f"{found} is guidance, not a control. Name the control of Annex A."
            yield Fault(control=row.id, rule="Annex B", message=message)
        for mention in mentions(text):
            if not mention.known and not _ANNEX_B.match(text, mention.start):
                message = requirements().refusal(mention.id)
                yield Fault(control=row.id, rule="invented id", message=message)


def _plain(text: str) -> str:
    return folded(text).lower().rstrip(". ")
