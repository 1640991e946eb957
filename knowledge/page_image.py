"""A page of a PDF as a picture, drawn in a limited child process, with a quote marked on it."""

from __future__ import annotations

import io
import json
import sys
from typing import Any

from knowledge.errors import LoadError
from knowledge.sandbox import limited, run

_SCALE = 1.6
_SECONDS = 30
_MARK = (255, 208, 64, 110)


def page_image(data: bytes, page: int, quote: str) -> bytes:
    """PNG of a page (from 1) with the lines of `quote` that stand on it marked.

    LoadError when the page cannot be drawn.
    """
    header = json.dumps({"page": page, "quote": quote}).encode() + b"\n"
    drawn = run("knowledge.page_image", ["page", str(_SECONDS)], header + data, _SECONDS)
    if drawn is None or not drawn.startswith(b"\x89PNG"):
        raise LoadError(f"Page {page}", "it cannot be drawn", "Read the quote in the text above")
    return drawn


def _draw(data: bytes, page: int, quote: str) -> bytes:
    import pypdfium2
    from PIL import Image, ImageDraw

    sheet = pypdfium2.PdfDocument(data)[page - 1]
    picture = sheet.render(scale=_SCALE).to_pil().convert("RGBA")
    layer = Image.new("RGBA", picture.size)
    pen = ImageDraw.Draw(layer)
    height = sheet.get_height()
    for left, bottom, right, top in _places(sheet.get_textpage(), quote):
        box = (left, height - top, right, height - bottom)
        pen.rectangle([value * _SCALE for value in box], fill=_MARK)
    out = io.BytesIO()
    Image.alpha_composite(picture, layer).convert("RGB").save(out, "PNG")
    return out.getvalue()


def _places(text: Any, quote: str) -> list[tuple[float, float, float, float]]:
    """Where the lines of a quote stand on a page: (left, bottom, right, top) in points."""
    boxes = []
    for line in quote.split("\n"):
        words = line.strip()
        found = text.search(words).get_next() if len(words) > 2 else None
        if found:
            start, count = found
            boxes += [text.get_rect(i) for i in range(text.count_rects(start, count))]
    return boxes


def _main() -> None:
    answers = limited(_SECONDS)
    header, _, data = sys.stdin.buffer.read().partition(b"\n")
    wanted = json.loads(header)
    answers.write(_draw(data, wanted["page"], wanted["quote"]))
    answers.close()


if __name__ == "__main__":
    _main()
