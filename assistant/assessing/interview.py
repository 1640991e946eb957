"""The interview on an AI system: what is asked, and the answers, read and checked.

One interview feeds every scheme and every view. What is not answered, or answered `unknown`, is not in it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from difflib import get_close_matches
from functools import cache
from typing import Any

from assistant.errors import NotPossible
from assistant.models import Frozen
from knowledge.formats.builder import clean
from knowledge.tiers import NONE, Asked, canada_aia, eu_ai_act, internal

UNKNOWN, UNSURE = "unknown", "unsure"
NARRATIVE = "impact-assessment"
"""The document specification whose answers an interview carries along."""
RAW, MITIGATION = "aia_raw", "aia_mitigation"
"""The totals of the Canadian tool, for those who have filled it in already."""
MOST = 20_000
"""Characters that one answer may have."""

Answers = Mapping[str, tuple[str, ...]]
"""Answers by id of question; `none` alone says that no option of several holds."""


class Interview(Frozen):
    """Checked answers, and those to the narrative questions as they were given."""

    answers: Mapping[str, tuple[str, ...]] = {}
    narrative: Mapping[str, Any] = {}


class Step(Frozen):
    """A part of the interview."""

    title: str
    about: str
    questions: tuple[str, ...]


@cache
def questions() -> Mapping[str, Asked]:
    """Every question by id, in the order of the interview."""
    aia = canada_aia()
    found = [
        *eu_ai_act().questions,
        *internal().questions,
        Asked(
            id=RAW,
            question="What raw impact score does the tool give, if you have filled it in?",
            help="Then the single questions on risk below are left out.",
            type="number",
            most=aia.raw_max,
        ),
        Asked(
            id=MITIGATION,
            question="What mitigation score does the tool give, if you have filled it in?",
            help="Then the four sums below are left out.",
            type="number",
            most=aia.mitigation_max,
        ),
        *(one.asked for one in aia.questions),
        *(
            Asked(id=one.id, question=one.question, type="number", most=one.max)
            for one in aia.mitigation_areas
        ),
    ]
    return {one.id: one for one in found}


@cache
def steps() -> tuple[Step, ...]:
    """The interview part by part."""
    aia = canada_aia()
    made = [
        Step(title=title, about=scheme.name, questions=ids)
        for scheme in (eu_ai_act(), internal())
        for title, ids in scheme.steps.items()
    ]
    made.append(Step(title="Totals of the Canadian tool", about=aia.name, questions=(RAW, MITIGATION)))
    for group in aia.group_maxima:
        ids = tuple(one.id for one in aia.questions if one.group == group)
        made.append(Step(title=f"Risk: {group.lower()}", about=aia.name, questions=ids))
    areas = tuple(area.id for area in aia.mitigation_areas)
    return (*made, Step(title="Mitigation", about=aia.name, questions=areas))


def interview(raw: Mapping[str, Any]) -> Interview:
    """An interview as a file or a form gives it.

    Raises NotPossible, which names the question and what it takes, for an unknown id or a wrong answer.
    """
    answers: dict[str, tuple[str, ...]] = {}
    narrative: dict[str, Any] = {}
    for name, value in raw.items():
        if str(name).startswith(f"{NARRATIVE}."):
            narrative[str(name)] = _plain(str(name), value)
            continue
        given = answered(_question(str(name)), value)
        if given is not None:
            answers[str(name)] = given
    _no_total_beside_its_parts(answers)
    return Interview(answers=answers, narrative=_told(narrative))


def _question(name: str) -> Asked:
    if name in questions():
        return questions()[name]
    near = get_close_matches(name, list(questions()), 3) or list(questions())[:3]
    raise NotPossible(
        f"The interview does not ask {name[:80]!r}. Did you mean {', '.join(near)}? "
        f"Narrative answers are named {NARRATIVE}.q1 and so on."
    )


def answered(question: Asked, value: Any) -> tuple[str, ...] | None:
    """One answer as it is stored; None when it is open. Raises NotPossible for what is no answer to it."""
    if value is None or value == "" or value == UNKNOWN:
        return None
    if isinstance(value, Mapping) or (isinstance(value, (list, tuple)) and question.type != "multi"):
        raise NotPossible(f"{question.id}: one value is wanted. {_wanted(question)}")
    if question.type == "multi":
        return _several(question, value)
    if question.type == "number":
        return (_number(question, value),)
    text = "yes" if value is True else "no" if value is False else clean(str(value)).strip()
    if len(text) > MOST:
        raise NotPossible(f"{question.id}: an answer has at most {MOST} characters.")
    if question.type == "text":
        return (text,) if text else None
    if question.type == "date":
        return (_date(question, text),)
    return (_option(question, text),)


def _several(question: Asked, value: Any) -> tuple[str, ...]:
    parts = value if isinstance(value, (list, tuple, set, frozenset)) else [value]
    given = {_option(question, str(part)) for part in parts} or {NONE}
    if NONE in given and len(given) > 1:
        raise NotPossible(f"{question.id}: {NONE} goes with no other answer.")
    ordered = [*question.options, NONE, UNKNOWN]
    return tuple(sorted(given, key=ordered.index))


def _option(question: Asked, text: str) -> str:
    extra = (NONE, UNKNOWN) if question.type == "multi" else ()
    yes_no = question.type == "yes_no_unknown"
    options: tuple[str, ...] = ("yes", "no") if yes_no else (*question.options, *extra)
    folded: dict[str, str] = {option.casefold(): option for option in options}
    key = text.casefold()
    stem = key.rpartition("-")[0]  # the Canadian tool writes item1-3: the answer and its points
    if key not in folded and stem in folded and _points(question.id, folded[stem]) == key[len(stem) + 1 :]:
        key = stem
    if key not in folded:
        raise NotPossible(f"{question.id}: {text[:60]!r} is no answer to it. {_wanted(question)}")
    return folded[key]


def _points(question: str, answer: str) -> str | None:
    known = next((one for one in canada_aia().questions if one.id == question), None)
    return str(known.scores[answer]) if known and answer in known.scores else None


def _number(question: Asked, value: Any) -> str:
    text = str(value).strip()
    if isinstance(value, bool) or not text.isascii() or not text.isdigit() or int(text) > question.most:
        raise NotPossible(f"{question.id}: {text[:60]!r} is no answer to it. {_wanted(question)}")
    return str(int(text))


def _date(question: Asked, text: str) -> str:
    try:
        day: str = date.fromisoformat(text[:10]).isoformat()
    except ValueError:
        raise NotPossible(f"{question.id}: {text[:60]!r} is no answer to it. {_wanted(question)}") from None
    return day


def _wanted(question: Asked) -> str:
    if question.type == "number":
        return f"A whole number from 0 to {question.most} is wanted, or {UNKNOWN}."
    if question.type == "date":
        return f"A date like 2026-01-31 is wanted, or {UNKNOWN}."
    if question.type == "text":
        return "Text is wanted."
    options = ["yes", "no"] if question.type == "yes_no_unknown" else list(question.options)
    several = question.type == "multi"
    options += [NONE] if several else []
    return f"{'Some' if several else 'One'} of {', '.join([*options, UNKNOWN])} is wanted."


def _no_total_beside_its_parts(answers: Answers) -> None:
    aia = canada_aia()
    parts: Sequence[tuple[str, list[str]]] = (
        (RAW, [one.id for one in aia.questions]),
        (MITIGATION, [one.id for one in aia.mitigation_areas]),
    )
    for total, names in parts:
        beside = [name for name in names if name in answers]
        if total in answers and beside:
            raise NotPossible(
                f"{total} is the total, and {beside[0]} is a part of it. Give one of the two, not both."
            )


def _plain(name: str, value: Any) -> Any:
    """A narrative answer as JSON can hold it."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(key): _plain(name, part) for key, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(name, part) for part in value]
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, (int, float)):
        return str(value)
    raise NotPossible(f"{name}: text, a list or a table is wanted.")


def _told(narrative: Mapping[str, Any]) -> dict[str, Any]:
    """The narrative answers, each checked against its question where the document type is there."""
    from assistant.drafting.intake import intake
    from knowledge.specifications import specifications

    spec = specifications().get(NARRATIVE)
    if spec is not None:
        intake(spec, narrative)
    return {name: value for name, value in narrative.items() if value not in (None, "", [])}
