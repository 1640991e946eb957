"""What the tests of manuscripts share: a small type of document, and one that is begun and answered."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.drafting import manuscripts, writing
from assistant.drafting.manuscript import Manuscript
from assistant.home import Home
from assistant.people import Person
from knowledge import specifications
from tests.assistant.reviewing import AUTHOR

TYPE = "otter-rule"
Q = f"{TYPE}.q"
PURPOSE, RULES, REVIEW = (f"{TYPE}.s{n}" for n in (1, 2, 3))
SPECIFICATION = """
id: otter-rule
title: Rule for otters
form: policy
kind: policy
purpose: How otters are kept.
satisfies: ['5.2', A.2.4]
approver: top management
intake:
- {id: otter-rule.q1, question: Who counts?, says: who counts the otters, type: text,
   profile: governance_lead}
- {id: otter-rule.q2, question: What is forbidden?, says: what is forbidden, type: multi}
- {id: otter-rule.q3, question: How often is it reviewed?, says: how often the rule is reviewed, type: text,
   find: how often the AI Policy is reviewed}
- {id: otter-rule.q4, question: Are there beavers?, says: whether there are beavers, type: yes_no_unknown,
   find: how often the AI Policy is reviewed}
sections:
- id: otter-rule.s1
  heading: Purpose and scope
  must_contain: who counts
  cites: [5.2-a]
  pieces:
  - text: "At {organisation} otters are counted by {q1}."
  - text: Beavers are counted as well.
    when: {q4: 'yes'}
- id: otter-rule.s2
  heading: Red lines
  must_contain: what is forbidden
  cites: [A.2.2]
  pieces:
  - list: {lead: "Nobody may:", of: q2}
  - quote: {find: how often the AI Policy is reviewed}
- id: otter-rule.s3
  heading: Review
  must_contain: how often
  cites: [A.2.4]
  pieces:
  - text: "The rule is reviewed {q3}. {owner} keeps it."
reviewer_checks: [somebody counts]
"""


def follow_otters(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    """Let there be one type of document, the rule for otters."""
    file = folder / f"{TYPE}.yaml"
    file.write_text(SPECIFICATION, "utf-8")
    held = specifications.read(file)
    monkeypatch.setattr(specifications, "FOLDER", folder)
    monkeypatch.setattr(specifications, "specification", lambda name: {TYPE: held}[name])


def begun(home: Home, who: Person = AUTHOR, **more: str) -> Manuscript:
    return manuscripts.begin(home, who, TYPE, **more)


def written(home: Home, who: Person = AUTHOR, **more: str) -> str:
    """A manuscript with an answer, composed; its id."""
    name = begun(home, who, **more).id
    manuscripts.answer(home, who, name, "q1", "the keeper")
    writing.compose(home, who, name)
    return name


def text(home: Home, name: str, section: str, who: Person = AUTHOR) -> str:
    """The words of a section as they stand now."""
    document = manuscripts.read(home, who, name).document
    assert document
    return "\n".join(word for block in document.section(section).blocks for word in block.words)
