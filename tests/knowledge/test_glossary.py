"""Abbreviations and what they stand for find each other."""

from pathlib import Path

import pytest

from assistant.errors import CannotOpen
from assistant.home import Home, home_at
from assistant.ingest import add
from knowledge.glossary import Glossary, Term
from knowledge.index import Scope
from knowledge.models import HOUSE_KINDS
from knowledge.search import search

BUNDLED = Glossary.with_own(Path("no-such-file.yaml"))


@pytest.mark.parametrize(
    ("question", "variants"),
    [
        ("Who keeps the SoA?", ["Who keeps the statement of applicability?"]),
        ("Who keeps the soa?", ["Who keeps the statement of applicability?"]),
        ("Who keeps the Statement  of Applicability?", ["Who keeps the SoA?"]),
        ("When do DPIAs expire?", ["When do data protection impact assessment expire?"]),
        ("What are our aims?", []),
        ("Who owns the AIMS?", ["Who owns the AI management system?"]),
        ("Is Soapstone used?", []),
    ],
)
def test_each_form_gives_the_other(question: str, variants: list[str]) -> None:
    assert BUNDLED.variants(question) == variants


def test_an_abbreviation_is_written_out_once() -> None:
    assert BUNDLED.spelt_out("SoA or SoA?") == "SoA (statement of applicability) or SoA?"
    assert (
        BUNDLED.spelt_out("The statement of applicability (SoA)?") == "The statement of applicability (SoA)?"
    )


def test_a_backslash_stands_for_itself() -> None:
    odd = Glossary([Term(short="XY", long=(r"a\1b",))])
    assert odd.variants("XY?") == [r"a\1b?"]
    assert odd.spelt_out("XY?") == r"XY (a\1b)?"


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("The FRIA lies with the ward office.", "Where is the fundamental rights impact assessment?"),
        ("The fundamental rights impact assessment lies with the ward office.", "Where is the FRIA?"),
    ],
)
def test_either_form_is_found_by_the_other(bare: Home, tmp_path: Path, text: str, question: str) -> None:
    for name, words in (("r", text), ("o", "The fundamental alarm assessment lies with the ward office.")):
        (tmp_path / f"{name}.md").write_text(f"# Rule\n\n{words}\n")
        add(bare, tmp_path / f"{name}.md")
    best = search(bare.index, question, Scope(kinds=HOUSE_KINDS), 1)[0]
    assert best.text == text
    assert best.coverage > 0.5


def test_a_home_adds_its_own_terms(bare: Home, tmp_path: Path) -> None:
    folder = bare.settings.home
    (folder / "glossary.yaml").write_text("- {short: WGR, long: [walrus grooming rota]}\n")
    bare.close()
    (tmp_path / "r.md").write_text("# Rule\n\nThe walrus grooming rota hangs in the hall.\n")
    home = home_at(folder)
    try:
        add(home, tmp_path / "r.md")
        assert search(home.index, "Where is the WGR?", Scope(), 1)[0].text.startswith("The walrus")
    finally:
        home.close()


@pytest.mark.parametrize("text", ["- {short: WGR}\n", "- {short: WGR, long: []}\n", "a: [", "just words"])
def test_a_glossary_that_is_not_usable_is_named(bare: Home, text: str) -> None:
    (bare.settings.home / "glossary.yaml").write_text(text)
    with pytest.raises(CannotOpen, match=r"glossary\.yaml"):
        home_at(bare.settings.home)
