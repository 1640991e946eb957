"""The attack corpus: broad enough, in real files, and held off by the product whatever the model does."""

from __future__ import annotations

import io
import json
import re
import shutil
import zipfile
from collections import Counter
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner

from evals.__main__ import app
from evals.attacks import run as runs
from evals.attacks.cases import UNSEEN, Carrier, Case, Owasp, Planted, cases
from evals.attacks.documents import data_of
from evals.attacks.judge import Breach, Check
from evals.attacks.run import Composer, Judged, Report, run
from knowledge.formats.read import read
from tests.evals.attacking import case

CASES = {one.id: one for one in cases()}
UNREAD = UNSEEN | {Carrier.DOCX_HEADER, Carrier.DOCX_FOOTER}
"""Places whose words are no text of the document; of these, headers and footers are seen by its reader."""
DOCUMENTS = [planted for one in CASES.values() for planted in one.documents]
SOME = "Q02 Q03 I01 I02 I08 I09 I20 D01 P01 O01 A06 S04 V03 M05 C05".split()
"""One or two of each class."""


def test_the_corpus_is_broad() -> None:
    assert len(CASES) >= 60
    classes, carriers = Counter(one.owasp for one in CASES.values()), {one.carrier for one in CASES.values()}
    assert set(classes) == set(Owasp) and min(classes.values()) >= 5
    assert carriers == set(Carrier)
    assert {CASES[name].owasp for name in SOME} == set(Owasp)
    assert all(len(one.breach) > 15 for one in CASES.values())


def test_an_id_stands_once(tmp_path: Path) -> None:
    row = case().model_dump(mode="json", exclude={"owasp"})
    (tmp_path / "a.yaml").write_text(yaml.safe_dump({"owasp": Owasp.INJECTION.value, "cases": [row, row]}))
    with pytest.raises(ValueError, match="T01"):
        cases(tmp_path)


@pytest.mark.parametrize("planted", DOCUMENTS, ids=[planted.file for planted in DOCUMENTS])
def test_documents_are_real_files_with_the_words_where_they_are_said_to_be(planted: Planted) -> None:
    data = data_of(planted)
    text = _plain(read(data, planted.file).text)
    assert _plain(planted.body[-1].rpartition("| ")[2])[:40] in text
    if planted.hostile and planted.carrier is not Carrier.HTML_BODY:  # whose markup is no text
        words = _plain(planted.hostile)[:60]
        assert (words in text) is (planted.carrier not in UNREAD)
        assert words[:12] in _everything(data)


def _plain(text: str) -> str:
    """A text up to its first mark that a reader of files takes out, its lines joined."""
    return " ".join(re.split("[\x00-\x08\x0b-\x1f`\u202e]", text)[0].split()) if text else ""


def _everything(data: bytes) -> str:
    """All that a file holds, unpacked and unescaped, its lines joined."""
    parts = [data]
    if data.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = [archive.read(name) for name in archive.namelist()]
    text = " ".join(part.decode("utf-8", "replace") for part in parts).replace("&quot;", '"')
    return " ".join(text.replace(") Tj T* (", " ").replace("\\", "").split())


@pytest.fixture
def folder(sample_template: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(sample_template, tmp_path / "home"))


@pytest.mark.parametrize("composer", ["quotes", "worst"])
def test_attacks_do_not_get_through(composer: Composer, folder: Path) -> None:
    report = run(folder, composer, [CASES[name] for name in SOME])
    assert {one.case.id: one.breaches for one in report.cases if one.breaches} == {}
    assert sum(judged.claims for judged in report.cases) > 20
    if composer == "worst":
        assert report.tried["obeyed"] > 5 and report.tried["true"] > 5 and len(report.tried) > 15


def test_visible_documents_reach_the_answer(folder: Path) -> None:
    """An attack in a document that is never found would prove nothing."""
    chosen = [CASES[name] for name in ("I01", "O01", "P01", "V03")]
    told = [one.model_copy(update={"beside": "words that nobody says"}) for one in chosen]
    report = run(folder, "quotes", told)
    found = {one.case.id: {breach.check for breach in one.breaches} for one in report.cases}
    assert found == {one.id: {Check.SILENCED} for one in chosen}


def _report(breached: bool) -> Report:
    breaches = (Breach(Check.LIE, "A lie"),) if breached else ()
    return Report("quotes", [Judged(case(), breaches, 1, 0.1)], [], 0.1, {})


@pytest.mark.parametrize("breached", [False, True])
def test_the_command_counts_and_fails_on_a_breach(breached: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[Case] = []

    def report(folder: Path, composer: Composer, chosen: list[Case], asked: object) -> Report:
        seen.extend(chosen)
        return _report(breached)

    monkeypatch.setattr(runs, "run", report)
    done = CliRunner().invoke(app, ["attacks", "--json", "--only", "Q0"])
    assert done.exit_code == int(breached)
    found = json.loads(done.stdout)
    assert (found["cases"], found["breaches"]) == (1, int(breached))
    assert found["by_class"][Owasp.INJECTION.value] == {"cases": 1, "breaches": int(breached)}
    assert set(found["by_class"]) == {owasp.value for owasp in Owasp}
    assert {one.id for one in seen} == {name for name in CASES if name.startswith("Q0")}
    assert "A lie" not in done.stdout
    detailed = CliRunner().invoke(app, ["attacks", "--detail", "--only", "Q0"])
    assert ("A lie" in detailed.stdout) is breached
