"""The gap assessment's score: counted by obligation, quotes by shared words; the set's floor is kept."""

import json
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from assistant.gaps.assessment import Assessment, Finding
from assistant.gaps.evidence import Status
from assistant.home import Home, home_at
from evals import __main__ as evals
from evals import homes
from evals.gaps.score import Gold, overlap, score
from knowledge.embed import Encoder

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("quote", "gold", "same"),
    [
        ("Logs are kept for a year.", "Logs are kept for a year. They are read by the owner.", True),
        ("Logs are kept for a year.", "Training is given each spring.", False),
        ("", "Logs are kept for a year.", False),
    ],
)
def test_quotes_overlap_when_most_words_of_the_shorter_stand_in_the_other(
    quote: str, gold: str, same: bool
) -> None:
    assert overlap(quote, gold) is same


def test_what_is_found_is_compared_by_obligation() -> None:
    def finding(name: str, status: Status) -> Finding:
        return Finding(id=name, kind="obligation", status=status, reason="")

    statuses = {"5.2-a": Status.ADDRESSED, "5.2-b": Status.PARTLY, "5.2-c": Status.NOTHING}
    found = Assessment(
        revision=1, day=date(2026, 1, 1), findings=tuple(map(finding, statuses, statuses.values()))
    )
    gold = Gold.model_validate(
        {"obligations": [{"id": "5.2-a", "status": "partly"}, {"id": "5.2-c", "status": "addressed"}]}
    )
    told = score(found, gold)
    assert (told["addressed or partly: precision"], told["addressed or partly: recall"]) == (0.5, 0.5)
    assert (told["addressed: precision"], told["addressed: recall"]) == (0.0, 0.0)


def test_the_development_set_is_found_as_well_as_before(
    bare: Home, tmp_path: Path, encoder: Encoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    def at(folder: Path | None) -> Home:
        home = home_at(folder)
        home.encoder = encoder
        return home

    monkeypatch.setattr(homes, "home_at", at)
    files = ROOT / "tests" / "data" / "gaps" / "harrow"
    gold = str(ROOT / "evals" / "gaps" / "harrow_strict.json")
    where = ["--home", str(bare.settings.home), "--add", str(files)]
    told = CliRunner().invoke(evals.app, ["gaps", "--gold", gold, *where, "--json"])
    found = json.loads(told.stdout)
    assert found["addressed or partly: precision"] >= 0.95
    assert found["addressed or partly: recall"] >= 0.85
    assert found["addressed: precision"] >= 0.9
    assert found["addressed: recall"] >= 0.6
    assert found["quote overlaps gold"] >= 0.8
