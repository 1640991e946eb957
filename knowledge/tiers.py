"""Schemes by which AI systems are put into tiers: their questions, weights and rules, as data.

One YAML file a scheme below `data/tiers`, checked when it is read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache, cached_property
from pathlib import Path
from typing import Literal, Self, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from knowledge.data_files import data
from knowledge.errors import KnowledgeError
from knowledge.requirements import DATA

FOLDER = DATA / "tiers"
NONE = "none"
"""The answer to a question with several options of which none holds."""
Type = Literal["yes_no_unknown", "choice", "multi", "text", "date", "number"]


class BadScheme(KnowledgeError):
    """A file of a scheme that cannot be followed, with what is wrong."""


class _Data(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Asked(_Data):
    """A question: `options` maps what is stored to what is shown; `most` bounds a number."""

    id: str
    question: str
    help: str = ""
    type: Type
    options: Mapping[str, str] = Field(default_factory=dict)
    visible_if: Mapping[str, tuple[str, ...]] = Field(
        default_factory=dict, description="Answers to another question with which it is asked."
    )
    most: int = 0


class Condition(_Data):
    """What a rule looks for: an answer, or conditions joined; exactly one of fact, all_of, any_of, not."""

    says: str = ""
    fact: str | None = None
    is_: tuple[str, ...] = Field(default=(), alias="is", description="Answers, one of which makes it hold.")
    any: bool = Field(default=False, description="Whether every option makes it hold.")
    not_: Condition | None = Field(default=None, alias="not")
    all_of: tuple[Condition, ...] = ()
    any_of: tuple[Condition, ...] = ()
    owed_by: str = Field(default="", description="The role that a duty falls on.")

    @model_validator(mode="after")
    def _one(self) -> Condition:
        if sum(map(bool, (self.fact, self.not_, self.all_of, self.any_of))) != 1:
            raise ValueError("a condition is one of fact, all_of, any_of or not")
        if bool(self.fact) != bool(self.is_ or self.any):
            raise ValueError("a fact needs the answers under `is`, or `any`; nothing else does")
        return self

    @property
    def parts(self) -> tuple[Condition, ...]:
        """The conditions that it joins."""
        return (*self.all_of, *self.any_of, *([self.not_] if self.not_ else []))

    @property
    def facts(self) -> Iterator[str]:
        """The questions that it looks at, in order."""
        yield from [self.fact] if self.fact else []
        for part in self.parts:
            yield from part.facts


class Rule(_Data):
    """A rule of a scheme and where it stands in the law."""

    id: str
    says: str
    then: str
    cite: tuple[str, ...] = ()
    all_of: tuple[Condition, ...] = ()
    any_of: tuple[Condition, ...] = ()
    otherwise: bool = False
    on_top: bool = Field(default=False, description="A duty that comes on top of the tier.")
    decides: bool = Field(default=False, description="When it holds, no later rule is tested.")
    needs: str = Field(default="", description="The tier without which the duty is not owed.")
    lifts: tuple[str, ...] = Field(default=(), description="Rules that do not count when this one holds.")
    owed_by: str = ""
    applies_from: date | None = None
    confirm: bool = Field(default=False, description="It rests on sources that are to be confirmed.")
    exceptions: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @cached_property
    def condition(self) -> Condition | None:
        """When it holds; None for the rule of what is left."""
        if self.otherwise:
            return None
        return Condition(all_of=self.all_of, any_of=self.any_of)


class Tier(_Data):
    """A tier of a scheme, and who approves a system in it."""

    id: str
    label: str
    approver: str = ""


class RuleScheme(_Data):
    """A scheme whose rules are tested in order; `tiers` go from the lowest up."""

    id: str
    name: str
    version: str
    warnings: tuple[str, ...]
    confirm: str = ""
    legacy: str = ""
    tiers: tuple[Tier, ...] = Field(min_length=2)
    steps: Mapping[str, tuple[str, ...]]
    questions: tuple[Asked, ...]
    rules: tuple[Rule, ...] = Field(min_length=2)

    def rank(self, tier: str) -> int:
        """The place of a tier from the lowest up."""
        return next(place for place, one in enumerate(self.tiers) if one.id == tier)

    @model_validator(mode="after")
    def _sound(self) -> Self:
        asked = [question.id for question in self.questions]
        if sorted(asked) != sorted(name for step in self.steps.values() for name in step):
            raise ValueError("every question stands in one step")
        tiers = {tier.id for tier in self.tiers}
        for rule in self.rules:
            if not rule.on_top and rule.then not in tiers:
                raise ValueError(f"rule {rule.id} gives the tier {rule.then}, which does not exist")
            for condition in _facts(rule.condition):
                known = next((q for q in self.questions if q.id == condition.fact), None)
                strays = set(condition.is_) - set(known.options) if known and known.options else set()
                if strays:
                    raise ValueError(f"rule {rule.id}: {condition.fact} has no answer {sorted(strays)[0]}")
        return self


def _facts(condition: Condition | None) -> Iterator[Condition]:
    if condition and condition.fact:
        yield condition
    for part in condition.parts if condition else ():
        yield from _facts(part)


class Weighed(_Data):
    """An answer and its points."""

    key: str
    score: int = Field(ge=0)
    label: str


class WeighedQuestion(_Data):
    """A question whose answers give points; several answers add up."""

    id: str
    group: str
    area: str
    question: str
    help: str = ""
    type: Literal["single", "multi"]
    answers: tuple[Weighed, ...] = Field(min_length=2)
    visible_if: Mapping[str, tuple[str, ...]] = Field(default_factory=dict)

    @cached_property
    def scores(self) -> Mapping[str, int]:
        """Points by answer."""
        return {answer.key: answer.score for answer in self.answers}

    @property
    def most(self) -> int:
        """The points of its worst answers."""
        return sum(self.scores.values()) if self.type == "multi" else max(self.scores.values())

    @property
    def asked(self) -> Asked:
        """The question as the interview puts it."""
        return Asked(
            id=self.id,
            question=self.question,
            help=self.help,
            type="multi" if self.type == "multi" else "choice",
            options={answer.key: answer.label for answer in self.answers},
            visible_if=self.visible_if,
        )


class MitigationArea(_Data):
    """An area in which measures give points, and the question for their sum."""

    id: str
    max: int
    question: str


class Level(_Data):
    """A level: its upper bound in per cent of all points."""

    level: str
    upper_pct: int
    meaning: str


class LevelRequirement(_Data):
    """What levels require in one respect."""

    topic: str
    levels: tuple[str, ...]
    text: str


class PointScheme(_Data):
    """The Canadian assessment: points of risk, points of mitigation, levels."""

    id: str
    name: str
    version: str
    applies_to: str
    raw_max: int
    mitigation_max: int
    mitigation_share: int = Field(description="Per cent of the mitigation points from which they count.")
    reduction: int = Field(description="Per cent by which they then reduce the score.")
    group_maxima: Mapping[str, int]
    levels: tuple[Level, ...]
    mitigation_areas: tuple[MitigationArea, ...]
    warnings: tuple[str, ...]
    requirements: tuple[LevelRequirement, ...]
    questions: tuple[WeighedQuestion, ...]

    @model_validator(mode="after")
    def _adds_up(self) -> Self:
        for group, most in self.group_maxima.items():
            if sum(q.most for q in self.questions if q.group == group) != most:
                raise ValueError(f"the questions on {group} do not add up to {most} points")
        if sum(self.group_maxima.values()) != self.raw_max:
            raise ValueError(f"the groups do not add up to {self.raw_max} points")
        if sum(area.max for area in self.mitigation_areas) != self.mitigation_max:
            raise ValueError(f"the areas of mitigation do not add up to {self.mitigation_max} points")
        return self

    def level(self, score: int) -> Level:
        """The level of a score."""
        return next(one for one in self.levels if 100 * score <= one.upper_pct * self.raw_max)


_Scheme = TypeVar("_Scheme", RuleScheme, PointScheme)


def _read(file: Path, kind: type[_Scheme]) -> _Scheme:
    try:
        return kind.model_validate(data(file))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise BadScheme(f"{file.name} cannot be read: {error}") from error
    except ValidationError as error:
        faults = "; ".join(f"{'.'.join(map(str, f['loc']))}: {f['msg']}".lstrip(": ") for f in error.errors())
        raise BadScheme(f"{file.name} cannot be followed: {faults}") from error


@cache
def canada_aia(file: Path = FOLDER / "canada-aia.yaml") -> PointScheme:
    """The Canadian Algorithmic Impact Assessment."""
    return _read(file, PointScheme)


@cache
def eu_ai_act(file: Path = FOLDER / "eu-ai-act.yaml") -> RuleScheme:
    """The AI Act."""
    return _read(file, RuleScheme)


@cache
def internal(file: Path = FOLDER / "internal.yaml") -> RuleScheme:
    """The organisation's own tiers."""
    return _read(file, RuleScheme)
