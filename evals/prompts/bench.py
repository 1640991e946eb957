"""Where prompts are measured: homes of the sample organisation, with no model, the worst, and a real one."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from tempfile import mkdtemp
from typing import Any, Self

from assistant.home import Home
from assistant.settings import Settings
from evals import local_model
from evals.attacks.worst_model import WorstModel
from evals.homes import add_sample
from evals.model import CONTEXT, LOCAL
from knowledge.embed import Encoder

WORST, SMALL = "worst-case model", "small local model"
_SECONDS = 60


@dataclass
class Bench:
    """A folder for homes, a furnished one to copy, and the models, which are started when they are wanted."""

    folder: Path
    sample: Path
    stack: ExitStack

    @classmethod
    @contextmanager
    def at(cls, folder: Path, sample: Path | None = None) -> Iterator[Self]:
        """A bench in an empty folder; `sample` is, or becomes, a home with the sample organisation."""
        with ExitStack() as stack:
            bench = cls(folder, sample or folder / "sample", stack)
            with closing(Home(Settings(home=bench.sample, model=None))) as home:
                add_sample(home)
                home.embed()
            yield bench

    @cached_property
    def models(self) -> Mapping[str, Mapping[str, Any]]:
        """The settings of each model that there is, by its name."""
        worst = self.stack.enter_context(closing(WorstModel()))
        found = {WORST: {**LOCAL, "model_url": worst.url, "model_seconds": 6, "model_context": 8_192}}
        if local_model.offered():
            url, _ = self.stack.enter_context(local_model.local_model(CONTEXT))
            found[SMALL] = {**LOCAL, "model_url": url, "model_seconds": _SECONDS}
        return found

    @cached_property
    def encoder(self) -> Encoder:
        """Loaded once for all homes."""
        encoder = Encoder(Settings().embedding_model)
        encoder.warm()
        return encoder

    @contextmanager
    def home(self, model: str | None = None) -> Iterator[Home]:
        """A home of its own for one measure, with a model or without."""
        settings = self.models[model] if model else {"model": None}
        with closing(Home(Settings.model_validate({**settings, "home": self.copied()}))) as home:
            home.encoder = self.encoder
            yield home

    def copied(self) -> Path:
        """A fresh folder with the sample organisation."""
        folder = Path(mkdtemp(dir=self.folder)) / "home"
        shutil.copytree(self.sample, folder)
        return folder
