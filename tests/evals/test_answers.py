"""Answers against expectations: recall, precision, both abstention errors, and quotes held to their text."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from assistant.ask import ask
from assistant.home import Home, home_at
from assistant.models import Answer, Citation, Claim, Question
from evals import __main__ as evals
from evals import answers, homes
from evals.answers import Case, Result, cases, cited_ids, summary
from knowledge.embed import Encoder
from knowledge.models import Kind, Role
from tests.conftest import SHARED, needs_shared

KEYS = {
    "n",
    "citation_recall",
    "citation_precision",
    "answerable",
    "wrongly_abstained",
    "asked_back",
    "unanswerable",
    "wrongly_answered",
    "quotes",
    "quotes_verified",
    "p50_ms",
    "p95_ms",
}
LOGS = "What does A.6.2.8 ask?"
GIRAFFE = "How many wheels does a giraffe have?"

Run = Callable[..., dict[str, float]]


@pytest.fixture
def run(sample: Home, encoder: Encoder, monkeypatch: pytest.MonkeyPatch) -> Run:
    """`python -m evals answers` in this process, on the sample organisation."""

    def at(folder: Path | None) -> Home:
        home = home_at(folder)
        home.encoder = encoder  # loaded once for all tests
        return home

    monkeypatch.setattr(homes, "home_at", at)

    def call(questions: Path, *options: str) -> dict[str, float]:
        asked = ["answers", f"--questions={questions}", f"--home={sample.settings.home}", "--json"]
        done = CliRunner().invoke(evals.app, [*asked, *options])
        assert done.exit_code == 0, done.output
        found: dict[str, float] = json.loads(done.stdout)
        assert set(found) == KEYS
        return found

    return call


def lines(path: Path, *rows: dict[str, object]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def test_expectations_are_judged_as_by_hand(run: Run, tmp_path: Path) -> None:
    questions = lines(
        tmp_path / "cases.jsonl",
        {"question": LOGS, "must_cite": ["A.6.2.8"]},  # recall 1, precision 1
        {"question": LOGS, "must_cite": ["A.6.2.8", "A.2.2"]},  # recall 1/2, precision 1
        {"question": LOGS, "must_cite": ["A.2.2"], "may_cite": ["A.6.2.8"]},  # recall 0, precision 1
        {"question": LOGS, "must_cite": ["A.2.2"]},  # recall 0, precision 0
        {"question": "How many ears does a whale have?", "expect": "answer"},  # wrongly abstained
        {"question": GIRAFFE, "expect": "abstain"},
        {"question": LOGS, "expect": "abstain"},  # wrongly answered
        {"question": GIRAFFE},  # not judged
    )
    found = run(questions)
    assert found["n"] == 8
    assert found["citation_recall"] == pytest.approx((1 + 1 / 2 + 0 + 0) / 4)
    assert found["citation_precision"] == pytest.approx((1 + 1 + 1 + 0) / 4)
    assert (found["answerable"], found["wrongly_abstained"]) == (5, 1 / 5)
    assert (found["unanswerable"], found["wrongly_answered"]) == (2, 1 / 2)
    assert found["quotes"] >= 5
    assert found["quotes_verified"] == 1
    assert 0 < found["p50_ms"] <= found["p95_ms"]


@needs_shared
def test_real_questions_are_answered_with_quotes_that_stand(run: Run) -> None:
    found = run(SHARED / "domain" / "questions.yaml", "--limit", "5")
    assert (found["n"], found["answerable"], found["unanswerable"]) == (5, 5, 0)
    assert found["quotes"] >= 5
    assert found["quotes_verified"] == 1


@pytest.mark.parametrize(
    "wrong",
    [{"start": 1}, {"end": 1}, {"quote": "Words that nobody wrote."}, {"page": 7}, {"quote": ""}],
    ids=lambda wrong: "-".join(f"{key}" for key in wrong),
)
def test_a_quote_that_does_not_stand_is_counted(
    wrong: dict[str, object], shared_sample: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    def falsified(home: Home, question: Question) -> Answer:
        answer = ask(home, question)
        claim = answer.claims[0]
        bad = claim.citations[0].model_copy(update=wrong)
        return answer.model_copy(update={"claims": (claim.model_copy(update={"citations": (bad,)}),)})

    monkeypatch.setattr(answers, "ask", falsified)
    (result,) = answers.run(shared_sample, [Case("1", LOGS)])
    assert (result.quotes, result.unfaithful) == (1, 1)
    assert summary([result])["quotes_verified"] == 0


def citation(section: str, quote: str = "Words.", document: str = "iso42001-controls") -> Citation:
    return Citation(
        document=document,
        title="T",
        file="t.txt",
        version="v",
        number=1,
        section=section,
        page=None,
        start=0,
        end=len(quote),
        quote=quote,
        kind=Kind.CONTROL,
    )


def answered(*citations: Citation, milliseconds: int = 10) -> Answer:
    return Answer(
        id="1",
        status="answered" if citations else "abstained",
        text="",
        claims=tuple(Claim(text=c.quote, citations=(c,)) for c in citations),
        conversation="1",
        timing_ms={"total": milliseconds},
    )


EVENT_LOGS = citation("A.6.2 AI system life cycle > A.6.2.8 AI system recording of event logs > A.6.2.8-a")
AI_POLICY = citation("A.2 Policies related to AI > A.2.2 AI policy > A.2.2-a")
HOUSE = citation("A.6.2.8 in our words", document="house-rule-123456")
OVERVIEW = citation("Annexes", quote="Annex A has controls such as A.2.2 and, we are told, A.99.9.")


def test_cited_ids_are_those_of_the_standard_alone() -> None:
    assert cited_ids(answered(EVENT_LOGS)) >= {"A.6.2.8", "A.6.2.8-a"}
    assert cited_ids(answered(HOUSE)) == set()
    assert cited_ids(answered(OVERVIEW)) == {"A.2.2"}
    assert "A.6.2.8" not in cited_ids(answered(AI_POLICY, HOUSE))


def test_a_question_asked_back_is_neither_answered_nor_abstained_from() -> None:
    back = answered().model_copy(update={"status": "unclear"})
    found = summary([Result(Case("1", "Q?", abstain=wanted), back, 0, 0) for wanted in (True, False)])
    assert (found["asked_back"], found["wrongly_answered"], found["wrongly_abstained"]) == (1, 0, 0)


def test_the_summary_equals_what_is_worked_out_by_hand() -> None:
    def wants(*must: str, abstain: bool | None = False) -> Case:
        return Case("1", "Q?", must=frozenset(must), abstain=abstain)

    found = summary(
        [
            Result(wants("A.6.2.8"), answered(EVENT_LOGS, milliseconds=40), 1, 0),
            Result(wants("A.2.2", "A.6.2.8"), answered(AI_POLICY, HOUSE, milliseconds=10), 2, 1),
            Result(wants("A.2.2"), answered(milliseconds=20), 0, 0),
            Result(wants(abstain=True), answered(HOUSE, milliseconds=30), 1, 0),
            Result(wants(abstain=True), answered(milliseconds=50), 0, 0),
            Result(wants(abstain=None), answered(milliseconds=60), 0, 0),
        ]
    )
    assert found == pytest.approx(
        {
            "n": 6,
            "citation_recall": (1 + 1 / 2 + 0) / 3,
            "citation_precision": 1,
            "answerable": 3,
            "wrongly_abstained": 1 / 3,
            "asked_back": 0,
            "unanswerable": 2,
            "wrongly_answered": 1 / 2,
            "quotes": 4,
            "quotes_verified": 3 / 4,
            "p50_ms": 30,
            "p95_ms": 60,
        }
    )


def test_json_lines_become_cases(tmp_path: Path) -> None:
    path = lines(
        tmp_path / "c.jsonl",
        {"id": 7, "question": "A?", "role": "auditor", "must_cite": ["5.2"], "may_cite": ["5.3"]},
        {"question": "B?", "expect": "abstain", "must_cite": ["5.2"]},
        {"question": "C?", "gold": ["p1"]},
        {"question": "D?", "answerable": False, "persona": "policy_author"},
        {"question": "E?"},
    )
    assert cases(path) == [
        Case("7", "A?", Role.AUDITOR, frozenset({"5.2"}), frozenset({"5.3"}), False),
        Case("", "B?", abstain=True),
        Case("", "C?", abstain=False),
        Case("", "D?", Role.AUTHOR, abstain=True),
        Case("", "E?", abstain=None),
    ]


def test_a_yaml_file_has_cases_to_answer_to_abstain_from_and_to_resist(tmp_path: Path) -> None:
    path = tmp_path / "c.yaml"
    path.write_text(
        "questions:\n- {id: Q, question: 'A?', must_cite: ['7.3', A.2.2]}\n"
        "abstain:\n- {id: N, question: 'B?', must_cite: [A.2.2]}\n"
        "adversarial:\n- {id: X, question: 'C?'}\n"
    )
    assert cases(path) == [
        Case("Q", "A?", must=frozenset({"7.3", "A.2.2"}), abstain=False),
        Case("N", "B?", abstain=True),
        Case("X", "C?", abstain=None),
    ]
