"""Ids in free text: what is a clause of ISO/IEC 42001, and what only looks like one."""

import pytest

from knowledge.mentions import mentions


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("What does A.6.2.8 require?", ["A.6.2.8"]),
        ("clause 9.2.1", ["9.2.1"]),
        ("clauses 4.1, 4.2 and 4.3", ["4.1", "4.2", "4.3"]),
        ("Since clause 8.5 requires it", ["8.5"]),
        ("control A.10.5 says", ["A.10.5"]),
        ("6.1.3 f) in the SoA", ["6.1.3-f"]),
        ("Article 14 of the Act", []),
        ("GPT-4.1 and version 5.2", []),
        ("an increase of 4.2 percent", []),
        ("section 3.2 of our contract", []),
        ("clause 7.1 of the supplier contract", []),
    ],
)
def test_mentions(text: str, ids: list[str]) -> None:
    assert [m.id for m in mentions(text)] == ids


def test_unknown_ids_are_told_apart() -> None:
    assert [(m.id, m.known) for m in mentions("clause 8.5 and A.6.2.8")] == [
        ("8.5", False),
        ("A.6.2.8", True),
    ]
