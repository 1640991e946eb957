"""Pages of a text: which page an offset stands on."""

from bisect import bisect_right
from collections.abc import Sequence


def page_of(pages: Sequence[int], offset: int) -> int | None:
    """The page (from 1) on which `text[offset]` stands; None where the format has no pages.

    `pages` holds the offset at which each page begins.
    """
    return bisect_right(pages, offset) if pages else None
