"""The shape of the project: who may import whom, what is pinned and why, nothing too long, no loose ends."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.prompts import FOLDER, prompt

ROOT = Path(__file__).parents[1]
PRODUCT = ("app.py", "assistant", "evals", "knowledge")
FACES = ("assistant.cli", "assistant.ui", "app")
MOST_LINES = 420
ALONE = {"assistant/verifier.py": 600}
"""What an auditor copies must be one file, so nothing can move out of it; and how long it may be."""
HOMES = {
    "argon2": {"assistant/passwords.py"},
    "chromadb": {"knowledge/vectors.py"},
    "docx": {
        "assistant/exporting/",
        "evals/attacks/documents_docx.py",  # hides words where no writer of ours puts any
        "evals/drafts.py",  # reads back what was written
        "knowledge/data/sample/build.py",
        "knowledge/formats/docx.py",
    },
    "langchain": {"assistant/model/"},
    "langchain_core": {"assistant/model/", "assistant/runnable.py", "knowledge/retriever.py"},
    "langsmith": {"assistant/model/"},
    "openpyxl": {"assistant/exporting/xlsx.py"},
    "pypdf": {
        "knowledge/formats/pdf.py",
        "knowledge/formats/pdf_sight.py",
        "evals/peers/broken.py",  # which makes a locked one
    },
    "sentence_transformers": {"knowledge/embed.py", "knowledge/entail.py"},
    "starlette": {"assistant/ui/"},
    "streamlit": {"app.py", "assistant/ui/"},
    "tenacity": {"assistant/model/"},
    "typst": {"assistant/exporting/pdf.py", "knowledge/data/sample/build.py"},
}
"""Where each library that we keep behind one door may be imported."""
PEERS = "evals/peers/adapters/"
"""Runs in other frameworks' own environments, where we are not installed: it imports them, not us."""


def sources(*names: str) -> Iterator[tuple[str, Path]]:
    """The Python files of these files and folders, with their paths from the root."""
    for name in names:
        path = ROOT / name
        for file in [path] if path.is_file() else sorted(path.rglob("*.py")):
            yield file.relative_to(ROOT).as_posix(), file


def imported(file: Path) -> set[str]:
    """Every module that a file imports, wherever the statement stands, as full dotted names."""
    package = list(file.relative_to(ROOT).parent.parts)
    found: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) + 1 - node.level] if node.level else []
            module = ".".join([*above, *filter(None, [node.module])])
            found |= {module, *(f"{module}.{alias.name}" for alias in node.names)}
    return found


def within(module: str, package: str) -> bool:
    return module == package or module.startswith(f"{package}.")


def users(package: str, *names: str) -> set[str]:
    """The files of these folders that import a package."""
    return {
        path for path, file in sources(*names) if any(within(module, package) for module in imported(file))
    }


def test_imports_are_seen_wherever_they_stand() -> None:
    assert "assistant/answer_record.py" in users("knowledge.library", "assistant")
    assert "assistant/cli/main.py" in users("assistant.cli", "assistant")  # inside a function
    assert "assistant/ingest.py" in users("assistant.log", "assistant")  # from assistant import log


def test_knowledge_knows_nothing_of_the_assistant() -> None:
    assert users("assistant", "knowledge") == set()
    assert {user for face in FACES for user in users(face, "knowledge")} == set()


def test_the_assistant_knows_nothing_of_its_faces() -> None:
    used = {user for face in FACES for user in users(face, "assistant")}
    assert {user for user in used if not user.startswith(("assistant/cli/", "assistant/ui/"))} == set()


def test_the_faces_know_nothing_of_each_other() -> None:
    assert users("assistant.ui", "assistant/cli") == users("assistant.cli", "assistant/ui") == set()


def test_the_product_does_not_need_its_tests_or_its_measures() -> None:
    assert users("tests", *PRODUCT) == set()
    assert users("evals", "app.py", "assistant", "knowledge") == set()


@pytest.mark.parametrize("library", HOMES)
def test_a_library_is_met_behind_one_door(library: str) -> None:
    found = users(library, *PRODUCT)
    assert found
    assert {path for path in found if not path.startswith((*HOMES[library], PEERS))} == set()


def requirement_lines() -> dict[str, str]:
    """The line of pyproject.toml in which each direct dependency stands, by its name."""
    text = (ROOT / "pyproject.toml").read_text("utf-8")
    project = tomllib.loads(text)["project"]
    groups = [project["dependencies"], *project["optional-dependencies"].values()]
    lines = text.splitlines()
    found = {}
    for wanted in (wanted for group in groups for wanted in group):
        (line,) = (line for line in lines if line.strip().startswith(f'"{wanted}"'))
        found[normal(re.split(r"[\[<>=!~; ]", wanted)[0])] = line
    return found


def normal(name: str) -> str:
    """A distribution's name as indexes compare it (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def test_every_dependency_has_a_reason_and_a_licence() -> None:
    lines = requirement_lines()
    assert {"streamlit", "sqlalchemy", "pytest", "psycopg"} <= set(lines)
    for name, line in lines.items():
        assert re.search(r"# \w.+; \S", line), f"{name} has no reason, or no licence"


def test_every_dependency_is_pinned() -> None:
    text = (ROOT / "constraints.txt").read_text("utf-8")
    pins = [line.split("#")[0].strip() for line in text.splitlines()]
    pinned = {normal(line.split("==")[0]) for line in pins if re.fullmatch(r"[\w.-]+==[\w.!+-]+", line)}
    assert [line for line in pins if line and "==" not in line] == []
    assert set(requirement_lines()) - pinned == set()


def test_every_imported_library_is_a_declared_dependency() -> None:
    """What the product imports must be installed because it is wanted, not by accident."""
    from importlib.metadata import packages_distributions
    from sys import stdlib_module_names

    ours = {"app", "assistant", "evals", "knowledge"}
    files = [file for path, file in sources(*PRODUCT) if not path.startswith(PEERS)]
    modules = {module.split(".")[0] for file in files for module in imported(file)}
    provided = packages_distributions()
    declared = set(requirement_lines())
    foreign = modules - ours - set(stdlib_module_names)
    assert len(foreign) > 10
    accidental = {
        module for module in foreign if not {normal(d) for d in provided.get(module, [])} & declared
    }
    assert accidental == set()


def test_the_verifier_stands_alone() -> None:
    """An auditor needs Python, this file, and nothing that we or others wrote."""
    from sys import stdlib_module_names

    assert imported(ROOT / "assistant" / "verifier.py") & {"json", "hashlib"}
    modules = {module.split(".")[0] for module in imported(ROOT / "assistant" / "verifier.py")}
    assert modules - set(stdlib_module_names) == set()
    assert imported(ROOT / "assistant" / "__init__.py") == set()


def test_no_file_is_too_long() -> None:
    lengths = {path: len(file.read_text("utf-8").splitlines()) for path, file in sources(*PRODUCT)}
    assert len(lengths) > 80
    assert {p: lines for p, lines in lengths.items() if lines > ALONE.get(p, MOST_LINES)} == {}


def test_every_prompt_says_what_it_is() -> None:
    files = sorted(FOLDER.glob("*"))
    assert files
    for file in files:
        read = prompt(file.stem)
        assert file.suffix == ".md"
        assert (read.name, type(read.version)) == (file.stem, int)
        assert read.version >= 1
        assert len(read.purpose) > 20
        assert read.parts and all(read.parts.values())


def test_nothing_is_left_to_do_without_an_owner() -> None:
    """A note of work to be done names who does it in brackets after the mark."""
    mark = re.compile(r"\b(" + "|".join(("TO" + "DO", "FIX" + "ME", "X" * 3)) + r")\b(?!\(\w[^)]*\))")
    kinds = {".py", ".md", ".toml", ".yaml", ".yml", ".txt", ".css", ".sh", ""}
    folders = ("assistant", "docs", "evals", "knowledge", "prompts", "tests")
    texts = [f for name in folders for f in (ROOT / name).rglob("*") if f.is_file() and f.suffix in kinds]
    texts += [f for f in ROOT.iterdir() if f.is_file() and f.suffix in kinds]
    assert len(texts) > 80
    assert mark.search("# " + "TO" + "DO: later") and not mark.search("# " + "TO" + "DO(anna): later")
    found = [f"{f.relative_to(ROOT)}" for f in texts if mark.search(f.read_text("utf-8"))]
    assert found == []
