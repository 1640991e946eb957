"""An assessment in words: what the page, the command line and the documents say of it alike."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from assistant.assessing.interview import UNKNOWN, questions
from assistant.assessing.results import Change, Fired, SchemeResult, Undecided
from knowledge.tiers import NONE, eu_ai_act

TITLES = {
    "eu_ai_act": "EU AI Act",
    "canada_aia": "Algorithmic Impact Assessment (Canada)",
    "internal": "Internal tier",
}
_RESULTS = {
    "eu_tier": "Tier under the EU AI Act",
    "eu_transparency": "Duties of transparency",
    "aia_level": "Level of the AIA",
}
_DUTIES = {"transparency_duties": "duties of transparency", "fria": "fundamental rights impact assessment"}


def question(name: str) -> str:
    """A question in words."""
    return questions()[name].question if name in questions() else _RESULTS.get(name, name)


def answer(name: str, given: Iterable[str]) -> str:
    """Answers to a question in words."""
    known = questions().get(name)
    options: Mapping[str, str] = known.options if known else {}
    parts = [_one(options, part) for part in given]
    return "; ".join(parts) if parts else "not answered"


def _one(options: Mapping[str, str], part: str) -> str:
    if part == UNKNOWN:
        return "not known"
    if part == NONE:
        return "none of them"
    return " and ".join(options.get(one, tier(one)) for one in part.split(" + "))


def tier(name: str) -> str:
    """A tier in words."""
    labels = {one.id: one.label for one in eu_ai_act().tiers}
    undetermined = name.removeprefix("undetermined_treat_as_")
    if undetermined != name:
        return f"undetermined, treated as {labels.get(undetermined, undetermined)}"
    return labels.get(name, name)


def duties(found: SchemeResult) -> str:
    """The duties on top of a tier."""
    return ", ".join(_DUTIES.get(one, one) for one in found.duties)


def fired(one: Fired) -> str:
    """A rule that holds, with the answers that made it hold."""
    why = "; ".join(one.because)
    said = "; ".join(f"“{question(name)}” {answer(name, given)}" for name, given in one.answers.items())
    points = f" ({one.points} point{'' if one.points == 1 else 's'})" if one.points else ""
    if one.points:
        return f"{one.says} {why or 'Counted'}{points}"
    text = f"{one.rule}: {one.says}"
    text += f", because {why}" if why else ""
    text += f" [{', '.join(one.cite)}]" if one.cite else ""
    return f"{text}. Answers: {said}" if said else text


def undecided(one: Undecided) -> str:
    """A rule that is open, with the questions that would tell."""
    return f"{one.rule}: {one.says}. Open: {_asked(one.questions)}"


def _asked(names: tuple[str, ...]) -> str:
    asked = " ".join(f"“{question(name)}”" for name in names[:6])
    return f"{asked} and {len(names) - 6} more questions" if len(names) > 6 else asked


def openly(found: SchemeResult) -> Iterator[str]:
    """The rules that are open; those that hang on the same questions together."""
    for names in dict.fromkeys(one.questions for one in found.unknown):
        held = [one for one in found.unknown if one.questions == names]
        if len(held) == 1:
            yield undecided(held[0])
        else:
            yield f"{', '.join(one.rule for one in held)}. Open: {_asked(names)}"


def change(one: Change) -> str:
    """A single answer that would change the tier."""
    said = [answer(one.question, [part]) for part in one.answers]
    shown = " / ".join(said[:4]) + (f" / {len(said) - 4} other answers" if len(said) > 4 else "")
    return f"{one.says} {shown}: {tier(one.tier)}"


def headline(found: SchemeResult) -> str:
    """The proposal of a scheme in one line."""
    score = ""
    if found.score is not None:
        spread = found.lowest_score != found.highest_score
        score = f", {f'{found.lowest_score} to {found.highest_score}' if spread else found.score} points"
    more = f", with {duties(found)}" if found.duties else ""
    return f"{TITLES[found.scheme]}: {found.title}{score}{more}"


def told(found: SchemeResult) -> Iterator[tuple[str, list[str]]]:
    """What there is to say on a scheme, heading by heading; empty parts are left out."""
    lowest = (
        [] if found.settled else [f"At the least, when all that is open is answered: {tier(found.at_least)}."]
    )
    parts = [
        ("Stands at", lowest),
        ("Approved by", [found.approver] if found.approver else []),
        ("Rules that hold", [fired(one) for one in found.rules_fired]),
        ("Rules that are open", list(openly(found))),
        ("Nearly", [f"{one.rule}: {one.says}. Missing: {one.missing}" for one in found.nearly]),
        ("One answer that would change it", [change(one) for one in found.would_change]),
        ("Exceptions", [line for one in found.rules_fired for line in one.exceptions]),
        ("Notes", [line for one in found.rules_fired for line in one.notes]),
        ("Legal status", list(found.warnings)),
        ("Version of the scheme", [found.version]),
    ]
    yield from ((title, rows) for title, rows in parts if rows)
