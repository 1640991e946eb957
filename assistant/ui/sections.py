"""The document as it grows: each section with what it serves and rests on, to be locked, edited, composed."""

from __future__ import annotations

from html import escape

import streamlit as st

from assistant.drafting import revising, writing
from assistant.drafting.document import PLACEHOLDER, Block, Section
from assistant.drafting.manuscript import Manuscript
from assistant.exporting.markdown import section_text
from assistant.permissions import Operation, allowed
from assistant.ui import manuscript, rewording
from assistant.ui.markup import Chip, block, lines, meta, notice
from assistant.ui.session import home, person
from assistant.wording import where
from knowledge.specifications import Specification

_EDITING = "editing-section"
_ORIGINS = {"composed": (), "edited": ("edited by hand",), "reworded": ("reworded by a language model",)}


def show(held: Manuscript, spec: Specification) -> None:
    """Draw the newest revision, section by section."""
    writes = allowed(person(), Operation.WRITE)
    if held.document is None:
        st.info("Nothing is composed yet. Answer what you know; what is missing stays an open place.")
        if writes and st.button("Compose the document", type="primary"):
            manuscript.compose(held)
        return
    if held.revises:
        _since(held)
    if writes and st.button("Compose again", help="Sections that you locked or edited by hand stay."):
        manuscript.compose(held)
    needs = {section.id: section.must_contain for section in spec.sections}
    for number, section in enumerate(held.document.sections, start=1):
        with st.container(border=True, key=f"section-{number}"):
            _section(held, section, number, needs.get(section.id), writes)


def _since(held: Manuscript) -> None:
    """What changed around the document since the version came into force that it revises."""
    found = revising.changes_since(home(), person(), held.id)
    with st.expander(f"What changed since the version in force ({len(found)})", expanded=bool(found)):
        if not found:
            block("Nothing that it cites or names has changed since.", "place")
        for one in found:
            lines(one.kind, one.what)


def _section(held: Manuscript, section: Section, number: int, needs: str | None, writes: bool) -> None:
    lines(f"{number} {section.heading}")
    meta(
        [*([Chip("locked")] if section.locked else []), *map(Chip, _ORIGINS[section.origin])],
        f"serves {', '.join(section.requirements)}" if section.requirements else "",
    )
    if writes and st.session_state.get(_EDITING) == (held.id, section.id):
        _editor(held, section)
        return
    for one in section.blocks:
        draw(one)
    if not section.blocks:
        block("Nothing stands here yet.", "place")
    if needs:
        with st.expander("What a reviewer looks for here"):
            block(needs, "place")
    if writes:
        _acts(held, section)
        rewording.show(held, section)


def _acts(held: Manuscript, section: Section) -> None:
    me, key = person(), f"{held.id}-{section.id}"
    with st.container(horizontal=True):
        if not section.locked and st.button("Edit", key=f"edit-{key}", icon=":material/edit:"):
            st.session_state[_EDITING] = (held.id, section.id)
            st.rerun()
        if not section.locked and st.button("Compose again", key=f"compose-{key}", icon=":material/refresh:"):
            if section.origin != "composed":
                _overwrite(held, section)
            else:
                manuscript.compose(held, (section.id,))
        label, icon = ("Unlock", "lock_open") if section.locked else ("Lock", "lock")
        if st.button(label, key=f"lock-{key}", icon=f":material/{icon}:"):
            done = (
                "The section is unlocked." if section.locked else "The section is locked: nothing changes it."
            )
            manuscript.act(
                lambda: writing.lock(home(), me, held.id, section.id, not section.locked, held.newest), done
            )


@st.dialog("Replace what was written since?")
def _overwrite(held: Manuscript, section: Section) -> None:
    block(section.heading, "group")
    st.write(
        f"The section was {_ORIGINS[section.origin][0]}. Composing it again replaces that text; the revision "
        "with it is kept."
    )
    if st.button("Replace it", type="primary"):
        manuscript.compose(held, (section.id,), over_edits=True)


def _editor(held: Manuscript, section: Section) -> None:
    text = st.text_area(
        "Text of the section",
        section_text(section),
        height=320,
        key=f"text-{held.id}-{section.id}-{held.newest}",
        help="An empty line parts paragraphs. Ids in brackets at the end say what a paragraph serves.",
    )
    with st.container(horizontal=True):
        if st.button("Save", type="primary", key="save-section"):
            me = person()
            st.session_state.pop(_EDITING, None)
            manuscript.act(
                lambda: writing.edit(home(), me, held.id, section.id, text, held.newest),
                "The section is saved.",
            )
            st.session_state[_EDITING] = (held.id, section.id)  # it was refused: the text stays in the field
        if st.button("Cancel", key="cancel-section"):
            st.session_state.pop(_EDITING, None)
            st.rerun()


def draw(one: Block) -> None:
    """A block of a document with its ids and sources; every word is escaped, open places are marked."""
    st.html(f'<div class="cw-document">{_html(one)}</div>')
    if one.citations:
        with st.expander(f"Sources ({len(one.citations)})"):
            for citation in one.citations:
                lines("", f"{where(citation)}, version {citation.number}: “{citation.quote}”")
    if one.legal:
        notice("It tells what a law says. A lawyer confirms it before approval.", "status")


def _html(one: Block) -> str:
    ids = f' <span class="cw-kind">{escape(", ".join(one.requirements))}</span>' if one.requirements else ""
    if one.kind == "table":
        head = "".join(f"<th>{escape(cell)}</th>" for cell in one.header)
        body = "".join(f"<tr>{''.join(f'<td>{_text(c)}</td>' for c in row)}</tr>" for row in one.rows)
        caption = f"<caption>{_text(one.text)}{ids}</caption>"
        return f'<table class="cw-table">{caption}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'
    if one.kind == "list":
        items = "".join(f"<li>{_text(item)}</li>" for item in one.items)
        return f"{_text(one.text)}{ids}<ul>{items}</ul>"
    if one.kind == "quote":
        quote = one.citations[0].quote if one.citations else ""
        return f"{_text(one.text)}{ids}<blockquote>{escape(quote)}</blockquote>"
    return f"{_text(one.text)}{ids}"


def _text(words: str) -> str:
    """Words with their open places marked."""
    parts, at = [], 0
    for place in PLACEHOLDER.finditer(words):
        parts += [escape(words[at : place.start()]), f"<mark>{escape(place.group())}</mark>"]
        at = place.end()
    return "".join([*parts, escape(words[at:])])
