"""Commands that ask and search."""

from __future__ import annotations

import json
from contextlib import AbstractContextManager
from datetime import date

from rich.console import Console

from assistant import answer_record
from assistant.ask import ask
from assistant.home import Home
from assistant.models import Answer, Citation, Nearest, Question
from assistant.people import ROLES, Person
from assistant.wording import grouped, heading, label, where
from knowledge.hits import Hit
from knowledge.library import folded
from knowledge.models import Role
from knowledge.search import search

out = Console(highlight=False, soft_wrap=True, markup=False)


def waiting(words: str) -> AbstractContextManager[object]:
    """A sign of life on a terminal: the first question of a process waits for the model."""
    return Console(stderr=True).status(words)


def asked(home: Home, text: str, who: Person, day: date | None, after: str | None, as_json: bool) -> None:
    """Ask, and print the answer with its sources."""
    conversation = _conversation(home, after) if after else None
    question = Question(
        text=text, role=who.role, person=who.id, via=who.via, as_of=day, conversation=conversation
    )
    with waiting("Searching the sources …"):
        answer = ask(home, question)
    if as_json:
        print(answer.model_dump_json(indent=2))
    else:
        _print(answer)


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
    for group, members in grouped(answer.claims):
        out.print(heading(group))
        for number, claim in members:
            out.print(f"  [{number}] {claim.text} ({label(claim.citations[0])})")
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
