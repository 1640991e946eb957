"""Tables on the command line: fitted to a terminal, wide and unwrapped when piped."""

from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.table import Table

_PIPED = 240


def print_table(headings: Sequence[str], rows: Iterable[Sequence[str]], whole: str) -> None:
    """Print rows below their headings; the column `whole` is never cut or wrapped."""
    console = Console(highlight=False, markup=False)
    if not console.is_terminal:
        console.width = _PIPED
    table = Table(box=None, pad_edge=False)
    for heading in headings:
        table.add_column(heading, no_wrap=heading == whole, overflow="fold")
    for row in rows:
        table.add_row(*row)
    console.print(table)
