"""Documents, their versions and passages in SQL: the truth that every index follows.

Functions take an open connection, so that a change and its record on the log are one transaction.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import PurePath
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from knowledge import stored_passages
from knowledge.clock import now, today
from knowledge.database import corpus, documents, passages, versions
from knowledge.errors import UnknownDocument
from knowledge.models import EVERYONE, HOUSE_KINDS, Kind, LoadedDocument, Passage, Reading, Role, Status
from knowledge.pages import page_of

BUILT_IN = "clausewise:"
"""Prefix of the source of documents that come with the program."""


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a document, without its text.

    `since` None means that no beginning is known to matter (the standard); `until` is the first day
    on which it no longer holds.
    """

    id: str
    document: str
    source: str
    file: str
    number: int
    sha256: str
    media_type: str
    title: str
    kind: Kind
    owner: str | None
    audience: frozenset[Role]
    status: Status
    label: str | None
    since: date | None
    until: date | None
    withdrawn_at: str | None
    added_at: str
    pages: tuple[int, ...]

    @property
    def built_in(self) -> bool:
        """Whether it comes with the program."""
        return self.source.startswith(BUILT_IN)

    @property
    def house(self) -> bool:
        """Whether the organisation itself wrote it."""
        return self.kind in HOUSE_KINDS

    def may_hold(self, day: date) -> bool:
        """Whether, later versions apart, it is in force on a day."""
        if self.withdrawn_at or self.status in (Status.DRAFT, Status.WITHDRAWN):
            return False
        if self.status is Status.SUPERSEDED and self.until is None:
            return False
        return (self.since is None or self.since <= day) and (self.until is None or day < self.until)


@dataclass(frozen=True, slots=True)
class Arrival:
    """A file that is ready to be stored."""

    source: str
    file: str
    data: bytes
    loaded: LoadedDocument
    passages: tuple[Passage, ...]
    kind: Kind
    owner: str | None = None
    audience: frozenset[Role] = EVERYONE
    status: Status = Status.IN_FORCE
    since: date | None = None
    until: date | None = None
    document: str | None = None
    always: bool = False


def with_passages(arrival: Arrival, passages: tuple[Passage, ...]) -> Arrival:
    """The arrival with its passages."""
    return replace(arrival, passages=passages)


def document_id(source: str, file: str) -> str:
    """A short name that people can type: the file's stem and a hash of where it came from."""
    stem = "".join(c if c.isalnum() else "-" for c in PurePath(file).stem.lower())
    stem = "-".join(part for part in stem.split("-") if part)[:48] or "document"
    return f"{stem}-{hashlib.sha256(source.encode()).hexdigest()[:6]}"


def sha256(data: bytes) -> str:
    """The content hash by which the same bytes are recognised."""
    return hashlib.sha256(data).hexdigest()


def folded(text: str) -> str:
    """White space folded to single spaces, the form in which quotes are shown and compared."""
    return " ".join(text.split())


def reading(title: str, section: Iterable[str], head: str, text: str) -> Reading:
    """What the embedding model reads for a passage."""
    return Reading(folded(title), folded(" - ".join(section)), folded(f"{head} {text}"))


def revision(connection: Connection) -> int:
    """The library's revision; it grows with every change."""
    number: int = connection.execute(select(corpus.c.revision)).scalar_one()
    return number


def _changed(connection: Connection) -> None:
    connection.execute(update(corpus).values(revision=corpus.c.revision + 1))


def find(connection: Connection, source: str, sha256: str) -> Version | None:
    """The version that these bytes from this source already are, if any."""
    condition = (documents.c.source == source) & (versions.c.sha256 == sha256)
    row = connection.execute(_select_versions().where(condition)).first()
    return _version(row) if row else None


def latest_from(connection: Connection, source: str) -> Version | None:
    """The newest version of what came from a source, if anything did."""
    query = _select_versions().where(documents.c.source == source).order_by(versions.c.number.desc())
    row = connection.execute(query.limit(1)).first()
    return _version(row) if row else None


def store(connection: Connection, arrival: Arrival) -> Version:
    """Store a file as a document's first or next version; the same bytes twice are one version.

    What was withdrawn stays so: a new version of it is stored withdrawn, until it is reinstated.
    """
    digest = sha256(arrival.data)
    known = find(connection, arrival.source, digest)
    if known:
        return known
    before = latest_from(connection, arrival.source)
    name = before.document if before else _new_document(connection, arrival)
    number = before.number + 1 if before else 1
    version_id = _digest(name, digest)
    control = arrival.loaded.control
    connection.execute(
        insert(versions).values(
            id=version_id,
            document_id=name,
            number=number,
            sha256=digest,
            media_type=arrival.loaded.media_type,
            title=control.title or arrival.loaded.title,
            kind=arrival.kind,
            owner=arrival.owner,
            audience=json.dumps(sorted(arrival.audience)),
            status=arrival.status,
            label=control.version_label,
            since=None if arrival.always else arrival.since or today(),
            until=arrival.until,
            withdrawn_at=now() if before and before.withdrawn_at else None,
            added_at=now(),
            pages=json.dumps(arrival.loaded.pages),
            text=arrival.loaded.text,
            data=arrival.data,
        )
    )
    rows = _passage_rows(version_id, control.title or arrival.loaded.title, arrival)
    if rows:
        connection.execute(insert(passages), rows)
    _changed(connection)
    return version(connection, version_id)


def declare(connection: Connection, version_id: str, declared: Mapping[str, Any]) -> Version:
    """Set control fields of a stored version (kind, owner, audience, status, since, until)."""
    values = dict(declared)
    if "audience" in values:
        values["audience"] = json.dumps(sorted(values["audience"]))
    connection.execute(update(versions).where(versions.c.id == version_id).values(values))
    _changed(connection)
    return version(connection, version_id)


def _new_document(connection: Connection, arrival: Arrival) -> str:
    name = arrival.document or document_id(arrival.source, arrival.file)
    values = {"id": name, "source": arrival.source, "file": arrival.file, "added_at": now()}
    connection.execute(insert(documents).values(values))
    return name


def _passage_rows(version_id: str, title: str, arrival: Arrival) -> list[dict[str, Any]]:
    text, pages = arrival.loaded.text, arrival.loaded.pages
    rows: list[dict[str, Any]] = []
    for ordinal, passage in enumerate(arrival.passages):
        head = passage.head
        read = reading(
            title,
            passage.section,
            text[head[0] : head[1]] if head else "",
            text[passage.start : passage.end],
        )
        rows.append(
            {
                "id": _digest(version_id, f"{passage.start}-{passage.end}"),
                "version_id": version_id,
                "ordinal": ordinal,
                "start": passage.start,
                "end": passage.end,
                "section": json.dumps(passage.section, ensure_ascii=False),
                "page": page_of(pages, passage.start),
                "head_start": head[0] if head else None,
                "head_end": head[1] if head else None,
                "embed_key": hashlib.sha256(read.text.encode()).hexdigest()[:32],
            }
        )
    return rows


def _digest(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:32]


def _select_versions() -> Any:
    columns = [c for c in versions.c if c.name not in ("text", "data")]
    return select(*columns, documents.c.source, documents.c.file).join(
        documents, documents.c.id == versions.c.document_id
    )


def _version(row: Row[Any]) -> Version:
    values = row._mapping
    return Version(
        id=values["id"],
        document=values["document_id"],
        source=values["source"],
        file=values["file"],
        number=values["number"],
        sha256=values["sha256"],
        media_type=values["media_type"],
        title=values["title"],
        kind=Kind(values["kind"]),
        owner=values["owner"],
        audience=frozenset(Role(role) for role in json.loads(values["audience"])),
        status=Status(values["status"]),
        label=values["label"],
        since=values["since"],
        until=values["until"],
        withdrawn_at=values["withdrawn_at"],
        added_at=values["added_at"],
        pages=tuple(json.loads(values["pages"])),
    )


def version(connection: Connection, version_id: str) -> Version:
    """One version by id; UnknownDocument when it is not there (any more)."""
    row = connection.execute(_select_versions().where(versions.c.id == version_id)).first()
    if row is None:
        raise UnknownDocument(f"No version {version_id} is in the library; it may be removed.")
    return _version(row)


def all_versions(connection: Connection) -> list[Version]:
    """Every version, by document and number."""
    query = _select_versions().order_by(versions.c.document_id, versions.c.number)
    return [_version(row) for row in connection.execute(query)]


def in_force(candidates: Iterable[Version], day: date) -> dict[str, Version]:
    """The version of each document that holds on a day, by document id.

    Of several that may hold, the one that began last does; of those that began together, the one
    that was added last.
    """
    chosen: dict[str, Version] = {}
    for candidate in candidates:
        if not candidate.may_hold(day):
            continue
        rival = chosen.get(candidate.document)
        if rival is None or _began(candidate) >= _began(rival):
            chosen[candidate.document] = candidate
    return chosen


def _began(candidate: Version) -> tuple[date, int]:
    return candidate.since or date.min, candidate.number


def status_on(candidate: Version, siblings: Iterable[Version], day: date) -> str:
    """A version's status in a reader's words, given all versions of its document."""
    if candidate.withdrawn_at or candidate.status is Status.WITHDRAWN:
        return "withdrawn"
    if candidate.status in (Status.DRAFT, Status.SUPERSEDED):
        return candidate.status.value
    holding = in_force(siblings, day).get(candidate.document)
    if holding and holding.id == candidate.id:
        return "in force"
    if candidate.since and candidate.since > day:
        return "not yet in force"
    return "superseded"


def text_of(connection: Connection, version_id: str) -> str:
    """The text of a version, against which its quotes stand."""
    text = connection.execute(select(versions.c.text).where(versions.c.id == version_id)).scalar()
    if text is None:
        raise UnknownDocument(f"No version {version_id} is in the library; it may be removed.")
    return str(text)


def data_of(connection: Connection, version_id: str) -> bytes:
    """The bytes of a version, as they were added."""
    data = connection.execute(select(versions.c.data).where(versions.c.id == version_id)).scalar()
    if data is None:
        raise UnknownDocument(f"No version {version_id} is in the library; it may be removed.")
    return bytes(data)


def stretches(
    connection: Connection, version_id: str, spans: Iterable[tuple[int, int]]
) -> Mapping[tuple[int, int], str]:
    """`text[start:end]` of a version for each span, without carrying the whole text over."""
    wanted = list(spans)
    columns = [func.substr(versions.c.text, start + 1, end - start) for start, end in wanted]
    row = connection.execute(select(*columns).where(versions.c.id == version_id)).first()
    return dict(zip(wanted, row, strict=True)) if row else {}


def of_document(connection: Connection, document: str) -> list[Version]:
    """The versions of a document; UnknownDocument when there is none."""
    where = versions.c.document_id == document
    found = [_version(row) for row in connection.execute(_select_versions().where(where))]
    if not found:
        raise UnknownDocument.named(document)
    return found


def withdraw(connection: Connection, document: str) -> list[Version]:
    """Take every version of a document out of use; return those that this changed."""
    changed = [v for v in of_document(connection, document) if not v.withdrawn_at]
    where = (versions.c.document_id == document) & versions.c.withdrawn_at.is_(None)
    connection.execute(update(versions).where(where).values(withdrawn_at=now()))
    _changed(connection)
    return changed


def reinstate(connection: Connection, document: str) -> list[Version]:
    """Undo a withdrawal; return the versions that this changed."""
    changed = [v for v in of_document(connection, document) if v.withdrawn_at]
    where = versions.c.document_id == document
    connection.execute(update(versions).where(where).values(withdrawn_at=None))
    _changed(connection)
    return changed


def remove(connection: Connection, document: str) -> list[Version]:
    """Delete a document with its versions, passages and bytes; return what was deleted."""
    gone = of_document(connection, document)
    connection.execute(delete(documents).where(documents.c.id == document))
    _changed(connection)
    return gone


def readings(
    connection: Connection, version_ids: Iterable[str], wanted: Callable[[str], bool]
) -> Iterator[tuple[str, Reading]]:
    """(embedding key, what the model reads) of each passage whose key is wanted."""
    for version_id in version_ids:
        title = version(connection, version_id).title
        missing = [p for p in stored_passages.of_version(connection, version_id) if wanted(p.embed_key)]
        text = text_of(connection, version_id) if missing else ""
        for p in missing:
            head = text[p.head[0] : p.head[1]] if p.head else ""
            yield p.embed_key, reading(title, p.section, head, text[p.start : p.end])
