"""One AI system: its facts, the interview, what the schemes propose, and the assessments that were kept."""

from __future__ import annotations

from datetime import timedelta

import streamlit as st

from assistant.assessing import assessments, held, outputs, systems
from assistant.assessing.assess import assess
from assistant.assessing.assessments import Kept
from assistant.assessing.interview import interview
from assistant.assessing.outputs import Format
from assistant.assessing.register import Read
from assistant.assessing.views import VIEWS
from assistant.errors import AssistantError
from assistant.people import ROLES
from assistant.permissions import Operation, allowed
from assistant.ui import system_interview, system_result
from assistant.ui.markup import block, event, lines, meta, notice
from assistant.ui.session import home, person
from assistant.ui.system_facts import chips, fields, words
from assistant.ui.terms import moment
from knowledge.clock import today
from knowledge.models import Role
from knowledge.tiers import internal

_PARTS = ("Interview", "Result", "Assessments", "Facts")
_FORMATS: tuple[Format, ...] = ("docx", "pdf", "md")
_YEAR = timedelta(days=365)


def draw(read: Read) -> None:
    """Draw a system."""
    block(read.system.facts.name, "question")
    meta(chips(read.system), *words(read.system))
    if read.system.facts.purpose:
        block(read.system.facts.purpose, "place")
    part = st.segmented_control(
        "Part", _PARTS, default=_PARTS[0], key=f"part-{read.system.id}", label_visibility="collapsed"
    )
    if part == "Facts":
        _facts(read)
    elif part == "Result":
        _result(read)
    elif part == "Assessments":
        _assessments(read)
    else:
        system_interview.draw(read.system.id)


def _facts(read: Read) -> None:
    if not allowed(person(), Operation.KEEP_REGISTER):
        for name, value in read.system.facts:
            lines(name.replace("_", " ").capitalize(), str(value or "not stated"))
        return
    with st.form(f"facts-{read.system.id}", border=False):
        raw = fields(read.system.facts)
        if st.form_submit_button("Save", type="primary"):
            try:
                systems.change(home(), person(), read.system.id, systems.checked(raw))
            except AssistantError as error:
                notice(str(error), "alert")
                return
            st.session_state["systems-told"] = ("Saved.", "status")
            st.rerun()


def _result(read: Read) -> None:
    answers = held.answers(home(), person(), read.system.id)
    if not answers:
        st.info("No question of the interview is answered yet.")
        return
    try:
        given = interview(answers)
    except AssistantError as error:
        notice(str(error), "alert")
        return
    st.caption("As the answers stand now. Keep it as an assessment to have it decided on.")
    if allowed(person(), Operation.ASSESS) and st.button("Keep as an assessment", type="primary"):
        try:
            kept = assessments.make(home(), person(), read.system.id)
        except AssistantError as error:
            notice(str(error), "alert")
            return
        st.session_state["systems-told"] = (
            f"Assessment {kept.number} is kept. A reviewer decides.",
            "status",
        )
        st.rerun()
    system_result.draw(assess(given))


def _assessments(read: Read) -> None:
    if not read.assessments:
        st.info("No assessment is kept yet. Answer the interview, look at the result, and keep it.")
        return
    newest = read.assessments[0].number
    for kept in read.assessments:
        with st.container(border=True):
            _one(kept, newest)


def _one(kept: Kept, newest: int) -> None:
    who = ROLES[Role(kept.role)]
    own = " (with your answers)" if person().id in kept.wrote else ""
    lines(f"Assessment {kept.number}", f"{moment(kept.at)} UTC by {who}{own} · SHA-256 {kept.sha256}")
    system_result.heads(kept.results)
    if kept.erased:
        st.caption("Words that were written for it were erased since. The results stand.")
    if kept.decision:
        said = f"{ROLES[Role(kept.decision.role)]} decided {kept.decision.tier}"
        event(f"{moment(kept.decision.at)} UTC", said, kept.decision.reason or None)
    elif kept.number == newest:
        _decide(kept, newest)
    with st.expander("The result and its reasons"):
        system_result.draw(kept.results)
    _export(kept)


def _decide(kept: Kept, newest: int) -> None:
    if not allowed(person(), Operation.DECIDE_TIER):
        st.caption("A reviewer who had no hand in it decides on the tier.")
        return
    reason = assessments.barred(kept, person(), newest)
    if reason:
        st.caption(reason)
        return
    with st.form(f"decide-{kept.id}"):
        tiers = [one.id for one in internal().tiers]
        left, right = st.columns(2)
        tier = left.selectbox("Tier", tiers, index=tiers.index(kept.proposed.tier))
        again = right.date_input("Next assessment by", today() + _YEAR, min_value=today())
        why = st.text_input("Reason", help="Needed for another tier than the proposed one.")
        st.caption(f"Proposed: {kept.proposed.tier}. Approved in this tier by: {kept.proposed.approver}.")
        if st.form_submit_button("Decide", type="primary"):
            try:
                assessments.decide(home(), person(), kept.id, tier, why, again)
            except AssistantError as error:
                notice(str(error), "alert")
                return
            st.session_state["systems-told"] = (f"Decided: {tier}.", "status")
            st.rerun()


def _export(kept: Kept) -> None:
    left, middle, right = st.columns([3, 1, 2], vertical_alignment="bottom")
    view = left.selectbox("Document", list(VIEWS), format_func=VIEWS.__getitem__, key=f"view-{kept.id}")
    format = middle.selectbox("Format", _FORMATS, key=f"format-{kept.id}")
    name, place = f"{view}-{kept.number}.{format}", f"file-{kept.id}"
    if right.button("Make the file", key=f"make-{kept.id}"):
        with st.spinner("Writing …"):
            st.session_state[place] = (name, outputs.exported(home(), person(), kept.id, view, format))
    made = st.session_state.get(place)
    if made and made[0] == name:
        st.download_button("Save the file", made[1], name, key=f"save-{kept.id}")
