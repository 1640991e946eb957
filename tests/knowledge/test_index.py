"""The index follows SQL: incremental, rebuilt the same, and sound after a kill at any moment."""

import itertools
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from assistant import ingest
from assistant.home import Home, home_at
from assistant.ingest import add
from knowledge.index import Scope
from knowledge.models import Role
from knowledge.search import search

QUESTIONS = ("How long are event logs kept?", "Who approves a supplier?", "What is an AI incident?")


def found(home: Home, question: str, k: int = 8) -> dict[str, float]:
    """Scores by passage. Their last digits depend on what is encoded together: compare with `about`."""
    return {hit.passage: hit.score for hit in search(home.index, question, Scope(), k)}


def about(scores: dict[str, float]) -> Any:
    return pytest.approx(scores, abs=1e-5)


def write(path: Path, *paragraphs: str) -> Path:
    path.write_text("# Rule\n\n" + "\n\n".join(paragraphs) + "\n")
    return path


def test_keyword_search_works_as_soon_as_a_document_is_stored(bare: Home, tmp_path: Path) -> None:
    add(bare, write(tmp_path / "r.md", "Zebra crossings are repainted by the facility team."))
    assert bare.index.state().embedded < bare.index.state().passages
    assert search(bare.index, "Who repaints zebra crossings?", Scope(), 1)[0].text.startswith("Zebra")


def test_only_changed_passages_are_embedded(bare: Home, tmp_path: Path) -> None:
    same = [f"Paragraph {i} speaks of matter {i} at length. " * 12 for i in range(6)]
    add(bare, write(tmp_path / "r.md", *same))
    assert bare.index.own()
    first = bare.index.embed_missing()
    add(bare, write(tmp_path / "r.md", *same, "A new paragraph on whales. " * 12))
    assert bare.index.embed_missing() == 1 < first


def test_a_small_addition_rewrites_small_segments_only(bare: Home, tmp_path: Path) -> None:
    assert bare.index.own()
    bare.index.state()
    folder = bare.index.folder / "keywords"
    (large,) = folder.iterdir()
    for i in range(12):
        add(bare, write(tmp_path / f"{i}.md", f"Walrus number {i} is fed by keeper {i}."))
        sizes = [len(segment.owner) for segment in bare.index.state().segments]
        assert all(a >= 2 * b for a, b in itertools.pairwise(sizes))
        assert large in folder.iterdir()
    assert len(list(folder.iterdir())) == len(sizes) <= 4
    before = found(bare, "Who feeds walrus number 7?")
    shutil.rmtree(folder)
    bare.index.close()
    del bare.index
    assert found(bare, "Who feeds walrus number 7?") == before


def test_what_a_killed_merge_left_twice_is_found_once(bare: Home, tmp_path: Path) -> None:
    assert bare.index.own()
    state = bare.index.state()
    add(bare, write(tmp_path / "w.md", "A walrus is fed twice a day."))
    before = found(bare, "How often is a walrus fed?")
    (small,) = [s for s in bare.index.state().segments if s.folder != state.segments[0].folder]
    assert small.folder
    shutil.copytree(small.folder, small.folder.with_name("segment-again"))
    bare.index.close()
    del bare.index
    assert bare.index.own()
    assert found(bare, "How often is a walrus fed?") == before
    add(bare, write(tmp_path / "h.md", "A heron is counted in spring."))
    names = [v for segment in bare.index.state().segments for v in segment.versions]
    assert len(names) == len(set(names))


def test_vectors_of_removed_passages_go(bare: Home, tmp_path: Path) -> None:
    added = add(bare, write(tmp_path / "r.md", "Walrus handling needs a permit."))
    assert bare.embed()
    assert added.version
    ingest.remove(bare, added.version.document)
    bare.index.own()
    bare.index.embed_missing()
    assert bare.index.strays() == (set(), set())


def test_deleting_the_index_changes_no_answer(sample: Home) -> None:
    before = {question: about(found(sample, question)) for question in QUESTIONS}
    sample.forget_vectors()
    assert not (sample.settings.home / "index").exists()
    assert sample.embed()
    assert {question: found(sample, question) for question in QUESTIONS} == before


def test_deleting_only_the_flat_file_changes_no_answer(sample: Home) -> None:
    before = found(sample, QUESTIONS[0])
    sample.close()
    for path in (sample.settings.home / "index").rglob("*.f32"):
        path.unlink()
    for path in (sample.settings.home / "index").rglob("keys.u64"):
        path.unlink()
    again = home_at(sample.settings.home)
    assert again.index.own()
    again.index.embed_missing()
    assert found(again, QUESTIONS[0]) == about(before)
    again.close()


@pytest.mark.parametrize("name", ["outlines.f32", "bodies.f16", "tokens.i8", "dimension", "ends.i64"])
@pytest.mark.parametrize("cut", [True, False])
def test_where_a_file_is_lost_or_cut_the_search_is_by_keyword(bare: Home, name: str, cut: bool) -> None:
    assert search(bare.index, QUESTIONS[0], Scope(), 1)[0].cosine is not None
    bare.close()
    (path,) = (bare.settings.home / "index" / "vectors").glob(f"*/{name}")
    if cut:
        path.write_bytes(b"0")
    else:
        path.unlink()
    again = home_at(bare.settings.home)
    hits = search(again.index, QUESTIONS[0], Scope(), 3)
    assert [hit.cosine for hit in hits] == [None] * 3
    again.close()


def test_a_broken_vector_store_is_begun_anew(sample: Home) -> None:
    before = found(sample, QUESTIONS[0])
    sample.close()
    folder = next((sample.settings.home / "index").rglob("chroma"))
    (folder / "chroma.sqlite3").write_bytes(b"this is no database" * 100)
    again = home_at(sample.settings.home)
    assert again.index.own()
    again.index.embed_missing()
    assert again.index.strays() == (set(), set())
    assert found(again, QUESTIONS[0]) == about(before)
    again.close()


def test_vectors_equal_what_the_model_gives(sample: Home) -> None:
    hit = search(sample.index, QUESTIONS[0], Scope(), 1)[0]
    from knowledge.library import reading

    text = reading(hit.version.title, hit.section, "", hit.text).text
    expected = float(sample.encoder.by_default([text])[0] @ sample.encoder.by_default([QUESTIONS[0]])[0])
    assert hit.cosine == pytest.approx(expected, abs=1e-4)


def test_a_second_process_reads_while_the_first_owns(sample: Home) -> None:
    assert sample.index.own()
    command = [sys.executable, "-m", "assistant.cli.main", "--home", str(sample.settings.home)]
    done = subprocess.run(
        [*command, "search", QUESTIONS[0], "--json"], capture_output=True, text=True, check=True
    )
    theirs = [(row["start"], row["score"]) for row in json.loads(done.stdout)]
    ours = [
        (hit.start, pytest.approx(hit.score, abs=1e-5))
        for hit in search(sample.index, QUESTIONS[0], Scope(), 10)
    ]
    assert theirs == ours


def test_what_another_process_adds_is_found_at_once(sample: Home, tmp_path: Path) -> None:
    assert sample.index.own()
    path = write(tmp_path / "n.md", "Narwhal data are deleted after nine days.")
    command = [sys.executable, "-m", "assistant.cli.main", "--home", str(sample.settings.home)]
    done = subprocess.run([*command, "add", str(path)], capture_output=True, text=True, check=True)
    assert "background" in done.stdout
    assert "Narwhal" in search(sample.index, "When are narwhal data deleted?", Scope(), 1)[0].text


def test_hidden_documents_leave_no_trace_in_the_scores(sample: Home, tmp_path: Path) -> None:
    before = found(sample, QUESTIONS[0])
    secret = tmp_path / "s.md"
    secret.write_text("# S\n\nClassification: Restricted\n\nEvent logs are kept. Logs, logs, event logs.\n")
    add(sample, secret)
    assert found(sample, QUESTIONS[0]) == about(before)
    seen = search(sample.index, QUESTIONS[0], Scope(role=Role.AUDITOR), 20)
    assert any(hit.version.file == "s.md" for hit in seen)


@pytest.mark.slow
def test_a_kill_during_ingest_leaves_nothing_half_indexed(bare_template: Path, tmp_path: Path) -> None:
    """Twenty kills at random moments; after each restart the index must equal SQL."""
    folder = tmp_path / "home"
    shutil.copytree(bare_template, folder)
    files = tmp_path / "files"
    files.mkdir()
    for i in range(12):
        write(files / f"f{i}.md", *(f"Matter {i}.{j} is decided by unit {i * j}. " * 9 for j in range(12)))
    chance = random.Random(7)
    command = [sys.executable, "-m", "assistant.cli.main", "--home", str(folder), "add", str(files)]
    killed = 0
    for turn in range(20):
        write(files / "f0.md", f"Turn {turn} changes the first file. " * 30)
        write(files / f"f{1 + turn % 11}.md", *(f"Turn {turn} matter {j}. " * 20 for j in range(10)))
        worker = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(chance.uniform(0.3, 7.0))
        if worker.poll() is None:
            os.kill(worker.pid, signal.SIGKILL)
            killed += 1
        worker.wait()
    assert killed >= 10
    home = home_at(folder)
    assert home.index.own()
    home.index.embed_missing()
    assert home.index.strays() == (set(), set())
    state = home.index.state()
    assert state.embedded == state.passages
    after = {q: found(home, q) for q in ("Who decides matter 3.4?", "What does turn 19 change?")}
    home.forget_vectors()
    assert home.embed()
    assert {q: found(home, q) for q in after} == {q: about(scores) for q, scores in after.items()}
    home.close()


def test_without_vectors_search_is_by_keyword_alone(bare: Home) -> None:
    bare.forget_vectors()
    hits = search(bare.index, "statement of applicability", Scope(), 3)
    assert hits
    assert all(hit.cosine is None for hit in hits)
    assert np.isfinite([hit.score for hit in hits]).all()
