"""The interview on a system in steps; each answer is stored at the moment in which it is given.

Questions and their options are the program's own words, so that they need no escaping as labels.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache
from typing import Any

import streamlit as st

from assistant.assessing import held
from assistant.assessing.interview import NARRATIVE, Step, questions, steps
from assistant.assessing.would_change import shown
from assistant.errors import AssistantError
from assistant.permissions import Operation, allowed
from assistant.ui.markup import notice
from assistant.ui.session import home, person
from knowledge.specifications import Question, Specification, specifications
from knowledge.tiers import NONE, Asked

_WRONG = "interview-wrong"
_NOBODY = "None of these"


@cache
def _every() -> tuple[Step, ...]:
    """The steps of the schemes, then those of the impact assessment, section by section."""
    spec = specifications().get(NARRATIVE)
    return (*steps(), *(_narrative(spec) if spec else ()))


def _narrative(spec: Specification) -> list[Step]:
    made, taken = [], set[str]()
    for section in spec.sections:
        asked = dict.fromkeys(f"{spec.id}.{name}" for piece in section.pieces for name in piece.asks)
        ids = tuple(name for name in asked if name not in taken)
        taken |= set(ids)
        if ids:
            made.append(Step(title=section.heading, about=spec.title, questions=ids))
    return made


def draw(system: str) -> None:
    """Draw the step that is open."""
    answers = held.answers(home(), person(), system)
    every = _every()
    place = f"step-{system}"
    now = min(st.session_state.get(place, 0), len(every) - 1)
    st.caption("Every answer is kept as soon as it is given. What stays open never lowers a tier.")
    left, middle, right = st.columns([1, 4, 1], vertical_alignment="bottom")
    left.button("Back", disabled=now == 0, on_click=_go, args=(place, now - 1), width="stretch")
    chosen = middle.selectbox(
        "Step",
        range(len(every)),
        index=now,
        format_func=lambda number: _label(every, number, answers),
    )
    right.button("Next", disabled=now == len(every) - 1, on_click=_go, args=(place, now + 1), width="stretch")
    if chosen != now:
        _go(place, chosen)
        st.rerun()
    wrong = st.session_state.pop(_WRONG, None)
    if wrong:
        notice(wrong, "alert")
    st.caption(every[now].about)
    known = {name: tuple(value if isinstance(value, list) else [value]) for name, value in answers.items()}
    for name in every[now].questions:
        if name.startswith(f"{NARRATIVE}."):
            _told(system, specifications()[NARRATIVE].questions[name], answers.get(name))
        elif shown(questions()[name], known):
            _asked(system, questions()[name], answers.get(name))


def _go(place: str, step: int) -> None:
    st.session_state[place] = step


def _label(every: tuple[Step, ...], number: int, answers: Mapping[str, Any]) -> str:
    step = every[number]
    given = sum(name in answers for name in step.questions)
    return f"{number + 1}. {step.title} ({given} of {len(step.questions)})"


def _store(system: str, name: str, key: str) -> None:
    value = st.session_state[key]
    if isinstance(value, date):
        value = value.isoformat()
    try:
        held.answer(home(), person(), system, name, value or (value if value == 0 else None))
    except AssistantError as error:
        st.session_state[_WRONG] = str(error)


def _common(system: str, name: str, help: str) -> dict[str, Any]:
    """What every field has: it stores its answer when it changes."""
    key = f"answer-{system}-{name}"
    return {
        "key": key,
        "help": help or None,
        "on_change": _store,
        "args": (system, name, key),
        "disabled": not allowed(person(), Operation.ASSESS),
    }


def _asked(system: str, one: Asked, value: Any) -> None:
    common, label = _common(system, one.id, one.help), one.question
    if one.type == "multi":
        _boxes(system, one, value or [])
    elif one.type == "number":
        given = int(value) if value is not None else None
        st.number_input(label, 0, one.most, given, step=1, placeholder="Not answered", **common)
    elif one.type == "date":
        st.date_input(label, date.fromisoformat(value) if value else None, **common)
    elif one.type == "text":
        st.text_area(label, value or "", height=80, **common)
    else:
        _choice(label, one.options or {"yes": "Yes", "no": "No"}, value, common)


def _boxes(system: str, one: Asked, ticked: list[str]) -> None:
    """Options as boxes to tick; `none of these` takes the others away, and they take it."""
    st.markdown(f":small[{one.question}]", help=one.help or None)
    with st.container(key=f"boxes-{one.id}", gap="xsmall"):
        for option, label in {**one.options, NONE: _NOBODY}.items():
            key = f"box-{system}-{one.id}-{option}"
            st.session_state[key] = option in ticked
            st.checkbox(
                label,
                key=key,
                on_change=_tick,
                args=(system, one.id, option, key),
                disabled=not allowed(person(), Operation.ASSESS),
            )


def _tick(system: str, name: str, option: str, key: str) -> None:
    before = held.answers(home(), person(), system).get(name, [])
    if not st.session_state[key]:
        after = [one for one in before if one != option]
    else:
        after = [NONE] if option == NONE else [*(one for one in before if one != NONE), option]
    try:
        held.answer(home(), person(), system, name, after or None)
    except AssistantError as error:
        st.session_state[_WRONG] = str(error)


def _choice(label: str, options: Mapping[str, str], value: Any, common: dict[str, Any]) -> None:
    names = list(options)
    index = names.index(value) if value in names else None
    if len(names) == 2:
        st.segmented_control(
            label, names, default=value if value in names else None, format_func=options.__getitem__, **common
        )
    else:
        st.selectbox(
            label, names, index, format_func=options.__getitem__, placeholder="Not answered", **common
        )


def _told(system: str, one: Question, value: Any) -> None:
    """A narrative question; rows of a table are written one a line, cells between bars."""
    common, label = _common(system, one.id, one.help), one.question
    if one.type == "yes_no_unknown":
        given = "yes" if value in (True, "yes") else "no" if value in (False, "no") else None
        _choice(label, {"yes": "Yes", "no": "No"}, given, common)
    elif one.type == "choice":
        _choice(label, {name: name[:1].upper() + name[1:] for name in one.options}, value, common)
    elif one.type == "date":
        st.date_input(label, date.fromisoformat(value) if value else None, **common)
    else:
        if one.columns:
            common["help"] = f"One row a line, cells between bars: {', '.join(one.columns)}. {one.help}"
        st.text_area(label, _lines(value), height=70 if one.type == "text" else 110, **common)


def _lines(value: Any) -> str:
    if not isinstance(value, list):
        return "" if value is None else str(value)
    rows = [list(row.values()) if isinstance(row, dict) else row for row in value]
    return "\n".join(" | ".join(map(str, row)) if isinstance(row, list) else str(row) for row in rows)
