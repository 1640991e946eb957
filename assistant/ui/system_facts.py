"""The facts of an AI system: in short, and as fields of a form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from assistant.assessing import systems
from assistant.assessing.systems import STATUSES, Facts, System
from assistant.ui.markup import Chip

_UNSET = "not stated"


def chips(one: System) -> list[Chip]:
    """Where a system stands."""
    urgent = one.tier.startswith(("T3", "T4"))
    tier = Chip(one.tier, "urgent" if urgent else "good") if one.tier else Chip("tier not decided")
    told = [Chip("tier as imported")] if one.tier and not one.decided else []
    late = [Chip("reassessment overdue", "urgent")] if one.overdue else []
    return [Chip(one.facts.status or "status not stated"), tier, *told, *late]


def words(one: System) -> list[str]:
    """The small facts of a system."""
    facts = one.facts
    return [
        f"owner {facts.owner}" if facts.owner else "",
        f"supplier {facts.supplier}" if facts.supplier else "",
        f"next assessment {facts.next_assessment}" if facts.next_assessment else "",
    ]


def fields(before: Facts | None = None) -> Mapping[str, Any]:
    """The fields of a system in a form."""
    held = before or Facts(name="")
    left, right = st.columns(2)
    roles = systems.roles()
    return {
        "name": left.text_input("Name", held.name),
        "status": right.selectbox(
            "Status",
            ["", *STATUSES],
            index=["", *STATUSES].index(held.status),
            format_func=lambda one: one or _UNSET,
        ),
        "purpose": st.text_area("Purpose", held.purpose, height=90),
        "role": left.selectbox(
            "Our role",
            ["", *roles],
            index=["", *roles].index(held.role),
            format_func=lambda one: roles.get(one, _UNSET),
        ),
        "owner": right.text_input("Owner", held.owner, help="A role, such as the head of claims."),
        "supplier": left.text_input("Supplier", held.supplier),
        "next_assessment": right.date_input("Next assessment", held.next_assessment),
        "notes": st.text_area("Notes", held.notes, height=90),
    }
