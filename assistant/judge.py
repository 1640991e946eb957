"""A second chat model as judge: does it find that the quotes of a claim say what its wording says?

It answers yes or no and nothing else, so that no word of its own reaches the log or a reader. Whatever is
not a clear yes is a doubt.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping, Sequence
from contextlib import closing
from typing import TYPE_CHECKING

from assistant.model.asked import Message, Shape
from assistant.prompts import prompt

if TYPE_CHECKING:
    from assistant.model.chat import Chat

PROMPT = "judge"
_MOST = 1_000
"""Characters of an answer that are read; a yes or no is far shorter."""
_SUPPORT = Shape(
    name="support",
    description="Whether the quotes say what the sentence says.",
    schema={
        "type": "object",
        "properties": {
            "supported": {
                "type": "boolean",
                "description": "true only if the quotes by themselves say all of the sentence.",
            }
        },
        "required": ["supported"],
        "additionalProperties": False,
    },
)


class Judge:
    """A gate (`assistant.second_gate`) that asks a chat model."""

    def __init__(self, chat: Chat) -> None:
        """Ask nothing yet."""
        self._chat = chat
        self.name, self.hosted = f"the judge {chat.name}", chat.hosted

    @property
    def told(self) -> str:
        """What it is and where text goes, for people and for the log."""
        return f"judge {self._chat.name} at {self._chat.destination} (it gets each wording with its quotes)"

    @property
    def prompts(self) -> Mapping[str, str]:
        """SHA-256 of the prompt that it is asked with, by name."""
        return {PROMPT: prompt(PROMPT).sha256}

    def warm(self) -> None:
        """Nothing is loaded here."""

    def doubt(self, wording: str, quotes: Sequence[str], place: str) -> str:
        """Why it does not stand behind a wording; empty when it said yes. Raises ModelFailed, CannotOpen."""
        mark, say = secrets.token_hex(8), prompt(PROMPT).text
        quoted = "\n".join(say("quote", mark=mark, words=quote) for quote in quotes)
        request = say("request", mark=mark, place=place, quotes=quoted, wording=wording)
        match _supported(self._said(say("system", mark=mark), request)):
            case True:
                return ""
            case False:
                return f"{self.name} does not find that the quotes say it"
            case None:
                return f"{self.name} gave no clear yes or no"

    def _said(self, system: str, request: str) -> str:
        """Its answer; nothing when it goes on and on."""
        said = ""
        stream = self._chat.stream(system, [Message("user", request)], _SUPPORT, self._chat.seconds)
        with closing(stream) as pieces:
            for piece in pieces:
                said += piece
                if len(said) > _MOST:
                    return ""
        return said


def _supported(said: str) -> bool | None:
    """The yes or no of an answer that is the JSON that was asked for; None for any other."""
    text = said.strip().removeprefix("```json").removeprefix("```").removesuffix("```")
    try:
        answer = json.loads(text, object_pairs_hook=_once)
    except (ValueError, RecursionError):
        return None
    supported = answer.get("supported") if isinstance(answer, dict) else None
    return supported if isinstance(supported, bool) else None


def _once(pairs: Sequence[tuple[str, object]]) -> dict[str, object]:
    """An object in which no name stands twice."""
    if len({name for name, _ in pairs}) < len(pairs):
        raise ValueError("a name stands twice")
    return dict(pairs)
