"""Sensitive subjects: which of them a question or an answer touches. The list belongs to the organisation."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cached_property
from pathlib import Path

import yaml
from pydantic import Field, TypeAdapter, ValidationError

from assistant.models import Frozen

BUNDLED = Path(__file__).parent / "subjects.yaml"


class Subject(Frozen):
    """A subject and the words by which it is recognised; `*` at the end of a word stands for any ending."""

    id: str = Field(pattern=r"^[a-z][a-z0-9-]{1,38}$")
    name: str = Field(min_length=2, max_length=60)
    terms: tuple[str, ...] = Field(min_length=1)

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """The terms as whole words, with any white space between the words of a phrase."""
        return re.compile(rf"(?<!\w)(?:{'|'.join(map(_term, self.terms))})(?!\w)", re.IGNORECASE)


_SUBJECTS = TypeAdapter(tuple[Subject, ...])


def _term(words: str) -> str:
    return r"\s+".join(re.escape(word).replace(r"\*", r"\w*") for word in words.split())


def subjects(home: Path) -> tuple[Subject, ...]:
    """The organisation's list, or the one that comes along; ValueError when its file is not usable."""
    own = home / "subjects.yaml"
    try:
        rows = yaml.safe_load((own if own.exists() else BUNDLED).read_text("utf-8"))
        found = _SUBJECTS.validate_python(rows or ())
    except yaml.YAMLError as error:
        raise ValueError(f"subjects.yaml is not YAML: {' '.join(str(error).split())}") from error
    except ValidationError as error:
        fault = error.errors()[0]
        place = ".".join(map(str, fault["loc"])) or "the top"
        raise ValueError(
            f"subjects.yaml, entry {place}: {fault['msg']}. An entry reads {{id: children, name: children, "
            "terms: [child, pupil*]}"
        ) from error
    if len({subject.id for subject in found}) < len(found):
        raise ValueError("subjects.yaml names an id twice. Give each subject an id of its own")
    return found


def touched(known: Iterable[Subject], *texts: str) -> tuple[Subject, ...]:
    """The subjects that any of the texts touches, in the order of the list."""
    return tuple(subject for subject in known if any(map(subject.pattern.search, texts)))
