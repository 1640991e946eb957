"""The forms of words: participle, gerund, imperative, adverb."""

from __future__ import annotations

from functools import cache

from assistant.agreement.lexicon import participles, verbs

_ADVERBS = frozenset(
    "also only always both first still already just even either jointly then again often usually fully "
    "solely once at least hereby thereby therefore ever normally generally now all each".split()
)


@cache
def forms() -> dict[str, tuple[str, str]]:
    """The forms of the verbs that are known, base, s, ed or ing, each with its verb."""
    found: dict[str, tuple[str, str]] = {}
    for verb in verbs():
        e = verb.endswith("e")
        y = verb.endswith("y") and verb[-2] not in "aeiou"
        found[verb] = ("base", verb)
        s = verb[:-1] + "ies" if y else verb + ("es" if verb.endswith(("s", "sh", "ch", "x", "z")) else "s")
        found.setdefault(s, ("s", verb))
        for ed in {verb + "d" if e else verb[:-1] + "ied" if y else verb + "ed", verb + verb[-1] + "ed"}:
            found.setdefault(ed, ("ed", verb))
        found.setdefault((verb[:-1] if e else verb) + "ing", ("ing", verb))
    return found


def is_participle(low: str) -> bool:
    """Whether a word can follow "is" as a passive or "has" as a perfect."""
    return (low.endswith("ed") and len(low) > 3) or low in participles()


def is_adverb(low: str) -> bool:
    """Whether a word can stand between an auxiliary and its verb."""
    return low in _ADVERBS or (low.endswith("ly") and len(low) > 4 and not form(low))


def is_gerund(low: str) -> bool:
    """Whether a word is the "-ing" of a verb."""
    return form(low) == "ing"


def is_order(low: str) -> bool:
    """Whether a word that begins a sentence can only be an imperative."""
    return form(low) == "base" and verbs().get(low) is False


def form(low: str) -> str:
    """The form of a word that can be a verb; empty when it is not known as one."""
    return forms().get(low, ("", ""))[0]
