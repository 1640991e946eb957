"""What commands print: never a character that a terminal obeys, whoever wrote it."""

from __future__ import annotations

import io

from assistant.cli.terminal import Terminal


def test_no_character_that_a_terminal_obeys_is_printed() -> None:
    shown = io.StringIO()
    Terminal(file=shown, force_terminal=True).print("Who\x1bc\x9b2J de\u202ecides\U000e0049?\n[b]1[/b]")
    assert shown.getvalue() == "Whoc2J decides?\n[b]1[/b]\n"
