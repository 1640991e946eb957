"""Where prompts are measured: homes of the sample organisation, with no model, the worst, and a real one."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
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
    """A folder for homes, and the settings of each model that is there."""

    folder: Path
    models: dict[str, dict[str, Any]]
    encoder: Encoder

    @classmethod
    @contextmanager
    def at(cls, folder: Path) -> Iterator[Self]:
        """Furnish a home, start the models, and stop them in the end."""
        with ExitStack() as stack:
            worst = stack.enter_context(closing(WorstModel()))
            models = {WORST: {**LOCAL, "model_url": worst.url, "model_seconds": 6, "model_context": 8_192}}
            if local_model.offered():
                url, _ = stack.enter_context(local_model.local_model(CONTEXT))
                models[SMALL] = {**LOCAL, "model_url": url, "model_seconds": _SECONDS}
            home = Home(Settings(home=folder / "sample", model=None))
            add_sample(home)
            home.embed()
            home.encoder.warm()
            home.close()
            yield cls(folder, models, home.encoder)

    @contextmanager
    def home(self, model: str | None = None) -> Iterator[Home]:
        """A home of its own for one measure, with a model or without."""
        folder = self.copied()
        settings = {"model": None} if model is None else self.models[model]
        home = Home(Settings.model_validate({**settings, "home": folder}))
        home.encoder = self.encoder
        try:
            yield home
        finally:
            home.close()

    def copied(self) -> Path:
        """A fresh folder with the sample organisation."""
        folder = self.folder / f"home-{len(list(self.folder.iterdir()))}"
        shutil.copytree(self.folder / "sample", folder)
        return folder
