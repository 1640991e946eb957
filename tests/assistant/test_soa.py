"""The statement of applicability: rows, history, lint and exports."""

from __future__ import annotations

import io
import json
from datetime import date

import pytest
from sqlalchemy import update

from assistant import erasure
from assistant.drafting.profile import set_profile
from assistant.errors import DamagedRecord, NotPossible
from assistant.gaps.applicability import KIND, Practice, Row, add, fill, history, remove, rows, undo
from assistant.gaps.exporting import FORMATS, export
from assistant.gaps.reports import soa_document
from assistant.gaps.soa_lint import lint
from assistant.gaps.statement import statement
from assistant.gaps.tables import soa_rows
from assistant.home import Home
from assistant.log_search import KINDS, summary
from assistant.people import LOCAL
from knowledge.requirements import requirements
from tests.assistant.reviewing import AUDITOR, AUTHOR, REVIEWER, entries

LOGS = "A.6.2.8"


def row(home: Home, name: str = LOGS) -> Row:
    return next(one for one in rows(home, AUTHOR) if one.id == name)


def filled(home: Home, name: str = LOGS, **said: object) -> Row:
    return fill(home, AUTHOR, row(home, name).model_copy(update=said))


def test_there_are_exactly_the_38_controls_and_all_are_open(bare: Home) -> None:
    held = rows(bare, AUDITOR)
    assert [one.id for one in held] == [control.id for control in requirements().controls]
    assert {one.included for one in held} == {None}
    assert len(statement(bare, AUDITOR).open) == 38


def test_what_is_filled_is_kept_with_its_record(bare: Home) -> None:
    said = {"included": True, "reason": "Answers must be traced.", "link": "R-7", "owner": "Head of AI"}
    saved = filled(bare, **said, systems="Assistant", status=Practice.BEGUN, on=date(2026, 5, 1))
    assert row(bare) == saved
    (entry,) = entries(bare, KIND)
    assert (entry.seq, entry.body["control"], entry.personal["reason"]) == (saved.seq, LOGS, said["reason"])
    assert KIND in KINDS
    assert summary(entry) == "A.6.2.8: fill"


def test_two_people_do_not_write_over_each_other(bare: Home) -> None:
    before = row(bare)
    filled(bare, included=True)
    with pytest.raises(NotPossible, match="changed by somebody meanwhile"):
        fill(bare, REVIEWER, before.model_copy(update={"included": False}))
    assert row(bare).included is True


def test_saving_nothing_new_is_told_and_not_recorded(bare: Home) -> None:
    with pytest.raises(NotPossible, match="so there is nothing to save"):
        fill(bare, AUTHOR, row(bare))
    assert entries(bare, KIND) == []


def test_changes_are_undone_one_by_one_and_each_undo_is_a_record(bare: Home) -> None:
    filled(bare, included=True, reason="first")
    filled(bare, included=False, reason="second")
    assert undo(bare, REVIEWER, LOGS) == row(bare)
    assert (row(bare).included, row(bare).reason) == (True, "first")
    undo(bare, REVIEWER, LOGS)
    assert (row(bare).included, row(bare).reason) == (None, "")
    with pytest.raises(NotPossible, match="nothing to undo"):
        undo(bare, REVIEWER, LOGS)
    assert [change.act for change in history(bare, AUDITOR, LOGS)] == ["fill", "fill", "undo", "undo"]


def test_an_own_control_comes_goes_and_comes_back(bare: Home) -> None:
    add(bare, AUTHOR, "OWN-1", "Red teaming each year", "contract with the bank")
    assert [one.id for one in rows(bare, AUTHOR)][38:] == ["OWN-1"]
    remove(bare, AUTHOR, "OWN-1")
    assert len(rows(bare, AUTHOR)) == 38
    undo(bare, AUTHOR, "OWN-1")
    assert row(bare, "OWN-1").title == "Red teaming each year"
    undo(bare, AUTHOR, "OWN-1")
    assert len(rows(bare, AUTHOR)) == 38


@pytest.mark.parametrize("name", ["A.6.2.9", "B.6.2.8", "A.6.2.8", "annex A.2.2", "", "two words"])
def test_an_own_control_cannot_look_like_the_standards(bare: Home, name: str) -> None:
    with pytest.raises(NotPossible):
        add(bare, AUTHOR, name, "Something", "a law")
    assert len(rows(bare, AUTHOR)) == 38


@pytest.mark.parametrize(
    ("name", "told"),
    [("B.6.2.8", "guidance of Annex B"), ("A.6.2.9", "has no control A.6.2.9"), ("OWN-7", "Add it first")],
)
def test_a_control_that_does_not_exist_is_not_filled(bare: Home, name: str, told: str) -> None:
    with pytest.raises(NotPossible, match=told):
        fill(bare, AUTHOR, Row(id=name, title=name, included=True))


def test_a_control_of_annex_a_is_not_removed_and_keeps_its_title(bare: Home) -> None:
    with pytest.raises(NotPossible, match="exclude it with a reason"):
        remove(bare, AUTHOR, LOGS)
    assert filled(bare, included=True, title="Ours", source="us").title == "AI system recording of event logs"


GOOD = Row(id=LOGS, title="Logs", included=True, reason="Answers must be traced.", link="R-7")


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"included": False, "reason": "The vendor does it."}, "vendor does it"),
        ({"included": False, "reason": "Our cloud provider takes care of logs."}, "vendor does it"),
        ({"included": False, "reason": ""}, "exclusion without reason"),
        ({"included": False, "reason": "Too expensive this year."}, "cost or time"),
        ({"included": False, "reason": "We have no time for it."}, "cost or time"),
        ({"reason": ""}, "included without reason"),
        ({"link": ""}, "no link"),
        ({"status": Practice.IN_PLACE}, "in place without evidence"),
        ({"id": "OWN-1", "source": ""}, "own control without source"),
        ({"reason": "As B.6.2.8 says."}, "Annex B"),
        ({"link": "A.6.2.9"}, "invented id"),
    ],
)
def test_lint_finds(change: dict[str, object], rule: str) -> None:
    assert [fault.rule for fault in lint([GOOD.model_copy(update=change)], ())] == [rule]


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"included": None, "reason": "", "link": ""},
        {"included": False, "reason": "We build no model and train none, so there is no training data."},
        {"reason": "A.10.3 asks it of our suppliers too."},
    ],
)
def test_lint_leaves_what_is_in_order(change: dict[str, object]) -> None:
    assert lint([GOOD.model_copy(update=change)], ()) == ()


def test_lint_finds_a_reason_that_was_pasted() -> None:
    pasted = [GOOD.model_copy(update={"id": c.id}) for c in requirements().controls[:3]]
    assert [fault.rule for fault in lint(pasted, ())] == ["same reason"] * 3
    assert lint(pasted[:2], ()) == ()


def test_in_place_with_evidence_is_in_order() -> None:
    assert lint([GOOD.model_copy(update={"status": Practice.IN_PLACE})], {LOGS}) == ()


def test_the_document_has_a_row_for_each_control_and_open_places_for_what_nobody_said(bare: Home) -> None:
    filled(bare, included=True)
    add(bare, AUTHOR, "OWN-1", "Red teaming", "a contract")
    made = soa_document(statement(bare, AUDITOR), None, "2026-11-26")
    cells = [r for _, block in made.blocks if block.kind == "table" for r in block.rows]
    assert [r[0] for r in cells] == [*(c.id for c in requirements().controls), "OWN-1"]
    assert {r[2] for r in cells} == {"included", "[TO BE SUPPLIED: included or excluded]"}
    assert {"the reason", "the risk or requirement", "the owner"} <= set(made.placeholders)


@pytest.mark.parametrize("format", FORMATS["soa"])
def test_every_export_is_made_and_on_the_log(bare: Home, format: str) -> None:
    data = export(bare, AUDITOR, "soa", format)
    assert data.startswith({"pdf": b"%PDF", "md": b"# Statement"}.get(format, b"PK"))
    (entry,) = entries(bare, "exported")
    assert summary(entry) == f"Statement of applicability: exported as {format}"


def test_the_sheet_has_38_rows_and_the_own_controls(bare: Home) -> None:
    from openpyxl import load_workbook

    add(bare, AUTHOR, "OWN-1", "Red teaming", "a contract")
    book = load_workbook(io.BytesIO(export(bare, AUDITOR, "soa", "xlsx")))
    first = [cell.value for cell in book["Statement of applicability"]["A"]]
    assert first[1:40] == [*(c.id for c in requirements().controls), "OWN-1"]


@pytest.mark.parametrize("format", FORMATS["gaps"])
def test_the_gap_report_is_made_in_every_format(bare: Home, format: str) -> None:
    data = export(bare, AUDITOR, "gaps", format)
    assert data.startswith({"pdf": b"%PDF", "md": b"# Gap", "json": b"{"}.get(format, b"PK"))


def test_an_unknown_format_is_refused_before_anything_is_recorded(bare: Home) -> None:
    with pytest.raises(NotPossible, match="not as 'odt'"):
        export(bare, AUDITOR, "soa", "odt")
    assert entries(bare, "exported") == []


def test_erased_words_are_gone_from_the_statement_and_do_not_come_back(bare: Home) -> None:
    filled(bare, included=True, reason="first")
    filled(bare, included=True, reason="second")
    first, second = entries(bare, KIND)
    erasure.erase(bare, LOCAL, [first.seq], reason="asked")
    assert row(bare).reason == "second"
    erasure.erase(bare, LOCAL, [second.seq], reason="asked")
    assert (row(bare).included, row(bare).reason) == (True, "")
    undo(bare, AUTHOR, LOGS)
    assert (row(bare).included, row(bare).reason) == (True, "")


def test_who_owns_a_control_is_beside_the_chain_and_erased_with_the_reason(bare: Home) -> None:
    filled(bare, included=True, reason="first", owner="Mia Otter")
    (entry,) = entries(bare, KIND)
    assert "Mia Otter" not in json.dumps(entry.body)
    assert entry.personal["owner"] == "Mia Otter"
    erasure.erase(bare, LOCAL, [entry.seq], reason="asked")
    assert (row(bare).included, row(bare).reason, row(bare).owner) == (True, "", "")


def test_what_stands_in_the_statement_stays_when_the_log_has_kept_it_long_enough(bare: Home) -> None:
    filled(bare, included=True, reason="first", owner="Mia Otter")
    bare.settings = bare.settings.model_copy(update={"retention_days": -1})
    assert erasure.retain(bare) == 1
    assert (row(bare).reason, row(bare).owner) == ("first", "Mia Otter")


@pytest.mark.parametrize("change", [{"included": False}, {"reason": "forged"}, {"owner": "nobody"}])
def test_a_row_that_was_altered_behind_our_back_is_not_read(bare: Home, change: dict[str, object]) -> None:
    saved = filled(bare, included=True, reason="first")
    forged = saved.model_copy(update=change).model_dump_json()
    with bare.database.write() as connection:
        connection.execute(update(soa_rows).values(value=forged))
    with pytest.raises(DamagedRecord, match=LOGS):
        export(bare, AUTHOR, "soa", "md")


def test_the_name_in_the_profile_stands_in_what_leaves(bare: Home) -> None:
    set_profile(bare, AUTHOR, "organisation", ["Otter Works"])
    assert "Otter Works" in export(bare, AUDITOR, "soa", "md").decode()
