"""Commands that ask and search."""

from __future__ import annotations

import json
from contextlib import AbstractContextManager
from datetime import date

from rich.console import Console, Group
from rich.live import Live
from rich.spinner import Spinner
from rich.text import Text

from assistant import answer_record
from assistant.ask import stream
from assistant.cli.terminal import Terminal
from assistant.home import Home
from assistant.models import Answer, Citation, Nearest, Question
from assistant.people import ROLES, Person
from assistant.wording import grouped, heading, labels, where
from knowledge.hits import Hit
from knowledge.library import folded
from knowledge.models import Role
from knowledge.search import search

out = Terminal()


def waiting(words: str) -> AbstractContextManager[object]:
    """A sign of life on a terminal: the first question of a process waits for the model."""
    return Console(stderr=True).status(words)


def asked(home: Home, text: str, who: Person, day: date | None, after: str | None, as_json: bool) -> None:
    """Ask, and print the answer with its sources."""
    conversation = _conversation(home, after) if after else None
    question = Question(
        text=text, role=who.role, person=who.id, via=who.via, as_of=day, conversation=conversation
    )
    answer = _streamed(home, question)
    if as_json:
        print(answer.model_dump_json(indent=2))
    else:
        _print(answer)


def _streamed(home: Home, question: Question) -> Answer:
    """The answer; on a terminal each claim stands there as soon as it is on the log, until the whole does."""
    said: list[str] = []
    with Live(
        Spinner("dots", "Searching the sources …"), console=Console(stderr=True), transient=True
    ) as live:
        for part in stream(home, question):
            if isinstance(part, Answer):
                return part
            said.append(f"{part.claim.text} ({labels(part.claim)})")
            live.update(Group(*map(Text, said), Spinner("dots", "Writing …")))
    raise AssertionError("an answer ends every stream")


def _conversation(home: Home, after: str) -> str:
    with home.database.read() as connection:
        conversation: str = answer_record.get(connection, after).body["conversation"]
        return conversation


def _print(answer: Answer) -> None:
    if answer.understood_as:
        out.print(f"Understood as: {answer.understood_as}\n")
    if answer.approved:
        how = "Corrected and approved" if answer.approved.corrected else "Approved"
        out.print(f"{how} by a {ROLES[answer.approved.role].lower()} on {answer.approved.at[:10]}.\n")
    if answer.note:
        out.print(f"{answer.note}\n")
    for number, choice in enumerate(answer.choices, start=1):
        out.print(f"  {number}. {choice.label}")
    if answer.choices:
        out.print(f"\nChoose by its number: clausewise ask 1 --after {answer.id}")
    for group, members in grouped(answer.claims):
        out.print(heading(group))
        for number, claim in members:
            out.print(f"  [{number}] {claim.text} ({labels(claim)})")
        out.print("")
    if answer.claims:
        out.print("Sources")
    for number, claim in enumerate(answer.claims, start=1):
        for citation in claim.citations:
            out.print(f"  [{number}] {_where(citation)}")
    if answer.nearest:
        out.print("Closest sources")
        for near in answer.nearest:
            out.print(f"  - {_where(near)}")
    if answer.worded_by:
        out.print(f"\nWorded by {answer.worded_by}; every sentence was checked against its quotes.")
    out.print(f"\nLogged as {answer.id}, {answer.timing_ms['total']} ms.")


def _where(source: Citation | Nearest) -> str:
    return f"{where(source)} ({source.file}, characters {source.start}-{source.end})"


def found(home: Home, query: str, k: int, role: Role, day: date | None, as_json: bool) -> None:
    """Search, and print the passages."""
    with waiting("Searching …"):
        hits = search(home.index, query, home.scope(role, day), k)
    if as_json:
        print(json.dumps([_as_dict(hit) for hit in hits], ensure_ascii=False, indent=2))
        return
    if not hits:
        out.print("Nothing found. `clausewise library` lists what is in the library.")
    for number, hit in enumerate(hits, start=1):
        page = f", page {hit.page}" if hit.page else ""
        place = " > ".join(hit.section) or "opening"
        out.print(f"{number}. {hit.version.title}, {place}{page}  [{hit.score:.3f}]")
        out.print(f"   {folded(hit.text)}\n")


def _as_dict(hit: Hit) -> dict[str, object]:
    return {
        "document": hit.version.document,
        "title": hit.version.title,
        "file": hit.version.file,
        "version": hit.version.id,
        "section": " > ".join(hit.section),
        "page": hit.page,
        "start": hit.start,
        "end": hit.end,
        "text": hit.text,
        "kind": hit.version.kind.value,
        "score": round(hit.score, 6),
    }
