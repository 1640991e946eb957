"""The embedding model: sound weights, unit vectors, no network, nothing heavy at import."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from knowledge.embed import Encoder
from knowledge.errors import ModelDamaged


def test_vectors_have_length_one(encoder: Encoder) -> None:
    rows = encoder.encode(["a policy", "another policy"])
    np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1.0, atol=1e-5)
    assert rows.shape == (2, 384)


def test_batches_by_length_give_what_one_call_gives(encoder: Encoder) -> None:
    texts = [f"{'A longer passage about oversight. ' * (i % 7)}Number {i}." for i in range(30)]
    assert encoder.encode(texts) == pytest.approx(encoder.by_default(texts), abs=1e-5)


def test_changed_weights_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "model.safetensors").write_bytes(b"other weights")
    damaged = Encoder()
    monkeypatch.setattr(Encoder, "folder", str(tmp_path))
    with pytest.raises(ModelDamaged, match="SHA-256"):
        damaged.check()


def test_import_loads_no_model() -> None:
    code = (
        "import sys, assistant.ask, assistant.ingest, assistant.listing;"
        "heavy = {'torch', 'sentence_transformers', 'chromadb', 'streamlit', 'transformers'};"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
