"""Word files: what stands in them, the organisation's template, and our own loader."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date
from typing import Any

import pytest
from docx import Document as open_docx
from docx.enum.style import WD_STYLE_TYPE
from docx.opc.constants import RELATIONSHIP_TYPE as KINDS
from docx.oxml.ns import qn
from docx.shared import Cm

from assistant.drafting.compose import compose
from assistant.drafting.document import Block, Document, Section, missing
from assistant.errors import NotPossible
from assistant.exporting.docx import write
from knowledge.load import load_bytes
from knowledge.models import RESTRICTED, Status
from knowledge.specifications import specification
from knowledge.split import split
from tests.assistant.exporting_documents import QUOTE, document, every_block, header, wide_table


def opened(data: bytes) -> Any:
    return open_docx(io.BytesIO(data))


def xml(data: bytes, part: str = "word/document.xml") -> str:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return archive.read(part).decode()


def changed(data: bytes, part: str, *swaps: tuple[str, str]) -> bytes:
    """A Word file with one part altered."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(buffer, "w") as new:
        for entry in old.infolist():
            content = old.read(entry)
            for before, after in swaps if entry.filename == part else ():
                content = content.replace(before.encode(), after.encode())
            new.writestr(entry, content)
    return buffer.getvalue()


def saved(made: Any) -> bytes:
    buffer = io.BytesIO()
    made.save(buffer)
    return buffer.getvalue()


def texts(data: bytes) -> list[str]:
    return [paragraph.text.replace("\xa0", " ") for paragraph in opened(data).paragraphs]


def test_the_same_document_gives_the_same_bytes() -> None:
    assert write(document()) == write(document())
    with zipfile.ZipFile(io.BytesIO(write(document()))) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(2000, 1, 1, 0, 0, 0)}


def test_every_block_is_written_with_its_ids_behind_it() -> None:
    said = texts(write(document()))
    assert "Müller & Söhne AG directs its work with AI. It must do so on record. [5.2-a, A.2.2]" in said
    assert "AI must not be used to: [A.2.2]" in said
    assert "rate people by how they behave" in said
    assert QUOTE in said
    assert "— Acceptable use of AI, version 2, Rules > Personal data, page 3" in said
    assert "A serious incident is reported under Article 73. [Legal: to be confirmed by counsel]" in said


def test_headings_are_real_and_numbered() -> None:
    made = opened(write(document()))
    headings = [p for p in made.paragraphs if p.style.name == "Heading 1"]
    assert [p.text for p in headings] == ["Purpose and scope", "Register", "Review"]
    assert len({p._p.pPr.numPr.numId.val for p in headings}) == 1


def test_open_places_are_marked() -> None:
    made = opened(write(document()))
    marked = [run.text for p in made.paragraphs for run in p.runs if run.font.highlight_color is not None]
    assert marked == [missing("a second use")]
    cells = [cell for row in made.tables[0].rows for cell in row.cells]
    assert sum(run.font.highlight_color is not None for c in cells for run in c.paragraphs[0].runs) == 8


def test_pages_have_a_head_and_a_foot() -> None:
    made = opened(write(document(version="1.2", owner="Head of AI", classification="Internal")))
    assert [p.text for p in made.sections[0].header.paragraphs] == [
        "AIP-001 · AI policy · Version 1.2",
        "Owner: Head of AI · Status: Draft · Classification: Internal",
    ]
    codes = [node.text.strip() for node in made.sections[0].footer._element.iter(qn("w:instrText"))]
    assert codes == ["PAGE", "NUMPAGES"]


def test_contents_lead_to_every_heading() -> None:
    body = xml(write(document()))
    anchors = re.findall(r'<w:hyperlink w:anchor="(\w+)"', body)
    marks = re.findall(r'<w:bookmarkStart [^>]*w:name="(\w+)"', body)
    assert anchors == marks
    assert len(anchors) == 3 + 4
    assert all(mark.startswith("_") and len(mark) <= 40 for mark in marks)
    assert "updateFields" in xml(write(document()), "word/settings.xml")


def test_wide_tables_stand_on_pages_on_their_side() -> None:
    made = opened(write(document()))
    shapes = [section.page_width > section.page_height for section in made.sections]
    assert shapes == [False, True, False]
    assert made.sections[2].page_width == made.sections[0].page_width


def test_header_rows_repeat_and_columns_fill_the_page() -> None:
    made = opened(write(document()))
    wide = made.tables[2]
    assert wide.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
    assert wide.rows[1]._tr.trPr.find(qn("w:tblHeader")) is None
    width = sum(column.width for column in wide.columns)
    page = made.sections[1]
    room = page.page_width - page.left_margin - page.right_margin
    assert 0.97 * room < width <= room


def test_the_parts_at_the_end_say_what_is_open_served_used_and_changed() -> None:
    body = re.sub(r"<[^>]+>", " ", xml(write(document())))
    for words in (
        "a second use",
        "9.2",
        "Short title",
        "0123456789abcdef" * 4,
        "First text",
        "5 January 2026",
    ):
        assert words in body
    assert "confirmation by counsel of what it says about the law" in body


def test_properties_say_what_the_document_is() -> None:
    core = opened(write(document(author="Anna Author", version="1.2"))).core_properties
    assert (core.title, core.author, core.content_status) == ("AI policy", "Anna Author", "Draft")
    assert (core.identifier, core.version, core.created.date()) == ("AIP-001", "1.2", date(2026, 1, 5))


def test_text_from_right_to_left_is_set_so() -> None:
    made = document(Section(id="t.s1", heading="x", blocks=(Block(kind="text", text="שלום עולם"),)))
    assert "<w:bidi/>" in xml(write(made))
    assert "<w:rtl/>" in xml(write(made))


def test_a_document_without_anything_is_still_written() -> None:
    empty = document(Section(id="t.s1", heading="")).model_copy(update={"changes": (), "header": header()})
    assert "No source was used." in xml(write(empty))


# Read by our own loader


def test_our_own_loader_reads_the_control_table() -> None:
    loaded = load_bytes(
        write(
            document(
                owner="Head of AI",
                status="Approved",
                version="1.2",
                effective=date(2026, 3, 1),
                form="procedure",
            )
        ),
        "file.docx",
    )
    control = loaded.control
    assert (loaded.title, control.owner, control.status) == ("AI policy", "Head of AI", Status.IN_FORCE)
    assert (control.version_label, control.effective_from) == ("1.2", date(2026, 3, 1))
    assert control.kind == "procedure" and control.audience is None


@pytest.mark.parametrize("classification", ["Restricted", "Confidential", "confidential – management only"])
def test_a_classification_narrows_the_audience(classification: str) -> None:
    loaded = load_bytes(write(document(classification=classification)), "file.docx")
    assert loaded.control.audience == RESTRICTED


def test_an_open_place_is_no_value() -> None:
    control = load_bytes(write(document()), "file.docx").control
    assert (control.owner, control.effective_from, control.audience) == (None, None, None)


def test_headings_become_the_paths_of_passages_and_furniture_is_not_quoted() -> None:
    loaded = load_bytes(write(document()), "file.docx")
    passages = [
        (p.section, loaded.text[p.start : p.end]) for p in split(loaded, lambda text: len(text.split()))
    ]
    where = [section for section, words in passages if "It must do so on record." in words]
    assert where == [("AI policy", "Purpose and scope")] or where == [("Purpose and scope",)]
    for furniture in (
        "A.2.2",
        "Contents",
        "Page 1",
        "Open points",
        "Version id",
        "First text",
        "0123456789abcdef",
    ):
        assert furniture not in loaded.text


# The organisation's template


def house_template() -> Any:
    made = open_docx()
    made.styles["Heading 1"].font.name = "Georgia"
    made.sections[0].page_width = Cm(20)
    made.sections[0].header.paragraphs[0].text = "Acme Group"
    made.add_paragraph("Type your text here.")
    return made


def test_a_template_gives_styles_page_and_head() -> None:
    made = opened(write(document(), saved(house_template())))
    assert made.styles["Heading 1"].font.name == "Georgia"
    assert round(made.sections[0].page_width.cm, 1) == 20
    head = [p.text for p in made.sections[0].header.paragraphs]
    assert head[0] == "Acme Group" and head[1].startswith("AIP-001")
    assert "Type your text here." not in [p.text for p in made.paragraphs]


def test_a_template_of_words_own_kind_is_taken() -> None:
    swap = ("wordprocessingml.document.main+xml", "wordprocessingml.template.main+xml")
    dotx = changed(saved(house_template()), "[Content_Types].xml", swap)
    assert opened(write(document(), dotx)).styles["Heading 1"].font.name == "Georgia"


def test_a_template_without_numbering_or_our_styles_is_taken() -> None:
    made = house_template()
    for name in ("List Bullet", "Table Grid", "Quote"):
        made.styles[name].delete()
    for name, rel in list(made.part.rels.items()):
        if rel.reltype.endswith("/numbering"):
            del made.part.rels[name]
    data = write(document(), saved(made))
    assert "rate people by how they behave" in texts(data)
    assert "word/numbering.xml" in zipfile.ZipFile(io.BytesIO(data)).namelist()


def test_a_template_that_numbers_its_headings_keeps_doing_so() -> None:
    made = house_template()
    properties = made.styles["Heading 1"].element.get_or_add_pPr().get_or_add_numPr()
    properties.get_or_add_numId().val = 1
    headings = [p for p in opened(write(document(), saved(made))).paragraphs if p.style.name == "Heading 1"]
    assert all(p._p.pPr.numPr is None for p in headings)


def test_a_template_that_would_load_something_from_elsewhere_does_not() -> None:
    made, away = house_template(), "http://127.0.0.1:9/away"
    for part in (made.part, made.part._settings_part):
        part.relate_to(f"{away}.dotm", KINDS.STYLES.replace("styles", "attachedTemplate"), is_external=True)
    made.part.relate_to(f"{away}.png", KINDS.IMAGE, is_external=True)
    with zipfile.ZipFile(io.BytesIO(write(document(), saved(made)))) as archive:
        assert not any(b"127.0.0.1" in archive.read(name) for name in archive.namelist())
    made.sections[0].header.part.relate_to(f"{away}.png", KINDS.IMAGE, is_external=True)
    with pytest.raises(NotPossible, match=r"loads http://127\.0\.0\.1:9/away\.png from elsewhere"):
        write(document(), saved(made))


def test_a_template_with_a_field_that_fetches_is_refused() -> None:
    made = house_template()
    run = made.sections[0].header.paragraphs[0].add_run()
    field = run._r.makeelement(qn("w:instrText"))
    field.text = ' INCLUDEPICTURE "http://127.0.0.1:9/away.png" '
    run._r.append(field)
    with pytest.raises(NotPossible, match="field INCLUDEPICTURE"):
        write(document(), saved(made))


def test_a_template_without_the_styles_that_are_needed_is_refused() -> None:
    made = house_template()
    made.styles["Title"].delete()
    with pytest.raises(NotPossible, match=r"no style Title.*Open it in Word"):
        write(document(), saved(made))


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "not a Word file"),
        (b"hello", "not a Word file"),
        (b"PK\x03\x04cut off", "broken or cut off"),
        (b"\xd0\xcf\x11\xe0old", "old kind"),
    ],
)
def test_what_is_no_word_file_is_refused(data: bytes, said: str) -> None:
    with pytest.raises(NotPossible, match=said):
        write(document(), data)


def test_macros_are_refused() -> None:
    swap = (
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
        "application/vnd.ms-word.document.macroEnabled.main+xml",
    )
    with pytest.raises(NotPossible, match="holds macros"):
        write(document(), changed(saved(house_template()), "[Content_Types].xml", swap))


def test_a_file_whose_structure_is_broken_is_refused() -> None:
    broken = changed(saved(house_template()), "word/document.xml", ("</w:body>", "</w:bod>"))
    with pytest.raises(NotPossible, match="structure in it is broken"):
        write(document(), broken)


def test_styles_of_a_template_with_our_names_stay_its_own() -> None:
    made = house_template()
    made.styles.add_style("Quoted text", WD_STYLE_TYPE.PARAGRAPH).font.name = "Georgia"
    assert opened(write(document(), saved(made))).styles["Quoted text"].font.name == "Georgia"


def test_a_document_from_its_specification_is_written_whole() -> None:
    spec = specification("ai-policy")
    made = compose(spec, {}, header())
    said = texts(write(made))
    for section in spec.sections:
        assert section.heading in said
    assert isinstance(made, Document) and made.placeholders


def test_every_kind_of_block_survives_a_template() -> None:
    made = document(Section(id="t.s1", heading="All", blocks=(*every_block(), wide_table())))
    assert len(opened(write(made, saved(house_template()))).tables) == 3
