"""Which answers a person should look at first, and why."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from assistant.models import Answer, Frozen, Outcome, Verdict

FLAGGED, STALE = "flagged by a reader", "a source changed"
WEIGHTS: Mapping[str, int] = {
    FLAGGED: 100,
    "held": 95,
    "a citation failed": 90,
    STALE: 85,
    "sensitive": 80,
    "documents disagree": 70,
    "not answered": 60,
    "draft": 50,
    "sample": 10,
}
"""What brings something to review, and how urgent it is; the most urgent reason decides."""


class Risk(Frozen):
    """Why an answer is to be reviewed; without a reason it only may be."""

    reasons: tuple[str, ...] = ()
    subjects: tuple[str, ...] = ()
    held: str | None = None

    @property
    def weight(self) -> int:
        """How urgent it is, from 0 to 100."""
        return weight(self.reasons)


def weight(reasons: Iterable[str]) -> int:
    """The weight of the most urgent reason; `sensitive: health` weighs as `sensitive`."""
    return max((WEIGHTS[reason.partition(":")[0]] for reason in reasons), default=0)


def risk(
    answer: Answer,
    verdicts: Sequence[Verdict],
    subjects: Sequence[str],
    held: frozenset[str],
    sample: float,
) -> Risk:
    """Why an answer is to be reviewed. `sample` is the share of all others that is drawn, from 0 to 1."""
    holding = next((subject for subject in subjects if subject in held), None) if answer.claims else None
    reasons = [
        *(["held"] if holding else []),
        *(["a citation failed"] if any(v.outcome is Outcome.STRUCK for v in verdicts) else []),
        *(f"sensitive: {subject}" for subject in subjects),
        *(["documents disagree"] if answer.conflicts else []),
        *(["not answered"] if answer.status == "abstained" else []),
    ]
    if not reasons and drawn(answer.id, sample):
        reasons = ["sample"]
    return Risk(reasons=tuple(reasons), subjects=tuple(subjects), held=holding)


def drawn(record: str, share: float) -> bool:
    """Whether a record is in a random sample: its id is random, and anyone can repeat the draw."""
    return int(record[:8], 16) < share * 2**32
