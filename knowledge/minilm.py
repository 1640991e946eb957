"""all-MiniLM-L6-v2 for one question at a time, in numpy: an answer need not wait for torch.

Importing torch and sentence-transformers takes seconds, a question's forward pass milliseconds. Passages
are still encoded by sentence-transformers; a test holds both to the same vectors (docs/decisions/0003).
The network is BERT's: Devlin et al. (2019), post-norm, GELU by the error function; its sentence vector is
the mean over the tokens, of length 1.
"""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from safetensors import safe_open
from scipy.special import erf

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float32]


class MiniLM:
    """The network with its weights; safe to share between threads."""

    def __init__(self, folder: Path) -> None:
        """Read the weights of a folder in the layout of Hugging Face's BertModel."""
        config = json.loads((folder / "config.json").read_text("utf-8"))
        self._layers: int = config["num_hidden_layers"]
        self._heads: int = config["num_attention_heads"]
        self._tiny: float = config["layer_norm_eps"]
        with safe_open(folder / "model.safetensors", framework="numpy") as file:
            names = (name for name in file.keys() if not name.startswith("pooler"))  # noqa: SIM118
            self._weights: dict[str, Array] = {name: file.get_tensor(name) for name in names}

    def states(self, ids: list[int]) -> Array:
        """The last hidden state of each token, shape (tokens, 384); `ids` with their end marks."""
        weights = self._weights
        x = weights["embeddings.word_embeddings.weight"][ids]
        x = x + weights["embeddings.position_embeddings.weight"][: len(ids)]
        x = self._norm(x + weights["embeddings.token_type_embeddings.weight"][0], "embeddings.LayerNorm")
        for number in range(self._layers):
            layer = f"encoder.layer.{number}"
            attended = self._dense(self._attention(x, layer), f"{layer}.attention.output.dense")
            x = self._norm(x + attended, f"{layer}.attention.output.LayerNorm")
            wide = _gelu(self._dense(x, f"{layer}.intermediate.dense"))
            x = self._norm(x + self._dense(wide, f"{layer}.output.dense"), f"{layer}.output.LayerNorm")
        return x

    def _attention(self, x: Array, layer: str) -> Array:
        def heads(part: str) -> Array:
            rows = self._dense(x, f"{layer}.attention.self.{part}")
            return rows.reshape(len(x), self._heads, -1).swapaxes(0, 1)

        queries, keys, values = heads("query"), heads("key"), heads("value")
        scores = queries @ keys.swapaxes(1, 2) / np.float32(math.sqrt(queries.shape[-1]))
        shares = np.exp(scores - scores.max(axis=-1, keepdims=True))
        shares /= shares.sum(axis=-1, keepdims=True)
        attended: Array = (shares @ values).swapaxes(0, 1).reshape(len(x), -1)
        return attended

    def _dense(self, x: Array, name: str) -> Array:
        found: Array = x @ self._weights[f"{name}.weight"].T + self._weights[f"{name}.bias"]
        return found

    def _norm(self, x: Array, name: str) -> Array:
        centred = x - x.mean(axis=-1, keepdims=True)
        spread = np.sqrt((centred**2).mean(axis=-1, keepdims=True) + np.float32(self._tiny))
        found: Array = centred / spread * self._weights[f"{name}.weight"] + self._weights[f"{name}.bias"]
        return found


def _gelu(x: Array) -> Array:
    half = np.float32(0.5)
    found: Array = x * half * (1 + erf(x * np.float32(math.sqrt(0.5))))
    return found
