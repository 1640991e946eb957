"""Standing: what an item's records add up to."""

from __future__ import annotations

from typing import Any

import pytest

from assistant.log import Record
from assistant.standing import VERDICTS, Act, Standing, State, outcome, standing


class Story:
    """Records of one item, written one by one."""

    def __init__(self, needs: int = 1, draft: bool = False) -> None:
        self.needs, self.draft = needs, draft
        self.entries: list[Record] = []
        self.note("draft", actor="author", needs=needs) if draft else self.note("answer", actor="employee")

    def note(self, kind: str, **body: Any) -> Story:
        seq = len(self.entries) + 1
        self.entries.append(Record(seq, f"r{seq}", f"2026-01-01T00:00:{seq:02}.000Z", kind, body, "", "", {}))
        return self

    def act(self, act: Act, actor: str = "reviewer", **body: Any) -> Story:
        return self.note("review", actor=actor, role="reviewer", act=act.value, **body)

    def votes(self, act: Act, actor: str = "reviewer") -> Story:
        final = outcome(self.now, act, self.needs, self.draft)
        return self.act(act, actor, needs=self.needs, final=final)

    @property
    def now(self) -> Standing:
        return standing(self.entries)


@pytest.mark.parametrize(("act", "state"), VERDICTS.items())
def test_one_verdict_decides_where_one_is_enough(act: Act, state: State) -> None:
    found = Story().votes(act).now
    assert (found.state, found.decided_at) == (state, "2026-01-01T00:00:02.000Z")
    assert found.running == ()


def test_two_who_agree_decide_together() -> None:
    story = Story(needs=2).votes(Act.APPROVE, "a")
    assert (story.now.state, story.now.decided_at) == (State.PENDING, None)
    assert [vote.actor for vote in story.now.running] == ["a"]
    assert story.votes(Act.APPROVE, "b").now.state is State.APPROVED


def test_two_who_disagree_leave_it_to_a_third_who_decides_alone() -> None:
    story = Story(needs=2).votes(Act.APPROVE, "a").votes(Act.REJECT, "b")
    assert story.now.state is State.ESCALATED
    assert story.now.escalated_by == {"a", "b"}
    assert story.votes(Act.REJECT, "c").now.state is State.REJECTED
    assert story.now.escalated_by == frozenset()


def test_a_correction_waits_for_an_approval_and_stands_after_it() -> None:
    story = Story().votes(Act.CORRECT, "a")
    assert (story.now.state, story.now.correction, story.now.wrote) == (State.CORRECTED, 2, {"a"})
    assert story.votes(Act.APPROVE, "b").now.state is State.APPROVED
    assert (story.now.correction, story.now.wrote) == (2, {"a"})


def test_an_escalated_draft_can_still_be_approved_by_as_many_as_it_needs() -> None:
    story = Story(needs=2, draft=True).votes(Act.APPROVE, "a").votes(Act.ESCALATE, "b")
    assert story.now.state is State.ESCALATED
    assert story.votes(Act.APPROVE, "c").now.state is State.ESCALATED
    assert story.votes(Act.APPROVE, "d").now.state is State.APPROVED


def test_a_revision_takes_back_the_approvals_and_keeps_who_wrote() -> None:
    story = Story(draft=True).votes(Act.APPROVE, "a").note("draft", actor="reviewer-2", needs=1)
    assert (story.now.state, story.now.votes) == (State.PENDING, ())
    assert story.now.wrote == {"author", "reviewer-2"}


@pytest.mark.parametrize("again", [Act.FLAG, Act.REOPEN])
def test_what_is_reopened_keeps_its_rounds_and_who_left_it_to_others(again: Act) -> None:
    story = Story().votes(Act.ESCALATE, "a").act(again, "b")
    assert (story.now.state, story.now.decided_at, len(story.now.rounds)) == (State.PENDING, None, 1)
    assert story.now.escalated_by == {"a"}


def test_a_flag_does_not_take_back_a_verdict_of_a_round_that_still_runs() -> None:
    assert len(Story(needs=2).votes(Act.APPROVE, "a").act(Act.FLAG, "employee").now.running) == 1


def test_sources_that_come_back_restore_what_stood() -> None:
    story = Story().votes(Act.APPROVE)
    before = story.now
    story.act(Act.STALE, "clausewise", gone=["v1"])
    assert (story.now.state, story.now.stale) == (State.PENDING, True)
    after = story.act(Act.FRESH, "clausewise", gone=[]).now
    assert (after.state, after.votes, after.decided_at, after.stale) == (
        State.APPROVED,
        before.votes,
        before.decided_at,
        False,
    )


def test_it_stays_stale_until_every_source_is_back() -> None:
    story = Story().votes(Act.APPROVE).act(Act.STALE, "clausewise", gone=["v1", "v2"])
    assert story.act(Act.FRESH, "clausewise", gone=["v2"]).now.stale
    assert story.act(Act.FRESH, "clausewise", gone=[]).now.state is State.APPROVED


def test_a_flag_raised_while_the_sources_were_gone_is_not_forgotten() -> None:
    story = Story().votes(Act.APPROVE).act(Act.STALE, "clausewise", gone=["v1"]).act(Act.FLAG, "employee")
    found = story.act(Act.FRESH, "clausewise", gone=[]).now
    assert (found.state, found.flagged, found.stale) == (State.PENDING, True, False)


def test_a_verdict_given_while_the_sources_were_gone_stands() -> None:
    story = Story().votes(Act.APPROVE).act(Act.STALE, "clausewise", gone=["v1"]).votes(Act.REJECT, "b")
    assert story.act(Act.FRESH, "clausewise", gone=[]).now.state is State.REJECTED


def test_a_claim_ends_with_its_time_and_with_a_verdict() -> None:
    story = Story().act(Act.CLAIM, "a", until="2026-01-01T00:30:00.000Z")
    assert story.now.holder("2026-01-01T00:29:59.999Z") == "a"
    assert story.now.holder("2026-01-01T00:30:00.000Z") is None
    assert story.votes(Act.APPROVE, "a").now.holder("2026-01-01T00:10:00.000Z") is None
