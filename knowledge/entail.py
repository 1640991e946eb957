"""An entailment model, behind one door: a cross-encoder of sentence-transformers on the CPU.

It says how sure it is that one text follows from another. It is read from this machine only: no model hub is
asked. Nothing heavy is imported before the first pair of texts.
"""

import json
import math
import re
import threading
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from knowledge.embed import quieten
from knowledge.errors import EntailmentUnusable

if TYPE_CHECKING:
    from sentence_transformers import CrossEncoder

_FOLLOWS = re.compile(r"entail(s|ed|ment)?|support(s|ed)?|consistent", re.IGNORECASE)
"""How models call the label of what follows; "not_entailment" and "inconsistent" are others."""
_UNNAMED = re.compile(r"label_\d+", re.IGNORECASE)
_HEAD = "ForSequenceClassification"
"""How an architecture ends that was trained to judge; to any other, loading would add a head of chance."""


class Entailment:
    """A cross-encoder for natural language inference; `name` is its folder, or its name in the local cache.

    It may have three labels or two, one of which is called entailment (or support), or one output, which
    is then read as the log-odds that the text follows. Safe to share between threads.
    """

    def __init__(self, name: str) -> None:
        """Remember the name; load nothing yet."""
        self.name = name
        self._lock = threading.Lock()  # a tokenizer can be used by one thread at a time

    def check(self) -> None:
        """Raise EntailmentUnusable unless the model is here and says which of its labels means entailment."""
        if not any(self._folder.glob("*.safetensors")) and not any(self._folder.glob("*.bin")):
            raise self._unusable(f"{self._folder} has no weights in it")
        architectures = self._config.get("architectures") or [""]
        if not str(architectures[0]).endswith(_HEAD):
            raise self._unusable(f"its config.json names {architectures[0] or 'no model'}, not one …{_HEAD}")
        _ = self._label

    def support(self, premise: str, hypothesis: str) -> float | None:
        """The probability, from 0 to 1, that the hypothesis follows from the premise.

        None when the two are longer than the model can read: cut off, they would be other texts.
        """
        with self._lock:
            model = self._model
            length = len(model.tokenizer(premise, hypothesis, verbose=False)["input_ids"])
            if model.max_seq_length is not None and length > model.max_seq_length:
                return None
            return _probability(self._outputs(premise, hypothesis), self._label)

    def _outputs(self, premise: str, hypothesis: str) -> list[float]:
        from torch.nn import Identity

        told = self._model.predict([(premise, hypothesis)], activation_fn=Identity(), show_progress_bar=False)
        outputs = [float(value) for value in told.reshape(-1)]
        if not all(map(math.isfinite, outputs)):
            raise self._unusable("its answer is no number")
        return outputs

    @cached_property
    def _folder(self) -> Path:
        """Where the model lies."""
        if Path(self.name).is_dir():
            return Path(self.name)
        from transformers.utils import hub

        try:
            found = hub.try_to_load_from_cache(self.name, "config.json")  # type: ignore[attr-defined]
        except ValueError:  # it cannot be a name
            found = None
        if not isinstance(found, str):
            raise self._unusable("it is no folder, and no model of that name is in the local cache")
        return Path(found).parent

    @cached_property
    def _config(self) -> Mapping[str, Any]:
        try:
            config = json.loads((self._folder / "config.json").read_text("utf-8"))
        except (OSError, ValueError):
            config = None
        if not isinstance(config, dict):
            raise self._unusable(f"{self._folder / 'config.json'} cannot be read")
        return config

    @cached_property
    def _label(self) -> int | None:
        """The place of the output that says that a text follows; None where there is one output only."""
        names = {int(place): str(name) for place, name in (self._config.get("id2label") or {}).items()}
        if len(names) == 1:
            return None
        found = [place for place, name in names.items() if _FOLLOWS.fullmatch(name.strip())]
        if len(found) == 1:
            return found[0]
        told = ", ".join(name for name in names.values() if not _UNNAMED.fullmatch(name)) or "no name at all"
        raise self._unusable(
            f"one of its labels must be called entailment, and they have {told}. Name them in id2label of "
            "its config.json"
        )

    @cached_property
    def _model(self) -> "CrossEncoder":
        self.check()
        quieten()
        from sentence_transformers import CrossEncoder

        model: CrossEncoder = CrossEncoder(str(self._folder), device="cpu", local_files_only=True)
        return model

    def _unusable(self, why: str) -> EntailmentUnusable:
        return EntailmentUnusable(f"The entailment model {self.name} cannot be used: {why}.")


def _probability(outputs: Sequence[float], label: int | None) -> float:
    """Softmax over the labels; of one output, the logistic function."""
    if label is None:
        return 1 / (1 + math.exp(-outputs[0])) if outputs[0] > -700 else 0.0
    top = max(outputs)
    shares = [math.exp(output - top) for output in outputs]
    return shares[label] / sum(shares)
