"""The entailment model: read from this machine only, understood by its labels, never cut short."""

from __future__ import annotations

import json
import math
import shutil
import socket
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from knowledge.entail import Entailment
from knowledge.errors import EntailmentUnusable
from tests.cross_encoders import WINDOW, cross_encoder

PREMISE, HYPOTHESIS = "event logs are kept for twelve months", "logs are kept"
SURE = math.exp(2) / (math.exp(2) + 2)
"""The share of an output of 2 beside two of 0."""


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No address is looked up, whatever is loaded."""
    asked: list[object] = []
    monkeypatch.setattr(socket, "getaddrinfo", lambda *host, **_: asked.append(host) or [])
    yield
    assert asked == []


@pytest.fixture(scope="module")
def nli(tmp_path_factory: pytest.TempPathFactory) -> Path:
    labels = ("contradiction", "entailment", "neutral")
    return cross_encoder(tmp_path_factory.mktemp("nli") / "nli", (0.0, 2.0, 0.0), labels)


@pytest.fixture
def copied(nli: Path, tmp_path: Path) -> Path:
    """The same model, to be damaged."""
    return shutil.copytree(nli, tmp_path / "copied")


def change(folder: Path, **entries: Any) -> None:
    config = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps({**config, **entries}))


@pytest.mark.parametrize(
    ("labels", "outputs", "expected"),
    [
        (("contradiction", "entailment", "neutral"), (0.0, 2.0, 0.0), SURE),
        (("ENTAILMENT", "NEUTRAL", "CONTRADICTION"), (2.0, 0.0, 0.0), SURE),
        (("entailment", "neutral", "contradiction"), (0.0, 0.0, 2.0), (1 - SURE) / 2),
        (("not_entailment", "entailment"), (0.0, 1.0), 1 / (1 + math.exp(-1))),
        (("unsupported", "Supported"), (1.0, 0.0), 1 / (1 + math.exp(1))),
        (("inconsistent", "consistent"), (-500.0, 500.0), 1.0),
        (("score",), (1.0,), 1 / (1 + math.exp(-1))),
        (("score",), (-1000.0,), 0.0),
    ],
)
def test_the_label_says_which_output_counts(
    labels: Sequence[str], outputs: Sequence[float], expected: float, tmp_path: Path
) -> None:
    model = Entailment(str(cross_encoder(tmp_path / "model", outputs, labels)))
    model.check()
    assert model.support(PREMISE, HYPOTHESIS) == pytest.approx(expected, abs=1e-6)


def test_the_source_is_the_premise(nli: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from sentence_transformers import CrossEncoder

    given: list[object] = []
    predict = CrossEncoder.predict

    def noted(self: CrossEncoder, pairs: Any, **options: Any) -> Any:
        given.extend(pairs)
        return predict(self, pairs, **options)

    monkeypatch.setattr(CrossEncoder, "predict", noted)
    assert Entailment(str(nli)).support(PREMISE, HYPOTHESIS) is not None
    assert given == [(PREMISE, HYPOTHESIS)]


def test_what_the_model_cannot_read_whole_is_not_judged(nli: Path) -> None:
    model = Entailment(str(nli))
    most = WINDOW - 3  # the marks of both ends and of the place between
    assert model.support(" ".join(["logs"] * (most - 1)), "logs") == pytest.approx(SURE)
    assert model.support(" ".join(["logs"] * most), "logs") is None
    assert model.support("logs", " ".join(["logs"] * most)) is None


def test_threads_can_share_it(nli: Path) -> None:
    model = Entailment(str(nli))
    with ThreadPoolExecutor(4) as pool:
        told = list(pool.map(lambda n: model.support("logs " * (n % 9 + 1), "logs"), range(40)))
    assert told == [pytest.approx(SURE)] * 40


@pytest.mark.parametrize(
    ("entries", "why"),
    [
        ({"id2label": {"0": "LABEL_0", "1": "LABEL_1", "2": "LABEL_2"}}, "have no name at all"),
        ({"id2label": {"0": "entailment", "1": "supported", "2": "other"}}, "must be called entailment"),
        ({"id2label": None}, "have no name at all"),
        ({"architectures": ["BertModel"]}, "names BertModel"),
        ({"architectures": None}, "names no model"),
    ],
)
def test_a_model_that_does_not_say_what_it_means_is_refused(
    entries: dict[str, Any], why: str, copied: Path
) -> None:
    change(copied, **entries)
    for use in (Entailment.check, lambda model: model.support(PREMISE, HYPOTHESIS)):
        with pytest.raises(EntailmentUnusable, match=why):
            use(Entailment(str(copied)))


@pytest.mark.parametrize(
    ("file", "why"), [("model.safetensors", "no weights"), ("config.json", "cannot be read")]
)
def test_a_model_with_a_part_missing_is_refused(file: str, why: str, copied: Path) -> None:
    (copied / file).unlink()
    with pytest.raises(EntailmentUnusable, match=why):
        Entailment(str(copied)).check()


def test_an_output_that_is_no_number_is_no_judgement(tmp_path: Path) -> None:
    model = Entailment(str(cross_encoder(tmp_path / "model", (math.nan, 0.0), ("entailment", "other"))))
    model.check()
    with pytest.raises(EntailmentUnusable, match="no number"):
        model.support(PREMISE, HYPOTHESIS)


def test_a_name_is_looked_up_in_the_local_cache_and_nowhere_else(
    nli: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from transformers.utils import hub

    monkeypatch.setattr(hub.constants, "HF_HUB_CACHE", str(tmp_path))
    model = tmp_path / "models--someone--nli"
    shutil.copytree(nli, model / "snapshots" / "abc")
    (model / "refs").mkdir()
    (model / "refs" / "main").write_text("abc")
    assert Entailment("someone/nli").support(PREMISE, HYPOTHESIS) == pytest.approx(SURE)
    for name in ("someone/else", "no-such-folder/", "a/b/c"):
        with pytest.raises(EntailmentUnusable, match="no folder, and no model of that name"):
            Entailment(name).check()
