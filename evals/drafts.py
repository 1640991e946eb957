"""What drafts are worth: each type from a realistic intake, its sections, ids, coverage and findings."""

from __future__ import annotations

import io
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from assistant.drafting.against import against
from assistant.drafting.compose import compose
from assistant.drafting.coverage import Coverage, coverage
from assistant.drafting.document import Document, Header
from assistant.drafting.house import finder
from assistant.drafting.intake import intake
from assistant.drafting.lint import lint, rule, said
from assistant.exporting.docx import write
from assistant.home import Home
from knowledge.requirements import requirements
from knowledge.specifications import Specification, specifications


@dataclass(frozen=True, slots=True)
class Drafted:
    """One draft. `rules` are its normative sentences, `carried` those whose paragraph has existing ids."""

    type: str
    seconds: float
    sections: int
    filled: int
    rules: int
    carried: int
    placeholders: int
    covered: int
    partly: int
    open: int
    findings: dict[str, int]
    docx_headings: int


def drafts(home: Home, folder: Path) -> Iterator[Drafted]:
    """Every type that has an intake `<type>.yaml` in the folder, in the order of their titles."""
    for name, spec in specifications().items():
        file = folder / f"{name}.yaml"
        if file.is_file():
            raw: dict[str, Any] = yaml.safe_load(file.read_text("utf-8")) or {}
            yield _drafted(home, spec, raw)


def _drafted(home: Home, spec: Specification, raw: dict[str, Any]) -> Drafted:
    header = Header(id="measure", title=spec.title, form=spec.form, organisation="Example organisation")
    header = header.model_copy(update={"owner": "the document owner", "approver": spec.approver})
    given = intake(spec, raw)
    began = time.perf_counter()
    document = compose(spec, given, header, finder(home))
    seconds = time.perf_counter() - began
    served = Counter(one.coverage for one in coverage(spec, document))
    normative = list(_rules(document))
    return Drafted(
        type=spec.id,
        seconds=seconds,
        sections=len(spec.sections),
        filled=sum(1 for s in document.sections if any(True for b in s.blocks for _ in b.words)),
        rules=len(normative),
        carried=sum(normative),
        placeholders=len(document.placeholders),
        covered=served[Coverage.COVERED],
        partly=served[Coverage.PARTLY],
        open=served[Coverage.OPEN],
        findings=dict(Counter(f.kind for f in [*lint(spec, document), *against(home, document)])),
        docx_headings=_headings(document),
    )


def _rules(document: Document) -> Iterator[bool]:
    """Of each normative sentence, whether its paragraph names ids and all of them exist."""
    held = requirements()
    for _, block in document.blocks:
        carried = bool(block.requirements) and all(held.knows(name) for name in block.requirements)
        yield from (carried for sentence in said(block) if rule(sentence))


def _headings(document: Document) -> int:
    """How many of the document's sections a DOCX of it has as headings, read back by another library."""
    from docx import Document as open_docx

    made = open_docx(io.BytesIO(write(document)))
    titles = [p.text for p in made.paragraphs if p.style is not None and p.style.name.startswith("Heading")]
    return sum(1 for section in document.sections if any(section.heading in title for title in titles))
