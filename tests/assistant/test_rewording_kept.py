"""Words that are kept from hosted models, when a section is reworded: also once their document is gone."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import pytest

from assistant import local_only, switches
from assistant.drafting import manuscripts, rewording, sources, suggesting, types, writing
from assistant.drafting.document import Block, Section
from assistant.drafting.manuscript import HeaderFields
from assistant.drafting.materials import materials
from assistant.home import Home
from assistant.ingest import withdraw
from assistant.models import Outcome
from assistant.people import LOCAL
from assistant.switches import Mode
from knowledge.models import Kind
from tests.assistant.manuscripts import REVIEW, RULES, TYPE, Q, text
from tests.assistant.reviewing import AUTHOR, added
from tests.assistant.rewordings import GOOD, NIGHT, Desk, claims
from tests.model_server import Says

pytestmark = pytest.mark.usefixtures("otters")


def test_what_is_kept_from_hosted_models_stays_here(desk: Desk) -> None:
    """House passages, answers that were taken from a document, and paragraphs that quote it."""
    page = "# Red lines\n\nRed lines, what is forbidden: nobody may tease an otter.\n"
    document = added(desk.home, page, "lines.md", kind=Kind.POLICY).document
    found = suggesting.suggest(desk.home, AUTHOR, desk.name, "q3")
    assert found and found.citations
    manuscripts.answer(desk.home, AUTHOR, desk.name, "q3", found.lines, found.citations)
    writing.compose(desk.home, AUTHOR, desk.name, [REVIEW], over_edits=True)
    manuscripts.set_header(desk.home, AUTHOR, desk.name, HeaderFields(owner="The warden"))
    writing.compose(desk.home, AUTHOR, desk.name, [REVIEW])
    writing.edit(desk.home, AUTHOR, desk.name, RULES, f"{NIGHT} [5.2]")
    assert desk.home.chat
    for one in (document, found.citations[0].document):
        local_only.mark(desk.home, one, True)
    for hosted in (True, False):
        desk.home.chat.hosted = hosted
        desk.says(Says(claims(GOOD[2]))).proposed(RULES)
        assert ("nobody may tease" in desk.server.requests[0].words) is not hosted
        desk.says(Says(claims()))
        stays = desk.proposed(REVIEW).stays[0]
        assert ("kept from hosted models" in stays) is hosted
        assert bool(desk.server.requests) is not hosted
    for one in (document, found.citations[0].document):
        local_only.mark(desk.home, one, False)


PAGE = "# Review of the rules\n\nHow often the AI Policy is reviewed: {}.\n"
ECLIPSE = "the AI Policy is reviewed every third lunar eclipse by the walrus"


def taken(desk: Desk, file: str) -> str:
    """Answer q3 with what a document says, and compose; the document's id."""
    document = added(desk.home, PAGE.format(ECLIPSE), file, kind=Kind.POLICY).document
    found = suggesting.suggest(desk.home, AUTHOR, desk.name, "q3")
    assert found and found.citations[0].document == document and "eclipse" in found.lines[0]
    manuscripts.answer(desk.home, AUTHOR, desk.name, "q3", found.lines, found.citations)
    manuscripts.set_header(desk.home, AUTHOR, desk.name, HeaderFields(owner="The warden"))
    composed(desk)
    return document


def composed(desk: Desk) -> None:
    writing.compose(desk.home, AUTHOR, desk.name, [REVIEW], over_edits=True)


def sent(desk: Desk) -> str:
    return "".join(request.words for request in desk.server.requests)


GONE: dict[str, Callable[[Home, str, str], object]] = {
    "superseded": lambda home, _, file: added(home, PAGE.format("we do not say"), file, kind=Kind.POLICY),
    "withdrawn": lambda home, document, _: withdraw(home, document),
    "not for employees any more": lambda home, _, file: added(
        home, PAGE.format("we tell a few"), file, kind=Kind.POLICY, audience=frozenset({AUTHOR.role})
    ),
}


@pytest.mark.parametrize("gone", GONE)
def test_words_of_a_document_stay_here_after_it_may_not_be_cited(desk: Desk, gone: str) -> None:
    assert desk.home.chat
    desk.home.chat.hosted = True
    file = f"{gone.split()[0]}.md"
    document = taken(desk, file)
    local_only.mark(desk.home, document, True)
    GONE[gone](desk.home, document, file)
    composed(desk)
    (block,) = desk.section().blocks
    assert (block.citations, block.taken_from, "eclipse" in block.text) == ((), (document,), True)
    made = desk.says(Says(claims())).proposed()
    assert "kept from hosted models" in made.stays[0]
    assert desk.server.requests == []
    local_only.mark(desk.home, document, False)
    desk.says(Says(claims())).proposed()
    assert "eclipse" in sent(desk)
    if gone != "withdrawn":
        withdraw(desk.home, document)


def test_an_answer_stays_here_after_its_document_may_not_be_cited(desk: Desk) -> None:
    """A paragraph that is given does not take along an answer that may not be."""
    assert desk.home.chat
    desk.home.chat.hosted = True
    document = taken(desk, "answer.md")
    local_only.mark(desk.home, document, True)
    withdraw(desk.home, document)
    with desk.home.database.read() as connection:
        answers = sources.current(connection, manuscripts.read(desk.home, AUTHOR, desk.name).answers)
    block = Block(kind="text", text=NIGHT, answers=(f"{Q}3",))
    spec, section = types.followed(TYPE).spec, Section(id=REVIEW, heading="Review", blocks=(block,))
    for away, kinds in ((frozenset({document}), []), (frozenset[str](), ["author's answer"])):
        made = materials(spec, section, answers, (), away)
        assert [one.kind for one in made.given] == ["paragraph", *kinds]
        assert made.documents == ({document} if kinds else frozenset())
    local_only.mark(desk.home, document, False)


def test_a_revision_of_before_is_read_without_what_it_was_taken_from() -> None:
    stored = Block(kind="text", text=NIGHT).model_dump(exclude={"taken_from"})
    assert Block.model_validate(stored).documents == frozenset()


class Gate:
    """A hosted gate that objects to nothing and remembers what it was asked about."""

    name, told, hosted = "the gate", "a gate", True
    prompts: Mapping[str, str] = {}

    def __init__(self) -> None:
        self.asked: list[str] = []

    def warm(self) -> None:
        """Nothing to load."""

    def doubt(self, wording: str, _: Sequence[str], __: str) -> str:
        self.asked.append(wording)
        return ""


@pytest.mark.parametrize("change", ["marked", "quotes only"])
def test_what_changes_meanwhile_holds_before_a_gate_is_asked(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, change: str
) -> None:
    """No gate is asked about the next sentence."""
    gate = Gate()
    monkeypatch.setitem(vars(desk.home), "gates", (gate,))
    document = taken(desk, f"meanwhile-{change.split()[0]}.md")
    first, second = text(desk.home, desk.name, REVIEW), "The warden keeps it."
    said = first.removesuffix(f" {second}")
    desk.says(Says(claims((said, said), (second, second)), size=40, after=0.03))
    asked = rewording.propose(desk.home, AUTHOR, desk.name, REVIEW)
    assert next(asked) is Outcome.HELD
    if change == "marked":
        local_only.mark(desk.home, document, True)
    else:
        switches.switch(desk.home, LOCAL, Mode(change))
    made = rewording.finished(asked)
    assert (made.changes, made.failed, len(desk.server.requests)) == ((), True, 1)
    assert ("kept from hosted models now" in made.line) is (change == "marked")
    assert gate.asked == [said]
    local_only.mark(desk.home, document, False)
    withdraw(desk.home, document)


@pytest.mark.parametrize("change", ["marked", "off"])
def test_what_changes_before_the_second_turn_holds(desk: Desk, change: str) -> None:
    assert desk.home.chat
    desk.home.chat.hosted = True
    document = taken(desk, f"second-{change}.md")
    desk.says(Says(claims(("An owl keeps it.", "The warden keeps it."))), Says(claims()))
    asked = rewording.propose(desk.home, AUTHOR, desk.name, REVIEW)
    assert next(asked) is not Outcome.HELD
    if change == "marked":
        local_only.mark(desk.home, document, True)
    else:
        switches.switch(desk.home, LOCAL, Mode.OFF)
    made = rewording.finished(asked)
    assert (made.changes, made.failed, len(desk.server.requests)) == ((), True, 1)
    local_only.mark(desk.home, document, False)
    withdraw(desk.home, document)
