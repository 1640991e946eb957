"""An assessment in words: what the page, the command line and the documents say of it alike."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from textwrap import shorten

from assistant.assessing.interview import UNKNOWN, questions, steps
from assistant.assessing.results import Change, Fired, SchemeResult, Undecided
from knowledge.tiers import NONE, canada_aia, eu_ai_act

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
_OPEN_OF = {
    "eu_tier": "what is open under the EU AI Act",
    "eu_transparency": "what is open under the EU AI Act",
    "aia_level": "what is open in the Algorithmic Impact Assessment",
}
_UNDETERMINED = "undetermined_treat_as_"
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
    if name in {one.level for one in canada_aia().levels}:
        return f"level {name}"
    labels = {one.id: one.label for one in eu_ai_act().tiers}
    undetermined = name.removeprefix(_UNDETERMINED)
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


def deciding(found: SchemeResult) -> tuple[str, ...]:
    """The open questions by which alone the tier is what it is; none when a rule that holds gives it."""
    held = found.tier.removeprefix(_UNDETERMINED)
    if held in {one.then for one in found.rules_fired}:
        return ()
    return tuple(dict.fromkeys(name for one in found.unknown if one.then == held for name in one.questions))


def first(found: SchemeResult) -> str | None:
    """Which questions to answer first, while the tier is undetermined."""
    asked = list(dict.fromkeys(map(_placed, deciding(found))))
    more = f" and {len(asked) - 6} more questions" if len(asked) > 6 else ""
    return f"Answer first: {'; '.join(asked[:6])}{more}." if asked else None


def _placed(name: str) -> str:
    """A question with the part of the interview in which it is asked."""
    place = next((one.title for one in steps() if name in one.questions), "")
    return _OPEN_OF.get(name) or f"“{question(name)}” ({place})"


def openly(found: SchemeResult) -> Iterator[str]:
    """The rules that are open; those that hang on the same questions together."""
    for names in dict.fromkeys(one.questions for one in found.unknown):
        held = [one for one in found.unknown if one.questions == names]
        if len(held) == 1:
            yield undecided(held[0])
        else:
            yield f"{', '.join(one.rule for one in held)}. Open: {_asked(names)}"


def change(one: Change, most: int = 4, longest: int = 1_000) -> str:
    """A question, the answers that would change the tier, of which `most` are named, and the tier."""
    said = [shorten(answer(one.question, [part]), longest, placeholder=" …") for part in one.answers]
    more = len(said) - most
    others = f" / {more} other answer{'' if more == 1 else 's'}" if more > 0 else ""
    return f"“{one.says}” {' / '.join(said[:most])}{others}: {tier(one.tier)}"


def ways(found: SchemeResult) -> Iterator[str]:
    """In short, for each other tier, which answers alone would lead to it."""
    for name in dict.fromkeys(one.tier for one in found.would_change):
        there = [one for one in found.would_change if one.tier == name]
        yield from (change(one, 1, 60) for one in there[:2])
        more = len(there) - 2
        yield from [f"{more} more question{'' if more == 1 else 's'}: {tier(name)}"] if more > 0 else []


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
