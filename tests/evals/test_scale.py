"""Growing a library: composed passages have what their sentences have, and the product finds them."""

import json
from pathlib import Path

import numpy as np
import pytest

from assistant.home import Home
from evals import scale
from knowledge.embed import Encoder
from knowledge.models import Reading

SENTENCES = [
    "The supplier keeps all event logs for six months.",
    "Every system has an owner who is named in the register.",
    "A policy is reviewed by the board once in every year.",
    "Operators stop a system as soon as its logs are incomplete.",
    "Training data are described before a model is put to use.",
]


def test_real_sentences_are_taken_once_and_short_ones_are_left(tmp_path: Path) -> None:
    file = tmp_path / "passages.jsonl"
    text = " ".join([*SENTENCES[:2], "Too short.", SENTENCES[0]])
    file.write_text(json.dumps({"id": "a", "text": text}))
    assert sorted(scale.pool(file)) == sorted(SENTENCES[:2])


def test_a_composed_passage_has_what_its_sentences_have(encoder: Encoder) -> None:
    composer = scale.Composer(encoder, SENTENCES)
    words = composer.compose()
    held = [s for s in SENTENCES if s in words]
    assert 3 <= len(held) <= 5
    parts = encoder.passages([Reading("", "", s) for s in held])
    mean = parts.vectors.mean(axis=0)
    found = composer.encoded([words])
    assert found.vectors[0] == pytest.approx(mean / np.linalg.norm(mean), abs=1e-5)
    assert len(found.tokens[0]) == sum(map(len, parts.tokens))


@pytest.mark.slow
def test_growth_is_measured_at_each_size(
    bare: Home, encoder: Encoder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scale, "_DOCUMENT", 20)
    questions = tmp_path / "questions.jsonl"
    questions.write_text("\n".join(json.dumps({"question": f"Who keeps logs {i}?"}) for i in range(3)))
    rows = list(scale.grow(bare, scale.Composer(encoder, SENTENCES), questions, [20, 60]))
    assert [row["passages"] for row in rows] == [40, 80]
    for row in rows:
        assert row["added_per_s"] > 0
        assert 0 < row["p50_ms"] <= row["p95_ms"]
    state = bare.index.state()
    assert state.embedded == state.passages
