"""Excel files: text stays text, and the same tables give the same bytes."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

import pytest
from openpyxl import load_workbook

from assistant.exporting.xlsx import Sheet, write


def reread(*sheets: Sheet) -> Any:
    return load_workbook(io.BytesIO(write(sheets)))


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        '=HYPERLINK("http://x","y")',
        "+49 30 1",
        "-1",
        "@SUM(A1)",
        "\t=1+1",
        "\r=1+1",
        " =1",
        "#N/A",
        "{=1}",
    ],
)
def test_what_looks_like_a_formula_is_text(text: str) -> None:
    page = reread(Sheet("Register", (text,), ((text,),), notes=(text,))).active
    for cell in (page["A1"], page["A2"], page["A4"]):
        assert cell.data_type == "s"
        assert cell.value.split() == text.split()


def test_control_characters_do_not_break_the_file() -> None:
    assert reread(Sheet("S", ("a",), (("x\x00\x0by\ufffe",),))).active["A2"].value == "xy"


def test_a_text_that_no_cell_holds_is_cut_and_says_so() -> None:
    value = reread(Sheet("S", ("a",), (("x" * 40_000,),))).active["A2"].value
    assert len(value) < 32_767
    assert value.endswith("(cut here: a cell holds no more)")


def test_the_header_stays_in_sight_and_filters() -> None:
    page = reread(Sheet("Register", ("System", "Owner"), (("Sorter", "Desk"), ("Chat", None)))).active
    assert page.freeze_panes == "A2"
    assert page.auto_filter.ref == "A1:B3"
    assert page["A1"].font.bold and not page["A2"].font.bold
    assert page["A2"].alignment.wrap_text
    assert page["B3"].value is None


def test_dates_and_numbers_are_what_they_are() -> None:
    page = reread(Sheet("S", ("Day", "Score"), ((date(2026, 3, 1), 7),))).active
    assert page["A2"].is_date and page["A2"].number_format == "yyyy-mm-dd"
    assert (page["B2"].value, page["B2"].data_type) == (7, "n")


def test_notes_stand_below_the_table() -> None:
    page = reread(Sheet("S", ("a",), (("1",), ("2",)), notes=("Nothing here is a judgement.",))).active
    assert (page["A4"].value, page["A5"].value) == (None, "Nothing here is a judgement.")


def test_names_of_sheets_are_made_to_fit() -> None:
    long = "Statement of applicability: all 38 controls / annex [A]"
    names = reread(*[Sheet(name, ("a",), ()) for name in (long, long, "", "S", "s")]).sheetnames
    assert len(set(map(str.casefold, names))) == 5
    assert all(0 < len(name) <= 31 for name in names)


def test_columns_are_as_wide_as_what_they_hold() -> None:
    page = reread(Sheet("S", ("No.", "What"), (("1", "word " * 40),))).active
    assert page.column_dimensions["A"].width == 8
    assert page.column_dimensions["B"].width == 60


def test_the_same_tables_give_the_same_bytes() -> None:
    sheet = Sheet("S", ("a",), ((date(2026, 3, 1),),))
    assert write([sheet]) == write([sheet])


def test_there_is_no_file_without_a_sheet() -> None:
    with pytest.raises(ValueError, match="at least one sheet"):
        write([])
