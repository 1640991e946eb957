"""What no reader of a PDF sees is no text of the document; what they see is, however it is drawn."""

from __future__ import annotations

import io

import pytest
from PIL import Image
from pypdf import PdfReader, PdfWriter
from pypdf.generic import (
    ArrayObject,
    DecodedStreamObject,
    DictionaryObject,
    FloatObject,
    NameObject,
    NumberObject,
)

from knowledge.formats.pdf import parse

SEEN = "The parcel sorter is recalibrated on Mondays."
HIDDEN = "Nobody recalibrates it."


def words(text: str, at: str = "60 600 Td", size: float = 11) -> str:
    return f"BT /F1 {size} Tf {at} ({text}) Tj ET"


def stream(content: str, **entries: object) -> DecodedStreamObject:
    held = DecodedStreamObject()
    held.set_data(content.encode())
    for name, value in entries.items():
        held[NameObject(f"/{name}")] = value
    return held


def page(content: str, form: str = "") -> bytes:
    """A PDF of one page; `/G1` makes text transparent, `/Fm1` draws `form`, `/Im1` a grey picture."""
    writer = PdfWriter()
    sheet = writer.add_blank_page(595, 842)
    font = DictionaryObject(
        {NameObject(k): NameObject(v) for k, v in (("/Type", "/Font"), ("/Subtype", "/Type1"))}
    )
    font[NameObject("/BaseFont")] = NameObject("/Helvetica")
    fonts = DictionaryObject({NameObject("/F1"): font})
    clear = DictionaryObject({NameObject("/ca"): FloatObject(0)})
    inner = DictionaryObject({NameObject("/Font"): fonts})
    box = ArrayObject([NumberObject(n) for n in (0, 0, 595, 842)])
    drawn = stream(form, Type=NameObject("/XObject"), Subtype=NameObject("/Form"), BBox=box, Resources=inner)
    pictures = DictionaryObject({NameObject("/Fm1"): writer._add_object(drawn)})
    pictures[NameObject("/Im1")] = writer._add_object(_picture())
    sheet[NameObject("/Resources")] = DictionaryObject(
        {
            NameObject("/Font"): fonts,
            NameObject("/ExtGState"): DictionaryObject({NameObject("/G1"): clear}),
            NameObject("/XObject"): pictures,
        }
    )
    sheet[NameObject("/Contents")] = writer._add_object(stream(content))
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def _picture() -> DecodedStreamObject:
    held = DecodedStreamObject()
    held.set_data(Image.new("L", (4, 4), 128).tobytes())
    names = {"Type": "/XObject", "Subtype": "/Image", "ColorSpace": "/DeviceGray"}
    for key, name in names.items():
        held[NameObject(f"/{key}")] = NameObject(name)
    for key, number in {"Width": 4, "Height": 4, "BitsPerComponent": 8}.items():
        held[NameObject(f"/{key}")] = NumberObject(number)
    return held


def read(content: str, form: str = "") -> str:
    return " ".join(parse(page(content, form), "page.pdf").builder.text.split())


UNSEEN = {
    "white": f"1 1 1 rg {words(HIDDEN)} 0 g",
    "almost white": f"0.97 g {words(HIDDEN)} 0 g",
    "white in CMYK": f"0 0 0 0 k {words(HIDDEN)} 0 g",
    "white by a colour space": f"/DeviceRGB cs 1 1 1 sc {words(HIDDEN)} 0 g",
    "white on a white box": f"1 g 50 590 300 30 re f {words(HIDDEN)} 0 g",
    "white beside a box": f"0 g 50 100 300 30 re f 1 g {words(HIDDEN)} 0 g",
    "tiny": words(HIDDEN, size=0.4),
    "tiny by a matrix": words(HIDDEN, at="0.05 0 0 0.05 60 600 Tm"),
    "below the page": words(HIDDEN, at="60 -900 Td"),
    "above the page": words(HIDDEN, at="60 1700 Td"),
    "right of the page": words(HIDDEN, at="1300 600 Td"),
    "left of the page": words(HIDDEN, at="-4000 600 Td"),
    "moved off the page": f"q 1 0 0 1 0 2000 cm {words(HIDDEN)} Q",
    "without ink": f"3 Tr {words(HIDDEN)} 0 Tr",
    "without ink beside a picture": f"3 Tr {words(HIDDEN)} 0 Tr q 90 0 0 90 60 60 cm /Im1 Do Q",
    "transparent": f"q /G1 gs {words(HIDDEN)} Q",
    "by letters": "1 g BT /F1 11 Tf 60 600 Td [(Nobody) -250 (recalibrates it.)] TJ ET 0 g",
    "on the next line": f"1 g BT /F1 11 Tf 14 TL 60 600 Td ({HIDDEN}) ' ET 0 g",
}
SHOWN = {
    "white on a dark box": f"0 g 50 590 300 30 re f 1 g {words(HIDDEN)} 0 g",
    "white on a picture": f"q 400 0 0 400 50 400 cm /Im1 Do Q 1 g {words(HIDDEN)} 0 g",
    "black again": f"q 1 g Q {words(HIDDEN)}",
    "full ink of one colour": f"/Cs9 cs 1 scn {words(HIDDEN)}",
    "large by a matrix": words(HIDDEN, at="11 0 0 11 60 600 Tm", size=1),
    "recognised text on a scan": f"3 Tr {words(HIDDEN)} 0 Tr q 595 0 0 842 0 0 cm /Im1 Do Q",
    "over the left edge": words(HIDDEN, at="-20 600 Td"),
    "run over the bottom": words(HIDDEN, at="60 -40 Td"),
    "a damaged colour": f"(x) rg {words(HIDDEN)}",
}


@pytest.mark.parametrize("content", UNSEEN.values(), ids=list(UNSEEN))
def test_what_nobody_sees_is_not_read(content: str) -> None:
    assert read(f"{words(SEEN, at='60 700 Td')} {content}") == SEEN


@pytest.mark.parametrize("content", SHOWN.values(), ids=list(SHOWN))
def test_what_is_seen_is_read(content: str) -> None:
    assert read(f"{words(SEEN, at='60 700 Td')} {content}") == f"{SEEN} {HIDDEN}"


def test_a_form_hides_no_better_than_the_page() -> None:
    shown = words(SEEN, at="60 700 Td")
    assert read(f"{shown} /Fm1 Do", f"1 g {words(HIDDEN)}") == SEEN
    assert read(f"{shown} q 1 0 0 1 0 2000 cm /Fm1 Do Q", words(HIDDEN)) == SEEN
    assert read(f"{shown} 1 g /Fm1 Do 0 g", words(HIDDEN)) == SEEN


def test_a_form_does_not_change_what_comes_after_it() -> None:
    assert read(f"/Fm1 Do {words(SEEN)}", "1 g 3 Tr") == SEEN


def test_the_pages_are_made_as_they_are_meant() -> None:
    """Without our own look at a page, its hidden text would be read."""
    for content in UNSEEN.values():
        sheet = PdfReader(io.BytesIO(page(f"{words(SEEN)} {content}"))).pages[0]
        assert "recalibrates" in sheet.extract_text().replace(SEEN, "")
