"""Search: BM25 is the textbook's, filters come before ranking, order is stable."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import bm25s
import numpy as np
import pytest

from assistant.home import Home, home_at
from knowledge import library
from knowledge.cosines import Cosines
from knowledge.index import Scope
from knowledge.lexical import Lexical
from knowledge.models import Block, Kind, LoadedDocument, Passage, Role
from knowledge.search import Weights, search
from knowledge.terms import stems

TEXTS = [
    "The supplier keeps event logs for six months.",
    "Event logs and event records are kept by the operator for twelve months after use.",
    "A policy is reviewed every year.",
    "The operator stops the system when logs are incomplete.",
    "Training data are described.",
]
ONLY_TEXT = Weights(
    bigram=0, clause=0, figure=0, place=0, title=0, document=0, reference=0, cosine=0, support=0
)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = home_at(tmp_path / "home")
    for i, text in enumerate(TEXTS):
        loaded = LoadedDocument(text, (Block("paragraph", 0, len(text)),), "", "text/plain")
        arrival = library.Arrival(
            source=f"t:{i}",
            file=f"{i}",
            data=text.encode(),
            loaded=loaded,
            passages=(Passage(0, len(text), ()),),
            kind=Kind.LAW,
            always=True,
        )
        with home.database.write() as connection:
            library.store(connection, arrival)
    return home


@pytest.mark.parametrize("question", ["event logs kept", "operator stops", "policy reviewed year logs"])
def test_scores_equal_bm25s(home: Home, question: str) -> None:
    reference = bm25s.BM25(k1=0.9, b=0.75, method="lucene")
    reference.index([stems(text) for text in TEXTS], show_progress=False)
    scores = reference.get_scores(stems(question))
    hits = search(home.index, question, Scope(kinds=frozenset({Kind.LAW})), 5, weights=ONLY_TEXT)
    ours = {hit.text: hit.score for hit in hits}
    theirs = np.array([scores[i] for i in range(len(TEXTS))])
    mine = np.array([ours[text] for text in TEXTS])
    shown = theirs > 0
    ratio = mine[shown] / theirs[shown]
    assert shown.any()
    np.testing.assert_allclose(ratio, ratio[0], rtol=1e-4)


def test_the_scope_decides_before_ranking(home: Home) -> None:
    assert search(home.index, "event logs", Scope(kinds=frozenset({Kind.POLICY}))) == []


def test_a_version_of_tomorrow_is_not_found_today(home: Home, tmp_path: Path) -> None:
    from assistant.ingest import Declared, add

    path = tmp_path / "f.md"
    path.write_text("# F\n\nGiraffes may enter through gate nine.\n")
    add(home, path, Declared(since=date(2030, 1, 1)))
    question = "Through which gate may giraffes enter?"
    now = [h.text for h in search(home.index, question, Scope(day=date(2026, 1, 1)), 3)]
    later = [h.text for h in search(home.index, question, Scope(day=date(2031, 1, 1)), 3)]
    assert not any("Giraffes" in text for text in now)
    assert "Giraffes" in later[0]


def test_a_named_clause_comes_first(shared_sample: Home) -> None:
    hits = search(shared_sample.index, "A.6.2.8", Scope(role=Role.AUDITOR), 3)
    assert all("A.6.2.8" in " ".join(hit.section) for hit in hits)


def test_k_hits_at_most_and_in_order(shared_sample: Home) -> None:
    hits = search(shared_sample.index, "who is responsible for incidents", Scope(), 7)
    assert len(hits) == 7
    assert [h.score for h in hits] == sorted((h.score for h in hits), reverse=True)


def test_nonsense_and_emptiness_raise_nothing(shared_sample: Home) -> None:
    for question in ("", "   ", "???", "\x00", "zzzz qqqq", "'; DROP TABLE records; --", "a" * 5000):
        search(shared_sample.index, question, Scope(), 3)


@pytest.mark.parametrize("role", [Role.EMPLOYEE, Role.AUDITOR])
@pytest.mark.parametrize(
    "question",
    ["How long are event logs kept?", "May I paste a client's data into a chat tool?", "A.6.2.8", "zebra"],
)
def test_rows_that_are_passed_over_change_no_result(
    shared_sample: Home, question: str, role: Role, monkeypatch: pytest.MonkeyPatch
) -> None:
    scope = Scope(role=role)
    for name in ("POOL", "CANDIDATES"):
        monkeypatch.setattr(f"knowledge.search.{name}", 2)
    monkeypatch.setattr("knowledge.cosines._LOOK", 1_000)
    whole = search(shared_sample.index, question, scope, 2)
    monkeypatch.setattr("knowledge.cosines._LOOK", 1)
    monkeypatch.setattr("knowledge.cosines._SCAN", 1)
    looked = []
    of = Cosines.of

    def counted(cosines: Cosines, rows: Any) -> Any:
        looked.append(len(rows))
        return of(cosines, rows)

    monkeypatch.setattr(Cosines, "of", counted)
    pruned = search(shared_sample.index, question, scope, 2)
    assert [h.passage for h in pruned] == [h.passage for h in whole]
    assert [h.score for h in pruned] == pytest.approx([h.score for h in whole], abs=1e-5)
    assert looked[0] == 2
    if question != "zebra":
        assert looked[1] < Lexical.of(shared_sample.index.state(), scope).count


def test_passages_of_one_document_support_each_other(home: Home) -> None:
    paragraphs = ["Herons are counted.", "Herons nest in the reeds.", "Herons eat fish."]
    text = "\n".join(paragraphs)
    spans = [(text.index(p), text.index(p) + len(p)) for p in paragraphs]
    blocks = tuple(Block("paragraph", *span) for span in spans)
    alone = "Herons are counted."
    for name, words, parts in (("many", text, blocks), ("alone", alone, blocks[:1])):
        arrival = library.Arrival(
            source=f"t:{name}",
            file=name,
            data=words.encode(),
            loaded=LoadedDocument(words, parts, "", "text/plain"),
            passages=tuple(Passage(b.start, b.end, ()) for b in parts),
            kind=Kind.LAW,
            always=True,
        )
        with home.database.write() as connection:
            library.store(connection, arrival)
    scope = Scope(kinds=frozenset({Kind.LAW}))
    weights = replace(ONLY_TEXT, support=0.3)
    hits = search(home.index, "herons counted", scope, 4, weights=weights)
    assert [h.text for h in hits[:2]] == [alone, alone]
    first, second = hits[:2]
    assert first.base == second.base == pytest.approx(first.score / 1.3), "alone, it supports itself"
    others = [h.base for h in hits if h.version.id == second.version.id]
    assert second.score == pytest.approx(second.base + 0.3 * sum(others) / 3)
