"""Documents that are revised: their own words are never lost, and what changed around them is told."""

from __future__ import annotations

import re
from collections.abc import Iterable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant.drafting import manuscripts, revising, submitting, taking, writing
from assistant.drafting.changes import change_list
from assistant.drafting.document import Section
from assistant.drafting.revising import ChangeItem
from assistant.errors import NotPossible
from assistant.home import Home
from assistant.ingest import withdraw
from knowledge import specifications
from knowledge.control import states_control
from knowledge.data.sample import sample_files
from knowledge.load import load, load_bytes
from knowledge.models import RESTRICTED, LoadedDocument
from tests.assistant.manuscripts import PURPOSE, REVIEW, RULES, TYPE, begun, text, written
from tests.assistant.reviewing import AUTHOR, added, entries
from tests.assistant.reviewing import document as document_of

pytestmark = pytest.mark.usefixtures("otters")
RULE = """# Rule for otters

Owner: Head of Otters
Status: In force

Otters are animals.

## 1 Scope and purpose

This rule follows clause 5.2 and A.99.1. See the Beaver Manual.

### Exceptions

There are none:

- on Mondays
- on Tuesdays

## 2 Feeding

| Day | Food | By |
| --- | --- | --- |
| Monday | trout | Ann |
| Friday | eel | Bob |

## 3. Review

The rule is reviewed yearly.
"""
BEAVERS = "# Beaver Manual\n\n## Dams\n\nA dam must be dry inside. It says nothing of other animals.\n"


def test_the_text_in_force_comes_into_the_sections_and_the_rest_last(org: Home) -> None:
    version = added(org, RULE)
    made = begun(org, document=version.document)
    assert (made.title, made.revises, made.base, made.newest) == (
        "Rule for otters",
        version.document,
        version.id,
        1,
    )
    assert made.fields.owner == "Head of Otters"
    document = made.document
    assert document
    assert [(s.id, s.heading, s.origin) for s in document.sections] == [
        (PURPOSE, "Scope and purpose", "edited"),
        (REVIEW, "Review", "edited"),
        (f"{TYPE}.own1", "Rule for otters", "edited"),
        (f"{TYPE}.own2", "Feeding", "edited"),
    ]
    first, sub, listed = document.section(PURPOSE).blocks
    assert (first.requirements, sub.text) == (("5.2",), "Exceptions")
    assert (listed.kind, listed.text, listed.items) == (
        "list",
        "There are none:",
        ("on Mondays", "on Tuesdays"),
    )
    (table,) = document.section(f"{TYPE}.own2").blocks
    assert (table.header, table.rows[1]) == (("Day", "Food", "By"), ("Friday", "eel", "Bob"))
    entry = [e for e in entries(org, "manuscript") if e.body["manuscript"] == made.id][-1]
    assert (entry.body["act"], entry.body["versions"]) == ("taken over", [version.id])


def words(text: str) -> set[str]:
    return set(re.findall(r"\w+", text.casefold()))


def said(sections: Iterable[Section]) -> set[str]:
    """Every word of some sections."""
    blocks = [block for section in sections for block in section.blocks]
    return words(
        " ".join([*(s.heading for s in sections), *(w for b in blocks for w in (*b.header, *b.words))])
    )


def body(loaded: LoadedDocument) -> set[str]:
    """Every word of a text but those that only state its owner, version or dates."""
    texts = [loaded.text[block.start : block.end] for block in loaded.blocks]
    return words(" ".join(text for text in texts if not states_control(text)))


def test_no_word_of_a_document_is_lost() -> None:
    spec = specifications.specification(TYPE)
    for file in sample_files():
        loaded = load(file)
        numbers = {str(n) for n in range(1, 20)}  # of headings, which are numbered anew
        lost = body(loaded) - said(taking.sections(spec, loaded)) - numbers
        assert lost <= words(loaded.title), file.name


LINE = st.sampled_from(
    [
        *("# Title", "## Review", "## Red lines of ours", "### Purpose", "## Feeding"),
        *("Owner: me", "One two:", "Three.", "- four", "1. five", "> eleven"),
        "| a | b | c |\n| --- | --- | --- |\n| six | seven; eight: nine | ten |",
    ]
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(LINE, min_size=1, max_size=12))
def test_no_word_is_lost_however_a_text_is_ordered(parts: list[str]) -> None:
    from knowledge.formats.read import read

    loaded = read("\n\n".join(["# Otters", *parts]).encode(), "rule.md")
    found = taking.sections(specifications.specification(TYPE), loaded)
    assert body(loaded) - said(found) <= {"otters"}
    assert len({section.id for section in found}) == len(found)


def test_composing_adds_what_the_text_lacks_and_keeps_its_words(org: Home) -> None:
    name = begun(org, document=added(org, RULE).document).id
    before = text(org, name, PURPOSE)
    made = writing.compose(org, AUTHOR, name)
    assert made.changed == (RULES,)
    assert [kept.section for kept in made.kept] == [PURPOSE, REVIEW]
    assert [s.id for s in made.document.sections][:3] == [PURPOSE, RULES, REVIEW]
    assert text(org, name, PURPOSE) == before


def test_only_a_document_in_force_of_the_house_that_one_may_see_is_revised(org: Home) -> None:
    hidden = added(org, RULE, audience=RESTRICTED).document
    for name in ("no-such-document", "iso42001-clauses", hidden):
        with pytest.raises(NotPossible, match="is there to be revised"):
            begun(org, document=name)


def items(home: Home, name: str) -> list[tuple[str, str | None]]:
    return [(item.kind, item.section or item.document) for item in revising.changes_since(home, AUTHOR, name)]


def test_what_changed_around_a_document_is_told(org: Home) -> None:
    beavers = added(org, BEAVERS, name="beavers.md").document
    version = added(org, RULE)
    name = begun(org, document=version.document).id
    lacking = [("lacking section", RULES), ("unknown requirement", PURPOSE)]
    assert items(org, name) == lacking
    added(org, BEAVERS.replace("dry", "wet"), name="beavers.md")
    added(org, "# Cage plan\n\nAs the Rule for otters wants it, cages have two doors.\n", name="cages.md")
    cages = document_of(org, "cages.md")
    assert sorted(items(org, name), key=str) == sorted(
        [("newer source", beavers), ("newer source", cages), *lacking], key=str
    )
    withdraw(org, beavers)
    assert ("withdrawn source", beavers) in items(org, name)
    writing.compose(org, AUTHOR, name)
    assert ("lacking section", RULES) not in items(org, name)


def test_a_quoted_source_that_changed_is_told_of_any_manuscript(org: Home) -> None:
    name = written(org)
    made = manuscripts.read(org, AUTHOR, name).document
    assert made
    (cited,) = made.sources
    assert items(org, name) == []
    withdraw(org, cited.document)
    (item,) = revising.changes_since(org, AUTHOR, name)
    assert item == ChangeItem("withdrawn source", item.what, None, cited.document, cited.version)


def test_the_change_history_says_what_was_added_removed_and_reworded(org: Home) -> None:
    name = begun(org, document=added(org, RULE).document).id
    before = submitting.exportable(org, AUTHOR, name)
    assert before.changes == ()
    writing.compose(org, AUTHOR, name)
    writing.edit(org, AUTHOR, name, REVIEW, "The rule is reviewed twice a year.")
    after = submitting.exportable(org, AUTHOR, name)
    assert [(c.what, c.by) for c in after.changes] == [
        ("Added: Red lines", "Policy author"),
        ("Reworded: Review", "Policy author"),
    ]
    gone = after.model_copy(update={"sections": after.sections[1:]})
    assert [c.what for c in change_list(after, gone)] == ["Removed: Scope and purpose"]
    entry = submitting.submit(org, AUTHOR, name)
    assert entry.body["document"] == manuscripts.read(org, AUTHOR, name).revises


@pytest.mark.parametrize(
    ("heading", "section"),
    [
        ("1. Purpose and scope", PURPOSE),
        ("Scope and purposes", PURPOSE),
        ("Purpose", PURPOSE),
        ("A red line", RULES),
        ("4.2 REVIEW", REVIEW),
        ("Scope", PURPOSE),
        ("No red lines", None),
        ("Feeding", None),
        ("2", None),
    ],
)
def test_headings_are_matched_by_words_then_by_stems(heading: str, section: str | None) -> None:
    found = taking.matching(specifications.specification(TYPE), heading)
    assert (found.id if found else None) == section


def test_a_text_without_headings_is_one_section_of_its_own() -> None:
    loaded = load_bytes(b"Otters are counted.\n", "rule.txt")
    (one,) = taking.sections(specifications.specification(TYPE), loaded)
    assert (one.id, one.blocks[0].text) == (f"{TYPE}.own1", "Otters are counted.")
