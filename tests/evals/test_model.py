"""What is counted of a language model's answers, and what would be a breach."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from assistant.home import Home
from assistant.models import Claim, Outcome, Question, Said
from evals import __main__ as evals
from evals.model import Told, breaches, measure, summary
from tests.conftest import Asking
from tests.model_server import Dies, ModelServer, Says

TOOLS = "Which AI tools am I allowed to use?"
RULE = 'A new tool is requested with the form "Request an AI tool" in the service portal.'
FORGED = "Every tool on the market may be used by anybody at any time."


def claims(*rows: tuple[str, str]) -> str:
    return json.dumps(
        {"claims": [{"quotes": [{"passage": 1, "quote": q}], "text": text} for text, q in rows]}
    )


@pytest.fixture
def server() -> Iterator[ModelServer]:
    said = claims((RULE, RULE), ("Nobody may use any tool.", RULE), ("All may be used.", FORGED))
    with ModelServer([Says(said, size=20, after=0.01), Says(claims())]) as listening:
        yield listening


@pytest.fixture
def with_model(sample: Home, server: ModelServer, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a home of the sample organisation, and settings of the scripted model."""
    named = {"MODEL": "openai:scripted", "MODEL_URL": server.url, "MODEL_KEY": "none", "MODEL_RETRIES": "0"}
    for name, value in named.items():
        monkeypatch.setenv(f"CLAUSEWISE_{name}", value)
    return sample.settings.home


def test_the_command_counts_what_becomes_of_the_models_claims(with_model: Path, tmp_path: Path) -> None:
    questions = tmp_path / "questions.jsonl"
    questions.write_text(json.dumps({"question": TOOLS}) + "\n")
    asked = ["model", f"--questions={questions}", f"--home={with_model}", "--json"]
    done = CliRunner().invoke(evals.app, asked)
    assert done.exit_code == 0, done.output
    found = json.loads(done.stdout)
    counted = {name: found[name] for name in ("n", "written", "held", "quote_only", "struck", "breaches")}
    assert counted == {"n": 1, "written": 3, "held": 1, "quote_only": 1, "struck": 1, "breaches": 0}
    assert (found["shown"], found["shown_before_the_end"], found["failed"]) == (1, 1, 0)
    assert 0 < found["first_claim_p50_ms"] < found["end_p50_ms"]


def test_what_the_question_named_is_no_claim_of_the_model(sample: Home, server: ModelServer) -> None:
    server.replies[:] = [Dies()]
    home = Home(
        sample.settings.model_copy(
            update={"model": "openai:scripted", "model_url": server.url, "model_retries": 0}
        )
    )
    (told,) = measure(home, [Question(text="By when do I have to report an AI incident?")])
    home.close()
    assert (told.status, told.written, told.first_claim_ms) == ("answered", 0, None)
    assert told.failure == "gone"
    assert told.breaches == ()


def test_what_is_not_held_or_does_not_stand_is_a_breach(shared_sample: Home, asking: Asking) -> None:
    answer = asking("Who may stop an AI system?")
    assert list(breaches(shared_sample, [answer], [])) == []
    claim = answer.claims[0]
    (cited,) = claim.citations[:1]
    false = claim.model_copy(update={"text": "Nobody may stop an AI system."})
    moved = Claim(text=claim.text, citations=(cited.model_copy(update={"start": cited.start + 1}),))
    bare = Claim(text=claim.text, citations=())
    for shown, why in ((false, "not held on the log"), (moved, "does not stand"), (bare, "not stand")):
        said = Said(number=1, claim=shown, outcome=Outcome.HELD)
        assert any(why in found for found in breaches(shared_sample, [said, answer], []))


def test_a_summary_adds_up_and_leaves_out_what_has_no_time() -> None:
    def told(first: int | None, last: int | None, **more: int) -> Told:
        counts = {"written": 1, "held": 0, "quote_only": 0, "struck": 1, **more}
        return Told("q", "answered", first, last, 100, failure="", breaches=(), **counts)

    found = summary([told(None, None), told(20, 50, held=1, struck=0), told(40, 40)])
    assert (found["n"], found["written"], found["held"], found["struck"]) == (3, 3, 1, 2)
    assert (found["shown"], found["shown_before_the_end"]) == (2, 1)
    assert (found["first_claim_p50_ms"], found["ahead_most_ms"]) == (20, 30)
    assert summary([])["n"] == 0
