"""The second gate: an entailment model, or a chat model as judge, beside `verify`, never instead of it.

It is asked only about a wording that the deterministic gate holds, and can only turn it down: the claim is
then shown as its quotes. What it cannot judge, for whatever reason, it turns down.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from assistant.errors import AssistantError, CannotOpen
from assistant.judge import Judge
from assistant.local_only import kept_local
from assistant.models import Claim
from assistant.verify import disagreed
from knowledge.entail import Entailment
from knowledge.errors import EntailmentUnusable, KnowledgeError
from knowledge.library import folded

if TYPE_CHECKING:
    from assistant.home import Home
    from assistant.settings import Settings
    from knowledge.database import Database


class Gate(Protocol):
    """Something that may doubt a wording."""

    name: str
    hosted: bool
    """Whether what it is asked leaves this machine."""

    @property
    def told(self) -> str:
        """What it is and where text goes, for people and for the log."""

    @property
    def prompts(self) -> Mapping[str, str]:
        """SHA-256 of the prompts that it uses, by name."""

    def warm(self) -> None:
        """Load what it needs, so that the first claim does not wait for it."""

    def doubt(self, wording: str, quotes: Sequence[str], place: str) -> str:
        """Why it objects to a wording, in words; empty when it does not.

        `place` names the documents and headings of the quotes. Whatever is raised counts as an objection.
        """


class EntailmentGate:
    """Asks a cross-encoder on this machine whether the wording follows from its quotes."""

    hosted = False

    def __init__(self, model: Entailment, threshold: float) -> None:
        """`threshold` is the probability from which a wording is taken to follow."""
        self._model, self._threshold = model, threshold
        self.name = f"the entailment model {Path(model.name).name}"

    @property
    def told(self) -> str:
        """What it is."""
        return f"entailment model {Path(self._model.name).name} on this machine, from {self._threshold:g} up"

    @property
    def prompts(self) -> Mapping[str, str]:
        """It uses none."""
        return {}

    def warm(self) -> None:
        """Load the model."""
        self._model.support("warm", "warm")

    def doubt(self, wording: str, quotes: Sequence[str], place: str) -> str:
        """Why it objects to a wording, in words; empty when it does not."""
        quoted = " ".join(quotes)
        found = self._model.support(f"{place}: {quoted}" if place else quoted, wording)
        if found is None:
            return f"{self.name} cannot read so long a text"
        if found < self._threshold:
            return (
                f"{self.name} does not find that it follows from the quotes "
                f"({found:.2f}, where {self._threshold:g} is needed)"
            )
        return ""


def gates(settings: Settings, database: Database) -> tuple[Gate, ...]:
    """The configured gates, the one on this machine first. Raises CannotOpen for one that cannot be used."""
    found: list[Gate] = []
    if settings.entailment_model:
        model = Entailment(settings.entailment_model)
        try:
            model.check()
        except EntailmentUnusable as error:
            raise CannotOpen(f"CLAUSEWISE_ENTAILMENT_MODEL is not usable: {error}") from error
        found.append(EntailmentGate(model, settings.entailment_threshold))
    if settings.judge_model:
        found.append(_judge(settings, database))
    return tuple(found)


def _judge(settings: Settings, database: Database) -> Judge:
    """A chat model of its own, within the same day's budget."""
    from assistant.model.chat import Chat

    own = {
        "model": settings.judge_model,
        "model_url": settings.judge_url,
        "model_key": settings.judge_key,
        "model_hosted": settings.judge_hosted,
        "model_seconds": settings.judge_seconds,
        "model_output": "auto",
    }
    try:
        return Judge(Chat(settings.model_copy(update=own), database))
    except CannotOpen as error:
        told = str(error).replace("CLAUSEWISE_MODEL_", "CLAUSEWISE_JUDGE_")
        raise CannotOpen(told.replace("CLAUSEWISE_MODEL ", "CLAUSEWISE_JUDGE_MODEL ")) from error


def doubt(home: Home, claim: Claim) -> str:
    """Why a configured gate objects to the wording of a claim; empty when none does.

    What it returns is for `verify`. It may take seconds, and the judge writes the database, so call it before
    the transaction in which claims are verified and logged, never inside.
    """
    quotes = [folded(citation.quote) for citation in claim.citations]
    if not home.gates or not quotes or folded(claim.text) == " ".join(quotes):
        return ""
    with home.database.read() as connection:
        try:
            if disagreed(claim, connection):
                return ""
        except KnowledgeError:
            return ""  # a source is gone, and `verify` strikes the claim
        away = kept_local(connection)
    place = "; ".join(dict.fromkeys(f"{c.title} > {c.section}" for c in claim.citations))
    objections = (
        _kept_from(gate, claim, away) or _asked(gate, folded(claim.text), quotes, place)
        for gate in home.gates
    )
    return next(filter(None, objections), "")


def objection(home: Home, wording: str, quotes: Sequence[str], place: str) -> str:
    """Why a configured gate objects to a wording of which every gate may be told; empty when none does.

    To be called as `doubt` is, after the deterministic gate.
    """
    return next(filter(None, (_asked(gate, wording, quotes, place) for gate in home.gates)), "")


def _kept_from(gate: Gate, claim: Claim, away: frozenset[str]) -> str:
    """Why a gate may not be asked; empty when it may."""
    barred = next((c.title for c in claim.citations if gate.hosted and c.document in away), "")
    return f"{gate.name} may not be sent what stands in {barred}" if barred else ""


def _asked(gate: Gate, wording: str, quotes: Sequence[str], place: str) -> str:
    try:
        return gate.doubt(wording, quotes, place)
    except (AssistantError, KnowledgeError) as error:
        return f"{gate.name} could not be asked. {str(error).rstrip('.')}"
    except Exception as error:  # the border to somebody else's model: what it did not judge is not shown
        return f"{gate.name} could not be asked ({type(error).__name__})"
