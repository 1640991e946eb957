"""Abbreviations and what they stand for, recognised in both directions.

The list that comes along is `data/glossary.yaml`; a file of the same shape in a home adds to it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError


class Term(BaseModel):
    """An abbreviation and the wordings of what it stands for; `cased` ones count in this spelling only."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    short: str = Field(min_length=2, max_length=40)
    long: tuple[str, ...] = Field(min_length=1)
    cased: bool = False


_TERMS = TypeAdapter(tuple[Term, ...])


class Glossary:
    """Says a question the other way round."""

    def __init__(self, terms: Sequence[Term] = ()) -> None:
        """Take the terms; of two with the same abbreviation both count."""
        self.terms = tuple(terms)
        self._shorts = [(_whole(term.short, term.cased), term) for term in self.terms]
        self._longs = [(_whole(words, False), term) for term in self.terms for words in term.long]

    @classmethod
    def with_own(cls, path: Path) -> Glossary:
        """The list that comes along and that of a file, if there is one; ValueError when it is not usable."""
        bundled = (files("knowledge.data") / "glossary.yaml").read_text("utf-8")
        own = _terms(path.read_text("utf-8"), path) if path.exists() else ()
        return cls(own + _terms(bundled, Path("glossary.yaml")))

    def variants(self, question: str) -> list[str]:
        """The question with its abbreviations written out, and with its terms abbreviated: up to two."""
        written, abbreviated = question, question
        for pattern, term in self._shorts:
            written = pattern.sub(_literal(term.long[0]), written)
        for pattern, term in self._longs:
            abbreviated = pattern.sub(_literal(term.short), abbreviated)
        return [text for text in dict.fromkeys((written, abbreviated)) if text != question]

    def spelt_out(self, question: str) -> str:
        """The question with what an abbreviation stands for behind it."""
        for pattern, term in self._shorts:
            if term.long[0].lower() not in question.lower():
                question = pattern.sub(rf"\g<0> ({_literal(term.long[0])})", question, count=1)
        return question


def _whole(words: str, cased: bool) -> re.Pattern[str]:
    """The words as whole words, with any white space between them; a plural s may follow."""
    body = r"\s+".join(map(re.escape, words.split()))
    return re.compile(rf"(?<!\w){body}(?:s)?(?!\w)", 0 if cased else re.IGNORECASE)


def _literal(words: str) -> str:
    """Words as a replacement that stands for itself."""
    return words.replace("\\", r"\\")


def _terms(text: str, path: Path) -> tuple[Term, ...]:
    try:
        return _TERMS.validate_python(yaml.safe_load(text) or ())
    except yaml.YAMLError as error:
        raise ValueError(f"{path.name} is not YAML: {' '.join(str(error).split())}") from error
    except ValidationError as error:
        fault = error.errors()[0]
        place = ".".join(map(str, fault["loc"])) or "the top"
        raise ValueError(
            f"{path.name}, entry {place}: {fault['msg']}. An entry reads {{short: SoA, long: [statement of "
            "applicability]}}"
        ) from error
