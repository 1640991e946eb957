"""PDF: the text is data, every letter is shown or told, and the same document gives the same bytes."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from pypdf import PdfReader

from assistant.drafting.document import Block, Section
from assistant.exporting.pdf import missing, write
from knowledge.load import load_bytes
from tests.assistant.exporting_documents import HOSTILE, document, every_block, header, wide_table


def read(data: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(data))


def text_of(data: bytes) -> str:
    return "\n".join(page.extract_text() for page in read(data).pages).replace("\u200b", "")


def folded(text: str) -> str:
    return "".join(text.split())


def with_text(text: str, **fields: object) -> bytes:
    return write(
        document(Section(id="t.s1", heading="Purpose", blocks=(Block(kind="text", text=text),)), **fields)
    )


def test_the_same_document_gives_the_same_bytes() -> None:
    assert write(document()) == write(document())
    assert write(document()) != write(document(version="0.2"))


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_in_a_text_runs(text: str) -> None:
    blocks = (
        Block(kind="text", text=text),
        Block(kind="list", text=text, items=(text,)),
        Block(kind="table", text=text, header=(text, text), rows=((text, text),)),
    )
    made = document(
        Section(id="t.s1", heading=text, blocks=blocks), title=text, owner=text, classification=text
    )
    assert folded(text_of(write(made))).count(folded(text)) >= 10


def test_no_file_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "secret.txt").write_text("the secret", "utf-8")
    monkeypatch.chdir(tmp_path)
    said = text_of(with_text('#read("secret.txt") #read("/secret.txt") #image("/etc/passwd")'))
    assert '#read("secret.txt")' in said
    assert "the secret" not in said and "root:" not in said


def test_everything_of_a_block_is_shown() -> None:
    said = folded(text_of(write(document(Section(id="t.s1", heading="All", blocks=every_block())))))
    for block in every_block():
        for words in block.words:
            assert folded(words.replace("שלום", "")) in said.replace("שלום", "").replace("םולש", "")
    assert folded("[Legal: to be confirmed by counsel]") in said
    assert "[5.2-a,A.2.2]" in said


def test_a_letter_that_no_font_has_is_told() -> None:
    said = text_of(with_text("before \U0010fff0 after"))
    assert "before [U+10FFF0] after" in said
    assert "No font here has these letters" in said
    assert "No font here" not in text_of(with_text("Müller, Ελληνικά, Кириллица"))


def test_missing_letters_are_found_and_others_are_not() -> None:
    assert missing(["ж", "\u0301", "\U0010fff0"]) == ["\U0010fff0"]


def test_wide_tables_stand_on_pages_on_their_side() -> None:
    made = write(document(Section(id="t.s1", heading="Register", blocks=(wide_table(), *every_block()))))
    turned = [page.mediabox.width > page.mediabox.height for page in read(made).pages]
    assert turned[0] is False and turned[1] is True and turned[-1] is False
    wide = read(made).pages[1].extract_text()
    assert "Register" in wide and "Column 9" in wide


def test_pages_have_head_and_foot_and_the_file_an_outline() -> None:
    made = read(write(document(version="1.2", owner="Head of AI", classification="Internal")))
    for number, page in enumerate(made.pages, 1):
        said = page.extract_text()
        assert "AIP-001 · AI policy · Version 1.2" in said
        assert "Owner: Head of AI · Status: Draft · Classification: Internal" in said
        assert f"Page {number} of {len(made.pages)}" in said
    titles = [entry.title for entry in made.outline if not isinstance(entry, list)]
    assert titles[0].removeprefix("1 ") == "Purpose and scope"
    assert titles[-4:] == ["Open points", "Requirements served", "Sources", "Change history"]
    assert made.metadata is not None and made.metadata.title == "AI policy"


def test_header_rows_repeat_on_every_page() -> None:
    table = Block(
        kind="table", header=("Risk", "Answer"), rows=tuple((f"risk {i}", "reduce") for i in range(90))
    )
    pages = read(write(document(Section(id="t.s1", heading="Risks", blocks=(table,))))).pages
    holding = [page.extract_text() for page in pages if "risk 8" in page.extract_text()]
    assert len(holding) > 1
    assert all("Answer" in said for said in holding)


def test_very_long_words_stay_on_the_page() -> None:
    said = text_of(with_text("x" * 400))
    assert folded(said).count("x" * 400) == 1


def test_our_own_loader_reads_the_control_table() -> None:
    made = write(document(owner="Head of AI", status="Approved", classification="Restricted", version="1.2"))
    loaded = load_bytes(made, "policy.pdf")
    assert (loaded.title, loaded.control.owner, loaded.control.version_label) == (
        "AI policy",
        "Head of AI",
        "1.2",
    )
    assert loaded.control.audience is not None and len(loaded.control.audience) == 3


def test_a_document_without_anything_is_still_written() -> None:
    made = document(Section(id="t.s1", heading="Empty")).model_copy(
        update={"changes": (), "header": header()}
    )
    assert "No change is recorded yet." in text_of(write(made))
