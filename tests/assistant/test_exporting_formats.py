"""Formats by suffix."""

from __future__ import annotations

import pytest

from assistant.errors import NotPossible
from assistant.exporting.formats import FORMATS, export
from tests.assistant.exporting_documents import document


@pytest.mark.parametrize(("suffix", "magic"), [(".docx", b"PK"), (".pdf", b"%PDF"), (".md", b"# AI policy")])
def test_every_format_is_written_the_same_each_time(suffix: str, magic: bytes) -> None:
    data = export(document(), suffix)
    assert data.startswith(magic)
    assert export(document(), suffix) == data
    assert suffix in FORMATS


def test_a_suffix_may_be_given_without_its_dot_or_in_capitals() -> None:
    assert export(document(), "MD") == export(document(), ".md")


def test_other_formats_are_refused_with_what_there_is() -> None:
    with pytest.raises(NotPossible, match=r"\.docx, \.pdf, \.md"):
        export(document(), ".odt")


def test_a_template_is_for_word_only() -> None:
    with pytest.raises(NotPossible, match="PDF is written without one"):
        export(document(), ".pdf", template=b"PK")
