"""The gap assessment: what documents state is found and quoted, what they do not state is not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant import ingest
from assistant.errors import NotAllowed, NotPossible
from assistant.gaps import assessment
from assistant.gaps.assessment import assess
from assistant.gaps.elements import asked
from assistant.gaps.evidence import Status, clause_status
from assistant.gaps.overrule import view
from assistant.gaps.reports import as_json, gap_document, group_title
from assistant.gaps.sources import source
from assistant.home import Home
from assistant.models import Claim, Outcome
from assistant.verify import verify
from knowledge import library
from knowledge.clock import today
from knowledge.embed import Encoder
from knowledge.library import folded
from knowledge.models import HOUSE_KINDS, Role
from knowledge.requirements import requirements
from tests.assistant.gap_homes import AUDITOR, organisation, quoted, status
from tests.assistant.reviewing import AUTHOR, EMPLOYEE, added

ADDRESSED, PARTLY, NOTHING = Status.ADDRESSED, Status.PARTLY, Status.NOTHING


@pytest.fixture(scope="module")
def harrow(bare_template: Path, tmp_path_factory: pytest.TempPathFactory, encoder: Encoder) -> Iterator[Home]:
    """A waterworks with seven documents, one of which is restricted; tests only read it."""
    with organisation("harrow", bare_template, tmp_path_factory.mktemp("harrow") / "home", encoder) as home:
        yield home


@pytest.fixture
def quay(bare_template: Path, tmp_path: Path, encoder: Encoder) -> Iterator[Home]:
    """A library with one page on chatbots, to be changed at will."""
    with organisation("quay", bare_template, tmp_path / "quay", encoder) as home:
        yield home


def test_every_clause_control_and_obligation_has_a_finding_in_order(harrow: Home) -> None:
    found = assess(harrow, AUDITOR).findings
    wanted = [name for item in requirements().items for name in (item.id, *(o.id for o in item.obligations))]
    assert [finding.id for finding in found] == wanted
    assert len(found) == 244


@pytest.mark.parametrize(
    ("name", "stands", "quote"),
    [
        ("5.1-c", ADDRESSED, "provides the money, the staff and the tools"),
        ("5.2-c", ADDRESSED, "keep to the laws that bind us"),
        ("6.1.3-h", ADDRESSED, "signs the treatment plan and accepts what risk remains"),
        ("6.1.4-a", PARTLY, "may do to individuals and to groups"),
        ("10.2-b", PARTLY, "whether other systems have the same weakness"),
        ("A.6.2.8-a", ADDRESSED, "Every prediction is logged"),
        ("A.10.3-a", ADDRESSED, "checks the supplier with Questionnaire P7"),
    ],
)
def test_what_a_document_states_is_found_and_quoted(
    harrow: Home, name: str, stands: Status, quote: str
) -> None:
    found = assess(harrow, AUDITOR)
    assert found.by_id[name].status is stands
    assert quote in folded(quoted(found, name))


def test_a_finding_that_is_partly_names_what_is_missing(harrow: Home) -> None:
    assert assess(harrow, AUDITOR).by_id["6.1.4-a"].reason.endswith("Not found: society.")


def test_a_rule_for_faults_of_systems_is_not_one_for_every_nonconformity(harrow: Home) -> None:
    reason = assess(harrow, AUDITOR).by_id["10.2-d"].reason
    assert reason.endswith("Not found: that it holds for every nonconformity, not only for faults.")


def test_a_rule_for_some_systems_is_partly_and_the_reason_quotes_the_limit(quay: Home) -> None:
    added(quay, "# Log Rule\n\nHigh-risk AI systems must log events during use and keep logs.\n", "log.md")
    quay.embed()
    found = assess(quay, AUDITOR).by_id["A.6.2.8-a"]
    assert found.status is PARTLY
    assert "Stated for some systems only (“high risk ai systems”): events that are logged" in found.reason


def test_what_should_be_done_is_a_wish(quay: Home) -> None:
    added(
        quay, "# Log Rule\n\nEvery AI system should log its events during use and keep the logs.\n", "log.md"
    )
    quay.embed()
    assert assess(quay, AUDITOR).by_id["A.6.2.8-a"].reason.startswith("Stated as a wish only (“should”):")


@pytest.mark.parametrize("name", ["4.1-b", "9.2.1-a", "9.2.2-a", "4.2-a"])
def test_what_is_planned_or_said_to_be_missing_is_no_evidence(harrow: Home, name: str) -> None:
    assert status(harrow, name) == NOTHING


def test_nothing_is_called_compliant_and_there_is_no_percentage(harrow: Home) -> None:
    told = " ".join(f"{f.status} {f.reason}" for f in assess(harrow, AUDITOR).findings)
    assert not re.search(r"\bcompliant\b|\bconforms\b|\bconformity\b|%|per cent", told)


def test_every_quote_stands_in_a_house_document_in_force(harrow: Home) -> None:
    with harrow.database.read() as connection:
        held = library.in_force(library.all_versions(connection), today()).values()
        usable = {version.id: version for version in held}
        quotes = [citation for f in assess(harrow, AUDITOR).findings for citation in f.evidence]
        assert quotes
        for citation in quotes:
            claim = Claim(text=folded(citation.quote), citations=(citation,))
            assert verify(claim, connection, usable).outcome is not Outcome.STRUCK
            assert citation.kind in HOUSE_KINDS


def test_the_text_of_the_requirement_alone_is_never_evidence(bare: Home, encoder: Encoder) -> None:
    bare.encoder = encoder
    assert {f.status for f in assess(bare, AUDITOR).findings} == {NOTHING}


def test_a_law_that_says_it_is_no_evidence(quay: Home) -> None:
    text = (
        "# AI Log Act\n\nEvery AI system must log its events during use and keep the logs for six months.\n"
    )
    added(quay, text, "law.md", kind="law")
    quay.embed()
    assert status(quay, "A.6.2.8-a") == NOTHING
    added(quay, text.replace("Act", "Rule"), "rule.md", kind="policy")
    quay.embed()
    assert status(quay, "A.6.2.8-a") == ADDRESSED


def test_of_one_document_only_what_it_says_is_found(quay: Home) -> None:
    found = assess(quay, AUDITOR).findings
    named = {f.id for f in found if f.kind == "obligation" and f.status is not NOTHING}
    assert named == {"A.9.2-a", "A.9.4-a"}


def test_a_clause_stands_as_its_obligations_do(harrow: Home) -> None:
    found = assess(harrow, AUDITOR).by_id
    for item in requirements().items:
        assert found[item.id].status is clause_status([found[o.id].status for o in item.obligations])
    assert clause_status([ADDRESSED, NOTHING]) is PARTLY
    assert clause_status([PARTLY]) is PARTLY


def test_a_restricted_document_leaves_no_trace_for_those_who_may_not_see_it(harrow: Home) -> None:
    title = "Minutes of the Board's AI Review 2026"
    seen, unseen = assess(harrow, AUDITOR), assess(harrow, AUTHOR)
    assert status(harrow, "9.3.2-a") == ADDRESSED
    assert title in {c.title for f in seen.findings for c in f.evidence}
    assert unseen.by_id["9.3.2-a"].status is NOTHING
    assert title not in unseen.model_dump_json()
    with pytest.raises(NotPossible, match="not in the assessment any more"):
        source(harrow, AUTHOR, "9.3.2-a", 0)


def test_without_the_restricted_document_an_author_is_told_the_same(
    bare_template: Path, tmp_path: Path, encoder: Encoder, harrow: Home
) -> None:
    with organisation("harrow", bare_template, tmp_path / "home", encoder) as home:
        gone = next(
            c.document for c in assess(home, AUDITOR).by_id["9.3.2-a"].evidence if "Minutes" in c.title
        )
        ingest.remove(home, gone)
        mine, theirs = assess(home, AUTHOR), assess(harrow, AUTHOR)
        told = [(f.id, f.status, f.reason, [c.quote for c in f.evidence]) for f in mine.findings]
        assert told == [(f.id, f.status, f.reason, [c.quote for c in f.evidence]) for f in theirs.findings]


def test_a_quote_opens_in_its_document(harrow: Home) -> None:
    found = source(harrow, AUDITOR, "A.6.2.8-a", 0)
    assert found.text[found.citation.start : found.citation.end] == found.citation.quote
    assert found.status == "in force"


def test_an_employee_is_refused(harrow: Home) -> None:
    with pytest.raises(NotAllowed):
        assess(harrow, EMPLOYEE)


def test_an_assessment_is_kept_until_the_library_changes(quay: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    first = assess(quay, AUDITOR)
    made: list[Role] = []
    way = assessment._made

    def counted(home: Home, scope: assessment.Scope, progress: assessment.Progress | None) -> object:
        made.append(scope.role)
        return way(home, scope, progress)

    monkeypatch.setattr(assessment, "_made", counted)
    assert assess(quay, AUDITOR) == first
    assert made == []
    added(quay, "# AI Log Rule\n\nEvery AI system must log its events during use.\n", "log.md")
    assert assess(quay, AUDITOR).revision > first.revision
    assert made == [Role.AUDITOR]


def test_a_withdrawn_document_is_evidence_no_more(quay: Home) -> None:
    (citation, *_) = assess(quay, AUDITOR).by_id["A.9.2-a"].evidence
    ingest.withdraw(quay, citation.document)
    assert {f.status for f in assess(quay, AUDITOR).findings} == {NOTHING}


def test_progress_is_told_to_the_end(quay: Home) -> None:
    told: list[tuple[int, int]] = []
    assess(quay, AUDITOR, lambda done, total: told.append((done, total)))
    assert told == [(n, 174) for n in range(1, 175)]


def test_the_json_has_the_promised_shape(harrow: Home) -> None:
    items = as_json(view(harrow, AUDITOR))["items"]
    assert isinstance(items, list)
    assert len(items) == 244
    assert all(item.keys() == {"id", "kind", "status", "reason", "evidence"} for item in items)
    quotes = [quote for item in items for quote in item["evidence"]]
    assert all(quote.keys() == {"document", "version", "section", "page", "quote"} for quote in quotes)


def test_every_obligation_has_its_elements() -> None:
    assert asked().keys() == requirements().obligations.keys()


SAID = "Every AI system logs its events during use."
UNSAID = (
    "We have no event logs of the AI system so far.",
    "Event logs of each AI system are planned for next year.",
    "Does each AI system log its events during use?",
    "For example, an AI system may log its events during use.",
    "Event log means a list of what an AI system did in use.",
    "Events of each AI system are logged in [TO BE SUPPLIED: the place].",
)


def test_only_what_states_something_is_quoted(quay: Home) -> None:
    for number, text in enumerate(UNSAID):
        added(quay, f"# Logs of AI systems\n\n{text}\n", f"{number}.md")
    quay.embed()
    assert status(quay, "A.6.2.8-a") == NOTHING
    added(quay, f"# Logs of AI systems\n\n{SAID}\n", "said.md")
    quay.embed()
    assert [c.quote for c in assess(quay, AUDITOR).by_id["A.6.2.8-a"].evidence] == [SAID]


def test_document_control_is_no_evidence(quay: Home) -> None:
    lines = "Title: Event logs of each AI system\n\nOwner: Head of AI event logs, every AI system\n"
    added(quay, lines, "control.txt")
    quay.embed()
    assert status(quay, "A.6.2.8-a") == NOTHING


def test_a_quote_of_the_report_names_the_obligations_that_it_serves(harrow: Home) -> None:
    seen = view(harrow, AUDITOR)
    quotes = [b for _, b in gap_document(seen, None, "2026-11-26").blocks if b.kind == "quote"]
    assert quotes
    for block in quotes:
        for name in block.requirements:
            assert block.citations[0] in seen.by_id[name].finding.evidence
            assert seen.by_id[name].finding.kind == "obligation"


def test_an_area_of_two_objectives_has_its_own_title() -> None:
    assert group_title("A.6") == "AI system life cycle"
