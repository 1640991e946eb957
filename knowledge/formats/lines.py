"""A line of a page, as a PDF lays it out."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Line:
    """Its words and looks; `gap`: a blank line came before; `article`: it is the heading of one."""

    text: str
    page: int
    size: float
    bold: bool
    gap: bool
    article: bool = False
