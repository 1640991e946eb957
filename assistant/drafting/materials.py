"""What a language model is given to reword a section: its paragraphs, and what they are to be understood by.

A paragraph that must not change is not given at all.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from typing import Literal

from assistant.drafting.document import PLACEHOLDER, Block, Section
from assistant.drafting.intake import Intake
from assistant.models import Citation
from knowledge.library import folded
from knowledge.sentences import sentences
from knowledge.specifications import Specification

MOST = 20
"""Sentences of one section that are given; a paragraph with which there would be more stays as it is."""


@dataclass(frozen=True, slots=True)
class Material:
    """A numbered passage: a paragraph of the section (`block` is its place there) or what explains it.

    `documents` are the ids of those whose words it may hold.
    """

    number: int
    kind: Literal["paragraph", "author's answer", "house passage"]
    title: str
    section: str
    words: str
    block: int | None = None
    citation: Citation | None = None
    documents: frozenset[str] = frozenset()

    @property
    def about(self) -> Mapping[str, str]:
        """What its mark tells of it."""
        return {"kind": self.kind, "title": self.title, "section": self.section}

    @property
    def spans(self) -> Sequence[tuple[str, int, int]]:
        """Where it stands in the library: version, start, end; nowhere for what the author wrote."""
        return [(self.citation.version, self.citation.start, self.citation.end)] if self.citation else []

    @property
    def sentences(self) -> tuple[tuple[int, int], ...]:
        """The spans of its sentences."""
        return tuple(sentences(self.words))

    def said(self, number: int) -> str:
        """One of its sentences, on one line."""
        start, end = self.sentences[number]
        return folded(self.words[start:end])


@dataclass(frozen=True, slots=True)
class Materials:
    """What is given, and why the other blocks stay as they are; both by their place in the section."""

    paragraphs: Mapping[int, Material]
    beside: tuple[Material, ...]
    stays: Mapping[int, str]

    @property
    def given(self) -> tuple[Material, ...]:
        """All that is given, by number; nothing where there is no paragraph to reword."""
        return (*self.paragraphs.values(), *self.beside) if self.paragraphs else ()

    @property
    def documents(self) -> frozenset[str]:
        """Ids of the documents whose words are given."""
        return frozenset(document for material in self.given for document in material.documents)


def materials(
    spec: Specification,
    section: Section,
    answers: Intake,
    house: Sequence[Citation],
    away: AbstractSet[str],
) -> Materials:
    """Everything that is given for a section, but for what rests on documents (by id) that stay `away`."""
    stays: dict[int, str] = {}
    paragraphs: dict[int, Material] = {}
    count = 0
    for place, block in enumerate(section.blocks):
        count += len(sentences(block.text))
        why = _stays(block, away) or (f"only {MOST} sentences are reworded at a time" if count > MOST else "")
        if why:
            stays[place] = why
            count -= len(sentences(block.text))
        else:
            number = len(paragraphs) + 1
            paragraphs[place] = Material(
                number, "paragraph", section.heading, "", block.text, place, documents=block.documents
            )
    asked = dict.fromkeys(name for place in paragraphs for name in section.blocks[place].answers)
    beside = [*_answers(spec, answers, asked, away), *_house(house, away)]
    numbered = (replace(one, number=number) for number, one in enumerate(beside, len(paragraphs) + 1))
    return Materials(paragraphs, tuple(numbered), stays)


def _stays(block: Block, away: AbstractSet[str]) -> str:
    """Why a block must stay as it is; empty when it may be reworded."""
    if block.kind != "text":
        return f"a {'quotation' if block.kind == 'quote' else block.kind} stays as it is"
    if PLACEHOLDER.search(block.text):
        return "it has an open place"
    if block.legal:
        return "it tells what a law says, and a lawyer confirms its wording"
    if not block.documents.isdisjoint(away):
        return "it rests on a document that is kept from hosted models"
    return "" if block.text.strip() else "it is empty"


def _answers(
    spec: Specification, answers: Intake, asked: Iterable[str], away: AbstractSet[str]
) -> Iterator[Material]:
    for name in asked:
        question, answer = spec.questions.get(name), answers.get(name)
        if question is None or answer is None or not answer.known or not answer.lines:
            continue
        if answer.documents.isdisjoint(away):
            words, named = "\n".join(answer.lines), answer.documents
            yield Material(0, "author's answer", question.question, "", words, documents=named)


def _house(house: Sequence[Citation], away: AbstractSet[str]) -> Iterator[Material]:
    for cited in dict.fromkeys(house):
        if cited.document not in away:
            place, named = (cited.title, cited.section), frozenset({cited.document})
            yield Material(0, "house passage", *place, cited.quote, citation=cited, documents=named)
