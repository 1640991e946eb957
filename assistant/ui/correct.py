"""Correcting an answer: statements kept, changed, dropped or new, each with a quote that is checked."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from assistant import review
from assistant.corrections import Statement
from assistant.detail import Detail
from assistant.errors import NotHeld
from assistant.models import Claim
from assistant.ui.decide import attempt, tries
from assistant.ui.markup import block, focus, notice
from assistant.ui.session import home, person
from assistant.ui.steps import Steps, cancel, doing
from knowledge.library import folded

_FAULT = "correct-fault"
_ANYWHERE = ""


def editing(found: Detail) -> bool:
    """Whether the correction of this item is being written, and may be."""
    if doing() != "correct":
        return False
    if found.barred is None and not found.draft:
        return True
    cancel()
    return False


def form(found: Detail, steps: Steps) -> None:
    """The form; what is typed stays in it until it is sent or cancelled."""
    standing = [one.claim for one in (found.corrected or found.said)]
    blanks = st.session_state.setdefault(_blanks(found), 0 if standing else 1)
    count = len(standing) + blanks
    title = "Correct the answer" if found.said else "Answer this question from the sources"
    block(title, "group")
    block(
        "Each statement says what its quotes carry. A quote is found and checked when you send it.", "place"
    )
    with st.form(f"correct-{found.id}", border=False):
        reason = f"why-{found.id}"
        why = "Your reason, which the person who asked can read"
        st.text_area(why, key=reason, max_chars=4000, height=80)
        for place in range(count):
            _statement(found, place, standing[place] if place < len(standing) else None)
        with st.container(horizontal=True):
            st.form_submit_button(
                "Put it beside the answer" if found.said else "Answer the question",
                type="primary",
                on_click=_send,
                args=(found, standing, count, steps),
            )
            st.form_submit_button("Add a statement", on_click=_add, args=(found,))
            st.form_submit_button("Cancel", shortcut="Esc", on_click=cancel)
    first = blanks == (0 if standing else 1)
    focus(reason if first else f"statement-{count - 1}", tries() * 100 + count)


def _blanks(found: Detail) -> str:
    return f"blanks-{found.id}"


def _add(found: Detail) -> None:
    st.session_state[_blanks(found)] += 1


def _statement(found: Detail, place: int, claim: Claim | None) -> None:
    with st.container(border=True, key=f"statement-{place}"):
        _fault_of(found, place)
        if claim:
            st.checkbox(f"Keep statement {place + 1}", value=True, key=_field(found, place, "keep"))
        for number, quote in enumerate(_quotes(claim)):
            name = "Quote, word for word" if number == 0 else f"Quote {number + 1}"
            st.text_area(name, value=quote, key=_field(found, place, f"quote{number}"), height=90)
        left, right = st.columns([3, 2])
        said = claim.text if claim and claim.text != _joined(claim) else ""
        left.text_input(
            "Wording", value=said, key=_field(found, place, "wording"), placeholder="the quote itself"
        )
        _document(found, place, claim, right)


def _document(
    found: Detail, place: int, claim: Claim | None, column: st.delta_generator.DeltaGenerator
) -> None:
    titles = {_ANYWHERE: "any document in force", **(found.documents or {})}
    cited = claim.citations[0].document if claim else _ANYWHERE
    options = list(titles)
    column.selectbox(
        "Document",
        options,
        index=options.index(cited) if cited in titles else 0,
        format_func=titles.__getitem__,
        key=_field(found, place, "document"),
    )


def _fault_of(found: Detail, place: int) -> None:
    fault = st.session_state.get(_FAULT)
    if fault and fault[:2] == (found.id, place):
        notice(fault[2], "alert")


def _quotes(claim: Claim | None) -> Sequence[str]:
    return [citation.quote for citation in claim.citations] if claim else [""]


def _joined(claim: Claim) -> str:
    return " … ".join(folded(citation.quote) for citation in claim.citations)


def _field(found: Detail, place: int, name: str) -> str:
    return f"fix-{found.id}-{place}-{name}"


def _send(found: Detail, standing: Sequence[Claim], count: int, steps: Steps) -> None:
    st.session_state.pop(_FAULT, None)
    kept = [place for place in range(count) if _kept(found, standing, place)]
    reason = st.session_state.get(f"why-{found.id}", "")
    error = attempt(
        lambda: review.correct(
            home(),
            person(),
            found.id,
            [_typed(found, standing, place) for place in kept],
            reason,
            seen=found.last,
        ),
        "Corrected",
        found,
        steps.following,
    )
    if isinstance(error, NotHeld):
        st.session_state[_FAULT] = (found.id, kept[error.number - 1], error.problem)
    elif error is None:
        st.session_state.pop(_blanks(found), None)


def _kept(found: Detail, standing: Sequence[Claim], place: int) -> bool:
    """A statement that is kept: an old one unless it is dropped, a new one when anything is typed in it."""
    if place < len(standing):
        return bool(st.session_state.get(_field(found, place, "keep")))
    typed = (st.session_state.get(_field(found, place, name), "") for name in ("quote0", "wording"))
    return any(text.strip() for text in typed)


def _typed(found: Detail, standing: Sequence[Claim], place: int) -> Statement:
    claim = standing[place] if place < len(standing) else None
    quotes = [st.session_state[_field(found, place, f"quote{n}")] for n in range(len(_quotes(claim)))]
    wording = st.session_state[_field(found, place, "wording")].strip()
    document = st.session_state[_field(found, place, "document")]
    return Statement(
        quotes=tuple(quote for quote in quotes if quote.strip()) or ("",),
        text=wording or None,
        document=document or None,
    )
