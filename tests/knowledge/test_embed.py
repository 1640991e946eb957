"""The embedding model: sound weights, unit vectors, no network, nothing heavy at import."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from knowledge import late
from knowledge.embed import Encoder
from knowledge.errors import ModelDamaged
from knowledge.models import Reading

QUESTION = "Who approves a deviation from the generative-AI policy (A.6.2.8)?"


def test_passages_get_what_the_library_gives_by_default(encoder: Encoder) -> None:
    texts = [f"{'A longer passage about oversight. ' * (i % 7)}Number {i}." for i in range(30)]
    encoded = encoder.passages([Reading("", "", text) for text in texts])
    assert encoded.vectors == pytest.approx(encoder.by_default(texts), abs=1e-5)
    np.testing.assert_allclose(np.linalg.norm(encoded.vectors, axis=1), 1.0, atol=1e-5)
    assert [len(part) for part in encoded.tokens] == [2 + 3 * (i % 7) for i in range(30)]
    assert {part.shape[1] for part in encoded.tokens} == {late.DIMENSION}


def test_the_body_is_what_the_model_makes_of_all_but_the_title(encoder: Encoder) -> None:
    read = Reading("AI policy", "4 - Exceptions", "An exception lasts three months at most.")
    encoded = encoder.passages([read, Reading("", "", "A longer one beside it. " * 4)])
    first = 1 + encoder.count("AI policy.")
    words = encoder.states(read.text)[first:]
    body = words.mean(axis=0) / np.linalg.norm(words.mean(axis=0))
    assert encoded.bodies[0] == pytest.approx(body, abs=1e-3)
    assert encoded.leads.tolist() == [2, 0]  # ai, policy
    assert len(encoded.tokens[0]) == 2 + 2 + 5  # 4, exceptions; exception, lasts, three, months, most


def test_a_title_that_fills_the_window_is_all_that_is_read(encoder: Encoder) -> None:
    encoded = encoder.passages([Reading("risk " * 400, "", "never read")])
    assert encoded.bodies[0] == pytest.approx(encoded.vectors[0], abs=1e-3)
    assert encoded.leads[0] == len(encoded.tokens[0]) == 254


@pytest.mark.parametrize("text", [QUESTION, "?", "Wie lang? Größe", "risk " * 600])
def test_a_question_gets_the_vector_of_sentence_transformers(encoder: Encoder, text: str) -> None:
    assert encoder.question(text).vector == pytest.approx(encoder.by_default([text])[0], abs=1e-5)


def test_a_questions_tokens_are_those_of_a_passage_of_the_same_words(encoder: Encoder) -> None:
    asked = encoder.question(QUESTION)
    (tokens,) = encoder.passages([Reading("", "", QUESTION)]).tokens
    assert set(asked.words) == set("approves deviation from generative ai policy 6 2 8".split())
    close = late.closeness(asked.tokens, [tokens], np.ones(len(asked.words)))
    assert close[0] == pytest.approx(1.0, abs=1e-3)


def test_another_model_gives_vectors_and_no_tokens(encoder: Encoder) -> None:
    other = Encoder(encoder.folder)
    encoded = other.passages([Reading("", "", "a policy"), Reading("Here", "", "another")])
    assert encoded.vectors.shape == encoded.bodies.shape == (2, 384)
    assert [len(part) for part in encoded.tokens] == encoded.leads.tolist() == [0, 0]
    assert not len(other.question("a policy").tokens)


def test_changed_weights_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "model.safetensors").write_bytes(b"other weights")
    damaged = Encoder()
    monkeypatch.setattr(Encoder, "folder", str(tmp_path))
    with pytest.raises(ModelDamaged, match="SHA-256"):
        damaged.check()


def test_an_answer_loads_no_torch(sample_template: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from assistant.home import home_at;"
        "home = home_at(Path(sys.argv[1])); assert home.index.state().embedded;"
        "from knowledge.search import search; from knowledge.index import Scope;"
        "assert search(home.index, 'Who approves an exception?', Scope(), 1)[0].late is not None;"
        "print(sorted({'torch', 'sentence_transformers', 'chromadb', 'transformers'} & set(sys.modules)))"
    )
    command = [sys.executable, "-c", code, str(sample_template)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_import_loads_no_model() -> None:
    code = (
        "import sys, assistant.ask, assistant.ingest, assistant.listing;"
        "heavy = {'torch', 'sentence_transformers', 'chromadb', 'streamlit', 'transformers'};"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_numpy_computes_with_one_thread_unless_told_otherwise() -> None:
    code = "import os, knowledge; print(os.environ['OPENBLAS_NUM_THREADS'], 'numpy' in sys.modules)"
    for given, expected in ((None, "1 False"), ("2", "2 False")):
        environment = {k: v for k, v in os.environ.items() if k != "OPENBLAS_NUM_THREADS"}
        environment |= {"OPENBLAS_NUM_THREADS": given} if given else {}
        command = [sys.executable, "-c", f"import sys; {code}"]
        done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
        assert done.stdout.strip() == expected
