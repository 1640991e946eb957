"""A follow-up that a language model makes stand alone; used only when nothing in it is the model's own."""

from __future__ import annotations

import re
import secrets
import unicodedata
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assistant.follow_up import leans, untied
from assistant.model.asked import Message
from assistant.prompts import prompt
from knowledge.formats.builder import clean
from knowledge.library import folded
from knowledge.mentions import mentions
from knowledge.terms import stems

if TYPE_CHECKING:
    from assistant.model.chat import Chat

PROMPT = "rewrite"
HISTORY_TOKENS = 1_000
"""Tokens of a conversation that the model is given, of a small model's context at most a quarter."""
_SECONDS, _SHARE = 8.0, 0.3
"""How long a reader waits for it, and the share of the time that they wait for the model in all."""
_MOST_WORDS, _MOST_CHARACTERS = 40, 400
_MARKUP = re.compile(r"[<>\[\]{}|\\`*_#~]|://|www\.", re.IGNORECASE)
_NEGATION = re.compile(r"\b(?:not|no|never|none|nobody|nothing|without|cannot|neither|nor)\b|n['’]t\b", re.I)
_FIGURE = re.compile(r"\d+(?:[.,]\d+)*")
_NAME = re.compile(r"(?<=\s)[A-Z][\w-]*|\b\w+[A-Z]\w*")
_OF_ASKING = frozenset(stems("long often many much soon happen happens also else same again reason case"))
"""Words that ask and say nothing by themselves."""
_POINTING = frozenset(stems("same one ones instead also else again"))
"""Words of a follow-up in whose place stands what they point to."""


@dataclass(frozen=True, slots=True)
class Turn:
    """A question of a conversation as it was understood, and what its asker was told."""

    question: str
    said: tuple[str, ...] = ()


def rewritten(chat: Chat, turns: Sequence[Turn], asked: str) -> str:
    """What the model makes of a follow-up; `turns` are those before it, the newest first.

    It is the model's word: `own_words` says whether it may be used. Raises ModelFailed.
    """
    held = within(turns, room(chat), chat.counted)
    say, mark = prompt(PROMPT).text, secrets.token_hex(4)
    told = "\n".join(_written(turn) for turn in reversed(held))
    message = Message("user", say("question", mark=mark, turns=told, question=asked))
    seconds = min(_SECONDS, chat.seconds * _SHARE)
    said = ""
    with closing(chat.stream(say("system"), [message], None, seconds)) as pieces:
        for piece in pieces:
            said += piece
            if len(said) > _MOST_CHARACTERS:
                break
    return folded(clean(said)).strip("\"“”'").strip()


def room(chat: Chat) -> int:
    """How many tokens of a conversation a model is given."""
    return min(HISTORY_TOKENS, chat.context // 4)


def within(turns: Sequence[Turn], left: int, counted: Callable[[str], int]) -> list[Turn]:
    """The newest turns that fit into `left` tokens, each whole; of one too long by itself the question."""
    kept: list[Turn] = []
    for turn in turns:
        size = counted(_written(turn))
        if size > left and not kept:
            turn = Turn(turn.question)
            size = counted(_written(turn))
        if size > left:
            break
        kept.append(turn)
        left -= size
    return kept


def _written(turn: Turn) -> str:
    said = " ".join(" ".join(turn.said).split())
    part = "turn" if said else "unanswered"
    return prompt(PROMPT).text(part, question=" ".join(turn.question.split()), said=said)


def own_words(text: str, asked: str, turns: Sequence[Turn]) -> str:
    """Why a rewriting cannot be used: what in it is the model's own; empty when there is nothing.

    Every id, figure, name and word with a meaning must be in the question or the turns before it, and every
    one of the question must be kept, so that the model can put in what was meant and nothing else.
    """
    unseen = any(unicodedata.category(character).startswith("C") for character in text)
    if unseen or not text.endswith("?") or _MARKUP.search(text):
        return "form"
    if len(text.split()) > _MOST_WORDS or len(text) > _MOST_CHARACTERS:
        return "length"
    before = " ".join(part for turn in turns for part in (turn.question, *turn.said))
    known = f"{asked} {before}"
    if {m.id for m in mentions(text)} - {m.id for m in mentions(known)}:
        return "id"
    if set(_FIGURE.findall(text)) - set(_FIGURE.findall(known)):
        return "figure"
    if {name.lower() for name in _NAME.findall(text)} - set(re.findall(r"[\w-]+", known.lower())):
        return "name"
    if not _same_sense(text, asked, turns):
        return "negation"
    if set(stems(text)) - set(stems(known)) - _OF_ASKING:
        return "words"
    if set(stems(untied(asked))) - set(stems(text)) - _POINTING:
        return "lost words"
    return "leans" if leans(text) else ""


def _same_sense(text: str, asked: str, turns: Sequence[Turn]) -> bool:
    """Whether it denies what was denied, and nothing else than some question did."""
    denied = any(_NEGATION.search(turn.question) for turn in turns)
    if _NEGATION.search(asked):
        return bool(_NEGATION.search(text))
    return denied or not _NEGATION.search(text)
