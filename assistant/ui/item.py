"""The open item: what was asked, what was said beside its sources, what happened to it."""

from __future__ import annotations

import re
from collections.abc import Sequence

import streamlit as st

from assistant import worklist
from assistant.detail import Detail, Quoted, Said, detail
from assistant.differing import differing
from assistant.errors import UnknownRecord
from assistant.models import Answer
from assistant.people import ROLES
from assistant.staleness import Difference
from assistant.standing import State
from assistant.ui import correct, draft_item
from assistant.ui.decide import panel, said
from assistant.ui.markup import Chip, block, changed, event, lines, marked, meta, notice, plain, top
from assistant.ui.session import home, person
from assistant.ui.source import open_source
from assistant.ui.steps import Steps, bar, go, key
from assistant.ui.terms import age, held_by, moment, reasons, state
from assistant.wording import labels, where
from knowledge.library import folded


def show(name: str, steps: Steps) -> None:
    """Draw an item with everything that is needed to decide on it."""
    bar(steps)
    said()
    try:
        found = detail(home(), person(), name)
    except UnknownRecord as error:
        notice(str(error), "alert")
        return
    with st.container(key="item"):
        _head(found)
        _differences(found.differences)
        if found.draft:
            draft_item.show(found)
        elif correct.editing(found):
            correct.form(found, steps)
        else:
            _answer(found)
        _foot(found)
    top(found.id)
    panel(found, steps)


def _head(found: Detail) -> None:
    block(found.title or "[erased]", "question")
    if found.told and found.told.answer.understood_as:
        block(f"Understood as: {found.told.answer.understood_as}", "place")
    subjects = {subject.id: subject.name for subject in home().subjects}
    more = [one for one in found.subjects if f"sensitive: {one}" not in found.reasons]
    about = [Chip(f"about {subjects.get(one, one)}") for one in more]
    awaited = [Chip(f"{found.given} of {found.needs} verdicts")] if found.given else []
    names = worklist.reviewers(home(), person())
    meta(
        [state(found.state), *reasons(found.reasons, subjects), *about, *awaited],
        f"asked by {_a(ROLES[found.asker_role])}" if not found.draft else "",
        f"{age(found.opened_at)} ago" if age(found.opened_at) != "just now" else "just now",
        held_by(found.assignee, found.holder, person(), names),
    )
    for comment in found.comments:
        block(f"A reader wrote: {comment}", "note")


def _a(role: str) -> str:
    return f"{'an' if role[0] in 'AEIOU' else 'a'} {role.lower()}"


def _answer(found: Detail) -> None:
    assert found.told is not None
    told = found.told
    if told.correction:
        waits = "waits for a second approval" if found.state is State.CORRECTED else "approved"
        block(f"The correction ({waits})", "group")
        if told.reason:
            block(told.reason, "note")
        _claims(found.id, found.corrected, corrected=True)
        block("What was answered before", "group")
    _said(told.answer, found)


def _said(answer: Answer, found: Detail) -> None:
    if answer.worded_by:
        block(f"Worded by {answer.worded_by}", "place")
    if answer.note:
        block(answer.note, "note")
    for conflict in (one for one in answer.conflicts if one.reason not in (answer.note or "")):
        block(f"Documents disagree about {conflict.about}: {conflict.reason}.", "alert")
    if found.said:
        _claims(found.id, found.said, first=not found.corrected)
    elif not answer.note:
        block("Nothing was said: no source was sure enough.", "place")
    for one in found.struck:
        lines(f"{str(one.outcome).capitalize()}: {one.text}", f"Reason: {one.reason}")
    if answer.nearest:
        lines("Closest sources", *map(where, answer.nearest))


def _claims(item: str, claims: Sequence[Said], corrected: bool = False, first: bool = True) -> None:
    """Each claim beside its quotes in their documents; a key opens the source of the first on the page."""
    for place, one in enumerate(claims):
        with st.container(border=True, key=f"claim-{'c' if corrected else ''}{place}"):
            left, right = st.columns([2, 3])
            with left:
                block(f"{place + 1}. {labels(one.claim)}", "label")
                block(one.claim.text, "claim")
            with right:
                for quoted in one.quotes:
                    _quote(quoted)
                letter = key("O") if place == 0 and first else None
                st.button(
                    "Open the source",
                    icon=":material/menu_book:",
                    type="tertiary",
                    key=f"source-{item}-{'c' if corrected else ''}{place}",
                    shortcut=letter,
                    on_click=open_source,
                    args=(item, place, corrected),
                )


def _quote(quoted: Quoted) -> None:
    citation = quoted.citation
    block(where(citation), "label")
    status = Chip(quoted.status, "good" if quoted.status == "in force" else "urgent")
    meta([status], f"version {citation.number}", f"owner: {citation.owner}" if citation.owner else "")
    if quoted.stands:
        paged = citation.page is not None
        cut = citation.start > len(quoted.before)
        before = _tight(quoted.before.partition(" ")[2] if cut else quoted.before, paged)
        after = _tight(quoted.after.rpartition(" ")[0], paged)
        marked(f"… {before}", citation.quote, f"{after} …" if after.strip() else "")
    else:
        marked("", citation.quote, "")
        if quoted.status != "removed":
            notice("The stored text no longer holds this quote. Tell your administrator.", "alert")


def _tight(text: str, paged: bool) -> str:
    """Text without its empty lines, and for a page without the ends of its lines."""
    text = re.sub(r"(?<!\n)\n(?!\n)", " ", text) if paged else text
    return re.sub(r"\n\s*\n", "\n", text)


def _differences(found: Sequence[Difference]) -> None:
    """What stands now where the cited quotes stood."""
    if not found:
        return
    block("What changed in its sources", "group")
    for one in found:
        block(f"{where(one.citation)}, version {one.citation.number}: {one.status}", "label")
        if one.successor is None:
            block("The document has no version in force that you may see.", "place")
        elif one.unchanged:
            block(f"The same words stand in version {one.successor.number}, which is in force.", "place")
        else:
            block(f"Version {one.successor.number}, in force, has in its place:", "place")
            changed(differing(folded(one.citation.quote), folded(one.after or "")))


def _foot(found: Detail) -> None:
    if found.searched:
        with st.expander(f"What was searched ({len(found.searched)} documents)"):
            lines("", *found.searched)
    with st.expander(f"History ({len(found.history)})", expanded=len(found.history) > 1):
        for one in found.history:
            who = f"{one.who} (you)" if one.own else one.who
            event(f"{moment(one.at)} UTC", f"{who} {one.what}", one.reason)
    related = worklist.related(home(), person(), found.id)
    if related:
        with st.expander(f"Related ({len(related)})"):
            for row in related:
                st.button(
                    plain(row.title or "[erased]"),
                    key=f"related-{row.id}",
                    type="tertiary",
                    on_click=go,
                    args=(row.id,),
                )
                meta([state(row.state)], f"{age(row.opened_at)} ago")
