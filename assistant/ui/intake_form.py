"""The questions of a document: each answer is saved as soon as it is given."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import streamlit as st

from assistant.drafting import manuscripts
from assistant.drafting.intake import UNKNOWN, Given
from assistant.drafting.manuscript import Manuscript, Suggestion
from assistant.drafting.suggesting import suggest
from assistant.errors import AssistantError
from assistant.models import Citation
from assistant.permissions import Operation, allowed
from assistant.ui import manuscript
from assistant.ui.markup import block, lines, notice, plain
from assistant.ui.session import home, person
from assistant.wording import where
from knowledge.errors import KnowledgeError
from knowledge.specifications import Question, Specification
from knowledge.terms import stems

Row = dict[str, Any]
_FAULTS = "intake-faults"
_FOUND = "intake-found"


def show(held: Manuscript, spec: Specification) -> None:
    """Draw the questions with what is answered so far."""
    if not allowed(person(), Operation.WRITE):
        _read_only(held, spec)
        return
    known = sum(1 for question in spec.intake if _known(held, question))
    st.progress(
        known / len(spec.intake), f"{known} of {len(spec.intake)} answered; each is saved as you leave it"
    )
    found = st.session_state.get(f"{_FOUND}-{held.id}")
    with st.container(horizontal=True):
        again = st.button(
            "Suggest answers", icon=":material/search:", help="Looks again in the profile and your documents."
        )
        if again or found is None:
            found = _suggestions(held, spec, told=again)
        if st.button("Compose the document", type="primary"):
            manuscript.compose(held)
    for question in spec.intake:
        _question(held, question, found.get(question.id))
    if st.button("Compose the document", type="primary", key="compose-below"):
        manuscript.compose(held)


def _known(held: Manuscript, question: Question) -> bool:
    return question.id in held.answers and held.answers[question.id].known


def _suggestions(held: Manuscript, spec: Specification, told: bool) -> dict[str, Suggestion]:
    """What the profile and the documents in force may answer; `told` says so when that is nothing."""
    with st.spinner("Looking in the profile and in your documents …"):
        asked = [q.id for q in spec.intake if not _known(held, q)]
        tried = {name: suggest(home(), person(), held.id, name) for name in asked}
    found = {name: one for name, one in tried.items() if one}
    st.session_state[f"{_FOUND}-{held.id}"] = found
    if told and not found:
        notice("Neither the profile nor your documents in force answer a question that is open.", "status")
    return found


def _question(held: Manuscript, question: Question, suggested: Suggestion | None) -> None:
    with st.container(border=True, key=f"q-{question.id.replace('.', '-')}"):
        given = held.answers.get(question.id)
        _field(held, question, given)
        fault = st.session_state.get(_FAULTS, {}).get((held.id, question.id))
        if fault:
            notice(fault, "alert")
        for citation in given.citations if given else ():
            lines("", f"Taken from {where(citation)}, version {citation.number}")
        if suggested and not _known(held, question):
            _suggested(held, question, suggested)


def _suggested(held: Manuscript, question: Question, found: Suggestion) -> None:
    words = "\n".join(found.lines) or "\n".join(citation.quote for citation in found.citations)
    block(words, "note")
    places = [f"{where(c)}, version {c.number}" for c in found.citations]
    left, right = st.columns([3, 1])
    with left:
        lines("", *(places or [f"From the {found.source}"]))
    if found.citations and found.lines and question.help:
        st.caption(f"Shorten it to what is asked. {plain(question.help)}")
    elif not found.lines:
        st.caption("Read it, then answer above.")
    if found.lines:
        right.button("Use it", key=f"use-{question.id}", on_click=_use, args=(held, question, found))


def _use(held: Manuscript, question: Question, found: Suggestion) -> None:
    """Save a suggestion and put it into its field: an old value left there would be sent back over it."""
    _save(held.id, question, list(found.lines), found.citations)
    given = manuscripts.read(home(), person(), held.id).answers.get(question.id)
    st.session_state[_key(held, question)] = _value(question, given)


def _key(held: Manuscript, question: Question) -> str:
    return f"answer-{held.id}-{question.id}"


def _save(name: str, question: Question, value: Any, cited: Sequence[Citation] = ()) -> None:
    """Save one answer; what does not answer the question is told beside it and nothing is lost."""
    faults = st.session_state.setdefault(_FAULTS, {})
    faults.pop((name, question.id), None)
    try:
        manuscripts.answer(home(), person(), name, question.id, value, cited)
    except (AssistantError, KnowledgeError) as error:
        faults[name, question.id] = str(error)


def _changed(held: Manuscript, question: Question) -> None:
    value = st.session_state.get(_key(held, question))
    value = value.isoformat() if isinstance(value, date) else value
    _save(held.id, question, value, _still_from(held, question, value))


def _still_from(held: Manuscript, question: Question, value: Any) -> tuple[Citation, ...]:
    """The sources of an answer that was only shortened: every word of it still stands in their quotes."""
    given = held.answers.get(question.id)
    if given is None or not given.citations:
        return ()
    quoted = set(stems(" ".join(citation.quote for citation in given.citations)))
    said = stems(" ".join(value) if isinstance(value, list) else str(value or ""))
    return given.citations if said and set(said) <= quoted else ()


def _field(held: Manuscript, question: Question, given: Given | None) -> None:
    """The field that fits the type of a question; a change is saved at once."""
    label = plain(question.question) if question.required else f"{plain(question.question)} (optional)"
    more: dict[str, Any] = {
        "key": _key(held, question),
        "help": plain(question.help) or None,
        "on_change": _changed,
        "args": (held, question),
    }
    if question.type == "table":
        _table(held, question, given, label)
        return
    value = st.session_state.setdefault(_key(held, question), _value(question, given))
    if question.type in ("choice", "yes_no_unknown"):
        options = question.options or ("yes", "no", "unknown")
        st.radio(label, options, None, horizontal=True, **more)
    elif question.type == "multi" and question.options:
        options_ = list(dict.fromkeys([*question.options, *value]))
        st.multiselect(label, options_, accept_new_options=True, **more)
    elif question.type == "date":
        st.date_input(label, None, **more)
    elif question.type in ("long", "multi"):
        hint = "One a line" if question.type == "multi" else None
        st.text_area(label, placeholder=hint, **more)
    else:
        st.text_input(label, **more)


def _value(question: Question, given: Given | None) -> Any:
    """An answer as the field of its question holds it."""
    text = "\n".join(given.lines) if given else ""
    if question.type == "multi" and question.options:
        return list(given.lines) if given else []
    if question.type == "date":
        return date.fromisoformat(text) if text and text != UNKNOWN else None
    if question.type in ("choice", "yes_no_unknown"):
        return text or None
    return text


def _table(held: Manuscript, question: Question, given: Given | None, label: str) -> None:
    """A table that grows by a row; what it began with stays the same while it is edited.

    When somebody else changed it meanwhile it begins anew, so that drawing it never writes over theirs.
    """
    st.markdown(label, help=plain(question.help) or None)
    key, now = _key(held, question), given.rows if given else ()
    begun, known, turn = st.session_state.get(f"{key}-table", (now, now, 0))
    if known != now:
        turn += 1
    editor = f"{key}-editor-{turn}"
    if known != now or editor not in st.session_state:
        begun = now
    st.session_state[f"{key}-table"] = (begun, now, turn)
    st.data_editor(
        _shown(question, begun),
        num_rows="dynamic",
        hide_index=True,
        width="stretch",
        key=editor,
        on_change=_table_changed,
        args=(held, question, editor),
        column_config={name: st.column_config.TextColumn(name) for name in question.columns},
    )


def _shown(question: Question, rows: Sequence[Sequence[str]]) -> list[Row]:
    held = [dict(zip(question.columns, row, strict=True)) for row in rows]
    return held or [dict.fromkeys(question.columns, "")]


def _table_changed(held: Manuscript, question: Question, editor: str) -> None:
    """Save a table when this window changed it, never because another window did."""
    key = f"{_key(held, question)}-table"
    begun, _, turn = st.session_state[key]
    rows = edited(_shown(question, begun), st.session_state[editor])
    cells = tuple(tuple(" ".join(str(row.get(c) or "").split()) for c in question.columns) for row in rows)
    cells = tuple(row for row in cells if any(row))
    _save(held.id, question, cells)
    if (held.id, question.id) not in st.session_state.get(_FAULTS, {}):
        st.session_state[key] = (begun, cells, turn)


def edited(begun: Sequence[Row], edits: Mapping[str, Any]) -> list[Row]:
    """The rows of a table after the changes, additions and deletions that its editor holds."""
    rows = [{**row, **edits["edited_rows"].get(at, {})} for at, row in enumerate(begun)]
    kept = [row for at, row in enumerate(rows) if at not in edits["deleted_rows"]]
    return [*kept, *edits["added_rows"]]


def _read_only(held: Manuscript, spec: Specification) -> None:
    for question in spec.intake:
        given = held.answers.get(question.id)
        lines(question.question)
        rows = [" | ".join(row) for row in given.rows] if given else []
        block("\n".join([*given.lines, *rows]) if given else "Not answered yet.", "document")
