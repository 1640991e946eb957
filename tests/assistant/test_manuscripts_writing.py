"""Revisions of manuscripts: composed, edited, locked, restored, taken back in, submitted."""

from __future__ import annotations

from datetime import timedelta

import pytest

from assistant import drafts, review
from assistant.drafting import manuscripts, revisions, submitting, writing
from assistant.drafting.manuscript import HeaderFields, Kept
from assistant.errors import NotPossible
from assistant.home import Home
from assistant.ingest import withdraw
from knowledge import library
from knowledge.clock import today
from knowledge.models import RESTRICTED
from tests.assistant.manuscripts import PURPOSE, REVIEW, RULES, begun, text, written
from tests.assistant.reviewing import ADMIN, AUTHOR, REVIEWER, SECOND, THIRD, entries, refused, stands

pytestmark = pytest.mark.usefixtures("otters")
BY_HAND = "Otters are counted by all."


def test_the_draft_grows_section_by_section(kept_org: Home) -> None:
    name = begun(kept_org).id
    assert writing.compose(kept_org, AUTHOR, name, [REVIEW]).changed == (REVIEW,)
    made = writing.compose(kept_org, AUTHOR, name, [PURPOSE])
    assert [section.id for section in made.document.sections] == [PURPOSE, REVIEW]
    assert writing.compose(kept_org, AUTHOR, name).changed == (RULES,)
    assert [one.why for one in revisions.revisions(kept_org, AUTHOR, name)] == ["composed"] * 3


def test_what_comes_out_the_same_makes_no_revision(kept_org: Home) -> None:
    name = written(kept_org)
    again = writing.compose(kept_org, AUTHOR, name)
    assert (again.number, again.changed, again.kept) == (1, (), ())


def test_only_what_an_answer_touches_changes(kept_org: Home) -> None:
    name = written(kept_org)
    manuscripts.answer(kept_org, AUTHOR, name, "q1", "the warden")
    assert writing.compose(kept_org, AUTHOR, name).changed == (PURPOSE,)
    assert "the warden" in text(kept_org, name, PURPOSE)
    (one,) = revisions.differences(kept_org, AUTHOR, name, 1, 2)
    assert (one.section, one.change) == (PURPOSE, "reworded")
    assert [s.text.strip(" .\n") for s in one.stretches if s.change != "same"] == ["keeper", "warden"]


def test_a_hand_edit_is_composed_over_only_where_it_is_named_and_meant(kept_org: Home) -> None:
    name = written(kept_org)
    writing.edit(kept_org, AUTHOR, name, PURPOSE, BY_HAND)
    manuscripts.answer(kept_org, AUTHOR, name, "q1", "the warden")
    kept = (Kept(PURPOSE, "edited by hand"),)
    for named, over in ((None, False), (None, True), ([PURPOSE], False)):
        assert writing.compose(kept_org, AUTHOR, name, named, over).kept == kept
        assert text(kept_org, name, PURPOSE) == BY_HAND
    assert writing.compose(kept_org, AUTHOR, name, [PURPOSE], over_edits=True).changed == (PURPOSE,)
    assert "the warden" in text(kept_org, name, PURPOSE)


def test_a_locked_section_does_not_change_whatever_is_done(kept_org: Home) -> None:
    name = written(kept_org)
    before = text(kept_org, name, PURPOSE)
    writing.edit(kept_org, AUTHOR, name, REVIEW, "The rule is reviewed by nobody.")
    writing.lock(kept_org, AUTHOR, name, PURPOSE)
    writing.lock(kept_org, AUTHOR, name, REVIEW)
    manuscripts.answer(kept_org, AUTHOR, name, "q1", "the warden")
    made = writing.compose(kept_org, AUTHOR, name, [PURPOSE, REVIEW], over_edits=True)
    assert (made.changed, made.kept) == ((), (Kept(PURPOSE, "locked"), Kept(REVIEW, "locked")))
    with pytest.raises(NotPossible, match="locked"):
        writing.edit(kept_org, AUTHOR, name, PURPOSE, BY_HAND)
    back = writing.restore(kept_org, AUTHOR, name, 1)
    assert (back.kept, text(kept_org, name, PURPOSE)) == ((Kept(REVIEW, "locked"),), before)
    assert text(kept_org, name, REVIEW) == "The rule is reviewed by nobody."
    writing.lock(kept_org, AUTHOR, name, PURPOSE, locked=False)
    assert writing.compose(kept_org, AUTHOR, name).changed == (PURPOSE,)


def test_an_earlier_revision_comes_back_as_the_next(kept_org: Home) -> None:
    name = written(kept_org)
    before = revisions.revision(kept_org, AUTHOR, name, 1)
    writing.edit(kept_org, AUTHOR, name, PURPOSE, BY_HAND)
    assert writing.restore(kept_org, AUTHOR, name, 1).number == 3
    assert revisions.revision(kept_org, AUTHOR, name, 3).sections == before.sections
    assert text(kept_org, name, PURPOSE) != BY_HAND
    with pytest.raises(NotPossible, match="no revision 9"):
        writing.restore(kept_org, AUTHOR, name, 9)


def test_nothing_is_edited_before_it_is_composed_or_where_there_is_no_section(kept_org: Home) -> None:
    name = begun(kept_org).id
    with pytest.raises(NotPossible, match="Compose it first"):
        writing.edit(kept_org, AUTHOR, name, PURPOSE, BY_HAND)
    writing.compose(kept_org, AUTHOR, name, [REVIEW])
    for act in (
        lambda: writing.edit(kept_org, AUTHOR, name, "otter-rule.s9", BY_HAND),
        lambda: writing.lock(kept_org, AUTHOR, name, PURPOSE),
        lambda: writing.compose(kept_org, AUTHOR, name, ["otter-rule.s9"]),
    ):
        with pytest.raises(NotPossible, match="no section"):
            act()
    assert writing.edit(kept_org, AUTHOR, name, PURPOSE, BY_HAND).changed == (PURPOSE,)


def test_the_same_text_makes_no_revision(kept_org: Home) -> None:
    from assistant.exporting.markdown import section_text

    name = written(kept_org)
    made = manuscripts.read(kept_org, AUTHOR, name).document
    assert made
    same = writing.edit(kept_org, AUTHOR, name, PURPOSE, section_text(made.section(PURPOSE)))
    assert (same.number, same.changed) == (1, ())
    assert made.section(PURPOSE).origin == "composed"


def test_a_source_that_was_withdrawn_is_not_cited_and_the_words_stay(org: Home) -> None:
    from assistant.drafting import suggesting

    name = begun(org).id
    found = suggesting.suggest(org, AUTHOR, name, "q3")
    assert found
    manuscripts.answer(org, AUTHOR, name, "q3", found.lines, found.citations)
    assert found.citations[0] in writing.compose(org, AUTHOR, name).document.sources
    withdraw(org, found.citations[0].document)
    made = writing.compose(org, AUTHOR, name).document
    assert found.citations[0].version not in {cited.version for cited in made.sources}
    assert found.lines[0].rstrip(".") in text(org, name, REVIEW)


def test_an_edited_export_comes_back_as_the_next_revision(kept_org: Home) -> None:
    from assistant.exporting.docx import write

    name = written(kept_org)
    writing.lock(kept_org, AUTHOR, name, REVIEW)
    made = submitting.exportable(kept_org, AUTHOR, name)
    same = writing.take_in(kept_org, AUTHOR, name, write(made), "rule.docx", 2)
    assert (same.number, same.changed) == (2, ())
    edited = made
    for section in (PURPOSE, REVIEW):
        block = made.section(section).blocks[0].model_copy(update={"text": BY_HAND})
        edited = edited.with_section(made.section(section).model_copy(update={"blocks": (block,)}))
    back = writing.take_in(kept_org, AUTHOR, name, write(edited), "rule.docx", 2)
    assert (back.changed, back.kept) == ((PURPOSE,), (Kept(REVIEW, "locked"),))
    assert text(kept_org, name, PURPOSE) == BY_HAND
    assert back.document.section(PURPOSE).origin == "edited"
    assert back.document.section(RULES) == made.section(RULES)
    entry = [e for e in entries(kept_org, "manuscript") if e.body["manuscript"] == name][-1]
    assert (entry.body["act"], entry.body["file"]) == ("taken in", "rule.docx")
    with pytest.raises(NotPossible):
        writing.take_in(kept_org, AUTHOR, name, b"no file of Word's", "rule.docx")


def test_a_file_that_comes_back_does_not_undo_what_was_written_meanwhile(kept_org: Home) -> None:
    from assistant.exporting.docx import write

    name = written(kept_org)
    made = submitting.exportable(kept_org, AUTHOR, name)
    edited = made
    for section in (PURPOSE, REVIEW):
        block = made.section(section).blocks[0].model_copy(update={"text": BY_HAND})
        edited = edited.with_section(made.section(section).model_copy(update={"blocks": (block,)}))
    for section in (RULES, REVIEW):
        writing.edit(kept_org, AUTHOR, name, section, "Written here.")
    back = writing.take_in(kept_org, AUTHOR, name, write(edited), "rule.docx", exported=1)
    assert (back.changed, back.kept) == ((PURPOSE,), (Kept(REVIEW, "changed meanwhile"),))
    texts = [text(kept_org, name, section) for section in (PURPOSE, RULES, REVIEW)]
    assert texts == [BY_HAND, "Written here.", "Written here."]


def test_a_restricted_manuscript_becomes_a_restricted_draft(kept_org: Home) -> None:
    name = written(kept_org)
    manuscripts.set_header(kept_org, AUTHOR, name, HeaderFields(classification="Restricted"))
    body = submitting.submit(kept_org, AUTHOR, name).body
    assert body["audience"] == sorted(RESTRICTED)


def test_it_is_submitted_approved_by_another_and_submitted_again_as_the_next_revision(org: Home) -> None:
    name = written(org)
    later = today() + timedelta(days=30)
    manuscripts.set_header(org, AUTHOR, name, HeaderFields(owner="Head of Otters", effective=later))
    first = submitting.submit(org, AUTHOR, name)
    body = first.body
    assert (body["kind"], body["owner"], body["effective"]) == ("policy", "Head of Otters", later.isoformat())
    assert body["placeholders"]
    manuscripts.answer(org, AUTHOR, name, "q2", "tease them")
    writing.compose(org, AUTHOR, name)
    again = submitting.submit(org, AUTHOR, name)
    assert (again.body["item"], again.body["number"]) == (body["item"], 2)
    assert manuscripts.read(org, AUTHOR, name).draft == body["item"]
    with pytest.raises(NotPossible, match="nothing to submit"):
        submitting.submit(org, AUTHOR, name)
    with refused(org, AUTHOR, "policy author may not"):
        review.approve(org, AUTHOR, body["item"])
    review.approve(org, REVIEWER, body["item"], accepted=again.body["placeholders"])
    version = drafts.publish(org, ADMIN, body["item"])
    assert (version.title, version.owner, version.since) == ("Rule for otters", "Head of Otters", later)
    told = [e.body for e in entries(org, "manuscript") if e.body["act"] == "submitted"]
    assert [(b["number"], b["draft"]) for b in told] == [(2, body["item"]), (3, body["item"])]
    assert told[-1]["sha256"] == again.body["sha256"]


def test_whoever_wrote_in_it_does_not_approve_it_whoever_submits_it(org: Home) -> None:
    name = written(org)
    manuscripts.answer(org, SECOND, name, "q2", "tease them")
    writing.edit(org, REVIEWER, name, REVIEW, BY_HAND)
    entry = submitting.submit(org, AUTHOR, name)
    draft, places = entry.body["item"], entry.body["placeholders"]
    for who in (REVIEWER, SECOND):
        with refused(org, who, "You wrote this draft"):
            review.approve(org, who, draft, accepted=places)
    review.approve(org, THIRD, draft, accepted=places)
    assert stands(org, draft).wrote == {AUTHOR.id, SECOND.id, REVIEWER.id}


def test_whoever_clears_their_answer_still_wrote_what_was_made_of_it(org: Home) -> None:
    name = begun(org).id
    manuscripts.answer(org, REVIEWER, name, "q1", "the keeper")
    manuscripts.set_header(org, SECOND, name, HeaderFields(owner="Head of Otters"))
    writing.compose(org, AUTHOR, name)
    manuscripts.answer(org, REVIEWER, name, "q1", None)
    manuscripts.answer(org, AUTHOR, name, "q1", "the keeper")
    draft = submitting.submit(org, AUTHOR, name).body["item"]
    assert stands(org, draft).wrote == {AUTHOR.id, SECOND.id, REVIEWER.id}
    with refused(org, REVIEWER, "You wrote this draft"):
        review.approve(org, REVIEWER, draft)


def test_an_export_is_on_the_record_with_its_bytes(kept_org: Home) -> None:
    name = written(kept_org)
    digest = library.sha256(submitting.leave(kept_org, AUTHOR, name, 1, ".pdf"))
    entry = entries(kept_org, "exported")[-1]
    told = tuple(entry.body[key] for key in ("manuscript", "number", "act", "sha256"))
    assert told == (name, 1, "pdf", digest)
    with pytest.raises(NotPossible, match="no revision 2"):
        submitting.leave(kept_org, AUTHOR, name, 2, ".pdf")
