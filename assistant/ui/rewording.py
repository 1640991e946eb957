"""A section reworded by the language model: asked for, looked at sentence by sentence, taken over or left."""

from __future__ import annotations

import streamlit as st

from assistant.drafting import rewording, writing
from assistant.drafting.document import Section
from assistant.drafting.manuscript import Manuscript
from assistant.drafting.prose import Change, Sentence
from assistant.drafting.rewording import Proposal
from assistant.errors import AssistantError
from assistant.models import Outcome
from assistant.switches import Mode, now
from assistant.ui import manuscript
from assistant.ui.markup import block, lines, notice
from assistant.ui.session import home, person
from assistant.whereabouts import of_section
from knowledge.errors import KnowledgeError

_PROPOSED = "reworded-section"
"""Key of the proposal that is looked at, with the manuscript and the revision that it was made for."""


def show(held: Manuscript, section: Section) -> None:
    """Offer to have a section reworded, or draw what is proposed for it; nothing without a model."""
    if section.locked or home().chat is None:
        return
    made = _proposed(held, section)
    if made is not None:
        with st.container(border=True, key="proposal"):
            _proposal(held, made)
        return
    on = now(home()).mode is Mode.ON
    label, key = "Have the language model reword this section", f"reword-{held.id}-{section.id}"
    if on and st.button(label, key=key, icon=":material/auto_fix_high:"):
        _ask(held, section)
    block(of_section(home()), "place")


def _proposed(held: Manuscript, section: Section) -> Proposal | None:
    name, number, made = st.session_state.get(_PROPOSED, (None, 0, None))
    return made if (name, number) == (held.id, held.newest) and made.before.id == section.id else None


def _ask(held: Manuscript, section: Section) -> None:
    """Have it reworded; while the model writes, tell how far it is."""
    told = st.empty()
    with told.container():
        block("The language model reads the section …", "place")
    asked = rewording.propose(home(), person(), held.id, section.id, held.newest)
    outcomes: list[Outcome] = []

    def heard(outcome: Outcome) -> None:
        outcomes.append(outcome)
        good = outcomes.count(Outcome.HELD)
        with told.container():
            block(f"Sentences written: {len(outcomes)}, of which hold: {good} …", "place")

    try:
        made = rewording.finished(asked, heard)
    except (AssistantError, KnowledgeError) as error:
        told.empty()
        notice(str(error), "alert")
        return
    st.session_state[_PROPOSED] = (held.id, held.newest, made)
    st.rerun()


def _proposal(held: Manuscript, made: Proposal) -> None:
    if made.line:
        notice(made.line, "status")
    for change in made.changes:
        _change(change)
    _left(made)
    with st.container(horizontal=True):
        if made.changes and st.button("Take it over", type="primary", key="take-over"):
            st.session_state.pop(_PROPOSED, None)
            me = person()
            manuscript.act(
                lambda: writing.reword(home(), me, held.id, [made], held.newest),
                "The section stands in the new words.",
            )
            st.session_state[_PROPOSED] = (held.id, held.newest, made)  # it was refused
        if st.button("Leave it" if made.changes else "Close", key="leave-it"):
            st.session_state.pop(_PROPOSED, None)
            st.rerun()


def _change(change: Change) -> None:
    """A sentence before and after, with what the new one rests on."""
    before, after = st.columns(2)
    with before:
        block("Before", "label")
        block(" ".join(change.was), "claim")
    with after:
        block("After", "label")
        block(change.now.text, "claim")
    with st.expander("What it rests on"):
        for kind, words in change.now.rests:
            lines("", f"{kind}: “{words}”")


def _left(made: Proposal) -> None:
    """The paragraphs that stay, and what was written for them and cannot stand."""
    if made.stays:
        with st.expander(f"Stays as it is ({len(made.stays)})"):
            for place, why in made.stays.items():
                lines("", f"Block {place + 1}: {why}.")
    if made.unheld:
        with st.expander(f"Could not be held ({len(made.unheld)})"):
            for one in made.unheld:
                _unheld(one)


def _unheld(one: Sentence) -> None:
    lines("", f"“{one.text}”", f"{one.reason}.")
