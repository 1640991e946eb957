"""An edited Word file comes back as the next revision."""

from __future__ import annotations

import copy
import io
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from docx import Document as open_docx
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from hypothesis import HealthCheck, given, settings

from assistant.drafting.document import Block, Document, Section
from assistant.errors import NotPossible
from assistant.exporting.docx import left_out, read, write
from tests.assistant.exporting_documents import QUOTE, SECTIONS, citation, document, every_block

BEFORE = document(owner="Head of AI")


def edited(change: Callable[[Any], None], before: Document = BEFORE) -> Document:
    """What comes back when a person changes an export of `before`."""
    return read(altered(change, before), before)


def altered(change: Callable[[Any], None], before: Document = BEFORE) -> bytes:
    made = open_docx(io.BytesIO(write(before)))
    change(made)
    buffer = io.BytesIO()
    made.save(buffer)
    return buffer.getvalue()


def paragraph(made: Any, begins: str) -> Any:
    return next(p for p in made.paragraphs if p.text.startswith(begins))


def test_what_nobody_touched_comes_back_as_it_was() -> None:
    assert edited(lambda made: None) == BEFORE


@settings(max_examples=12, derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(SECTIONS)
def test_any_document_comes_back_as_it_was(section: Section) -> None:
    made = document(section, Section(id="t.s2", heading="After"))
    assert read(write(made), made) == made


def test_an_edited_paragraph_keeps_its_ids_and_its_neighbours_everything() -> None:
    def change(made: Any) -> None:
        run = paragraph(made, "Müller").runs[0]
        run.text = run.text.replace("on record", "in writing")

    after = edited(change)
    first, *others = after.sections[0].blocks
    assert first.text == "Müller & Söhne AG directs its work with AI. It must do so in writing."
    assert (first.requirements, first.answers) == (("5.2-a", "A.2.2"), ())
    assert tuple(others) == BEFORE.sections[0].blocks[1:]
    assert [section.origin for section in after.sections] == ["edited", "composed", "composed"]
    assert after.sections[1:] == BEFORE.sections[1:]


def test_a_retitled_section_stays_the_same_section() -> None:
    def change(made: Any) -> None:
        paragraph(made, "Review").runs[0].text = "Looking again"

    section = edited(change).sections[2]
    assert (section.id, section.heading, section.origin) == ("t.s3", "Looking again", "edited")
    assert section.blocks == BEFORE.sections[2].blocks


def test_a_heading_typed_anew_is_known_by_what_stands_below_it() -> None:
    def change(made: Any) -> None:
        old = paragraph(made, "Review")
        old.insert_paragraph_before("Looking again", style="Heading 1")
        old._p.getparent().remove(old._p)

    assert edited(change).sections[2].id == "t.s3"


def test_moved_sections_and_paragraphs_keep_what_they_rest_on() -> None:
    def change(made: Any) -> None:
        quote = [paragraph(made, "The rules say"), paragraph(made, QUOTE), paragraph(made, "— Acceptable")]
        last = paragraph(made, "It is reviewed")
        for one in quote:
            last._p.addprevious(one._p)

    after = edited(change)
    assert after.sections[2].blocks == (BEFORE.sections[0].blocks[3], *BEFORE.sections[2].blocks)
    assert after.sections[0].blocks == (*BEFORE.sections[0].blocks[:3], *BEFORE.sections[0].blocks[4:])


def test_added_paragraphs_lists_tables_and_sections_survive() -> None:
    def change(made: Any) -> None:
        anchor = paragraph(made, "It is reviewed")
        anchor.insert_paragraph_before("A new sentence. [9.3.2-b]")
        anchor.insert_paragraph_before("New points:")
        anchor.insert_paragraph_before("one", style="List Bullet")
        anchor.insert_paragraph_before("two", style="List Bullet")
        table = made.add_table(rows=2, cols=2)
        for cell, text in zip((c for row in table.rows for c in row.cells), "abcd", strict=True):
            cell.text = text
        anchor._p.addnext(table._tbl)
        anchor.insert_paragraph_before("Own section", style="Heading 1")

    after = edited(change)
    assert [section.heading for section in after.sections] == [
        "Purpose and scope",
        "Register",
        "Review",
        "Own section",
    ]
    new, points = after.sections[2].blocks
    assert (new.text, new.requirements) == ("A new sentence.", ("9.3.2-b",))
    assert (points.kind, points.text, points.items) == ("list", "New points:", ("one", "two"))
    own = after.sections[3]
    assert (own.id, own.origin, own.blocks[0]) == ("t.own1", "edited", BEFORE.sections[2].blocks[0])
    assert (own.blocks[1].header, own.blocks[1].rows) == (("a", "b"), (("c", "d"),))


def test_deleted_paragraphs_and_sections_are_gone() -> None:
    def change(made: Any) -> None:
        for begins in ("A serious incident", "Review", "It is reviewed"):
            one = paragraph(made, begins)
            one._p.getparent().remove(one._p)

    after = edited(change)
    assert [section.id for section in after.sections] == ["t.s1", "t.s2"]
    assert all(not block.legal for block in after.sections[0].blocks)


def test_edited_tables_and_lists_stay_tables_and_lists() -> None:
    def change(made: Any) -> None:
        made.tables[1].rows[1].cells[1].paragraphs[0].runs[0].text = "Head of service"
        paragraph(made, "rate people").runs[0].text = "score people"

    after = edited(change).sections[0].blocks
    table = next(block for block in after if block.kind == "table")
    assert (table.text, table.header) == ("Systems", ("System", "Owner"))
    assert table.rows == (("Sorter", "Head of service"),)
    assert after[1].items[0] == "score people" and after[1].requirements == ("A.2.2",)


def test_an_edited_quote_loses_its_source() -> None:
    def change(made: Any) -> None:
        paragraph(made, QUOTE).runs[0].text = "Staff may enter anything."

    after = edited(change)
    block = after.sections[0].blocks[3]
    assert (block.kind, block.citations) == ("text", ())
    assert block.text == "The rules say: Staff may enter anything."
    assert citation() not in after.sources


def test_ids_are_changed_in_their_brackets() -> None:
    def change(made: Any) -> None:
        paragraph(made, "The policy is reviewed").runs[-1].text = " [A.2.4, 9.3.2-b]"

    block = edited(change).sections[0].blocks[-1]
    assert block.requirements == ("A.2.4", "9.3.2-b")


def test_what_is_filled_into_the_control_table_comes_back() -> None:
    said = {
        "Owner": "Chief of staff",
        "Effective from": "1 March 2026",
        "Version": "99",
        "Next review": "soon",
    }

    def change(made: Any) -> None:
        for row in made.tables[0].rows:
            if row.cells[0].text in said:
                row.cells[1].paragraphs[0].runs[0].text = said[row.cells[0].text]

    header = edited(change).header
    assert (header.owner, header.effective, header.next_review) == ("Chief of staff", date(2026, 3, 1), None)
    assert header.version == BEFORE.header.version  # the program counts versions


def test_a_title_changed_on_the_page_comes_back() -> None:
    def change(made: Any) -> None:
        paragraph(made, "AI policy").runs[0].text = "Policy for AI"

    assert edited(change).header.title == "Policy for AI"


def test_what_stands_before_the_first_heading_is_not_lost() -> None:
    def change(made: Any) -> None:
        paragraph(made, "Purpose").insert_paragraph_before("A word before.", style="Normal")

    assert edited(change).sections[0].blocks[0].text == "A word before."


def test_a_file_of_another_origin_is_read_by_its_headings() -> None:
    made = open_docx()
    made.add_heading("AI policy", 0)
    made.add_heading("review", 1)
    made.add_paragraph("We look again each year. [A.2.4]")
    made.add_heading("Details", 2)
    made.add_paragraph("Roles:")
    made.add_paragraph("owner", style="List Number")
    buffer = io.BytesIO()
    made.save(buffer)
    after = read(buffer.getvalue(), BEFORE)
    assert [(s.id, s.heading) for s in after.sections] == [("t.s3", "review"), ("t.own1", "Details")]
    assert after.sections[0].blocks == (
        Block(kind="text", text="We look again each year.", requirements=("A.2.4",)),
    )
    assert after.sections[1].blocks == (Block(kind="list", text="Roles:", items=("owner",)),)


def test_a_section_of_ours_that_is_called_sources_is_kept() -> None:
    before = document(Section(id="t.s1", heading="Sources", blocks=every_block()[:1]))
    assert edited(lambda made: None, before) == before


def test_the_parts_at_the_end_are_known_without_their_bookmarks() -> None:
    def change(made: Any) -> None:
        body = made.element.body
        for control in list(body.iterchildren(qn("w:sdt")))[1:]:
            for child in list(control.find(qn("w:sdtContent"))):
                control.addprevious(child)
            body.remove(control)
        for mark in list(body.iter(qn("w:bookmarkStart"))):
            mark.getparent().remove(mark)

    assert edited(change) == BEFORE


def test_sources_of_a_file_of_another_origin_are_kept() -> None:
    made = open_docx()
    made.add_heading("Sources", 1)
    made.add_paragraph("Our own list.")
    buffer = io.BytesIO()
    made.save(buffer)
    assert [section.heading for section in read(buffer.getvalue(), BEFORE).sections] == ["Sources"]


def test_a_file_without_headings_is_refused() -> None:
    made = open_docx()
    made.add_paragraph("Only text.")
    buffer = io.BytesIO()
    made.save(buffer)
    with pytest.raises(NotPossible, match=r"no heading.*style Heading 1"):
        read(buffer.getvalue(), BEFORE)


@pytest.mark.parametrize("tag", ["w:ins", "w:del", "w:moveFrom", "w:moveTo"])
def test_tracked_changes_are_refused(tag: str) -> None:
    def change(made: Any) -> None:
        run = paragraph(made, "It is reviewed").runs[0]._r
        tracked = OxmlElement(tag)
        tracked.set(qn("w:id"), "1")
        run.addprevious(tracked)
        tracked.append(run)

    with pytest.raises(NotPossible, match=r"1 tracked change\. Accept or reject"):
        edited(change)


def test_comments_are_left_out_and_told() -> None:
    def change(made: Any) -> None:
        made.add_comment(paragraph(made, "It is reviewed").runs, text="Why?", author="A", initials="A")

    data = altered(change)
    assert read(data, BEFORE) == BEFORE
    assert left_out(data) == ("1 comment",)
    assert left_out(write(BEFORE)) == ()


def test_hidden_text_is_not_read() -> None:
    def change(made: Any) -> None:
        paragraph(made, "It is reviewed").add_run("hidden").font.hidden = True

    assert edited(change) == BEFORE


def test_a_copied_paragraph_keeps_what_it_serves() -> None:
    def change(made: Any) -> None:
        one = paragraph(made, "The policy is reviewed")._p
        one.addnext(copy.deepcopy(one))

    blocks = edited(change).sections[0].blocks
    assert blocks[-1] == blocks[-2] == BEFORE.sections[0].blocks[-1]


@pytest.mark.parametrize(("data", "said"), [(b"x", "not a Word file"), (b"PK\x03\x04", "broken or cut off")])
def test_what_is_no_word_file_is_refused(data: bytes, said: str) -> None:
    with pytest.raises(NotPossible, match=said):
        read(data, BEFORE)
