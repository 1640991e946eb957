"""What the tests of writing share: a small specification, and documents made by hand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from assistant.drafting.document import Block, Document, Header, Section
from knowledge.specifications import Specification

RULES: dict[str, Any] = {
    "id": "otters",
    "title": "Otter policy",
    "form": "policy",
    "kind": "policy",
    "purpose": "How otters are looked after.",
    "satisfies": ["5.2", "A.2.4"],
    "approver": "the head keeper",
    "terms": {"keeper on duty": "whoever looks after the otters that day"},
    "intake": [
        {
            "id": "otters.q1",
            "question": "How often are otters counted?",
            "says": "how often otters are counted",
            "type": "text",
        },
    ],
    "sections": [
        {
            "id": "otters.s1",
            "heading": "Counting",
            "must_contain": "how often",
            "cites": ["5.2-a"],
            "pieces": [{"text": "The keeper on duty must count the otters {q1}.", "cites": ["5.2-a"]}],
        },
        {
            "id": "otters.s2",
            "heading": "Terms",
            "must_contain": "terms",
            "cites": ["5.2-a"],
            "pieces": [{"terms": True}],
        },
    ],
    "reviewer_checks": ["otters are counted"],
}


def rules(**changes: Any) -> Specification:
    """The small specification, with some of it changed."""
    return Specification.model_validate({**RULES, **changes})


def paragraph(text: str, *ids: str, **more: Any) -> Block:
    return Block(kind="text", text=text, requirements=ids, **more)


def document(*blocks: Block, sections: Sequence[Section] = (), **header: Any) -> Document:
    """A document of one section with these blocks, or of the given sections."""
    head = Header(**{"id": "D-1", "title": "Otter policy", **header})
    made = sections or (Section(id="otters.s1", heading="Counting", blocks=blocks),)
    return Document(type="otters", header=head, sections=tuple(made))
