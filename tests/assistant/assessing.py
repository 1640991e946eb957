"""What the tests of the register share: systems, interviews, assessments."""

from __future__ import annotations

from itertools import count
from typing import Any

from assistant.assessing import assessments, held, systems
from assistant.assessing.assessments import Kept
from assistant.assessing.systems import Facts, System
from assistant.home import Home
from assistant.people import Person
from tests.assistant.reviewing import AUTHOR

_numbers = count()
CSV = b"name,owner\nOtter Counter,the keeper\n"
CHATBOT: dict[str, Any] = {
    "eu_nexus": "yes",
    "scope_exemption": [],
    "role": "deployer",
    "prohibited_facts": [],
    "annex_i_product": "no",
    "annex_iii_points": [],
    "interacts_with_people": "yes",
    "aia_raw": 30,
    "aia_mitigation": 0,
    "personal_data": "no",
    "outward_facing": "no",
    "sensitive_uses": [],
    "legal_says_stop": "no",
}
"""A chatbot for staff: transparency duties, level I, T2."""


def facts(**more: Any) -> Facts:
    """Facts of a system that is like no other."""
    return systems.checked({"name": f"System {next(_numbers)}", **more})


def entered(home: Home, who: Person = AUTHOR, **more: Any) -> System:
    """A system in the register."""
    return systems.add(home, who, facts(**more))


def told(home: Home, system: str, answers: dict[str, Any], who: Person = AUTHOR) -> None:
    """Answer questions one by one."""
    for name, value in answers.items():
        held.answer(home, who, system, name, value)


def assessed(home: Home, who: Person = AUTHOR, **more: Any) -> Kept:
    """A system of its own, interviewed and assessed."""
    system = entered(home)
    told(home, system.id, CHATBOT | more, who)
    return assessments.make(home, who, system.id)
