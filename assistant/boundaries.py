"""Questions that no document can answer, or that ask for an act: data in `boundaries.yaml`."""

import re
from functools import cache
from pathlib import Path

import yaml

from assistant.models import Frozen


class Boundary(Frozen):
    """One such kind of question, how it is recognised, and what is said to it."""

    id: str
    asks: re.Pattern[str]
    about: re.Pattern[str] | None = None
    abstains: bool
    says: str

    def applies(self, question: str) -> bool:
        """Whether a question is of this kind."""
        return bool(self.asks.search(question)) and (self.about is None or bool(self.about.search(question)))


@cache
def boundaries() -> tuple[Boundary, ...]:
    """All boundaries, in the order in which they are tried."""
    rows = yaml.safe_load((Path(__file__).parent / "boundaries.yaml").read_text("utf-8"))
    for row in rows:
        for key in {"asks", "about"} & row.keys():
            row[key] = re.compile(row[key], re.IGNORECASE)
    return tuple(Boundary(**row) for row in rows)


def boundary(question: str) -> Boundary | None:
    """The first boundary that applies to a question."""
    return next((b for b in boundaries() if b.applies(question)), None)
