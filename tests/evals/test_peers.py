"""Beside the peers: a hit and its place are judged by rule, costs are those of the process, nothing leaks."""

from __future__ import annotations

import ast
import json
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from assistant.home import home_at
from evals.__main__ import app
from evals.peers import broken, environments, harness, process, systems
from evals.peers.environments import PEERS
from evals.peers.harness import Found, Report
from evals.peers.judge import Question, Verdict, holds, names, normal, placed, read_first, verdict
from evals.peers.measure import Cost, Measured, Share, quality
from evals.peers.run import named_files
from evals.peers.table import table
from knowledge.errors import LoadError
from knowledge.load import load_bytes

ADAPTERS = Path(harness.__file__).parent / "adapters"


def chunk(text: str, page: int | None = None, place: str = "") -> Found:
    return {"text": text, "page": page, "place": place}


ON_PAGE = Question("How long?", "rules.pdf", 7, "kept for six months")
IN_ARTICLE = Question("How long?", "rules.md", "Article 19", "kept for six months")


@pytest.mark.parametrize(
    ("text", "key", "held"),
    [
        ("Logs are kept\nfor  six months.", "kept for six months", True),
        ("LOGS ARE KEPT FOR SIX-MONTHS", "kept for six months", True),
        ("can answer the question of 'what\u00ad happened'", "question of “what happened”", True),
        ("a signi\ufb01cant e\ufb00ect", "significant effect", True),
        ("within １０ days", "within 10 days", True),
        ("kept for six years", "kept for six months", False),
        ("within 1 day", "within 10 days", False),
        ("", "kept", False),
    ],
)
def test_typography_does_not_decide_over_a_hit(text: str, key: str, held: bool) -> None:
    assert holds(text, key) is held


def test_only_letters_and_digits_are_compared() -> None:
    assert normal("§ 4.2(b) – “Risk ﬁle”\n") == "42briskfile"


@pytest.mark.parametrize(
    ("place", "wanted", "right"),
    [
        ("Chapter III > Article 19: Automatically generated logs", "Article 19", True),
        ("{'Header 2': 'ARTICLE 19'}", "Article 19", True),
        ("Article\u00a019(1)", "Article 19", True),
        ("Chapter III > Article 190", "Article 19", False),
        ("Article 19a", "Article 19", False),
        ("Article 119", "Article 19", False),
        ("/files/rules.md", "Article 19", False),
        ("", "Article 19", False),
    ],
)
def test_a_section_is_named_as_a_whole(place: str, wanted: str, right: bool) -> None:
    assert names(place, wanted) is right


def test_a_page_is_right_when_its_number_is() -> None:
    assert placed(chunk("", page=7), 7)
    assert not placed(chunk("", page=8), 7)
    assert not placed(chunk("", place="page 7"), 7)


def test_what_is_read_is_cut_whatever_the_chunks() -> None:
    chunks = ["a" * 3_000, "b" * 3_000, "c" * 3_000]
    assert read_first(chunks) == "a" * 3_000 + "b" * 1_000
    assert read_first(["short", "er"]) == "shorter"


def test_the_first_chunk_with_the_answer_counts() -> None:
    found = [chunk("Nothing.", 7), chunk("It is kept for six months.", 7), chunk("kept for six months", 3)]
    assert verdict(ON_PAGE, found) == Verdict(rank=2, read=True, placed=True)
    assert verdict(ON_PAGE, found[::-1]) == Verdict(rank=1, read=True, placed=False)


def test_an_answer_beyond_what_is_read_is_a_hit_all_the_same() -> None:
    found = [chunk("x" * 3_995), chunk("kept for six months", place="Article 19")]
    assert verdict(IN_ARTICLE, found) == Verdict(rank=2, read=False, placed=True)


def test_a_place_is_judged_only_where_there_was_a_hit() -> None:
    assert verdict(ON_PAGE, [chunk("Nothing.", 7)]) == Verdict(rank=None, read=False, placed=None)
    assert verdict(ON_PAGE, []) == Verdict(rank=None, read=False, placed=None)


def test_shares_and_places_of_a_set() -> None:
    wrong, right = chunk("Nothing."), chunk("kept for six months", 7, "Article 19")
    asked = [ON_PAGE, ON_PAGE, IN_ARTICLE, IN_ARTICLE]
    report = Report(4, [[right], [wrong] * 5 + [right], [wrong, chunk("kept for six months")], [wrong]])
    found = quality(asked, report)
    assert (found.hit_1, found.hit_5, found.hit_10, found.read_4000) == (0.25, 0.5, 0.75, 0.75)
    assert (found.pages, found.articles) == (Share(2, 2), Share(0, 1))
    assert [a.verdict.rank for a in found.asked] == [1, 6, 2, None]


def figures(name: str, coped: broken.Coped) -> Measured:
    cost = Cost(61.4, 100.2, 50.1, 0.5, 90, 180, 3.14, 21.4, 39.6, 801.2, 400.9, 12.34)
    report = Report(1, [[chunk("kept for six months", 7)]], [1.0])
    return Measured(name, "1.2", quality([ON_PAGE], report), cost, coped)


def test_the_table_shows_losses_and_silence() -> None:
    said = dict.fromkeys(broken.BAD, "")
    lost = broken.Coped(1, 0, said, "Error")
    kept = broken.Coped(1, 2, {f: f"{f}: broken" for f in broken.BAD[1:]} | {"corrupt.pdf": ""}, "x")
    lines = table([figures("one", lost), figures("two", kept)]).splitlines()
    rows = {line.split("|")[1].strip(): [c.strip() for c in line.split("|")[2:-1]] for line in lines}
    assert rows["measure"] == ["one 1.2", "two 1.2"]
    assert rows["ingest, wall / CPU s"][0] == "61 / 100"
    assert rows["chunks stored, then after that"][0] == "90, 180"
    assert rows["hit@1 / @5 / @10"][0] == "1.00 / 1.00 / 1.00"
    assert rows["page right when hit (PDF)"][0] == "1/1"
    assert rows["article right when hit (Markdown)"][0] == "0/0"
    assert rows["broken files in the folder"] == ["everything is lost", "the rest is kept"]
    assert rows["broken files named / in silence"] == [f"0 / {', '.join(broken.BAD)}", "4 / corrupt.pdf"]


def test_every_broken_file_is_broken_and_every_note_is_not(tmp_path: Path) -> None:
    files = broken.made(tmp_path / "files")
    order = [file.name for file in files]
    assert (order[0], order[-1]) == (broken.NOTES[0].file, broken.NOTES[1].file)
    assert set(order[1:-1]) == set(broken.BAD)
    for file in files:
        if file.name in broken.BAD:
            with pytest.raises(LoadError):
                load_bytes(file.read_bytes(), file.name)
    for note in broken.NOTES:
        assert holds(load_bytes((tmp_path / "files" / note.file).read_bytes(), note.file).text, note.key)


def test_a_run_costs_what_its_children_cost_too() -> None:
    burn = "import time\nwhile time.process_time() < 0.5: pass"
    spawn = f"subprocess.run([sys.executable, '-c', {burn!r}])"
    code = f"import subprocess, sys; held = bytearray(300_000_000); {spawn}"
    done = process.run([sys.executable, "-c", code], process.environment())
    assert done.status == 0
    assert 0.5 < done.cpu_s < 10
    assert done.peak_mb > 300


def test_a_failed_run_keeps_its_last_words_and_when_it_answered() -> None:
    code = "import sys, time; print('answer', flush=True); time.sleep(0.5); sys.exit('no more\\n')"
    done = process.run([sys.executable, "-c", code], process.environment())
    assert (done.status, done.out, done.last_words) == (1, "answer\n", "no more")
    assert done.answered_s < done.wall_s - 0.4
    with pytest.raises(systems.SystemFailed, match="walrus: no more"):
        systems.sound("walrus", done)


def test_a_peer_sees_neither_our_packages_nor_our_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PYTHONPATH", "CLAUSEWISE_HOME", "CLAUSEWISE_DATABASE"):
        monkeypatch.setenv(name, "ours")
    assert "ours" not in process.environment(KEPT="theirs").values()
    assert process.environment(KEPT="theirs")["KEPT"] == "theirs"
    assert process.environment()["HF_HUB_OFFLINE"] == "1"


SIMPLE = """
import json  # the standard library's, though this file has its name
from pathlib import Path

def ingest(files, store, model):
    lines = [line for file in files for line in Path(file).read_text().splitlines() if line]
    Path(store, "lines.json").write_text(json.dumps(lines))

class Opened:
    def __init__(self, store):
        self.lines = json.loads(Path(store, "lines.json").read_text())
    def count(self):
        return len(self.lines)
    def find(self, question, k):
        words = set(question.lower().split())
        best = sorted(self.lines, key=lambda line: -len(words & set(line.lower().split())))
        return [{"text": line, "page": None, "place": "here"} for line in best[:k]]

def opened(store, model):
    return Opened(store)
"""


@pytest.fixture
def carry(tmp_path: Path) -> Callable[..., tuple[process.Run, Any]]:
    """Carry out a request by the harness as a process of its own."""
    (tmp_path / "json.py").write_text(SIMPLE)
    (tmp_path / "note.txt").write_text("The heron is counted in spring.\nThe badger sleeps in winter.\n")

    def call(step: str, **more: object) -> tuple[process.Run, Any]:
        request, report = tmp_path / "request", tmp_path / f"{step}-report"
        request.write_text(json.dumps({"step": step, "store": str(tmp_path), "model": ""} | more))
        command = [sys.executable, harness.__file__, *map(str, (tmp_path / "json.py", request, report))]
        run = process.run(command, process.environment())
        return run, json.loads(report.read_text()) if report.exists() else None

    return call


def test_a_store_is_filled_and_asked_in_processes_of_their_own(
    carry: Callable[..., tuple[process.Run, Any]], tmp_path: Path
) -> None:
    assert carry("ingest", files=[str(tmp_path / "note.txt")])[0].status == 0
    asked = ["When is the heron counted", "Where sleeps the badger"]
    run, report = carry("find", questions=asked, k=1)
    assert run.status == 0, run.err
    assert report["chunks"] == 2
    texts = [[found["text"] for found in each] for each in report["found"]]
    assert texts == [["The heron is counted in spring."], ["The badger sleeps in winter."]]
    assert len(report["ms"]) == 2
    first, _ = carry("first", questions=asked[:1], k=1)
    assert first.out == "The heron is counted in spring.\n"
    assert 0 < first.answered_s <= first.wall_s


def test_an_adapter_that_raises_leaves_no_report(carry: Callable[..., tuple[process.Run, Any]]) -> None:
    run, report = carry("ingest", files=["/no/such/file"])
    assert run.status == 1
    assert report is None
    assert "FileNotFoundError" in run.last_words


@pytest.mark.parametrize("peer", PEERS)
def test_a_peer_runs_without_us(peer: str) -> None:
    """What an adapter imports when it runs is its framework's or the standard library's."""
    tree = ast.parse((ADAPTERS / f"{peer}.py").read_text("utf-8"))
    running = [node for node in tree.body if not isinstance(node, ast.If)]
    modules = {n.module or "" for n in running if isinstance(n, ast.ImportFrom)}
    modules |= {alias.name for n in running if isinstance(n, ast.Import) for alias in n.names}
    assert len(modules) > 2
    assert {m for m in modules if m.split(".")[0] in ("assistant", "evals", "knowledge")} == set()
    assert {n.name for n in running if isinstance(n, ast.FunctionDef)} >= {"ingest", "opened"}


def test_an_environment_is_made_once(tmp_path: Path) -> None:
    recipe = PEERS["txtai"]
    (tmp_path / "txtai").mkdir()
    (tmp_path / "txtai" / "installed.txt").write_text("\n".join(("torch==2.13.0", *recipe.packages)))
    told: list[str] = []
    python = environments.prepared(recipe, tmp_path, told.append)
    assert tmp_path / "txtai" in python.parents
    assert told == []


def test_a_document_that_is_missing_is_named(tmp_path: Path) -> None:
    (tmp_path / "rules.md").write_text("Rules.")
    assert named_files(tmp_path, [IN_ARTICLE, IN_ARTICLE]) == [tmp_path / "rules.md"]
    with pytest.raises(FileNotFoundError, match=r"rules\.pdf"):
        named_files(tmp_path, [ON_PAGE, IN_ARTICLE])


def test_an_unknown_peer_is_named_before_anything_is_installed(tmp_path: Path) -> None:
    (tmp_path / "questions.jsonl").write_text("")
    options = [f"--files={tmp_path}", f"--questions={tmp_path / 'questions.jsonl'}", "--peer=walrus"]
    done = CliRunner().invoke(app, ["peers", *options, f"--environments={tmp_path / 'made'}"])
    assert done.exit_code == 2
    assert "walrus" in done.output
    assert not (tmp_path / "made").exists()


@pytest.mark.slow
def test_the_product_is_measured_by_its_own_commands(bare_template: Path, tmp_path: Path) -> None:
    store = tmp_path / "store"
    shutil.copytree(bare_template, store)
    files = [tmp_path / note.file for note in broken.NOTES]
    for file, note in zip(files, broken.NOTES, strict=True):
        file.write_text(note.text)
    product = systems.product()
    assert product.ingest(files, store).status == 0
    report, run = product.find([note.question for note in broken.NOTES], store)
    for note, found in zip(broken.NOTES, report.found, strict=True):
        assert len(found) == systems.K
        assert holds(found[0]["text"], note.key)
    assert found[0]["place"] == "Boathouse"
    home = home_at(store)
    assert report.chunks == home.index.state().passages
    home.close()
    assert run.peak_mb > 50
    first = product.first(broken.NOTES[0].question, store)
    assert broken.NOTES[0].key in first.out
