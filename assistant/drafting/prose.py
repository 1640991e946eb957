"""Sentences that a language model wrote for a section, held to it; and the section with those that hold.

A sentence stands for whole sentences of one paragraph, and is held to them both ways: it says nothing that
they do not, and they say nothing that it does not. So nothing gets into the document, and nothing is lost
from it; what the author answered and what the house's documents say explains a paragraph and adds nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from assistant.agreement import disagreement
from assistant.drafting.compose import sentence as as_sentence
from assistant.drafting.document import Block, Section, shortened
from assistant.drafting.materials import Material, Materials
from assistant.generation.located import NotQuoted, Place, markup, places, worded
from assistant.model.pieces import RawClaim
from assistant.models import Citation, Outcome
from knowledge.library import folded
from knowledge.terms import stems

_LIGHT = frozenset(stems("order same also even well long both from under while where wherever whether"))
"""Words that only join others: what they say is the gate's to hold."""
_SHORT = 90
"""Characters of a sentence that is named in a reason."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence as the model wrote it, what became of it, and what it stands for.

    `stands_for` are numbers of sentences of the paragraph; `rests` all that it quotes, as (kind, words);
    `citations` the house documents that it names.
    """

    text: str
    outcome: Outcome
    reason: str = ""
    block: int | None = None
    stands_for: tuple[int, ...] = ()
    rests: tuple[tuple[str, str], ...] = ()
    citations: tuple[Citation, ...] = ()


@dataclass(frozen=True, slots=True)
class Change:
    """Sentences of a paragraph, and the one that is to stand in their place."""

    block: int
    was: tuple[str, ...]
    now: Sentence


@dataclass(frozen=True, slots=True)
class Reworded:
    """A section with what could be held; `stays` says why of each other block, by its place."""

    section: Section
    changes: tuple[Change, ...]
    stays: Mapping[int, str]
    unheld: tuple[Sentence, ...]


@dataclass(frozen=True, slots=True)
class Holding:
    """What a sentence is held by, beside its own quotes.

    `place` is the title and heading over the section; `fault` says why a source may not be cited, `doubt`
    why another gate objects to a wording; both are empty when all is well.
    """

    place: str
    fault: Callable[[Citation], str]
    doubt: Callable[[str, Sequence[str], str], str]

    def held(self, raw: RawClaim, given: Sequence[Material]) -> Sentence:
        """A sentence with its quotes where they stand, and whether it may stand in the section."""
        text = worded(raw)
        try:
            found = places(raw, given)
        except NotQuoted as fault:
            return Sentence(text, Outcome.STRUCK, str(fault))
        cited = tuple(dict.fromkeys(m.citation for m, _ in found if m.citation))
        problem = next(filter(None, map(self.fault, cited)), "")
        if problem:
            return Sentence(text, Outcome.STRUCK, problem)
        own = _own(found)
        rests = tuple(dict.fromkeys(_rest(place) for place in found))
        paragraphs = {material.block: material for material, _ in own}
        if len(paragraphs) != 1:
            why = "joins two paragraphs" if paragraphs else "stands for no sentence of the section"
            return Sentence(text, Outcome.QUOTE_ONLY, f"it {why}", rests=rests)
        ((block, paragraph),) = paragraphs.items()
        numbers = tuple(sorted(number for _, number in own))
        was = [paragraph.said(number) for number in numbers]
        reason, named = self._more(text, was, cited)
        reason = reason or _less(text, was) or self.doubt(text, was, self.place)
        outcome = Outcome.QUOTE_ONLY if reason else Outcome.HELD
        return Sentence(text, outcome, reason, block, numbers, rests, () if reason else named)

    def _more(
        self, text: str, was: Sequence[str], cited: Sequence[Citation]
    ) -> tuple[str, tuple[Citation, ...]]:
        """Why a wording says more than what it stands for, and the source that it names, if it names one."""
        odd = markup(text, " ".join(was))
        if odd:
            return odd, ()
        reason = disagreement(text, was, _over(self.place, was))
        for one in cited if reason else ():
            over = f"{self.place} - {one.title} - {one.section}"
            if not disagreement(text, was, _over(over, was)):
                return "", (one,)
        return reason, ()


def _over(place: str, quotes: Sequence[str]) -> str:
    """What stands over each of the quotes, a line each."""
    return "\n".join([place] * len(quotes))


def _less(text: str, was: Sequence[str]) -> str:
    """Why a wording says less than what it stands for; empty when it says all of it."""
    for one in was:
        lost = disagreement(one, [text], "")
        if lost:
            told = lost.replace("the wording", "the paragraph").replace("the quote", "the new sentence")
            return f"it does not say all of “{shortened(one, _SHORT)}”: {told}"
        if _drops(text, one, was):
            return f"it leaves out something of “{shortened(one, _SHORT)}”"
    return ""


def _drops(text: str, one: str, was: Sequence[str]) -> bool:
    """Whether a wording leaves out words of a sentence without others in their place.

    The gate lets a claim pass over light words ("the reason", "who work here"), as an answer may; in a
    document they can be one of the things that a rule lists.
    """
    new, every = _weighty(text), _weighty(" ".join(was))
    return len(_weighty(one) - new) > len(new - every)


def _weighty(text: str) -> frozenset[str]:
    return frozenset(stems(text)) - _LIGHT


def _own(found: Iterable[Place[Material]]) -> list[tuple[Material, int]]:
    """The sentences of paragraphs that the quotes touch, each once."""
    touched = [
        (material, number)
        for material, (start, end) in found
        if material.block is not None
        for number, (first, last) in enumerate(material.sentences)
        if first < end and start < last
    ]
    return list(dict.fromkeys(touched))


def _rest(place: Place[Material]) -> tuple[str, str]:
    material, (start, end) = place
    return material.kind, folded(material.words[start:end])


def reworded(section: Section, given: Materials, sentences: Sequence[Sentence]) -> Reworded:
    """The section with every paragraph replaced of which no sentence is missing in what holds."""
    blocks, changes, stays = list(section.blocks), list[Change](), dict(given.stays)
    for place, paragraph in given.paragraphs.items():
        chosen = _chosen(s for s in sentences if s.outcome is Outcome.HELD and s.block == place)
        made = _block(section.blocks[place], chosen)
        why = _incomplete(paragraph, chosen)
        if folded(made.text) == folded(paragraph.words):
            why = "it came out as it was"
        if why:
            stays[place] = why
        else:
            blocks[place] = made
            changes += [Change(place, tuple(map(paragraph.said, s.stands_for)), s) for s in chosen]
    done = {change.block for change in changes}
    unheld = tuple(s for s in sentences if s.outcome is not Outcome.HELD and s.block not in done)
    made_section = section.model_copy(update={"blocks": tuple(blocks)})
    return Reworded(made_section, tuple(changes), dict(sorted(stays.items())), unheld)


def _chosen(held: Iterable[Sentence]) -> list[Sentence]:
    """Of the sentences for one paragraph those that stand for all they can without saying anything twice."""
    chosen: list[Sentence] = []
    for one in sorted(held, key=lambda s: -len(s.stands_for)):
        if not any(set(one.stands_for) & set(other.stands_for) for other in chosen):
            chosen.append(one)
    return sorted(chosen, key=lambda s: s.stands_for)


def _incomplete(paragraph: Material, chosen: Sequence[Sentence]) -> str:
    """Why a paragraph cannot be replaced: what of it is in none of the new sentences."""
    there = {number for one in chosen for number in one.stands_for}
    lacking = (n for n in range(len(paragraph.sentences)) if n not in there)
    first = next(lacking, None)
    return "" if first is None else f"nothing held says “{shortened(paragraph.said(first), _SHORT)}”"


def _block(block: Block, chosen: Sequence[Sentence]) -> Block:
    """The paragraph in its new words; it serves and rests on what it did."""
    named: Iterator[Citation] = (cited for one in chosen for cited in one.citations)
    text = " ".join(as_sentence(one.text) for one in chosen)
    return block.model_copy(
        update={"text": text, "citations": tuple(dict.fromkeys((*block.citations, *named)))}
    )
