"""The register to and from tables: nothing is lost on the way, bad rows are named, nothing is run."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.assessing import assessments, exchange, register, systems
from assistant.errors import NotPossible
from assistant.exporting.formats import EXPORTED
from assistant.home import Home, home_at
from tests.assistant.assessing import assessed, entered
from tests.assistant.reviewing import AUDITOR, AUTHOR, REVIEWER, entries
from tests.conftest import SHARED, needs_shared

INVENTORY = SHARED / "corpus" / "US_Federal_AI_Use_Case_Inventory_2025.csv"
FEDERAL = (
    b"agency,agency_name,id,use_case_name,agency_bureau,development_stage,problem_solved,vendor_name\r\n"
    b'DOX,Department of Otters,DOX-1,"Otter count,\r\nby camera",Rivers,Deployed,Counts otters,Lens Inc\r\n'
    b"DOX,Department of Otters,DOX-2,,Rivers,Pilot,No name,\r\n"
    b"DOX,Department of Otters,DOX-3,Herring forecast,Seas,,Forecasts,\r\n"
    b"DOX,Department of Otters,DOX-3,Herring forecast,Seas,,Forecasts,\r\n"
    b"DOX,too short\r\n"
    b"DOX,Department of Otters,DOX-4,Fish chat,Seas,Retired,Talks,\r\n"
)


def rows(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))


@pytest.fixture
def other(tmp_path: Path) -> Iterator[Home]:
    """Another home, in which nothing is yet."""
    home = home_at(tmp_path / "other")
    yield home
    home.close()


def test_the_register_comes_back_as_it_went_out(bare: Home, other: Home) -> None:
    entered(bare, purpose="One line.\nAnother, with “quotes” and, commas.", role="provider", status="idea")
    entered(bare, owner="=HYPERLINK(0)", notes="'tis", supplier="-dash", next_assessment="2027-01-31")
    assessments.decide(bare, REVIEWER, assessed(bare).id)
    data = exchange.exported(bare, AUDITOR)
    found = exchange.take(other, AUTHOR, data)
    assert (len(found.new), found.bad) == (3, ())
    assert exchange.exported(other, AUDITOR) == data
    here, there = register.listed(bare, AUDITOR), register.listed(other, AUDITOR)
    assert [one.facts for one in here] == [one.facts for one in there]
    assert [(one.tier, one.decided) for one in there if one.tier] == [("T2 standard", False)]


def test_no_cell_is_a_formula(bare: Home) -> None:
    entered(bare, owner="=1+1", supplier=" +cmd", notes="@x", purpose="-2")
    (row,) = rows(exchange.exported(bare, AUDITOR))
    assert [row[name][0] for name in ("owner", "supplier", "notes", "purpose")] == ["'"] * 4


def test_an_export_is_on_the_log(bare: Home) -> None:
    entered(bare)
    exchange.exported(bare, AUDITOR)
    (entry,) = entries(bare, EXPORTED)
    assert (entry.body["what"], entry.body["count"]) == ("systems", 1)


def test_our_own_export_changed_elsewhere_changes_the_systems(bare: Home) -> None:
    kept = assessed(bare)
    assessments.decide(bare, REVIEWER, kept.id)
    data = exchange.exported(bare, AUDITOR).replace(b"T2 standard", b"T1 light")
    assert exchange.take(bare, AUTHOR, data).known == 1
    name = register.read(bare, AUDITOR, kept.system).system.facts.name
    found = exchange.take(bare, AUTHOR, data.replace(name.encode(), b"Renamed"))
    assert (len(found.new), len(found.changed)) == (0, 1)
    after = register.read(bare, AUDITOR, kept.system).system
    assert (after.facts.name, after.tier) == ("Renamed", "T2 standard")


def test_a_recognised_inventory_is_taken_row_by_row(bare: Home) -> None:
    seen = exchange.preview(bare, AUTHOR, FEDERAL)
    assert register.listed(bare, AUDITOR) == []
    assert seen.layout == "US federal AI use case inventory 2025"
    assert [one.facts.name for one in seen.new] == ["Otter count, by camera", "Herring forecast", "Fish chat"]
    assert (seen.known, seen.rows) == (1, 6)
    assert [(bad.line, bad.problem) for bad in seen.bad] == [
        (4, "A system needs a name."),
        (7, "it has 2 cells, and the header 8"),
    ]
    assert exchange.take(bare, AUTHOR, FEDERAL) == seen
    otters = register.listed(bare, AUDITOR)[2].facts
    assert (otters.owner, otters.supplier) == ("Department of Otters, Rivers", "Lens Inc")
    assert [one.facts.status for one in register.listed(bare, AUDITOR)] == ["retired", "", "in use"]


def test_an_inventory_that_comes_again_is_recognised(bare: Home) -> None:
    exchange.take(bare, AUTHOR, FEDERAL)
    before = len(entries(bare, systems.KIND))
    found = exchange.take(bare, AUTHOR, FEDERAL)
    assert (found.new, found.changed, found.known) == ((), (), 4)
    assert len(entries(bare, systems.KIND)) == before == 3


def test_a_simple_table_is_recognised_by_its_names(bare: Home) -> None:
    data = "System;Vendor;Status\nMail sorter;Bright;In use\nOther;;asleep\n".encode("utf-8-sig")
    found = exchange.take(bare, AUTHOR, data)
    assert [(one.facts.name, one.facts.supplier, one.facts.status) for one in found.new] == [
        ("Mail sorter", "Bright", "in use")
    ]
    assert found.bad[0].line == 3 and "asleep" in found.bad[0].problem


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"", "columns are not recognised"),
        (b"colour,size\nred,1\n", "not recognised: colour, size"),
        (b"name,system\na,b\n", "'name' stands twice"),
        (b"\xff\xfe\x81\x8d", "no text in UTF-8"),
    ],
)
def test_what_is_no_register_is_told(bare: Home, data: bytes, problem: str) -> None:
    with pytest.raises(NotPossible, match=problem):
        exchange.preview(bare, AUTHOR, data)


@needs_shared
def test_the_federal_inventory_of_2025_is_imported(bare: Home) -> None:
    data = INVENTORY.read_bytes()
    found = exchange.take(bare, AUTHOR, data)
    assert found.rows == 3611
    assert len(found.new) > 3600
    assert all(bad.line and bad.problem for bad in found.bad)
    again = exchange.preview(bare, AUTHOR, data)
    assert (again.new, again.known + len(again.bad)) == ((), 3611)
    assert exchange.preview(bare, AUTHOR, exchange.exported(bare, AUDITOR)).known == len(found.new)
