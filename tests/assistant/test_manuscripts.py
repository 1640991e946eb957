"""Manuscripts: begun, answered, given a head, put aside; who may see them, and what the log says."""

from __future__ import annotations

import pytest
from sqlalchemy import select, update

from assistant import log, reading
from assistant.drafting import manuscripts, revisions, suggesting, writing
from assistant.drafting.manuscript import HeaderFields
from assistant.drafting.profile import entries as profile_entries
from assistant.drafting.profile import profile, set_profile
from assistant.drafting.tables import manuscript_answers, manuscript_revisions
from assistant.drafting.types import followed
from assistant.erasure import erase
from assistant.errors import DamagedRecord, NotPossible, UnknownRecord
from assistant.home import Home
from assistant.people import LOCAL
from knowledge.clock import today
from knowledge.errors import KnowledgeError
from knowledge.models import RESTRICTED
from knowledge.specifications import FOLDER, specifications
from tests.assistant.manuscripts import PURPOSE, TYPE, Q, begun, text, written
from tests.assistant.reviewing import ADMIN, AUTHOR, REVIEWER, added, entries, person

OTHER = person("author-2")
pytestmark = pytest.mark.usefixtures("otters")


def test_what_is_begun_is_there_for_those_who_write(kept_org: Home) -> None:
    made = begun(kept_org, title="Our otters")
    assert (made.title, made.newest, made.document, made.own) == ("Our otters", 0, None, True)
    seen = {row.id: row for row in manuscripts.listed(kept_org, OTHER)}[made.id]
    assert (seen.title, seen.answered, seen.asked, seen.own) == ("Our otters", 0, 4, False)
    (entry,) = [e for e in entries(kept_org, "manuscript") if e.body["manuscript"] == made.id]
    assert (entry.body["act"], entry.body["specification"], entry.body["actor"]) == ("begun", TYPE, "author")
    assert entry.body["specification_sha256"] == followed(TYPE).sha256


def test_answers_stand_as_they_were_given_until_they_are_cleared(kept_org: Home) -> None:
    name = begun(kept_org).id
    manuscripts.answer(kept_org, AUTHOR, name, "q2", "tease\nfeed")
    manuscripts.answer(kept_org, AUTHOR, name, f"{Q}1", "the keeper")
    assert manuscripts.read(kept_org, AUTHOR, name).answers[f"{Q}2"].lines == ("tease", "feed")
    assert manuscripts.answer(kept_org, AUTHOR, name, "q2", None) is None
    assert set(manuscripts.read(kept_org, AUTHOR, name).answers) == {f"{Q}1"}


@pytest.mark.parametrize(("question", "value"), [("q9", "x"), ("q4", "perhaps"), ("other.q1", "x")])
def test_what_answers_nothing_is_not_stored(kept_org: Home, question: str, value: str) -> None:
    name = begun(kept_org).id
    with pytest.raises(NotPossible):
        manuscripts.answer(kept_org, AUTHOR, name, question, value)
    assert manuscripts.read(kept_org, AUTHOR, name).answers == {}


def test_the_head_is_what_was_said_filled_up_from_the_profile(org: Home) -> None:
    set_profile(org, AUTHOR, "organisation", ["Otter  House"])
    set_profile(org, AUTHOR, "top_management", ["the board"])
    name = begun(org).id
    head = manuscripts.set_header(org, AUTHOR, name, HeaderFields(owner="Head of  Otters"), "Otters").header
    assert (head.organisation, head.owner, head.approver, head.title) == (
        "Otter House",
        "Head of Otters",
        "the board",
        "Otters",
    )
    assert (head.author, head.classification, head.form) == ("Policy author", None, "policy")


def test_a_new_head_makes_a_revision_and_leaves_the_sections(kept_org: Home) -> None:
    name = written(kept_org)
    made = manuscripts.set_header(kept_org, AUTHOR, name, HeaderFields(owner="Head of Otters"))
    assert made.document and made.document.header.owner == "Head of Otters"
    assert [one.why for one in revisions.revisions(kept_org, AUTHOR, name)] == ["composed", "header"]
    assert revisions.differences(kept_org, AUTHOR, name, 1, 2) == ()
    assert manuscripts.set_header(kept_org, AUTHOR, name, made.fields).newest == 2


def test_a_review_before_the_beginning_is_refused(kept_org: Home) -> None:
    fields = HeaderFields(effective=today(), next_review=today())
    with pytest.raises(NotPossible, match="next review"):
        manuscripts.set_header(kept_org, AUTHOR, begun(kept_org).id, fields)


def test_what_is_discarded_is_not_written_in_until_it_is_back(kept_org: Home) -> None:
    name = written(kept_org)
    manuscripts.discard(kept_org, AUTHOR, name)
    with pytest.raises(NotPossible, match="Bring it back"):
        manuscripts.answer(kept_org, AUTHOR, name, "q1", "nobody")
    assert {row.id: row.discarded for row in manuscripts.listed(kept_org, AUTHOR)}[name]
    back = manuscripts.bring_back(kept_org, AUTHOR, name)
    assert (back.discarded, back.answers[f"{Q}1"].lines) == (False, ("the keeper",))


def test_whoever_saw_an_older_revision_is_told_and_nothing_is_lost(kept_org: Home) -> None:
    name = written(kept_org)
    writing.edit(kept_org, OTHER, name, PURPOSE, "Otters are counted by all.", seen=1)
    for late in (
        lambda: writing.edit(kept_org, AUTHOR, name, PURPOSE, "Otters are counted by none.", seen=1),
        lambda: writing.lock(kept_org, AUTHOR, name, PURPOSE, seen=1),
        lambda: writing.compose(kept_org, AUTHOR, name, seen=1),
        lambda: writing.restore(kept_org, AUTHOR, name, 1, seen=1),
        lambda: manuscripts.answer(kept_org, AUTHOR, name, "q1", "none", seen=1),
        lambda: manuscripts.set_header(kept_org, AUTHOR, name, HeaderFields(owner="none"), seen=1),
        lambda: manuscripts.discard(kept_org, AUTHOR, name, seen=1),
    ):
        with pytest.raises(NotPossible, match="Revision 2 was written since you opened revision 1"):
            late()
    assert text(kept_org, name, PURPOSE) == "Otters are counted by all."
    assert len(revisions.revisions(kept_org, AUTHOR, name)) == 2


def test_a_restricted_manuscript_is_for_its_audience_and_its_writers(kept_org: Home) -> None:
    name = begun(kept_org).id
    manuscripts.set_header(kept_org, AUTHOR, name, HeaderFields(classification="Restricted"))
    writing.compose(kept_org, AUTHOR, name)
    assert manuscripts.read(kept_org, AUTHOR, name).document
    assert manuscripts.read(kept_org, REVIEWER, name).document
    assert name not in [row.id for row in manuscripts.listed(kept_org, OTHER)]
    for missing in (name, "0" * 16):
        with pytest.raises(UnknownRecord):
            manuscripts.read(kept_org, OTHER, missing)
        with pytest.raises(UnknownRecord):
            manuscripts.answer(kept_org, OTHER, missing, "q1", "I")


def test_a_manuscript_of_a_document_that_is_restricted_since_is_gone_for_others(org: Home) -> None:
    version = added(org, "# Rule for otters\n\n## Review\n\nThe rule is reviewed yearly.\n")
    name = begun(org, document=version.document).id
    assert name in [row.id for row in manuscripts.listed(org, OTHER)]
    from assistant.ingest import Declared, add_bytes

    add_bytes(
        org,
        b"# Rule for otters\n\n## Review\n\nThe rule is reviewed yearly.\n",
        "rule.md",
        "upload:rule.md",
        Declared(audience=RESTRICTED),
    )
    for who in (AUTHOR, OTHER):
        with pytest.raises(UnknownRecord):
            manuscripts.read(org, who, name)
    assert manuscripts.read(org, REVIEWER, name).document


def test_a_suggestion_comes_from_the_profile_or_a_document_and_is_taken_with_its_source(org: Home) -> None:
    name = begun(org).id
    assert suggesting.suggest(org, AUTHOR, name, "q1") is None
    set_profile(org, AUTHOR, "governance_lead", ["the head of AI governance"])
    said = suggesting.suggest(org, AUTHOR, name, "q1")
    assert said and (said.lines, said.source) == (("the head of AI governance",), "organisation profile")
    found = suggesting.suggest(org, AUTHOR, name, "q3")
    assert found and found.source == "AI Policy"
    assert found.lines == (" ".join(found.citations[0].quote.split()),)
    given = manuscripts.answer(org, AUTHOR, name, "q3", found.lines, found.citations)
    assert given and given.citations == found.citations
    made = writing.compose(org, AUTHOR, name).document
    assert set(found.citations) <= set(made.sources)
    (entry,) = [e for e in entries(org, "manuscript") if e.body["act"] == "composed"]
    assert found.citations[0].version in entry.body["cited"]


def test_a_choice_is_not_answered_by_a_sentence(kept_org: Home) -> None:
    found = suggesting.suggest(kept_org, AUTHOR, begun(kept_org).id, "q4")
    assert found and found.citations and found.lines == ()


def test_a_quote_that_does_not_stand_in_its_source_is_no_source_of_an_answer(kept_org: Home) -> None:
    name = begun(kept_org).id
    found = suggesting.suggest(kept_org, AUTHOR, name, "q3")
    assert found
    forged = found.citations[0].model_copy(update={"quote": "The rule is reviewed never."})
    with pytest.raises(NotPossible, match="does not say this"):
        manuscripts.answer(kept_org, AUTHOR, name, "q3", "never", [forged])
    assert manuscripts.read(kept_org, AUTHOR, name).answers == {}


def test_the_profile_keeps_what_was_said_on_the_record(org: Home) -> None:
    assert profile(org) == {}
    set_profile(org, AUTHOR, "sites", ["Hull", "", " York\nBath "])
    assert set_profile(org, AUTHOR, "sites", ["Hull", "York", "Bath"]) == {"sites": ("Hull", "York", "Bath")}
    assert set_profile(org, AUTHOR, "sites", []) == {}
    first, cleared = entries(org, "profile")
    assert (first.body["entry"], first.personal["lines"]) == ("sites", "Hull\nYork\nBath")
    assert cleared.body["cleared"] and not cleared.personal
    for key, lines in (("colour", ["red"]), ("organisation", ["One", "Two"]), ("sites", ["x" * 3_000])):
        with pytest.raises(NotPossible):
            set_profile(org, AUTHOR, key, lines)


def test_every_type_lies_in_a_file_of_its_name_and_asks_the_profile_for_what_it_has() -> None:
    for name, spec in specifications(FOLDER).items():
        assert (FOLDER / f"{name}.yaml").is_file()
        assert {q.profile for q in spec.intake if q.profile} <= profile_entries().keys()


def test_a_revision_that_was_altered_behind_our_back_is_not_read(kept_org: Home) -> None:
    name = written(kept_org)
    t = manuscript_revisions.c
    with kept_org.database.write() as connection:
        row = connection.execute(select(manuscript_revisions).where(t.manuscript == name)).one()
        values = {"document": row.document.replace("keeper", "walrus")}
        connection.execute(update(manuscript_revisions).where(t.manuscript == name).values(values))
    with pytest.raises(DamagedRecord, match="Revision 1"):
        revisions.revision(kept_org, AUTHOR, name, 1)


def test_records_hold_no_word_of_the_document(kept_org: Home) -> None:
    name = begun(kept_org).id
    manuscripts.answer(kept_org, AUTHOR, name, "q1", "Walrus Waldemar")
    writing.compose(kept_org, AUTHOR, name)
    writing.edit(kept_org, AUTHOR, name, PURPOSE, "Waldemar counts.")
    told = [e for e in entries(kept_org, "manuscript") if e.body["manuscript"] == name]
    assert [e.body["act"] for e in told] == ["begun", "composed", "edited"]
    assert [e for e in told if "Waldemar" in str(e.body)] == []
    assert [len(e.body["sha256"]) for e in told[1:]] == [64, 64]


def test_readers_of_the_log_find_what_became_of_a_manuscript(kept_org: Home) -> None:
    from assistant.log_search import summary

    name = written(kept_org, title="Otters at large")
    found = reading.records(kept_org, REVIEWER, "otters at large", kind="manuscript")
    assert [summary(e) for e in found if e.body["manuscript"] == name] == [
        "Otters at large: composed, revision 1",
        "Otters at large: begun",
    ]


def test_the_words_of_a_person_are_erased_and_those_of_others_stay(org: Home) -> None:
    name = written(org, OTHER)
    manuscripts.answer(org, AUTHOR, name, "q2", "tease")
    writing.edit(org, AUTHOR, name, PURPOSE, "Otters are counted by all.")
    assert erase(org, LOCAL, actor=OTHER.id, reason="asked") >= 1
    held = manuscripts.read(org, AUTHOR, name)
    assert set(held.answers) == {f"{Q}2"}
    assert [one.erased for one in revisions.revisions(org, AUTHOR, name)] == [True, False]
    with pytest.raises(NotPossible, match="erased"):
        revisions.revision(org, AUTHOR, name, 1)
    assert erase(org, ADMIN, actor=AUTHOR.id, reason="asked") >= 1
    assert manuscripts.read(org, REVIEWER, name).document is None
    assert writing.compose(org, REVIEWER, name).number == 3
    with org.database.read() as connection:
        assert log.verify(connection).sound
        assert connection.execute(select(manuscript_answers)).all() == []


def test_a_manuscript_outlives_its_type(kept_org: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    name = written(kept_org)
    monkeypatch.undo()
    assert name in [row.id for row in manuscripts.listed(kept_org, AUTHOR)]
    assert "the keeper" in text(kept_org, name, PURPOSE)
    with pytest.raises(KnowledgeError, match="no document type 'otter-rule'"):
        writing.compose(kept_org, AUTHOR, name)


def test_a_type_that_is_not_there_is_named(kept_org: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    with pytest.raises(KnowledgeError, match="no document type 'poem'"):
        manuscripts.begin(kept_org, AUTHOR, "poem")
