"""Whether the follow-ups of a conversation are understood: do search and answer reach what they ask about?

Each follow-up is asked three ways: as typed and alone, joined to the question before it, and in its
conversation, as a reader asks it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

import yaml

from assistant import compose
from assistant.ask import ask
from assistant.home import Home
from assistant.models import Answer, Question
from assistant.norms import requirement_of
from assistant.understand import understand
from evals.answers import cited_ids
from evals.metrics import mean
from knowledge.hits import Hit

CASES = Path(__file__).parent / "conversations.yaml"
WAYS = ("alone", "joined", "in conversation")
Half = Literal["development", "test"]
_DEEP = 5
HALVES = get_args(Half)


@dataclass(frozen=True, slots=True)
class Turn:
    """A question of a conversation; `gold` are the places that answer it, none when it is not judged."""

    asked: str
    gold: frozenset[str]


@dataclass(frozen=True, slots=True)
class Conversation:
    """Questions that follow each other."""

    id: str
    half: Half
    turns: tuple[Turn, ...]


@dataclass(frozen=True, slots=True)
class Reached:
    """A follow-up as it was understood one way: is a gold place found first, among the first, cited?"""

    conversation: Conversation
    turn: Turn
    way: str
    understood: str
    first: bool
    found: bool
    cited: bool


def conversations(path: Path = CASES) -> list[Conversation]:
    """The conversations of a file."""
    return [
        Conversation(
            id=row["id"],
            half=row["half"],
            turns=tuple(Turn(turn["asked"], frozenset(turn.get("gold", ()))) for turn in row["turns"]),
        )
        for row in yaml.safe_load(path.read_text("utf-8"))["conversations"]
    ]


def run(home: Home, held: Sequence[Conversation]) -> list[Reached]:
    """Ask every follow-up each way."""
    home.encoder.warm()
    return [one for conversation in held for one in _run(home, conversation)]


def _run(home: Home, conversation: Conversation) -> Iterator[Reached]:
    name: str | None = None
    before = ""
    for turn in conversation.turns:
        answer = ask(home, Question(text=turn.asked, conversation=name))
        if turn.gold and name:
            typed = {"alone": turn.asked, "joined": f"{before} {turn.asked}"}
            given = {way: ask(home, Question(text=text)) for way, text in typed.items()}
            for way, one in {**given, "in conversation": answer}.items():
                text = one.understood_as or typed.get(way, turn.asked)
                first, found = (_found(home, text, turn.gold, deep) for deep in (1, _DEEP))
                yield Reached(conversation, turn, way, text, first, found, _cited(one, turn.gold))
        name, before = answer.conversation, turn.asked


def _found(home: Home, text: str, gold: frozenset[str], deep: int) -> bool:
    """Whether a gold place is named outright, or among the first `deep` of a group of sources."""
    asked = understand(text, None)
    named = {mention.id for mention in asked.known}
    found = compose.find(home.index, asked, home.scope(Question(text=text).role), home.encoded(text))
    first = [hit for hits in (found.house, found.norm) for hit in hits[:deep]]
    return not gold.isdisjoint(named.union(*map(_places, first)))


def _places(hit: Hit) -> set[str]:
    return {place(hit.version.file, hit.section[-1:]), requirement_of(hit)}


def place(file: str, heading: Sequence[str]) -> str:
    """A section of a file as the cases name it."""
    return " > ".join([Path(file).stem, *heading])


def _cited(answer: Answer, gold: frozenset[str]) -> bool:
    citations = [citation for claim in answer.claims for citation in claim.citations]
    places = {place(c.file, c.section.split(" > ")[-1:]) for c in citations}
    return not gold.isdisjoint(places | {name.partition("-")[0] for name in cited_ids(answer)})


def summary(reached: Sequence[Reached]) -> Iterator[dict[str, float | str]]:
    """For each half and way the share of follow-ups whose gold place is found, and cited."""
    for half in HALVES:
        for way in WAYS:
            these = [one for one in reached if (one.conversation.half, one.way) == (half, way)]
            yield {
                "half": half,
                "way": way,
                "follow_ups": len(these),
                "hit@1": mean([float(one.first) for one in these]),
                f"hit@{_DEEP}": mean([float(one.found) for one in these]),
                "cited": mean([float(one.cited) for one in these]),
            }
