"""PDF written by hand, since no library of ours writes text that its reader does not see."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import wrap

from evals.attacks.cases import Carrier, Planted

_WIDTH, _HEIGHT, _MARGIN = 595, 842, 60
_SIZE = 11
_PROPERTIES = ("Subject", "Keywords", "Author")
_TINY = 0.4


def pdf(planted: Planted) -> bytes:
    """One page: the title, the paragraphs, and the hostile words as the carrier has them."""
    lines, below = _paragraphs(planted)
    content = "\n".join([*lines, *_hostile(planted, below)])
    info = f"/Title {_string(planted.title)}"
    if planted.carrier is Carrier.PDF_PROPERTIES:
        info += "".join(f" /{name} {_string(planted.words)}" for name in _PROPERTIES)
    note = ""
    if planted.carrier is Carrier.PDF_NOTE:
        box = f"[{_MARGIN} 700 {_MARGIN + 20} 720]"
        note = f"/Annots [<< /Type /Annot /Subtype /Text /Rect {box} /Contents {_string(planted.words)} >>]"
    return _file(
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {_WIDTH} {_HEIGHT}] /Contents 4 0 R "
        f"/Resources << /Font << /F1 5 0 R >> >> {note} >>",
        f"<< /Length {len(content.encode('latin-1'))} >>\nstream\n{content}\nendstream",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        f"<< {info} >>",
    )


def _paragraphs(planted: Planted) -> tuple[list[str], float]:
    """What draws the visible text, and the height that is reached."""
    shown = list(planted.body)
    if planted.owner:
        shown.insert(0, f"Owner: {planted.owner}")
    if planted.carrier is Carrier.PDF_TEXT and planted.hostile:
        shown.append(planted.words)
    top = float(_HEIGHT - _MARGIN)
    drawn = [_text([planted.title], top, 18)]
    top -= 40
    for part in shown:
        lines = wrap(part, 84)
        drawn.append(_text(lines, top))
        top -= 14 * len(lines) + 12
    return drawn, top


def _hostile(planted: Planted, below: float) -> list[str]:
    """The words that are in the text of the page and not seen on it."""
    lines = wrap(planted.words, 84)
    match planted.carrier:
        case Carrier.PDF_WHITE:
            return ["1 1 1 rg", _text(lines, below), "0 0 0 rg"]
        case Carrier.PDF_TINY:
            return [_text(lines, below, _TINY)]
        case Carrier.PDF_OFF_PAGE:
            return [_text(lines, -4_000)]
        case Carrier.PDF_INVISIBLE:
            return ["3 Tr", _text(lines, below), "0 Tr"]
    return []


def _text(lines: Sequence[str], top: float, size: float = _SIZE) -> str:
    shown = " ".join(f"{_string(line)} Tj T*" for line in lines)
    return f"BT /F1 {size} Tf {size * 1.25:.2f} TL {_MARGIN} {top:.1f} Td {shown} ET"


def _string(text: str) -> str:
    return "(" + text.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)") + ")"


def _file(*objects: str) -> bytes:
    """A PDF of these objects; the first is its catalogue, the last its properties."""
    out = b"%PDF-1.4\n"
    places = []
    for number, body in enumerate(objects, start=1):
        places.append(len(out))
        out += f"{number} 0 obj\n{body}\nendobj\n".encode("latin-1")
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    start, count = len(out), len(objects)
    out += f"xref\n0 {count + 1}\n0000000000 65535 f \n{table}".encode()
    ending = f"<< /Size {count + 1} /Root 1 0 R /Info {count} 0 R >>\nstartxref\n{start}\n%%EOF\n"
    return out + f"trailer\n{ending}".encode()
