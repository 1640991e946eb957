"""A virtual environment for each peer, made once and kept: no peer is a dependency of the product."""

from __future__ import annotations

import os
import subprocess
import venv
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from platformdirs import user_cache_path

from evals.peers import process

Tell = Callable[[str], None]

_TORCH = "torch==2.13.0"
_TORCH_INDEX = "https://download.pytorch.org/whl/cpu"
"""The CPU build; without it pip takes several GB of CUDA along."""


class NotInstalled(Exception):
    """A peer's packages could not be installed."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """A peer: the distribution whose version counts, and the packages of its own tutorial."""

    name: str
    distribution: str
    packages: tuple[str, ...]


PEERS = {
    recipe.name: recipe
    for recipe in (
        Recipe(
            "langchain",
            "langchain",
            (
                "langchain",
                "langchain-community",
                "langchain-chroma",
                "langchain-huggingface",
                "langchain-text-splitters",
                "sentence-transformers",
                "pypdf",
            ),
        ),
        Recipe(
            "llamaindex",
            "llama-index-core",
            (
                "llama-index-core",
                "llama-index-embeddings-huggingface",
                "llama-index-readers-file",
                "pypdf",
            ),
        ),
        Recipe(
            "haystack",
            "haystack-ai",
            (
                "haystack-ai",
                "sentence-transformers",
                "sentence-transformers-haystack",
                "pypdf",
                "markdown-it-py",
                "mdit-plain",
            ),
        ),
        Recipe("txtai", "txtai", ("txtai", "sentence-transformers", "pypdf")),
    )
}


def default_folder() -> Path:
    """Where environments are kept when nobody says otherwise."""
    return user_cache_path("clausewise", appauthor=False) / "peers"


def prepared(recipe: Recipe, folder: Path, tell: Tell) -> Path:
    """The Python of a peer's environment, which is made when it is not there yet.

    Raises NotInstalled with pip's last line.
    """
    home = folder / recipe.name
    python = home / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    finished = home / "installed.txt"
    wanted = "\n".join((_TORCH, *recipe.packages))
    if finished.exists() and finished.read_text("utf-8") == wanted:
        return python
    tell(f"{recipe.name}: making an environment in {home}")
    venv.create(home, with_pip=True, clear=True)
    tell(f"{recipe.name}: installing torch (CPU)")
    _pip(python, "--retries", "1", "--no-deps", "--extra-index-url", _TORCH_INDEX, _TORCH)
    tell(f"{recipe.name}: installing {', '.join(recipe.packages)}")
    _pip(python, _TORCH, *recipe.packages)
    finished.write_text(wanted, "utf-8")
    return python


def _pip(python: Path, *wanted: str) -> None:
    command = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *wanted]
    done = subprocess.run(command, capture_output=True, text=True, env=process.environment())
    if done.returncode:
        lines = done.stderr.strip().splitlines() or [f"pip ended with status {done.returncode}"]
        raise NotInstalled(f"{wanted[-1]}: {lines[-1]}")


def version(python: Path, distribution: str) -> str:
    """The installed version of a distribution."""
    code = f"import importlib.metadata; print(importlib.metadata.version({distribution!r}))"
    command = [str(python), "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=process.environment())
    return done.stdout.strip()
