"""The queue's tables: a view of the log, kept in the transaction that writes each record.

`rebuild` makes them anew from the log, to the same rows.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import ColumnElement, Connection, delete, exists, insert, select, true, update

from assistant import answer_record, log
from assistant.answer_record import cited_ids
from assistant.errors import UnknownRecord
from assistant.log import Record
from assistant.risk import FLAGGED, STALE, weight
from assistant.standing import REVIEW, Act, Standing, State, standing
from assistant.tables import item_records, items, marks
from assistant.visibility import versions_in
from knowledge.database import records
from knowledge.library import folded
from knowledge.models import Role
from knowledge.requirements import requirements

DRAFT = "draft"
"""The kind of a record that holds a revision of a draft."""
_OPENING = (answer_record.KIND, DRAFT)


def noted(connection: Connection, entry: Record) -> None:
    """Bring the queue in step with a record that was just written."""
    if entry.kind in _OPENING and not _known(connection, _item_of(entry)):
        _open(connection, entry)
    item = _item_of(entry)
    connection.execute(insert(item_records).values(item=item, seq=entry.seq))
    _refresh(connection, item)


def kind_of(connection: Connection, item: str) -> str | None:
    """Whether an item is an `answer` or a `draft`; None when there is none."""
    return connection.execute(select(items.c.kind).where(items.c.id == item)).scalar()


def decided_for(connection: Connection, asker: str, limit: int) -> list[str]:
    """The newest of a person's answers that review changed or released, by id."""
    changed = items.c.state.in_((State.CORRECTED.value, State.REJECTED.value)) | (
        (items.c.state == State.APPROVED.value) & (items.c.reasons.contains('"held"') | _corrected())
    )
    query = select(items.c.id).where(
        items.c.asker == asker, items.c.kind == "answer", changed | _taken_back()
    )
    return list(connection.execute(query.order_by(items.c.decided_at.desc()).limit(limit)).scalars())


def _taken_back() -> ColumnElement[bool]:
    """Taken from an approved answer that was rejected or corrected since."""
    first = items.alias()
    taken = (marks.c.item == items.c.id) & (marks.c.kind == "again") & (first.c.id == marks.c.value)
    gone = first.c.state.in_((State.REJECTED.value, State.CORRECTED.value))
    return exists(select(marks.c.item).select_from(marks.join(first, true())).where(taken, gone))


def _corrected() -> ColumnElement[bool]:
    return exists(select(marks.c.item).where(marks.c.item == items.c.id, marks.c.kind == "corrected"))


def _known(connection: Connection, item: str) -> bool:
    return connection.execute(select(items.c.id).where(items.c.id == item)).first() is not None


def _item_of(entry: Record) -> str:
    return entry.id if entry.kind == answer_record.KIND else str(entry.body["item"])


def _open(connection: Connection, entry: Record) -> None:
    answer = entry.kind == answer_record.KIND
    row = {
        "id": _item_of(entry),
        "seq": entry.seq,
        "kind": "answer" if answer else "draft",
        "status": entry.body["answer"]["status"] if answer else "draft",
        "opened_at": entry.at,
        "asker": entry.body["actor"],
        "audience_role": entry.body["role"],
        "question_key": key_of(entry) if answer and not entry.body["as_of"] else None,
        "state": State.PENDING.value,
        "wanted": False,
        "risk": 0,
        "reasons": "[]",
        "changed_at": entry.at,
        "stale": False,
    }
    connection.execute(insert(items).values(row))


def key_of(entry: Record) -> str | None:
    """The key of the question that an answer was given to; none when it was erased."""
    asked = entry.personal.get("understood_as") or entry.personal.get("question")
    return question_key(asked) if asked else None


def question_key(text: str) -> str:
    """By what the same question is recognised: its words, marks at its end and case apart.

    Words in capitals keep them: "IT" is not "it".
    """
    words = [word if word.isupper() and len(word) > 1 else word.casefold() for word in folded(text).split()]
    return hashlib.sha256(" ".join(words).rstrip(" ?!.").encode()).hexdigest()


def records_of(connection: Connection, item: str) -> list[Record]:
    """The records of an item, oldest first; UnknownRecord when there is no such item."""
    found = log.by_number(connection, select(item_records.c.seq).where(item_records.c.item == item))
    if not found:
        raise UnknownRecord(f"No item {item!r} is up for review, or it is not for you.")
    return found


def _refresh(connection: Connection, item: str) -> None:
    entries = records_of(connection, item)
    stands = standing(entries)
    connection.execute(update(items).where(items.c.id == item).values(_row(entries, stands)))
    connection.execute(delete(marks).where(marks.c.item == item))
    rows = [{"item": item, "kind": kind, "value": value} for kind, value in sorted(_marks(entries, stands))]
    if rows:
        connection.execute(insert(marks), rows)


def _row(entries: list[Record], stands: Standing) -> Mapping[str, Any]:
    newest = opening(entries)
    review = newest.body["review"]
    reasons = reasons_of(entries, stands)
    lifted = stands.state is State.APPROVED
    waiting = stands.reopened or stands.state in (State.ESCALATED, State.CORRECTED)
    return {
        "title": newest.body.get("title"),
        "state": stands.state.value,
        "wanted": bool(reasons) or waiting,
        "risk": weight(reasons),
        "reasons": json.dumps(reasons),
        "changed_at": stands.changed_at,
        "decided_at": stands.decided_at,
        "assignee": stands.assignee,
        "claimed_by": stands.claimed_by,
        "claimed_until": stands.claimed_until,
        "held": None if lifted else review["held"],
        "stale": stands.stale,
    }


def reasons_of(entries: Iterable[Record], stands: Standing) -> list[str]:
    """Why an item is to be reviewed, by what happened since it was said as well."""
    since = [*([FLAGGED] if stands.flagged else []), *([STALE] if stands.stale else [])]
    return [*since, *opening(entries).body["review"]["reasons"]]


def opening(entries: Iterable[Record]) -> Record:
    """The record that holds what is reviewed: the answer, or the newest revision of a draft."""
    return [entry for entry in entries if entry.kind in _OPENING][-1]


def said(entries: Iterable[Record], stands: Standing) -> Mapping[str, Any]:
    """The answer that stands: the correction, or what was said."""
    by_number = {entry.seq: entry for entry in entries}
    if stands.correction is not None:
        correction: Mapping[str, Any] = by_number[stands.correction].body["correction"]
        return correction
    answer: Mapping[str, Any] = opening(by_number.values()).body.get("answer", {})
    return answer


def _marks(entries: list[Record], stands: Standing) -> set[tuple[str, str]]:
    """`version` is what stands cites, and goes stale with; `seen` is every version that is named at all.

    A published draft is done with: that the version which it replaced is superseded is what was wanted.
    """
    held = said(entries, stands)
    cited = [c for claim in held.get("claims", []) for c in claim["citations"]]
    body = opening(entries).body
    known = requirements().by_id.keys()
    return {
        *(("clause", _parent(part)) for part in cited_ids({"answer": held}) if _parent(part) in known),
        *(("document", c["document"]) for c in cited),
        *(("document", name) for name in body.get("documents", [])),
        *(("version", c["version"]) for c in cited if not body.get("as_of")),
        *(("noted", name) for name in _noted(entries)),
        *(("again", taken["answer"]) for taken in [body.get("answer", {}).get("approved")] if taken),
        *(("version", name) for name in body.get("versions", []) if not stands.published),
        *(("corrected", str(number)) for number in [stands.correction] if number is not None),
        *(("barred", role) for role in Role if role not in body.get("audience", Role)),
        *(("seen", name) for entry in entries for name in versions_in(entry.body)),
        *(("subject", name) for name in body["review"]["subjects"]),
    }


def _noted(entries: Iterable[Record]) -> list[str]:
    """The versions that the newest note on changed sources names."""
    notes = [e for e in entries if e.body.get("act") in (Act.STALE, Act.FRESH)]
    return list(notes[-1].body["gone"]) if notes else []


def _parent(name: str) -> str:
    """The clause or control of an obligation: `6.1.4` for `6.1.4-e`."""
    return name.partition("-")[0]


def rebuild(connection: Connection) -> int:
    """Make the queue anew from the log; return how many records it has."""
    for table in (item_records, marks, items):
        connection.execute(delete(table))
    wanted = select(records.c.seq).where(records.c.kind.in_((*_OPENING, REVIEW)))
    count = 0
    for entry in log.by_number(connection, wanted):
        if entry.kind == answer_record.KIND and "review" not in entry.body:
            continue  # written before there was a queue
        noted(connection, entry)
        count += 1
    return count
