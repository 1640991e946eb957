"""What a question names: its nouns with what stands before them, found by the closed words of English.

No parser: what is named stands between articles, prepositions, auxiliaries and question words, which are few.
Where those do not decide, a phrase is left out rather than guessed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from knowledge.terms import stems

_ARTICLES = frozenset("a an the".split())
_OWNERS = frozenset("our my your their its".split())
_DETERMINERS = _ARTICLES | _OWNERS | frozenset("this that these those each every".split())
PREPOSITIONS = frozenset(
    """about after against among around as at before behind below between beyond by despite during for from
    in inside into like of off on onto outside over per since through throughout to towards under until up
    upon via with within without""".split()
)
BE = frozenset("is are was were be been being am".split())
HAVE = frozenset("has have had".split())
_DO = frozenset("do does did".split())
_MODALS = frozenset("may can must should shall will would could might".split())
AUXILIARIES = BE | HAVE | _DO | _MODALS
QUESTION_WORDS = frozenset("what which who whom whose how when where why".split())
PRONOUNS = frozenset(
    """i we you he she it they one ones me us him her them someone somebody anyone anybody everyone everybody
    nobody something anything everything nothing there""".split()
)
_BETWEEN = frozenset(
    """and or but if while because unless than then also only even still ever never always not no just now
    here so too again afterwards already yet often long soon many much more less far all any some both either
    neither such same other another instead""".split()
)
_CLOSED = _DETERMINERS | PREPOSITIONS | AUXILIARIES | QUESTION_WORDS | PRONOUNS | _BETWEEN
_IRREGULAR = frozenset(
    """kept made held told done given taken written found known shown said seen sent paid left
    lost drawn chosen broken begun brought built bought sold spoken withdrawn""".split()
)
_BASES = frozenset(
    """accept act add agree allow answer appear apply appoint approve ask assess belong bring buy check choose
    close come complete confirm contain count cover create decide define delete depend describe develop differ
    end ensure enter examine exist expect explain fill follow get give go grant happen help hold include
    inform introduce keep know last lead learn leave let list look maintain match mean meet monitor need
    notice notify occur offer open overrule own paste pass permit publish put receive record register reject
    release remove repeat report request require restart retain retire return review run say see send serve
    set share show sign start state stay stop store submit supervise take tell train turn use wait want work
    write""".split()
)
_VERBS = frozenset(stems(" ".join(_BASES)))
_MANY = frozenset("data staff people personnel criteria children media police".split())
_PEOPLE = frozenset(
    stems(
        """contractor employee intern apprentice trainee manager staff worker colleague supplier vendor buyer
        customer client user overseer developer engineer freelancer consultant visitor partner team department
        people person child patient student applicant auditor reviewer officer steward owner head agency
        personnel temp volunteer executive director"""
    )
)
_NOUN = re.compile(r"(ment|tion|sion|ance|ence|ity|ness|al|er|or)s?$")
"""Endings that make a noun of a verb: "assessment", "approval"."""
_TOKEN = re.compile(r"[^\W_](?:[\w.'’/-]*\w)?|[^\w\s]")


@dataclass(frozen=True, slots=True)
class Word:
    """A word or mark of a text, in small letters, and where it stands."""

    low: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Phrase:
    """What a question names, `text[start:end]`: a noun with what stands before it."""

    text: str
    start: int
    end: int
    plural: bool

    @property
    def head(self) -> str:
        """Its last word, in small letters."""
        return self.text.split()[-1].lower()

    @property
    def article(self) -> str:
        """The word before its nouns that says which one is meant; empty without one."""
        first = self.text.split()[0].lower()
        return first if first in _DETERMINERS else ""

    @property
    def definite(self) -> bool:
        """Whether a certain one is meant."""
        return self.article not in ("", "a", "an", "each", "every")

    @property
    def people(self) -> bool:
        """Whether it names people, or an organisation that acts like one."""
        return bool(_PEOPLE.intersection(stems(self.head)))

    @property
    def again(self) -> str:
        """How it is named a second time: "the assessment" for "an assessment"."""
        words = self.text.split()
        if self.article in _OWNERS:
            return self.text
        bare = words[1:] if self.article else words
        numbered = len(bare) <= 2 and any(c.isdigit() for c in bare[-1])
        general = self.plural and not self.article
        return " ".join(bare if numbered or general else ["the", *bare])


def words(text: str) -> list[Word]:
    """The words and marks of a text in order."""
    return [Word(m.group().lower(), *m.span()) for m in _TOKEN.finditer(text)]


def is_participle(word: str) -> bool:
    """Whether a word looks like one: "reviewed", "kept"."""
    return word in _IRREGULAR or (word.endswith("ed") and len(word) > 4)


def is_verb(word: str) -> bool:
    """Whether a word is one of the verbs of rules and duties, in any form."""
    if word in _BASES or word.removesuffix("s") in _BASES:
        return True
    return not _NOUN.search(word) and bool(_VERBS.intersection(stems(word)))


def is_open(word: Word) -> bool:
    """Whether a word carries a meaning of its own: no article, preposition, auxiliary or mark."""
    return word.low not in _CLOSED and word.low[:1].isalnum()


def phrases(text: str) -> list[Phrase]:
    """What a text names, in order."""
    return _Reader(text).phrases()


class _Reader:
    """Reads a text word by word, and keeps in mind which kind of verb is still to come."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._found: list[Phrase] = []
        self._run: list[Word] = []
        self._due = ""
        """`base` after "may" and "does", `participle` after "is" and "has"."""
        self._before = ""
        """The closed word before the run."""

    def phrases(self) -> list[Phrase]:
        for word in words(self._text):
            if is_open(word):
                self._open(word)
            else:
                self._close(word.low)
        self._close("")
        return self._found

    def _open(self, word: Word) -> None:
        leading = not self._run and (
            (self._before in PRONOUNS and self._due == "base")
            or (self._before == "to" and is_verb(word.low))
            or (self._before == "how")
        )
        if leading:  # a verb, or "serious" of "how serious"
            self._due = self._before = ""
        else:
            self._run.append(word)

    def _close(self, word: str) -> None:
        """End a run before a closed word; the word may begin the next one."""
        run, self._run = self._without_verb(word), []
        if run and word not in ("one", "ones"):  # "the next one" names nothing
            self._keep(run)
        if word in BE or (word in HAVE and self._due != "base"):
            self._due = "participle"
        elif word in _DO | _MODALS:
            self._due = "base"
        elif word in HAVE:
            self._due = ""
        self._before = word

    def _without_verb(self, follows: str) -> list[Word]:
        """The run without the verb that stands in it."""
        run = self._run
        if not run:
            return run
        asks = self._before == "who" or (self._before == "what" and is_verb(run[0].low))
        if asks and follows not in AUXILIARIES:  # "Who approves exceptions"
            self._due = ""
            return run[1:]
        if self._before in ("which", "what") and follows not in AUXILIARIES:
            return self._until_verb(run)  # "Which requirements apply"
        last = run[-1].low
        participle = self._due == "participle" and is_participle(last)
        base = self._due == "base" and follows not in BE | HAVE and is_verb(last)
        if participle or base or (is_participle(last) and len(run) > 1):
            self._due = ""
            return run[:-1]
        return run

    @staticmethod
    def _until_verb(run: list[Word]) -> list[Word]:
        verbs = (place for place, word in enumerate(run) if place and is_verb(word.low))
        return run[: next(verbs, len(run))]

    def _keep(self, run: Sequence[Word]) -> None:
        head = run[-1].low
        article = self._before if self._before in _DETERMINERS else ""
        plural = _is_plural(head, article)
        if len(run) == 1 and not article and not plural and not any(c.isdigit() for c in head):
            return  # "responsible", "oversight": one word by itself may be anything
        if (head.endswith("ing") and len(run) == 1) or (not article and is_participle(run[0].low)):
            return
        start = run[0].start
        if article:
            start = self._text[:start].lower().rindex(article)
        self._found.append(Phrase(self._text[start : run[-1].end], start, run[-1].end, plural))


def _is_plural(head: str, article: str) -> bool:
    if article in ("a", "an", "each", "every", "this", "that"):
        return False
    return head in _MANY or article in ("these", "those") or bool(re.search(r"[^isu]s$", head))
