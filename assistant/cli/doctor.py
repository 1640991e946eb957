"""`doctor`: what is installed, which model is used, whether everything is sound."""

from __future__ import annotations

import json
import platform
from collections.abc import Callable
from importlib.metadata import version

import typer

from assistant import log
from assistant.cli import doctor_model
from assistant.cli.terminal import Terminal
from assistant.errors import AssistantError
from assistant.home import Home
from knowledge.errors import KnowledgeError
from knowledge.requirements import requirements

_PACKAGES = (
    "chromadb",
    "langchain-core",
    "pypdf",
    "pydantic",
    "sentence-transformers",
    "sqlalchemy",
    "streamlit",
    "torch",
)


def examine(home: Home, as_json: bool, ask_model: bool = False) -> None:
    """Run every check and print what it found; status 1 when one fails.

    With `ask_model` the language model is asked for a word; without, nothing is sent anywhere.
    """
    checks: tuple[tuple[str, Callable[[Home], tuple[bool, str]]], ...] = (
        ("python", lambda _: (True, platform.python_version())),
        ("packages", lambda _: (True, ", ".join(f"{p} {version(p)}" for p in _PACKAGES))),
        ("home", lambda h: (True, str(h.settings.home))),
        ("database", lambda h: (True, h.database.engine.dialect.name)),
        ("requirements", _requirements),
        ("embedding model", _model),
        ("answers", doctor_model.answers),
        ("language model", doctor_model.model),
        ("model use", doctor_model.use),
        *([("model asked", doctor_model.tried)] if ask_model else []),
        ("second gate", _gates),
        ("log", _log),
        ("index", _index),
    )
    results = [(name, *_run(check, home)) for name, check in checks]
    if as_json:
        rows = [{"check": n, "sound": ok, "found": text} for n, ok, text in results]
        print(json.dumps(rows, indent=2))
    else:
        out = Terminal()
        for name, ok, text in results:
            out.print(f"{'ok  ' if ok else 'FAIL'}  {name}: {text}")
    if not all(ok for _, ok, _ in results):
        raise typer.Exit(1)


def _run(check: Callable[[Home], tuple[bool, str]], home: Home) -> tuple[bool, str]:
    try:
        return check(home)
    except (AssistantError, KnowledgeError) as error:
        return False, str(error)


def _requirements(_: Home) -> tuple[bool, str]:
    held = requirements()
    return True, (
        f"{len(held.clauses)} clauses, {len(held.controls)} controls, {len(held.obligations)} obligations"
    )


def _model(home: Home) -> tuple[bool, str]:
    home.encoder.check()
    return True, f"{home.encoder.name} ({home.encoder.revision})"


def _gates(home: Home) -> tuple[bool, str]:
    told = "; ".join(gate.told for gate in home.gates)
    return True, told or "none; wordings are held to their quotes by rules alone"


def _log(home: Home) -> tuple[bool, str]:
    with home.database.read() as connection:
        found = log.verify(connection)
    text = f"{found.count} records" if found.sound else f"broken at {found.broken_at}"
    return found.sound, text if found.sound else f"{text}: {found.reason}"


def _index(home: Home) -> tuple[bool, str]:
    if not home.index.own():
        state = home.index.state()
        return True, f"kept by the running app; {state.embedded} of {state.passages} embedded"
    missing, stray = home.index.strays()
    sound = not missing and not stray
    return sound, (
        f"{home.index.state().passages} passages, every one with its vector"
        if sound
        else f"{len(missing)} passages without vector, {len(stray)} vectors without passage. "
        "Run `clausewise init` to bring it in step"
    )
