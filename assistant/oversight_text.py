"""The oversight figures as a page for management review and as rows for a spreadsheet."""

from __future__ import annotations

import csv
import io

from assistant.oversight import COUNTED, Oversight


def as_markdown(found: Oversight) -> str:
    """A page for management review (9.3) and monitoring (9.1)."""
    lines = [
        f"# Oversight of the assistant, {found.since} to {found.until}",
        "",
        "Input to monitoring (ISO/IEC 42001, 9.1) and management review (9.3).",
        "",
        "| | total |",
        "| --- | ---: |",
        *(f"| {name} | {found.totals[name]} |" for name in COUNTED),
        "",
        f"Time to the first decision: median {_hours(found.hours_to_review_median)}, nine in ten within "
        f"{_hours(found.hours_to_review_p90)}.",
        _agreed(found),
        "",
        "## By week",
        "",
        f"| week | {' | '.join(COUNTED)} |",
        f"| --- |{' ---: |' * len(COUNTED)}",
        *(f"| {w.week} | {' | '.join(str(w.counts[n]) for n in COUNTED)} |" for w in found.weeks),
        "",
        "## By clause and control",
        "",
        "| id | title | answers | corrected | rejected |",
        "| --- | --- | ---: | ---: | ---: |",
        *(f"| {c.id} | {c.title} | {c.answers} | {c.corrected} | {c.rejected} |" for c in found.clauses),
        "",
        "## What nobody has answered yet",
        "",
        *(f"- {u.at[:10]}: {_cell(u.question or '[erased]')} ({u.state}, {u.id})" for u in found.unanswered),
        *([] if found.unanswered else ["Nothing."]),
        "",
        "## Switches",
        "",
        *(f"- {s.at} by {s.by}: {s.mode}{_held(s.held)}" for s in found.switches),
        *([] if found.switches else ["No change."]),
        "",
    ]
    return "\n".join(lines)


def _held(subjects: tuple[str, ...]) -> str:
    return f", held: {', '.join(subjects)}" if subjects else ""


def _hours(hours: float | None) -> str:
    return "no decision yet" if hours is None else f"{hours:.1f} hours"


def _agreed(found: Oversight) -> str:
    told = found.agreement
    if told.raw is None:
        return "No item had two reviewers."
    alpha = "not defined (all verdicts the same)" if told.alpha is None else f"{told.alpha:.2f}"
    return (
        f"Two reviewers, {told.units} items: {told.raw:.0%} of verdicts agree, Krippendorff's alpha {alpha}."
    )


def _cell(text: str) -> str:
    """Words of a person in a Markdown page: one line, no markup."""
    return "".join(f"\\{c}" if c in "\\`*_{}[]()<>#|!" else c for c in " ".join(text.split()))


def as_csv(found: Oversight) -> str:
    """One row for each week and count, and one for each clause and count: what, of what, number."""
    buffer = io.StringIO()
    rows = csv.writer(buffer, lineterminator="\n")
    rows.writerow(("period", "name", "count"))
    rows.writerows(("total", name, found.totals[name]) for name in COUNTED)
    rows.writerows((w.week, name, w.counts[name]) for w in found.weeks for name in COUNTED)
    told = found.agreement
    measures = {
        "hours to the first decision, median": found.hours_to_review_median,
        "hours to the first decision, nine in ten": found.hours_to_review_p90,
        "items with two reviewers": told.units,
        "share of verdicts that agree": told.raw,
        "Krippendorff's alpha": told.alpha,
        "not answered by anybody yet": len(found.unanswered),
        "changes of the switches": len(found.switches),
    }
    rows.writerows(("total", name, value) for name, value in measures.items() if value is not None)
    for clause in found.clauses:
        counts = {"answers": clause.answers, "corrected": clause.corrected, "rejected": clause.rejected}
        rows.writerows((clause.id, name, count) for name, count in counts.items())
    return buffer.getvalue()
