"""What a document serves and what a reviewer would stop at, before it is submitted."""

from __future__ import annotations

from collections import Counter
from typing import Literal

import streamlit as st

from assistant.drafting.against import against
from assistant.drafting.coverage import Coverage, coverage
from assistant.drafting.document import Document
from assistant.drafting.lint import Finding, lint
from assistant.drafting.manuscript import Manuscript
from assistant.ui.markup import Chip, block, lines, meta
from assistant.ui.session import home
from assistant.wording import where
from knowledge.specifications import Specification

_TONES: dict[Coverage, Literal["plain", "urgent", "good"]] = {
    Coverage.COVERED: "good",
    Coverage.PARTLY: "plain",
    Coverage.OPEN: "urgent",
}


def show(held: Manuscript, spec: Specification) -> None:
    """Draw the findings, then the coverage."""
    if held.document is None:
        st.info("Nothing is composed yet, so there is nothing to check.")
        return
    _findings(held, held.document, spec)
    _coverage(held.document, spec)
    with st.expander("What the reviewer checks"):
        lines("", *spec.reviewer_checks)
    if spec.traps:
        with st.expander("What usually goes wrong"):
            lines("", *spec.traps)


def _findings(held: Manuscript, document: Document, spec: Specification) -> None:
    block("Findings", "question")
    found = [*lint(spec, document), *_against(held, document)]
    if not found:
        st.success("Nothing stands out. What the document says is still for a reviewer to judge.")
    counts = Counter(finding.kind for finding in found)
    meta([Chip(_counted(count, kind)) for kind, count in counts.most_common()])
    headings = {section.id: section.heading for section in document.sections}
    for kind in counts:
        with st.expander(_counted(counts[kind], kind), expanded=kind == "conflict"):
            for finding in found:
                if finding.kind == kind:
                    _finding(finding, headings)


_MANY = {
    "open place": "open places",
    "rule without id": "rules without an id",
    "unknown id": "unknown ids",
    "undefined term": "undefined terms",
    "guarantee": "guarantees",
    "conflict": "conflicts with documents in force",
    "source not in force": "sources not in force",
    "empty section": "empty sections",
    "law": "passages on law, for a lawyer to confirm",
}


def _counted(count: int, kind: str) -> str:
    return f"{count} {_MANY[kind] if count > 1 else kind}"


def _finding(finding: Finding, headings: dict[str, str]) -> None:
    place = headings.get(finding.section, finding.section)
    number = f", paragraph {finding.block}" if finding.block else ""
    sources = [f"{where(c)}: “{c.quote}”" for c in finding.citations]
    lines(finding.text, f"{place}{number}", f"{finding.problem} {finding.remedy}", *sources)


def _against(held: Manuscript, document: Document) -> tuple[Finding, ...]:
    """Held against the library once for a state of both: it takes a search for each rule."""
    key = f"against-{held.id}-{held.newest}-{home().index.state().revision}"
    if key not in st.session_state:
        with st.spinner("Comparing with the documents in force …"):
            st.session_state[key] = against(home(), document, held.revises)
    found: tuple[Finding, ...] = st.session_state[key]
    return found


def _coverage(document: Document, spec: Specification) -> None:
    block("Coverage", "question")
    st.caption(
        "Where the document speaks of each obligation. Whether it fulfils it is for the reviewer to say."
    )
    served = coverage(spec, document)
    counts = Counter(one.coverage for one in served)
    meta([Chip(f"{counts[state]} {state}", _TONES[state]) for state in Coverage if counts[state]])
    wanted = st.segmented_control("Show", list(Coverage), key="coverage-shown", selection_mode="multi")
    for one in served:
        if wanted and one.coverage not in wanted:
            continue
        meta([Chip(one.id), Chip(one.coverage, _TONES[one.coverage])], one.asks)
        lines(
            "", one.why, *(f"{place.heading}, paragraph {place.block}: {place.text}" for place in one.places)
        )
