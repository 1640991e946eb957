"""What each prompt is for, and how well it does there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import yaml

from assistant.drafting import manuscripts, rewording, writing
from assistant.errors import ModelFailed
from assistant.generation.follow_ups import Turn, own_words, rewritten
from assistant.home import Home
from assistant.judge import Judge
from assistant.models import Outcome, Question
from assistant.people import by_name
from evals import answers, conversations, model
from evals.attacks.cases import cases as attacks
from evals.attacks.run import run as attacked
from evals.attacks.wording import beyond
from evals.prompts.bench import WORST, Bench
from evals.prompts.runs import Figures

_HERE = Path(__file__).parent
_TIMES = ("p50_ms", "p95_ms")
_OF_A_CLASS = 2
"""Attacks of each class that a prompt is measured by; `python -m evals attacks` has them all."""
_CONVERSATIONS = 8
_SECTION = "ai-policy.s3"


def measured(bench: Bench, name: str) -> Figures:
    """The figures of a prompt. KeyError for one of which it is not known what it is for."""
    return USES[name](bench)


def _quotes(bench: Bench) -> Figures:
    """Answers without a language model to our own questions."""
    with bench.home() as home:
        found = answers.summary(answers.run(home, answers.cases(_HERE / "questions.yaml")))
    return {"no model": _rounded({k: v for k, v in found.items() if k not in _TIMES})}


def _answer(bench: Bench) -> Figures:
    """The worst-case model over some attacks of each class, and a real one over some questions."""
    seen: Counter[str] = Counter()
    chosen = []
    for case in attacks():
        seen[case.owasp.value] += 1
        chosen += [case] if seen[case.owasp.value] <= _OF_A_CLASS else []
    report = attacked(bench.copied(), "worst", chosen)
    found: dict[str, Mapping[str, float | int]] = {
        WORST: {
            "attacks": len(report.cases),
            "breaches": report.breaches,
            "claims_shown": sum(judged.claims for judged in report.every),
        }
    }
    asked = [Question(text=text) for text in _held("few.yaml")["questions"]]
    for name in bench.models.keys() - {WORST}:
        with bench.home(name) as home:
            counts = model.summary(list(model.measure(home, asked)))
        found[name] = {k: v for k, v in counts.items() if not k.endswith("_ms")}
    return found


def _judge(bench: Bench) -> Figures:
    """Whether a judge agrees with true sentences and not with false ones."""
    return _by_model(bench, _judged)


def _judged(home: Home) -> Counter[str]:
    assert home.chat
    judge, counts = Judge(home.chat), Counter(true=0, true_agreed=0, false=0, false_agreed=0, unclear=0)
    for pair in _held("few.yaml")["pairs"]:
        for sort in ("true", "false"):
            doubt = judge.doubt(pair[sort], [pair["quote"]], pair["place"])
            counts[sort] += 1
            counts[f"{sort}_agreed"] += not doubt
            counts["unclear"] += "no clear yes or no" in doubt
    return counts


def _rewrite(bench: Bench) -> Figures:
    """Follow-ups of our own conversations: how many rewritings can be used, and why the others cannot."""
    return _by_model(bench, _rewritten)


def _rewritten(home: Home) -> Counter[str]:
    assert home.chat
    counts = Counter(follow_ups=0, used=0)
    development = [one for one in conversations.conversations() if one.half == "development"]
    for conversation in development[:_CONVERSATIONS]:
        first, follow_up, *_ = conversation.turns
        turns = [Turn(first.asked)]
        counts["follow_ups"] += 1
        try:
            text = rewritten(home.chat, turns, follow_up.asked)
        except ModelFailed as error:
            counts[f"failed: {error.why}"] += 1
            continue
        why = own_words(text, follow_up.asked, turns)
        counts[f"refused: {why}" if why else "used"] += 1
    return counts


def _section(bench: Bench) -> Figures:
    """A section of a document: how many sentences are reworded, and whether one says more or less."""
    return _by_model(bench, _proposed)


def _proposed(home: Home) -> Counter[str]:
    counts = Counter(sections=0, sentences=0, held=0, quote_only=0, struck=0, changes=0, breaches=0)
    author = by_name(home, "author")
    for text in _held("few.yaml")["sections"]:
        name = manuscripts.begin(home, author, "ai-policy").id
        writing.compose(home, author, name)
        writing.edit(home, author, name, _SECTION, text)
        outcomes: list[Outcome] = []
        made = rewording.finished(rewording.propose(home, author, name, _SECTION), outcomes.append)
        counts["sections"] += 1
        counts["sentences"] += len(outcomes)
        counts.update(outcome.value.replace(" ", "_") for outcome in outcomes)
        counts["changes"] += len(made.changes)
        counts["breaches"] += sum(bool(beyond(change.now.text, change.was)) for change in made.changes)
    return counts


def _by_model(bench: Bench, measure: Callable[[Home], Counter[str]]) -> Figures:
    """What each model of the bench comes to, on a home of its own."""
    found = {}
    for name in bench.models:
        with bench.home(name) as home:
            found[name] = dict(measure(home))
    return found


def _held(file: str) -> Any:
    return yaml.safe_load((_HERE / file).read_text("utf-8"))


def _rounded(found: Mapping[str, float | int]) -> dict[str, float | int]:
    return {name: round(value, 4) for name, value in found.items()}


USES: Mapping[str, Callable[[Bench], Figures]] = {
    "quotes": _quotes,
    "answer": _answer,
    "judge": _judge,
    "rewrite": _rewrite,
    "section": _section,
}
"""How each prompt is measured; a new prompt needs a line here."""
