"""What of a PDF page's text is seen by who reads the page; the rest is no text of the document.

Told from what the page draws: text without ink, in white on nothing, far beside the page, or too small for
any eye. Text that something is painted over afterwards counts as seen, and so does a scan's recognised text,
which is drawn without ink upon the picture of the page.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from pypdf import PageObject
from pypdf.errors import PyPdfError
from pypdf.generic import TextStringObject

Matrix = tuple[float, float, float, float, float, float]
Box = tuple[float, float, float, float]
"""Left, bottom, right, top."""

_PLAIN: Matrix = (1, 0, 0, 1, 0, 0)
_SMALLEST = 1.0
"""Points of type below which nothing can be read."""
_WHITE = 0.95
_NO_INK = 3
_SHOWS = frozenset({b"Tj", b"TJ", b"'", b'"'})
_FILLS = frozenset({b"f", b"F", b"f*", b"B", b"B*", b"b", b"b*"})
_ENDS = frozenset({b"S", b"s", b"n"})
_SETS = frozenset({b"g", b"rg", b"k", b"cs", b"sc", b"scn", b"Tr", b"Tf", b"gs"})
_POINTS = frozenset({b"m", b"l", b"c", b"v", b"y"})
_SLACK = 2.0
"""Points by which a letter may stand out of what is painted behind it."""


@dataclass(frozen=True, slots=True)
class _State:
    """The part of a page's graphics state that decides whether text is seen."""

    white: bool = False
    inks: int = 3
    """Components of the colour space for filling; 0 for one in which white is not known."""
    faint: bool = False
    mode: int = 0
    size: float = 0.0
    base: Matrix = _PLAIN
    """From the form that is drawn, if any, to the page."""
    resources: Any = None


@dataclass
class Sight:
    """Follows the drawing of one page, and empties the text that is not seen before it is extracted.

    `pictures` of an earlier reading of the page tell where recognised text stands on a scan.
    """

    page: PageObject
    scans: Sequence[Box] = ()
    pictures: list[Box] = field(default_factory=list)
    inkless: list[tuple[float, float]] = field(default_factory=list)
    """Where text without ink was taken out."""

    def __post_init__(self) -> None:
        """Begin a page."""
        box = self.page.cropbox
        self._box: Box = (float(box.left), float(box.bottom), float(box.right), float(box.top))
        self._state = _State(resources=_of(self.page, "/Resources"))
        self._saved: list[_State] = []
        self._forms: list[tuple[_State, int]] = []
        self._painted: list[Box] = []
        self._path: list[tuple[float, float]] = []

    @property
    def is_scan(self) -> bool:
        """Whether text without ink stood upon a picture, so that the page is to be read again with it."""
        return any(_within(point, self.pictures) for point in self.inkless)

    def before(self, operator: bytes, operands: Any, cm: Sequence[float], tm: Sequence[float]) -> None:
        """Take in an operator before it is carried out; called for those of forms as well."""
        try:
            self._take(operator, operands, cm, tm)
        except (ArithmeticError, IndexError, PyPdfError, TypeError, ValueError):
            return  # a damaged operator draws nothing, and hides nothing

    def _take(self, operator: bytes, operands: Any, cm: Sequence[float], tm: Sequence[float]) -> None:
        if operator in _SHOWS:
            if not self._seen(operands, _times(_matrix(tm), self._full(cm))):
                operands[:] = [] if operator == b"TJ" else [*operands[:-1], TextStringObject("")]
        elif operator in (b"q", b"Q"):
            self._keep(operator)
        elif operator == b"Do":
            self._draw(operands, self._full(cm))
        elif operator in _FILLS or operator in _ENDS or operator in _POINTS or operator == b"re":
            self._trace(operator, operands, self._full(cm))
        elif operator == b"sh":
            self._painted.append(self._box)
        elif operator == b"INLINE IMAGE":
            self.pictures.append(_square(self._full(cm)))
        elif operator in _SETS:
            self._set(operator, operands)

    def after(self, operator: bytes, *_: Any) -> None:
        """Come back from a form or picture that was drawn."""
        if operator == b"Do" and self._forms:
            self._state, saved = self._forms.pop()
            del self._saved[saved:]

    def _full(self, cm: Sequence[float]) -> Matrix:
        own = _matrix(cm)
        return own if self._state.base is _PLAIN else _times(own, self._state.base)

    def _keep(self, operator: bytes) -> None:
        floor = self._forms[-1][1] if self._forms else 0
        if operator == b"q":
            self._saved.append(self._state)
        elif len(self._saved) > floor:
            self._state = self._saved.pop()

    def _draw(self, operands: Any, full: Matrix) -> None:
        self._forms.append((self._state, len(self._saved)))
        drawn = _of(_of(self._state.resources, "/XObject"), str(operands[0])) if operands else None
        if _of(drawn, "/Subtype") == "/Image":
            self.pictures.append(_square(full))
        elif _of(drawn, "/Subtype") == "/Form":
            matrix = _of(drawn, "/Matrix")
            base = _times(_matrix(matrix), full) if matrix else full
            resources = _of(drawn, "/Resources") or self._state.resources
            self._state = replace(self._state, base=base, resources=resources)

    def _trace(self, operator: bytes, operands: Any, full: Matrix) -> None:
        if operator == b"re" and len(operands) == 4:
            x, y, width, height = map(float, operands)
            self._path += [_at(full, x, y), _at(full, x + width, y + height)]
            self._path += [_at(full, x, y + height), _at(full, x + width, y)]
        elif operator in _POINTS:
            pairs = zip(operands[::2], operands[1::2], strict=False)
            self._path += [_at(full, float(x), float(y)) for x, y in pairs]
        else:
            if operator in _FILLS and self._path and not (self._state.white or self._state.faint):
                self._painted.append(_around(self._path))
            self._path.clear()

    def _set(self, operator: bytes, operands: Any) -> None:
        """Operators that change the state."""
        match operator, len(operands):
            case ((b"g" | b"rg" | b"k"), (1 | 3 | 4)):
                self._colour(operands, len(operands))
            case b"cs", 1:
                inks = _inks(operands[0], self._state.resources)
                self._state = replace(self._state, white=False, inks=inks)
            case ((b"sc" | b"scn"), _):
                self._colour(operands, self._state.inks)
            case b"Tr", 1:
                self._state = replace(self._state, mode=int(operands[0]))
            case b"Tf", 2:
                self._state = replace(self._state, size=float(operands[1]))
            case b"gs", 1:
                opacity = _of(_of(_of(self._state.resources, "/ExtGState"), str(operands[0])), "/ca")
                if opacity is not None:
                    self._state = replace(self._state, faint=float(opacity) < 1 - _WHITE)

    def _colour(self, operands: Any, inks: int) -> None:
        plain = len(operands) == inks and all(isinstance(value, int | float) for value in operands)
        light = [float(value) for value in operands] if plain else [0.0]
        white = max(light) <= 1 - _WHITE if inks == 4 and plain else min(light) >= _WHITE
        self._state = replace(self._state, white=white, inks=inks)

    def _seen(self, operands: Any, place: Matrix) -> bool:
        """Whether text that begins at a place is seen."""
        state = self._state
        size = abs(state.size) * abs(place[0] * place[3] - place[1] * place[2]) ** 0.5
        x, y = _at(place, 0, 0.3 * state.size)
        if state.size and (size < _SMALLEST or not self._on_page(operands, place)):
            return False
        if state.mode == _NO_INK:
            if _within((x, y), self.scans):
                return True
            self.inkless.append((x, y))
            return False
        if state.faint:
            return False
        return not (state.white and state.mode == 0) or _within((x, y), [*self._painted, *self.pictures])

    def _on_page(self, operands: Any, place: Matrix) -> bool:
        """Whether any of a line stands on the page or runs over its edge, as it does in badly set documents.

        What lies a page away runs over no edge. No letter is wider than its type is high.
        """
        size, width = self._state.size, self._state.size * _length(operands)
        across, up = zip(*(_at(place, x, y) for x in (0, width) for y in (0, size)), strict=True)
        left, bottom, right, top = self._box
        wide, high = right - left, top - bottom
        beside = min(across) > right + wide or max(across) < left - wide
        return not (beside or min(up) > top + high or max(up) < bottom - high)


def _of(holder: Any, name: str) -> Any:
    """A value of a dictionary of the file, if it has it."""
    held: Any = holder.get_object() if hasattr(holder, "get_object") else holder
    value: Any = held.get(name) if hasattr(held, "get") else None
    return value.get_object() if hasattr(value, "get_object") else value


def _inks(space: Any, resources: Any) -> int:
    """How many components a colour space for filling has; 0 for one whose white is not known."""
    known = {"/DeviceGray": 1, "/CalGray": 1, "/DeviceRGB": 3, "/CalRGB": 3, "/DeviceCMYK": 4}
    name = str(space)
    if name in known:
        return known[name]
    found = _of(_of(resources, "/ColorSpace"), name)
    kind = str(found[0]) if isinstance(found, list) and found else str(found)
    if kind == "/ICCBased":
        return int(_of(found[1], "/N") or 0)
    return known.get(kind, 0)


def _matrix(values: Any) -> Matrix:
    a, b, c, d, e, f = (float(value) for value in values)
    return a, b, c, d, e, f


def _times(first: Matrix, then: Matrix) -> Matrix:
    """One change of coordinates after the other."""
    a, b, c, d, e, f = first
    g, h, i, j, k, m = then
    return a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j, e * g + f * i + k, e * h + f * j + m


def _at(matrix: Matrix, x: float, y: float) -> tuple[float, float]:
    a, b, c, d, e, f = matrix
    return a * x + c * y + e, b * x + d * y + f


def _square(matrix: Matrix) -> Box:
    """The place of a picture, which is drawn as a square of one by one."""
    return _around([_at(matrix, x, y) for x in (0, 1) for y in (0, 1)])


def _around(points: Sequence[tuple[float, float]]) -> Box:
    across, up = zip(*points, strict=True)
    return min(across), min(up), max(across), max(up)


def _within(point: tuple[float, float], boxes: Sequence[Box]) -> bool:
    x, y = point
    return any(
        left - _SLACK <= x <= right + _SLACK and bottom - _SLACK <= y <= top + _SLACK
        for left, bottom, right, top in boxes
    )


def _length(operands: Any) -> int:
    """How many characters are shown, at most."""
    shown = operands[-1] if operands else ""
    parts = shown if isinstance(shown, list) else [shown]
    return sum(len(part) for part in parts if isinstance(part, str | bytes))
