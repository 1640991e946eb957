"""Lint: what a reviewer of a document would stop at, found before it is submitted."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Literal

from assistant.drafting.document import PLACEHOLDER, Block, Document, Section, shortened
from assistant.models import Citation, Frozen
from knowledge.mentions import mentions
from knowledge.requirements import requirements
from knowledge.sentences import sentences
from knowledge.specifications import NORMATIVE, Specification

FindingKind = Literal[
    "open place",
    "rule without id",
    "unknown id",
    "undefined term",
    "guarantee",
    "conflict",
    "source not in force",
    "empty section",
    "law",
]


class Finding(Frozen):
    """One thing to look at, where it stands and what to do about it."""

    kind: FindingKind
    section: str
    block: int | None = None
    """Number in the section, from 1; None for the section itself."""
    text: str
    problem: str
    remedy: str
    citations: tuple[Citation, ...] = ()


Check = Callable[[Specification, Section, Block], Iterable[tuple[FindingKind, str, str, str]]]
"""Kind, words, problem and remedy of what a check finds in one block."""


def lint(spec: Specification, document: Document) -> tuple[Finding, ...]:
    """What can be told from the document alone, in reading order; `against` adds what the library tells."""
    defined = _defined(document)
    found: list[Finding] = []
    for section in document.sections:
        if not any(True for block in section.blocks for _ in block.words):
            remedy = "Write it, or say in it why it does not apply."
            found.append(_finding(section, None, "empty section", section.heading, "It has no text.", remedy))
        for number, block in enumerate(section.blocks, start=1):
            for check in CHECKS:
                found += [_finding(section, number, *one) for one in check(spec, section, block)]
            found += [_finding(section, number, *one) for one in _undefined(spec, block, defined)]
    return tuple(_once(found))


def _finding(
    section: Section, block: int | None, kind: FindingKind, text: str, problem: str, remedy: str
) -> Finding:
    return Finding(
        kind=kind,
        section=section.id,
        block=block,
        text=shortened(text, 240),
        problem=problem,
        remedy=remedy,
    )


def _once(found: Iterable[Finding]) -> Iterator[Finding]:
    """Each finding once; a term and an open place are told where they first stand."""
    told: set[tuple[str, ...]] = set()
    for finding in found:
        once = finding.kind in ("undefined term", "open place")
        place = () if once else (finding.section, str(finding.block))
        key = (finding.kind, finding.text, *place)
        if key not in told:
            told.add(key)
            yield finding


def said(block: Block) -> Iterator[str]:
    """The sentences of a block in the document's own voice, house quotations left out."""
    quoted = {citation.quote for citation in block.citations} if block.kind == "quote" else set()
    for words in block.words:
        if words not in quoted:
            yield from (words[start:end] for start, end in sentences(words))


def rule(sentence: str) -> bool:
    """Whether a sentence sets a rule."""
    return bool(NORMATIVE.search(PLACEHOLDER.sub(" ", sentence)))


def _open(_: Specification, __: Section, block: Block) -> Iterator[tuple[FindingKind, str, str, str]]:
    for words in block.words:
        for place in PLACEHOLDER.finditer(words):
            what = place.group(1).strip() or "something"
            yield (
                "open place",
                what,
                "It is still to be supplied.",
                "Answer the question, or edit the section.",
            )


def _uncited(_: Specification, __: Section, block: Block) -> Iterator[tuple[FindingKind, str, str, str]]:
    if block.requirements:
        return
    for sentence in said(block):
        if rule(sentence):
            problem = "It sets a rule and names no requirement that it serves."
            yield "rule without id", sentence, problem, "Add the ids behind the paragraph, as in [A.9.2]."


def _unknown(_: Specification, __: Section, block: Block) -> Iterator[tuple[FindingKind, str, str, str]]:
    held = requirements()
    named = [name for name in block.requirements if not held.knows(name)]
    named += [m.id for sentence in said(block) for m in mentions(sentence) if not m.known and _ours(m.id)]
    for name in dict.fromkeys(named):
        yield "unknown id", name, held.refusal(name), "Name the clause or control that is meant."


def _ours(name: str) -> bool:
    """Whether an id can be meant as the standard's; "section 3" of another text is not."""
    return name.startswith("A.") or "." in name or name.split("-")[0] in _CLAUSES


_CLAUSES = frozenset("4 5 6 7 8 9 10".split())


_GUARANTEES = re.compile(
    r"\b(?:(?:ensur|guarante|assur)\w*\b[^.;]{0,40}?\b(?:complian\w+|conformity|lawful\w*|fairness|accuracy|"
    r"safety)|(?:fully|totally|completely|100\s?%)\s+(?:complian\w+|secure|accurate|fair|safe|unbiased)|"
    r"compl(?:y|ies) (?:fully |entirely )?with all\b|guarante\w+|eliminates? (?:all |every |any )?"
    r"(?:risks?|bias|harms?)|(?:poses?|has|have|with|carr(?:y|ies)) (?:zero|no) "
    r"(?:risks?|bias)\b(?! (?:assess|manag|regist))|risk-free|bias-free|"
    r"legally (?:safe|compliant)|ISO(?:/IEC)? 42001[- ](?:compliant|certified) (?:product|system|model)s?)",
    re.IGNORECASE,
)
_DENIED = re.compile(r"\b(?:not?|never|cannot|nor|without|neither)\b[^.;]{0,40}$", re.IGNORECASE)


def _guarantee(_: Specification, __: Section, block: Block) -> Iterator[tuple[FindingKind, str, str, str]]:
    for sentence in said(block):
        for match in _GUARANTEES.finditer(sentence):
            if not _DENIED.search(sentence[: match.start()]):
                problem = f"“{match.group()}” promises what no document can."
                yield "guarantee", sentence, problem, "Say what is done, not what it will achieve."


def _law(_: Specification, __: Section, block: Block) -> Iterator[tuple[FindingKind, str, str, str]]:
    if block.legal:
        text = next(iter(block.words), "")
        yield "law", text, "It tells what a law says.", "A lawyer confirms it before approval."


CHECKS: tuple[Check, ...] = (_open, _uncited, _unknown, _guarantee, _law)

_SHORT = re.compile(r"(?<![-/.])\b(?![IVXLC]+\b)[A-Z][A-Z]{1,5}s?\b(?!-\w)")
"""Not a Roman numeral, and no part of a longer name such as EUR-Lex or RA-2026."""
_COMMON = frozenset(
    "AI EU ISO IEC NIST ID US UK PDF CSV URL IT HR OK GDPR OJ NOT AND OR NO YES DRAFT AIMS".split()
)
"""Short forms that any reader of a governance document knows, and words that are set in capitals."""


def _defined(document: Document) -> str:
    """The text in which terms are defined: lists of definitions, and short forms beside their long ones."""
    definitions = [
        item for _, block in document.blocks for item in block.items if re.search(r"\bmeans\b", item)
    ]
    beside = [
        match.group()
        for _, block in document.blocks
        for text in block.words
        for match in re.finditer(r"\([A-Z]{2,6}s?\)|\b[A-Z]{2,6}s? \([a-z][^)]*\)", text)
    ]
    return " ".join([*definitions, *beside])


def _undefined(
    spec: Specification, block: Block, defined: str
) -> Iterator[tuple[FindingKind, str, str, str]]:
    for sentence in said(block):
        for match in _SHORT.finditer(PLACEHOLDER.sub(" ", sentence)):
            name = match.group().rstrip("s")
            if name not in _COMMON and not re.search(rf"\b{name}s?\b", defined):
                problem = f"{match.group()} is not spelt out anywhere in the document."
                yield "undefined term", match.group(), problem, "Write it out where it first stands."
        for term in spec.terms:
            whole = rf"(?i)\b{re.escape(term)}"
            if re.search(whole, sentence) and not re.search(rf"{whole}s? means\b", defined):
                problem = f"“{term}” is a defined term, and its definition is missing."
                yield "undefined term", term, problem, "Put the definition back into the document."
