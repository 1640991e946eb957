"""Drafts of documents: revisions by authors, approval of exact bytes by others, publication."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, insert, select

from assistant import local_only, log, queue
from assistant.drafting.document import PLACEHOLDER
from assistant.errors import DamagedRecord, NotPossible
from assistant.home import Home, ingest_body
from assistant.ingest import printable
from assistant.log import Record
from assistant.people import Person
from assistant.permissions import Operation, refuse, require
from assistant.rules import Item, Refusal, item
from assistant.staleness import sweep_document
from assistant.standing import REVIEW, Act, State
from assistant.subjects import touched
from assistant.tables import revisions
from knowledge import library
from knowledge.clock import today
from knowledge.errors import LoadError
from knowledge.library import Arrival, Version
from knowledge.load import load_bytes
from knowledge.models import EVERYONE, HOUSE_KINDS, Kind, LoadedDocument, Passage, Role, Status, may_see
from knowledge.split import split


@dataclass(frozen=True, slots=True)
class Proposed:
    """What the author says of a draft: the document that it is to replace, and from when it is to hold."""

    kind: Kind | None = None
    document: str | None = None
    owner: str | None = None
    effective: date | None = None


@dataclass(frozen=True, slots=True)
class Revision:
    """One revision of a draft, with its bytes and text."""

    entry: Record
    data: bytes
    text: str


def submit(
    home: Home,
    person: Person,
    data: bytes,
    name: str,
    proposed: Proposed = Proposed(),
    draft: str | None = None,
    writers: Collection[str] = (),
) -> Record:
    """Submit a draft for approval, or its next revision, for which approvals of earlier bytes do not count.

    `writers` are the pseudonyms of all who wrote it, beside whoever submits it; none of them may approve it.
    Raises NotPossible when the file cannot be read, is the newest revision already, or was published.
    """
    require(home.database, person, Operation.SUBMIT, (draft or "")[:40])
    if proposed.effective and proposed.effective < today():
        raise NotPossible(
            f"{proposed.effective} is past. A document cannot hold from before it is published."
        )
    name = printable(name)
    loaded = _loaded(data, name)
    with log.recording(home.database) as connection:
        before = _revisable(item(connection, person, draft), data) if draft else None
        replaced = _replaced(connection, person, proposed.document or _document_of(before))
        body = _body(home, person, data, name, loaded, proposed, replaced, before)
        body |= {"writers": sorted(writers)} if writers else {}
        entry = log.append(connection, queue.DRAFT, body)
        connection.execute(
            insert(revisions).values(
                draft=body["item"],
                number=body["number"],
                sha256=body["sha256"],
                file=name,
                data=data,
                text=loaded.text,
            )
        )
        queue.noted(connection, entry)
    return entry


def _loaded(data: bytes, name: str) -> LoadedDocument:
    try:
        return load_bytes(data, name)
    except LoadError as error:
        raise NotPossible(f"{name}: {error.problem}. {error.remedy}") from error


def _revisable(found: Item, data: bytes) -> Item:
    if not found.draft:
        raise NotPossible(f"{found.id} is an answer. Answers are corrected in review.")
    if found.stands.published:
        raise NotPossible("This draft is published. Begin a new one for the next version of the document.")
    if found.first.body["sha256"] == library.sha256(data):
        raise NotPossible("These bytes are the newest revision already; there is nothing to submit.")
    return found


def _document_of(before: Item | None) -> str | None:
    document: str | None = before.first.body["document"] if before else None
    return document


def _replaced(connection: Connection, person: Person, document: str | None) -> Version | None:
    """The version in force of the document that the draft is to replace, if the person may see it."""
    if document is None:
        return None
    holding = library.in_force(library.all_versions(connection), today()).get(document)
    if holding is None or not may_see(person.role, holding.audience) or holding.built_in:
        raise NotPossible(f"No document {document!r} in force is there to be replaced.")
    return holding


def _body(
    home: Home,
    person: Person,
    data: bytes,
    name: str,
    loaded: LoadedDocument,
    proposed: Proposed,
    replaced: Version | None,
    before: Item | None,
) -> dict[str, Any]:
    control, earlier = loaded.control, before.first.body if before else {}
    kind = proposed.kind or (replaced.kind if replaced else control.kind) or Kind.POLICY
    if kind not in HOUSE_KINDS:
        raise NotPossible(f"A draft is a policy, a procedure or a record, not a {kind}.")
    narrowest = frozenset(map(Role, earlier.get("audience", EVERYONE)))
    audience = (replaced.audience if replaced else EVERYONE) & (control.audience or EVERYONE) & narrowest
    effective = proposed.effective or control.effective_from
    owner = proposed.owner or control.owner or (replaced.owner if replaced else None)
    return {
        **person.acted(),
        "item": before.id if before else log.new_id(),
        "number": earlier.get("number", 0) + 1,
        "sha256": library.sha256(data),
        "text_sha256": library.sha256(loaded.text.encode()),
        "file": name,
        "title": control.title or loaded.title,
        "kind": kind.value,
        "owner": owner,
        "audience": sorted(audience),
        "document": replaced.document if replaced else None,
        "versions": [replaced.id] if replaced else [],
        "documents": [replaced.document] if replaced else [],
        "effective": effective.isoformat() if effective else earlier.get("effective"),
        "placeholders": placeholders(loaded.text),
        "needs": home.settings.draft_approvals,
        "review": {
            "reasons": ["draft"],
            "subjects": [subject.id for subject in touched(home.subjects, loaded.text)],
            "held": None,
        },
    }


def placeholders(text: str) -> list[str]:
    """The open places of a text by what they ask for, each once, in order."""
    found = [match.group(1).strip()[:200] or "something" for match in PLACEHOLDER.finditer(text)]
    return list(dict.fromkeys(found))


def publish(home: Home, person: Person, draft: str) -> Version:
    """Make an approved draft the version in force of its document, from its effective date on.

    It never holds from before today. The bytes are those that were approved. Raises NotAllowed, on the
    record, for what is not approved.
    """
    require(home.database, person, Operation.PUBLISH, draft[:40])
    try:
        with home.database.read() as connection:
            revision = newest(connection, _publishable(item(connection, person, draft)))
        loaded = _loaded(revision.data, revision.entry.body["file"])
        passages = tuple(split(loaded, home.encoder.count))
        with log.recording(home.database) as connection:
            _unchanged(_publishable(item(connection, person, draft)), revision)
            version = library.store(connection, _arrival(connection, revision, loaded, passages))
            body = {**ingest_body(version), **person.acted(), "draft": draft}
            log.append(connection, "ingest", body)
            if loaded.control.never_hosted:
                local_only.note(connection, version.document, True, person)
            act = {**person.acted(), "item": draft, "act": Act.PUBLISH.value, "version": version.id}
            queue.noted(connection, log.append(connection, REVIEW, act))
            sweep_document(connection, version.document)
            return version
    except Refusal as error:
        refuse(home.database, person, Operation.PUBLISH, draft[:40], str(error))


def _publishable(found: Item) -> Item:
    if not found.draft:
        raise Refusal("Only a draft can be published.")
    if found.stands.state is not State.APPROVED:
        raise Refusal(f"The draft is {found.stands.state}, not approved.")
    if found.stands.published:
        raise Refusal("The draft is published already.")
    return found


def _unchanged(found: Item, revision: Revision) -> None:
    if found.first.seq != revision.entry.seq or library.sha256(revision.data) != found.first.body["sha256"]:
        raise Refusal("The bytes are not those that were approved.")


def _arrival(
    connection: Connection, revision: Revision, loaded: LoadedDocument, passages: tuple[Passage, ...]
) -> Arrival:
    body = revision.entry.body
    source = f"draft:{body['item']}"
    if body["document"]:
        source = library.of_document(connection, body["document"])[0].source
    if library.find(connection, source, body["sha256"]):
        raise Refusal("These bytes are a version of the document already.")
    effective = date.fromisoformat(body["effective"]) if body["effective"] else today()
    return Arrival(
        source=source,
        file=body["file"],
        data=revision.data,
        loaded=loaded,
        passages=passages,
        kind=Kind(body["kind"]),
        owner=body["owner"],
        audience=frozenset(map(Role, body["audience"])) & _audience_now(connection, body["document"]),
        status=Status.IN_FORCE,
        since=max(effective, today()),
        until=loaded.control.effective_until,
    )


def _audience_now(connection: Connection, document: str | None) -> frozenset[Role]:
    """For whom the document is today that the draft replaces: narrowed meanwhile, it stays narrow."""
    held = library.in_force(library.all_versions(connection), today()).get(document or "")
    return held.audience if held else EVERYONE


def newest(connection: Connection, found: Item) -> Revision:
    """The newest revision of a draft."""
    return revision_of(connection, found, found.first.body["number"])


def revision_of(connection: Connection, found: Item, number: int) -> Revision:
    """One revision of a draft; NotPossible when it has no such revision."""
    where = (revisions.c.draft == found.id) & (revisions.c.number == number)
    row = connection.execute(select(revisions).where(where)).first()
    entries: Sequence[Record] = [e for e in found.entries if e.kind == queue.DRAFT]
    entry = next((e for e in entries if e.body["number"] == number), None)
    if row is None or entry is None:
        raise NotPossible(f"The draft has no revision {number}.")
    revision = Revision(entry, bytes(row.data), row.text)
    digests = (library.sha256(revision.data), library.sha256(revision.text.encode()))
    if digests != (entry.body["sha256"], entry.body["text_sha256"]):
        raise DamagedRecord(
            f"Revision {number} of the draft is not what was submitted: it was altered since."
        )
    return revision
