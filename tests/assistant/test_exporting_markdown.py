"""Markdown: what is edited by hand comes back, and what nobody touched is as it was."""

from __future__ import annotations

from hypothesis import example, given, settings

from assistant.drafting.document import Block, Section
from assistant.exporting.markdown import section_blocks, section_text, write
from knowledge.load import load_bytes
from tests.assistant.exporting_documents import QUOTE, SECTIONS, document, every_block, header

SECTION = Section(id="t.s1", heading="Purpose and scope", blocks=every_block())


def bare(block: Block) -> Block:
    """A block as a person could have typed it."""
    return block.model_copy(update={"answers": (), "citations": ()})


@settings(max_examples=400, deadline=None)
@given(SECTIONS)
@example(Section(id="t.s1", heading="x", blocks=(Block(kind="text", text="- a\n\n> b\n| c | [5.2-a]"),)))
def test_what_nobody_touched_comes_back_as_it_was(section: Section) -> None:
    assert section_blocks(section_text(section), section) == section.blocks


def test_line_ends_of_other_systems_change_nothing() -> None:
    assert section_blocks(section_text(SECTION).replace("\n", "\r\n") + "  \r\n", SECTION) == SECTION.blocks


def test_an_edited_paragraph_keeps_its_ids_and_nothing_else() -> None:
    edited = section_text(SECTION).replace("It must do so on record.", "It must do so in writing.")
    first, *rest = section_blocks(edited, SECTION)
    assert (first.requirements, first.answers) == (("5.2-a", "A.2.2"), ())
    assert first.text.endswith("in writing.")
    assert tuple(rest) == SECTION.blocks[1:]


def test_ids_are_read_from_brackets_and_only_ids_that_exist() -> None:
    text = "It is decided. [A.2.4, 9.3.2-b]\n\nIt is so. [see above]\n\nAnd so. [A.99.1]"
    made = section_blocks(text, SECTION)
    assert [(b.text, b.requirements) for b in made] == [
        ("It is decided.", ("A.2.4", "9.3.2-b")),
        ("It is so. [see above]", ()),
        ("And so. [A.99.1]", ()),
    ]


def test_a_quote_keeps_its_source_while_its_words_stand() -> None:
    quote = SECTION.blocks[3]
    moved = section_text(Section(id="x", heading="x", blocks=(quote,))).replace("The rules say:", "We quote:")
    (kept,) = section_blocks(moved, SECTION)
    assert (kept.kind, kept.text, kept.citations) == ("quote", "We quote:", quote.citations)


def test_an_edited_quote_is_plain_text_without_a_source() -> None:
    edited = section_text(SECTION).replace(QUOTE, "Staff may enter anything.")
    changed = section_blocks(edited, SECTION)[3]
    assert (changed.kind, changed.citations) == ("text", ())
    assert changed.text == "The rules say: Staff may enter anything."
    assert changed.requirements == ("A.9.2",)


def test_lists_and_tables_can_be_typed() -> None:
    text = "Roles:\n- owner\n* user\n\n| Role | Who |\n|---|---|\n| Owner | Service desk |"
    list_, table = section_blocks(text, SECTION)
    assert (list_.kind, list_.text, list_.items) == ("list", "Roles:", ("owner", "user"))
    assert (table.header, table.rows) == (("Role", "Who"), (("Owner", "Service desk"),))


def test_a_lead_in_may_stand_apart_from_its_list() -> None:
    (block,) = section_blocks("Roles:\n\n- owner\n- user", SECTION)
    assert (block.text, block.items) == ("Roles:", ("owner", "user"))


def test_the_whole_document_is_read_by_our_own_loader() -> None:
    made = document(owner="Head of AI", status="Approved", classification="Confidential", version="1.2")
    loaded = load_bytes(write(made).encode(), "policy.md")
    assert (loaded.title, loaded.control.owner, loaded.control.version_label) == (
        "AI policy",
        "Head of AI",
        "1.2",
    )
    assert loaded.control.audience is not None and len(loaded.control.audience) == 3


def test_an_open_place_is_no_owner() -> None:
    assert load_bytes(write(document()).encode(), "policy.md").control.owner is None


def test_markup_in_a_text_is_shown_as_it_stands() -> None:
    from markdown_it import MarkdownIt

    text = "*a* _b_ `c` <script> [x](http://y) & &amp; ~~d~~ ![z](http://w) \\ 1. # ="
    made = document(Section(id="t.s1", heading="# x", blocks=(Block(kind="text", text=text),)), title="<b>")
    tokens = [t for t in MarkdownIt().enable("strikethrough").parse(write(made)) if t.type == "inline"]
    kinds = {child.type for token in tokens for child in token.children or ()}
    assert kinds <= {"text", "text_special", "softbreak"}
    assert text in ["".join(child.content for child in token.children or ()) for token in tokens]


def test_a_document_without_anything_is_still_written() -> None:
    made = document(Section(id="t.s1", heading="Empty")).model_copy(
        update={"changes": (), "header": header()}
    )
    assert "No change is recorded yet." in write(made)
    assert "[TO BE SUPPLIED: the owner of the document]" in write(made)


def test_words_that_no_format_can_hold_are_left_out() -> None:
    made = document(Section(id="t.s1", heading="x", blocks=(bare(Block(kind="text", text="a\x00b\ufffe")),)))
    assert "\nab\n" in write(made)
