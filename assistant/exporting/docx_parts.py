"""The pieces of Word's markup that python-docx has no call for: fields, bookmarks, lists, locked parts."""

from __future__ import annotations

import hashlib
from functools import cache
from typing import Any

from assistant.exporting.front import pieces, right_to_left

SECTION_MARK = "_cw"
"""How the hidden bookmarks on headings begin; Word hides names that begin with a low line."""
BACK_MARK = "_cwback"
LOCKED = "clausewise"
"""Tag of the parts that are made anew with every export and cannot be typed into."""
LEAD, QUOTED, ORIGIN, IDS, NOTE = "Lead-in", "Quoted text", "Quoted source", "Requirement ids", "Legal note"
CELL = "Table text"
TOC_HEAD, TOC_LINE = "TOC Heading", "toc 1"
"""Word's own names, so that Word sets the contents in them when it makes them anew."""
GREY = "5F6B7A"


def section_mark(name: str) -> str:
    """The bookmark of a section's heading, made of the section's id."""
    return SECTION_MARK + hashlib.sha256(name.encode()).hexdigest()[:20]


def element(tag: str, **attributes: str) -> Any:
    """An element of Word's namespace with attributes of it."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    made = OxmlElement(f"w:{tag}")
    for name, value in attributes.items():
        made.set(qn(f"w:{name}"), value)
    return made


@cache
def named(name: str) -> str:
    """A tag or attribute such as "w:p" with its namespace written out."""
    from docx.oxml.ns import qn

    return str(qn(name))


def add_styles(made: Any) -> None:
    """Our own styles, each built on the document's Normal, unless the template brings its own."""
    from docx.enum.style import WD_STYLE_TYPE
    from docx.shared import Cm, Pt, RGBColor

    held = {style.name for style in made.styles}
    base = made.styles["Normal"] if "Normal" in held else None
    for name in (LEAD, QUOTED, ORIGIN, CELL):
        if name not in held:
            style = made.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
            style.base_style = base
            style.paragraph_format.keep_with_next = name in (LEAD, QUOTED)
            style.quick_style = True
            _shape(name, style)
    for name in (IDS, NOTE):
        if name not in held:
            style = made.styles.add_style(name, WD_STYLE_TYPE.CHARACTER)
            style.font.size = Pt(8)
            style.font.color.rgb = RGBColor.from_string(GREY if name == IDS else "9A3412")
            style.font.bold = name == NOTE
    for name in (TOC_HEAD, TOC_LINE):
        if name not in held:
            made.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH, builtin=True).base_style = base
    if "List Bullet" not in held:
        style = made.styles.add_style("List Bullet", WD_STYLE_TYPE.PARAGRAPH)
        style.base_style = base
        style.paragraph_format.left_indent = Cm(0.63)


def _shape(name: str, style: Any) -> None:
    from docx.shared import Cm, Pt, RGBColor

    format_ = style.paragraph_format
    if name == CELL:
        format_.space_before = format_.space_after = Pt(1)
        format_.line_spacing = 1.0
    if name in (QUOTED, ORIGIN):
        format_.left_indent = Cm(0.9)
        format_.right_indent = Cm(0.6)
        format_.space_after = Pt(0 if name == QUOTED else 8)
        borders = element("pBdr")
        borders.append(element("left", val="single", sz="12", space="10", color="9DB2CE"))
        _insert(style.element.get_or_add_pPr(), borders)
    if name == QUOTED:
        style.font.italic = True
    if name == ORIGIN:
        style.font.size = Pt(8.5)
        style.font.color.rgb = RGBColor.from_string(GREY)


_ORDER = (
    "keepNext",
    "keepLines",
    "pageBreakBefore",
    "framePr",
    "widowControl",
    "numPr",
    "suppressLineNumbers",
)
_BEFORE = ("pStyle", *_ORDER)


def _insert(properties: Any, made: Any, before: tuple[str, ...] = _BEFORE) -> None:
    """Put an element behind those that Word's schema wants before it."""
    from docx.oxml.ns import qn

    names = {qn(f"w:{name}") for name in before}
    place = max((i + 1 for i, child in enumerate(properties) if child.tag in names), default=0)
    properties.insert(place, made)


def tighten(made: Any) -> None:
    """Smaller letters and less room between them, for a document that is to fit on one page."""
    from docx.shared import Cm, Pt

    for page in made.sections:
        page.top_margin = page.bottom_margin = Cm(1.6)
        page.left_margin = page.right_margin = Cm(1.9)
        page.header_distance = page.footer_distance = Cm(0.7)
    for name, size, space in (("Normal", 9, 2), ("Heading 1", 11, 5), ("Title", 16, 4)):
        style = made.styles[name]
        style.font.size = Pt(size)
        style.paragraph_format.space_before = Pt(space if name == "Heading 1" else 0)
        style.paragraph_format.space_after = Pt(2)


def write_text(paragraph: Any, text: str, style: str | None = None) -> None:
    """Text into a paragraph: open places marked, line breaks kept, right-to-left text set as such."""
    from docx.enum.text import WD_COLOR_INDEX

    if right_to_left(text) and paragraph._p.find(named("w:pPr") + "/" + named("w:bidi")) is None:
        _insert(
            paragraph._p.get_or_add_pPr(),
            element("bidi"),
            (*_BEFORE, "pBdr", "shd", "tabs", "suppressAutoHyphens", "kinsoku", "wordWrap"),
        )
    for piece, open_ in pieces(text):
        run = paragraph.add_run(piece, style=style)
        if open_:
            run.font.highlight_color = WD_COLOR_INDEX.YELLOW
        if right_to_left(piece):
            run.font.rtl = True


def field(paragraph: Any, code: str, shown: str) -> None:
    """A field with what it shows until it is worked out."""
    from docx.oxml.ns import qn

    for kind in ("begin", "code", "separate", "shown", "end"):
        run = paragraph.add_run(shown if kind == "shown" else None)
        if kind == "code":
            text = element("instrText")
            text.set(qn("xml:space"), "preserve")
            text.text = f" {code} "
            run._r.append(text)
        elif kind != "shown":
            run._r.append(element("fldChar", fldCharType=kind))


def bookmark(paragraph: Any, name: str, number: int) -> None:
    """A bookmark around all that a paragraph holds."""
    start = element("bookmarkStart", id=str(number), name=name)
    properties = paragraph._p.pPr
    paragraph._p.insert(0 if properties is None else 1, start)
    paragraph._p.append(element("bookmarkEnd", id=str(number)))


def locked(name: str, gallery: str = "") -> tuple[Any, Any]:
    """A content control that cannot be typed into, and the place for what it holds.

    One with a gallery stays open, since Word has to work its fields out.
    """
    control, properties, content = element("sdt"), element("sdtPr"), element("sdtContent")
    properties.append(element("alias", val=name))
    properties.append(element("tag", val=f"{LOCKED}-{name.lower().replace(' ', '-')}"))
    if not gallery:
        properties.append(element("lock", val="sdtContentLocked"))
    else:
        part = element("docPartObj")
        part.append(element("docPartGallery", val=gallery))
        part.append(element("docPartUnique"))
        properties.append(part)
    control.append(properties)
    control.append(content)
    return control, content


class Numbering:
    """Numbers of headings and bullets of lists, beside whatever the template numbers."""

    def __init__(self, made: Any) -> None:
        """Add a scheme for headings and one for bullets to the document."""
        self._part = _numbering_part(made.part).element
        self._headings = self._scheme([("decimal", "%1"), ("decimal", "%1.%2"), ("decimal", "%1.%2.%3")])
        self._bullets = self._scheme([("bullet", "•")])
        self._heading_list = self._instance(self._headings)

    def heading(self, paragraph: Any, level: int = 0) -> None:
        """Number a heading; level from 0."""
        _numbered(paragraph, self._heading_list, level)

    def bullets(self) -> int:
        """A list of its own, so that two lists in a row stay two."""
        return self._instance(self._bullets)

    def item(self, paragraph: Any, list_: int) -> None:
        """Make a paragraph an item of a list."""
        _numbered(paragraph, list_, 0)

    def _scheme(self, levels: list[tuple[str, str]]) -> int:
        from docx.oxml.ns import qn

        held = self._part.findall(qn("w:abstractNum"))
        number = 1 + max((int(one.get(qn("w:abstractNumId"))) for one in held), default=-1)
        scheme = element("abstractNum", abstractNumId=str(number))
        scheme.append(element("multiLevelType", val="multilevel"))
        for place, (kind, text) in enumerate(levels):
            level = element("lvl", ilvl=str(place))
            level.append(element("start", val="1"))
            level.append(element("numFmt", val=kind))
            level.append(element("suff", val="tab"))
            level.append(element("lvlText", val=text))
            level.append(element("lvlJc", val="left"))
            properties = element("pPr")
            left = 360 if kind == "bullet" else 567 + 142 * place
            properties.append(element("ind", left=str(left), hanging=str(left)))
            level.append(properties)
            scheme.append(level)
        first = self._part.find(qn("w:num"))
        if first is None:
            self._part.append(scheme)
        else:
            first.addprevious(scheme)
        return number

    def _instance(self, scheme: int) -> int:
        return int(self._part.add_num(scheme).numId)


def _numbered(paragraph: Any, list_: int, level: int) -> None:
    properties = paragraph._p.get_or_add_pPr().get_or_add_numPr()
    properties.get_or_add_ilvl().val = level
    properties.get_or_add_numId().val = list_


def _numbering_part(part: Any) -> Any:
    """The document's numbering, made when the template has none."""
    from docx import Document
    from docx.opc.constants import RELATIONSHIP_TYPE
    from docx.parts.numbering import NumberingPart

    if not any(one.reltype == RELATIONSHIP_TYPE.NUMBERING for one in part.rels.values()):
        ours = Document().part.numbering_part
        made = NumberingPart.load(ours.partname, ours.content_type, ours.blob, part.package)
        part.relate_to(made, RELATIONSHIP_TYPE.NUMBERING)
    return part.numbering_part


_AFTER_UPDATE = ("hdrShapeDefaults", "footnotePr", "endnotePr", "compat", "docVars", "rsids")


def update_fields(settings: Any) -> None:
    """Have Word work out page numbers when it opens the file; the place is what its schema wants."""
    if settings.find(named("w:updateFields")) is not None:
        return
    made = element("updateFields", val="true")
    later = {named(f"w:{name}") for name in _AFTER_UPDATE} | {named("m:mathPr")}
    behind = next((child for child in settings if child.tag in later), None)
    if behind is None:
        settings.append(made)
    else:
        behind.addprevious(made)


def has_numbers(style: Any) -> bool:
    """Whether a style, or one that it is built on, numbers its paragraphs already."""
    while style is not None:
        properties = style.element.pPr
        if properties is not None and properties.numPr is not None:
            return True
        style = style.base_style
    return False
