"""Word files, with python-docx: a document as DOCX, and an edited one back."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from assistant.drafting.document import Block, Document, Section
from assistant.exporting import docx_parts as parts
from assistant.exporting import docx_read
from assistant.exporting.archive import steady
from assistant.exporting.docx_table import add_table
from assistant.exporting.docx_template import blank
from assistant.exporting.front import (
    CONTENTS,
    Front,
    Part,
    front,
    is_wide,
    marks,
    moment,
    origin,
    plain,
    widths,
)

read = docx_read.read
left_out = docx_read.left_out


def write(document: Document, template: bytes | None = None) -> bytes:
    """The document as DOCX; the same document and template give the same bytes.

    `template` is a Word file whose styles, page and headers are used; NotPossible says why one cannot be.
    """
    made = blank(template)
    parts.add_styles(made)
    written = _Written(made, front(document), parts.Numbering(made))
    if not written.front.contents:
        parts.tighten(made)
    _properties(made, document)
    written.page_lines()
    written.first_page(document)
    for section in document.sections:
        written.section(section)
    written.back()
    parts.update_fields(made.settings.element)
    buffer = io.BytesIO()
    made.save(buffer)
    return steady(buffer.getvalue(), f"{moment(document):%Y-%m-%dT%H:%M:%SZ}")


def _properties(made: Any, document: Document) -> None:
    header, core = document.header, made.core_properties
    core.title = plain(header.title)[:255]
    core.author = plain(header.author or "")[:255]
    core.last_modified_by = core.author
    core.subject = plain(header.organisation or "")[:255]
    core.category = plain(header.form)[:255]
    core.content_status = plain(header.status)[:255]
    core.identifier = plain(header.id)[:255]
    core.version = plain(header.version)[:255]
    core.keywords = plain(", ".join(document.requirements))[:255]
    core.comments, core.language, core.revision = "", "en-GB", 1
    core.created = core.modified = moment(document)


@dataclass
class _Written:
    """A Word document while it is written."""

    made: Any
    front: Front
    numbering: parts.Numbering
    _marks: int = 0
    _wide: bool = False

    def page_lines(self) -> None:
        """The head and foot of every page, below whatever the template says there."""
        page = self.made.sections[0]
        self._head(page.header)
        foot = page.footer
        if not any("PAGE" in (node.text or "") for node in foot._element.iter(parts.named("w:instrText"))):
            paragraph = _last(foot)
            paragraph.alignment = 2
            for code, before in (("PAGE", "Page "), ("NUMPAGES", " of ")):
                paragraph.add_run(before)
                parts.field(paragraph, code, "1")
            _small(paragraph)

    def _head(self, head: Any) -> None:
        from docx.shared import Pt

        for line in self.front.head:
            paragraph = _last(head)
            parts.write_text(paragraph, line)
            paragraph.paragraph_format.space_after = Pt(8 if line is self.front.head[-1] else 0)
            _small(paragraph)

    def first_page(self, document: Document) -> None:
        """Title, control table and contents."""
        self.made.add_paragraph(plain(document.header.title), style="Title")
        control = [*self.front.control]
        table = add_table(self.made._body, (), control, (28, 72), self._room)
        for row in table.rows:
            for run in row.cells[0].paragraphs[0].runs:
                run.font.bold = True
        named = [(parts.section_mark(s.id), str(i), s.heading) for i, s in enumerate(document.sections, 1)]
        named += [(f"{parts.BACK_MARK}{i}", "", part.heading) for i, part in enumerate(self.front.back, 1)]
        if self.front.contents:
            self._contents(named)

    def _contents(self, named: Sequence[tuple[str, str, str]]) -> None:
        """Contents that show before any field is worked out, each line leading to its heading."""
        control, content = parts.locked(CONTENTS, "Table of Contents")
        title = self.made.add_paragraph(CONTENTS, style=parts.TOC_HEAD)
        title.paragraph_format.keep_with_next = True
        content.append(title._p)
        for place, (mark, number, heading) in enumerate(named):
            line = self.made.add_paragraph(style=parts.TOC_LINE)
            self._entry(line, mark, number, plain(heading), place == 0, place == len(named) - 1)
            content.append(line._p)
        self.made.element.body.sectPr.addprevious(control)

    def _entry(self, line: Any, mark: str, number: str, heading: str, first: bool, last: bool) -> None:
        from docx.enum.text import WD_TAB_ALIGNMENT
        from docx.shared import Pt, Twips

        line.paragraph_format.space_after = Pt(2)
        line.paragraph_format.tab_stops.add_tab_stop(Twips(567))
        line.paragraph_format.tab_stops.add_tab_stop(Twips(self._room), WD_TAB_ALIGNMENT.RIGHT)
        if first:
            run = line.add_run()._r
            run.append(parts.element("fldChar", fldCharType="begin"))
            code = parts.element("instrText")
            code.text = 'TOC \\o "1-2" \\h \\z \\u'
            line.add_run()._r.append(code)
            line.add_run()._r.append(parts.element("fldChar", fldCharType="separate"))
        begun = len(line._p)
        line.add_run(f"{number}\t{heading}" if number else heading)
        line.add_run("\t")
        parts.field(line, f"PAGEREF {mark} \\h", "")
        link = parts.element("hyperlink", anchor=mark, history="1")
        for child in list(line._p)[begun:]:
            link.append(child)
        line._p.append(link)
        if last:
            line.add_run()._r.append(parts.element("fldChar", fldCharType="end"))

    def section(self, section: Section) -> None:
        """A numbered heading, and the blocks below it; wide tables on pages of their own."""
        self._turn(bool(section.blocks) and is_wide(section.blocks[0]))
        heading = self._heading(section.heading, parts.section_mark(section.id))
        if not parts.has_numbers(heading.style):
            self.numbering.heading(heading)
        for block in section.blocks:
            self._turn(is_wide(block))
            self._block(block)

    def _heading(self, text: str, mark: str) -> Any:
        heading = self.made.add_heading("", 1)
        parts.write_text(heading, plain(text))
        self._marks += 1
        parts.bookmark(heading, mark, 9000 + self._marks)
        return heading

    def _block(self, block: Block) -> None:
        body = block.kind != "text"
        if block.text or marks(block):
            self._marked(self.made.add_paragraph(style=parts.LEAD if body else None), block)
        if block.kind == "list":
            list_ = self.numbering.bullets()
            for item in filter(str.strip, map(plain, block.items)):
                paragraph = self.made.add_paragraph(style="List Bullet")
                self.numbering.item(paragraph, list_)
                parts.write_text(paragraph, item)
        elif block.kind == "table" and (block.header or block.rows):
            shares = widths(block.header, block.rows)
            add_table(self.made._body, block.header, block.rows, shares, self._room)
            self._gap()
        elif block.kind == "quote" and block.citations:
            cited = block.citations[0]
            parts.write_text(
                self.made.add_paragraph(style=parts.QUOTED), " ".join(plain(cited.quote).split())
            )
            parts.write_text(self.made.add_paragraph(style=parts.ORIGIN), f"— {origin(cited)}")

    def _marked(self, paragraph: Any, block: Block) -> None:
        text = plain(block.text).strip()
        parts.write_text(paragraph, text)
        behind = marks(block.model_copy(update={"legal": False}))
        for mark, style in ((behind, parts.IDS), (marks(block)[len(behind) :].strip(), parts.NOTE)):
            if mark:
                paragraph.add_run(f"\u00a0{mark}" if paragraph.text else mark, style=style)

    def _gap(self) -> Any:
        """A little room below a table."""
        from docx.shared import Pt

        paragraph = self.made.add_paragraph()
        paragraph.paragraph_format.space_after = Pt(0)
        paragraph.paragraph_format.line_spacing = Pt(6)
        return paragraph

    def _turn(self, wide: bool) -> None:
        """Turn the page on its side, or back, when what comes next needs it."""
        if wide == self._wide:
            return
        from docx.enum.section import WD_ORIENT, WD_SECTION

        page = self.made.add_section(WD_SECTION.NEW_PAGE)
        page.orientation = WD_ORIENT.LANDSCAPE if wide else WD_ORIENT.PORTRAIT
        page.page_width, page.page_height = page.page_height, page.page_width
        self._wide = wide
        self._hide(self.made.element.body.sectPr.getprevious())

    def _hide(self, end: Any) -> None:
        """Give the paragraph that ends a section no height, so that it never takes a page."""
        properties = end.get_or_add_pPr()
        properties.get_or_add_spacing()
        spacing = properties.spacing
        for name, value in (("before", "0"), ("after", "0"), ("line", "20"), ("lineRule", "exact")):
            spacing.set(parts.named(f"w:{name}"), value)

    @property
    def _room(self) -> int:
        """Width of the text on the present page, in twentieths of a point."""
        page = self.made.sections[-1]
        return int((page.page_width - page.left_margin - page.right_margin) / 635)

    def back(self) -> None:
        """The parts after the sections, which cannot be typed into: they are made of the sections."""
        self._turn(False)
        for number, part in enumerate(self.front.back, 1):
            control, content = parts.locked(part.heading)
            body = self.made.element.body
            begun = len(body) - 1  # the page's own properties stand last
            self._heading(part.heading, f"{parts.BACK_MARK}{number}")
            self._part(part)
            _move(list(body)[begun:-1], content)
            body.sectPr.addprevious(control)

    def _part(self, part: Part) -> None:
        if part.table is None:
            self.made.add_paragraph(part.said)
            return
        add_table(self.made._body, part.table.header, part.table.rows, part.table.widths, self._room)
        self._gap()


def _move(children: Iterable[Any], home: Any) -> None:
    for child in children:
        home.append(child)


def _last(story: Any) -> Any:
    """An empty paragraph at the end of a header or footer."""
    paragraph = story.paragraphs[-1] if story.paragraphs else story.add_paragraph()
    return paragraph if not len(paragraph._p.xpath("w:r|w:sdt|w:hyperlink")) else story.add_paragraph()


def _small(paragraph: Any) -> None:
    from docx.shared import Pt, RGBColor

    for run in paragraph.runs:
        run.font.size = Pt(8)
        run.font.color.rgb = RGBColor.from_string(parts.GREY)
