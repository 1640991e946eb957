"""The register is what the log says of it: a row that was altered behind the program's back is not shown."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, update

from assistant import erasure
from assistant.assessing import assessments, exchange, register, systems
from assistant.assessing.tables import systems as table
from assistant.errors import DamagedRecord
from assistant.exporting.formats import EXPORTED
from assistant.home import Home
from assistant.people import LOCAL
from knowledge.clock import today
from tests.assistant.assessing import assessed, entered
from tests.assistant.reviewing import AUDITOR, AUTHOR, REVIEWER, entries


def alter(home: Home, **values: Any) -> None:
    """Set columns of every system in SQL, past the log."""
    with home.database.write() as connection:
        connection.execute(update(table).values(**values))


@pytest.mark.parametrize(
    "values",
    [
        {"name": "Another"},
        {"purpose": "Something else."},
        {"role": "provider"},
        {"owner": "Somebody"},
        {"owner": ""},
        {"notes": "more"},
        {"supplier": "Other Ltd"},
        {"status": "retired"},
        {"tier": "T1 light"},
        {"tier_decided": False},
        {"next_assessment": date(2099, 1, 1)},
        {"source": "x:1"},
    ],
    ids=str,
)
def test_a_row_that_was_altered_is_neither_shown_nor_exported(bare: Home, values: dict[str, Any]) -> None:
    kept = assessed(bare)
    before = register.read(bare, AUDITOR, kept.system).system.facts
    systems.change(
        bare, AUTHOR, kept.system, before.model_copy(update={"owner": "Head of Claims", "status": "in use"})
    )
    assessments.decide(bare, REVIEWER, kept.id, again=today() + timedelta(9))
    assert register.read(bare, AUDITOR, kept.system).system.decided
    alter(bare, **values)
    for read in (
        lambda: register.read(bare, AUDITOR, kept.system),
        lambda: register.listed(bare, AUDITOR),
        lambda: exchange.exported(bare, AUDITOR),
    ):
        with pytest.raises(DamagedRecord, match=kept.system):
            read()
    assert entries(bare, EXPORTED) == []


def test_a_row_without_a_record_and_a_record_without_a_row_are_noticed(bare: Home) -> None:
    made, other = entered(bare), entered(bare)
    alter_one = update(table).where(table.c.id == made.id)
    with bare.database.write() as connection:
        connection.execute(alter_one.values(id="f" * 16))
    with pytest.raises(DamagedRecord, match="altered"):
        register.read(bare, AUDITOR, "f" * 16)
    with bare.database.write() as connection:
        connection.execute(delete(table).where(table.c.id == "f" * 16))
    with pytest.raises(DamagedRecord, match=f"{made.id}.*taken out"):
        register.listed(bare, AUDITOR)
    assert register.read(bare, AUDITOR, other.id).system == other


def test_a_tier_that_came_with_a_table_is_held_to_its_record(bare: Home) -> None:
    exchange.take(bare, AUTHOR, b"name,tier\nOtter Counter,T3 full\n")
    (one,) = register.listed(bare, AUDITOR)
    systems.change(bare, AUTHOR, one.id, one.facts.model_copy(update={"status": "idea"}))
    assert register.listed(bare, AUDITOR)[0].tier == one.tier
    alter(bare, tier="T2 standard")
    with pytest.raises(DamagedRecord):
        register.listed(bare, AUDITOR)


def test_a_system_whose_words_were_erased_is_still_read(bare: Home) -> None:
    made = entered(bare, owner="Mia Otter", notes="ask Mia")
    (entry,) = entries(bare, systems.KIND)
    erasure.erase(bare, LOCAL, [entry.seq], reason="asked")
    read = register.read(bare, AUDITOR, made.id).system
    assert (read.facts.owner, read.facts.notes) == ("", "")
    systems.change(bare, AUTHOR, made.id, read.facts.model_copy(update={"status": "idea"}))
    assert register.listed(bare, AUDITOR)[0].facts.status == "idea"


def test_words_beyond_their_period_stand_in_the_register(bare: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    from assistant import log

    with monkeypatch.context() as patch:
        patch.setattr(log, "now", lambda: "2020-01-01T00:00:00.000Z")
        made = entered(bare, owner="Head of Claims")
    bare.settings = bare.settings.model_copy(update={"retention_days": 200})
    assert erasure.retain(bare) == 1
    assert register.read(bare, AUDITOR, made.id).system.facts.owner == "Head of Claims"
    alter(bare, status="retired")
    with pytest.raises(DamagedRecord):
        register.read(bare, AUDITOR, made.id)
