"""Document control: what a document says about itself, in front matter, a table or its first lines."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime

from knowledge.models import (
    EVERYONE,
    RESTRICTED,
    Block,
    DocumentControl,
    Kind,
    Role,
    Status,
)

_NAMES = {
    "title": ("title", "document title", "policy title"),
    "owner": ("owner", "document owner", "policy owner", "process owner", "accountable owner"),
    "status": ("status", "document status", "state"),
    "kind": ("kind", "type", "document type"),
    "audience": ("audience", "classification", "distribution", "visible to"),
    "version": ("version", "revision", "document version", "issue"),
    "from": (
        "effective from",
        "effective date",
        "effective",
        "in force from",
        "in force since",
        "valid from",
        "date of issue",
    ),
    "until": ("effective until", "in force until", "valid until", "expires", "expiry date"),
    "hosted": ("language models", "hosted models", "hosted language models"),
}
_FIELD = {name: field for field, names in _NAMES.items() for name in names}
_LINE = re.compile(r"^[-*•\s]*([A-Za-z][A-Za-z ]{2,24}?)\s*[:|]\s*(\S.{0,160}?)\s*$")
_OPENING = 25
"""Blocks at the beginning of a document that are read for control fields."""
_OPEN = re.compile(r"\[\s*to be supplied\b", re.I)
"""How a value begins that nobody has given yet."""
_DATES = ("%Y-%m-%d", "%d %B %Y", "%d %b %Y", "%B %d, %Y", "%b %d, %Y", "%d/%m/%Y", "%d.%m.%Y")

_STATUSES = {
    Status.DRAFT: re.compile(r"^(draft|proposed|in preparation|for (review|comment|approval))", re.I),
    Status.SUPERSEDED: re.compile(r"^(superseded|replaced|obsolete|archived)", re.I),
    Status.WITHDRAWN: re.compile(r"^(withdrawn|retired|revoked|cancelled|repealed)", re.I),
    Status.IN_FORCE: re.compile(r"^(in force|effective|approved|active|current|published|final)", re.I),
}
_NEVER = re.compile(r"^(never|none|no|not|false|forbidden|prohibited)\b", re.I)
"""How a document says that no hosted model may get it; what else it says of models is no control field."""
_SECRET = re.compile(r"\b(restricted|confidential|secret|need[- ]to[- ]know)\b", re.I)
_KIND_WORDS = (
    (Kind.POLICY, re.compile(r"\b(policy|code of conduct)\b", re.I)),
    (
        Kind.PROCEDURE,
        re.compile(r"\b(procedure|runbook|work instruction|process description)\b", re.I),
    ),
    (
        Kind.RECORD,
        re.compile(r"\b(register|inventory|minutes|records?|log|survey|questionnaire|report)\b", re.I),
    ),
)
_LAW = re.compile(
    r"\bregulation \(?(eu|ec|20\d\d)\b|\b(directive|act|ordinance) (on|of|concerning)\b|\bgdpr\b|"
    r"\bdirective \d{4}/\d+|\b(ai|data protection|privacy) act\b",
    re.I,
)
_ENACTED = re.compile(r"\b(have|has) adopted this (regulation|directive)\b|\bbe it enacted\b", re.I)
_PUBLISHED = re.compile(
    r"\b(nist|owasp|oecd|enisa|ieee|unesco|omb|ai rmf|llm\d\d|guidance (on|for)|playbook)\b", re.I
)


def read_control(text: str, blocks: Iterable[Block], metadata: Mapping[str, str]) -> DocumentControl:
    """The control fields of a document; front matter goes before its lines.

    A field that is not understood (an impossible date) is left out rather than guessed. A document
    can narrow its audience and keep itself from hosted models, never widen either.
    """
    found = _from_lines(text, blocks)
    found.update({_FIELD[k]: v for k, v in metadata.items() if k in _FIELD and v.strip()})
    return DocumentControl(
        title=found.get("title"),
        owner=found.get("owner"),
        kind=_kind(found.get("kind", "")),
        status=_status(found.get("status", "")),
        audience=_audience(found.get("audience", "")),
        version_label=_label(found.get("version")),
        effective_from=_date(found.get("from", "")),
        effective_until=_date(found.get("until", "")),
        never_hosted=bool(_NEVER.match(found.get("hosted", ""))),
    )


def _from_lines(text: str, blocks: Iterable[Block]) -> dict[str, str]:
    found: dict[str, str] = {}
    for block, _ in zip(blocks, range(_OPENING), strict=False):
        for line in text[block.start : block.end].split("\n"):
            for part in re.split(r"\s+[·|]\s+|;\s+", line):
                field, value = _field_of(part)
                if field and field != "title" and not _OPEN.match(value):
                    found.setdefault(field, value.strip("*_ "))
    return found


def states_control(text: str) -> bool:
    """Whether a text is nothing but control fields, such as "Owner: …", line by line."""
    lines = [line for line in text.split("\n") if line.strip()]
    return bool(lines) and all(field for field, _ in map(_field_of, lines))


def _field_of(line: str) -> tuple[str | None, str]:
    """The control field that a line states, and its value; none for "Language models: those that …"."""
    match = _LINE.match(line)
    field = _FIELD.get(match[1].lower().strip()) if match else None
    value = match[2] if match else ""
    return (None if field == "hosted" and not _NEVER.match(value.strip("*_ ")) else field), value


def _kind(value: str) -> Kind | None:
    low = value.lower().strip()
    return Kind(low) if low in {k.value for k in Kind} else None


def _status(value: str) -> Status | None:
    return next((s for s, pattern in _STATUSES.items() if pattern.match(value.strip())), None)


def _audience(value: str) -> frozenset[Role] | None:
    if _SECRET.search(value):
        return RESTRICTED
    words = {w.rstrip("s") for w in re.findall(r"[a-z]+", value.lower())}
    named = frozenset(role for role in Role if role.value in words)
    if not named or Role.EMPLOYEE in named:
        return EVERYONE if named else None
    return named | {Role.ADMINISTRATOR}


def _label(value: str | None) -> str | None:
    return value.split(",")[0].strip()[:30] if value else None


def _date(value: str) -> date | None:
    words = value.strip().rstrip(".")
    for form in _DATES:
        try:
            return datetime.strptime(words, form).date()
        except ValueError:
            continue
    return None


def infer_kind(title: str, opening: str, file: str, owned: bool) -> Kind:
    """What a document is when nobody said: the organisation's own when it names an owner.

    Law and guidance are told by title and file name only, since a house policy speaks of both in its
    text. A wrong guess is mended with `add --kind`.
    """
    if file.lower().endswith((".csv", ".tsv", ".json")):
        return Kind.RECORD
    names = re.sub(r"[_.:-]", " ", f"{title} {file}")
    if not owned and (_LAW.search(title) or _LAW.search(names) or _ENACTED.search(opening)):
        return Kind.LAW
    if not owned and _PUBLISHED.search(names):
        return Kind.GUIDANCE
    return next((kind for kind, words in _KIND_WORDS if words.search(title)), Kind.POLICY)
