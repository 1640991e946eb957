"""A prompt that was changed fails until its version is counted up and it was measured again."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from assistant.home import Home
from assistant.prompts import Prompt
from evals import __main__ as evals
from evals.prompts import runs, uses
from evals.prompts.bench import WORST
from evals.prompts.runs import Run, Runs, problems, prompts, read, with_run, write

ANSWER = Prompt("answer", 2, "Answers.", "b" * 64, {})
MEASURED = Run(2, "b" * 64, "2026-01-02", {"worst-case model": {"attacks": 18, "breaches": 0}})
EARLIER = Run(1, "a" * 64, "2026-01-01", {"worst-case model": {"attacks": 18, "breaches": 0}})


def test_every_prompt_was_measured_as_it_is() -> None:
    assert list(problems(read(), prompts())) == []


def test_it_is_known_what_every_prompt_is_for() -> None:
    assert uses.USES.keys() == {one.name for one in prompts()} == read().keys()


def test_what_a_language_model_is_asked_was_tried_with_the_worst() -> None:
    for name, kept in read().items():
        if name != "quotes":
            assert kept[0].figures[WORST], name


@pytest.mark.parametrize(
    ("prompt", "kept", "told"),
    [
        (ANSWER, [MEASURED, EARLIER], ""),
        (ANSWER, [], "was not measured as it is. Run `python -m evals prompts --only answer`."),
        (replace(ANSWER, sha256="c" * 64), [MEASURED, EARLIER], "is still version 2. Count it up, then run"),
        (replace(ANSWER, sha256="c" * 64, version=3), [MEASURED, EARLIER], "was not measured as it is"),
        (replace(ANSWER, sha256="c" * 64, version=1), [MEASURED], "is still version 1. Count it up"),
        (
            ANSWER,
            [replace(MEASURED, figures={"worst-case model": {"breaches": 1}})],
            "had 1 breaches when it was measured",
        ),
    ],
)
def test_what_is_wrong_is_told_with_what_to_do(prompt: Prompt, kept: list[Run], told: str) -> None:
    found = list(problems({"answer": kept}, [prompt]))
    assert len(found) == bool(told)
    assert all(told in one and "prompts/answer.md" in one for one in found)


def test_runs_are_kept_the_newest_first_and_one_for_each_text(tmp_path: Path) -> None:
    held: Runs = with_run(with_run({}, "answer", EARLIER), "answer", MEASURED)
    again = replace(MEASURED, date="2026-01-03")
    write(with_run(held, "answer", again), tmp_path / "runs.json")
    assert read(tmp_path / "runs.json") == {"answer": [again, EARLIER]}
    assert read(tmp_path / "none.json") == {}


def test_the_command_measures_a_prompt_and_keeps_the_run(sample: Home, tmp_path: Path) -> None:
    file = tmp_path / "runs.json"
    asked = ["prompts", "--only=quotes", f"--kept={file}", f"--home={sample.settings.home}"]
    done = CliRunner().invoke(evals.app, asked)
    assert done.exit_code == 0, done.output
    (run,) = read(file)["quotes"]
    (now,) = (one for one in prompts() if one.name == "quotes")
    assert (run.sha256, run.version) == (now.sha256, now.version)
    found = run.figures["no model"]
    assert found["n"] > 20 and found["quotes_verified"] == 1
    assert json.loads(done.stdout)["no model"] == found


def test_a_prompt_that_was_changed_under_its_version_is_not_measured(tmp_path: Path) -> None:
    (now,) = (one for one in prompts() if one.name == "quotes")
    file = tmp_path / "runs.json"
    write({"quotes": [Run(now.version, "0" * 64, "2026-01-01", {})]}, file)
    done = CliRunner().invoke(evals.app, ["prompts", f"--kept={file}"])
    assert done.exit_code == 2
    assert "still version" in done.output
    assert read(file)["quotes"][0].sha256 == "0" * 64


def test_a_prompt_that_is_not_there_is_told() -> None:
    done = CliRunner().invoke(evals.app, ["prompts", "--only=poem"])
    assert done.exit_code == 2
    assert "prompts/poem.md is not there" in " ".join(done.output.split())


def test_the_project_keeps_its_runs_where_the_command_writes_them() -> None:
    assert runs.KEPT.name == "prompt_runs.json" and runs.KEPT.parent.name == "evals"
