"""Markdown: a whole document as a file, and a section as the text that a person edits by hand, and back."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from assistant.drafting.document import Block, Document, Section
from assistant.exporting.front import columns, front, marked, origin, plain
from assistant.exporting.returning import Former, Found, blocks, unmarked

_BEGINS = re.compile(r"^(?=[-+*>|])")
_BEGUN = re.compile(r"^\\(?=[-+*>|])")
_BEGINS_MARKDOWN = re.compile(r"^(?:(?=[-+>#|=])|(\d+)(?=[.)]))")
_MARKUP = re.compile(r"[\\`*<]|~~|\](?=[(\[:])|&(?=#?\w+;)|\b_|_\b|!(?=\[)")
_ITEM = re.compile(r"^[-+*]\s+(.*)$|^[-+*]$")
_RULE = re.compile(r"^\|?(\s*:?-+:?\s*\|)+(\s*:?-+:?\s*)?$")

Escape = Callable[[str], str]


def write(document: Document) -> str:
    """The document as Markdown, with its control table, contents and lists at the end."""
    made = front(document)
    parts = [f"# {_shown(document.header.title)}", _grid(("", ""), made.control, _shown)]
    for number, section in enumerate(document.sections, 1):
        parts.append(f"## {number} {_shown(section.heading)}")
        parts += (_block(block, _shown, "\n\n") for block in section.blocks)
    for part in made.back:
        parts.append(f"## {part.heading}")
        parts.append(_grid(part.table.header, part.table.rows, _shown) if part.table else part.said)
    return "\n\n".join(filter(None, parts)) + "\n"


def section_text(section: Section) -> str:
    """A section as it is edited by hand: paragraphs between empty lines, ids in brackets behind them.

    Lists have lines that begin with "- ", tables lines between bars, quotes lines that begin with "> ".
    Everything else is the text itself: stars and low lines mean nothing.
    """
    return "\n\n".join(filter(None, (_block(block, _kept, "\n") for block in section.blocks)))


def section_blocks(text: str, before: Section) -> tuple[Block, ...]:
    """The blocks of an edited text. What stands as it stood keeps its sources, answers and ids.

    A quote whose words were changed loses its source and is plain text.
    """
    former = Former((before,))
    return blocks(_founds(text), before.id, former)


def _block(block: Block, escape: Escape, between: str) -> str:
    lead = _lines(marked(block), escape)
    body = ""
    if block.kind == "list":
        items = (" ".join(plain(item).split()) for item in block.items)
        body = "\n".join(f"- {escape(item)}" for item in items if item)
    elif block.kind == "table" and (block.header or block.rows):
        body = _grid(block.header, block.rows, escape)
    elif block.kind == "quote" and block.citations:
        cited = block.citations[0]
        words = _lines(plain(cited.quote).strip(), escape).split("\n")
        body = "\n".join(f"> {line}" for line in [*words, f"— {escape(origin(cited))}"])
    return between.join(filter(None, (lead, body)))


def _lines(text: str, escape: Escape) -> str:
    """Text without empty lines, each line of it escaped."""
    lines = (" ".join(line.split()) for line in text.split("\n"))
    return "\n".join(escape(line) for line in lines if line)


def _grid(header: Sequence[str], rows: Sequence[Sequence[str]], escape: Escape) -> str:
    count = columns(header, rows)
    head = list(header) if header else [""] * count
    lines = [_bars(head, count, escape), "|" + " --- |" * count]
    return "\n".join([*lines, *(_bars(row, count, escape) for row in rows)])


def _bars(row: Sequence[str], count: int, escape: Escape) -> str:
    cells = [" ".join(plain(cell).split()) for cell in row]
    shown = (escape(cell).replace("|", "\\|") for cell in [*cells, *[""] * (count - len(cells))])
    return f"| {' | '.join(shown)} |"


def _kept(text: str) -> str:
    """What is edited by hand has one mark only: a backslash, before what would begin a list or end a cell."""
    return _BEGINS.sub(r"\\", text.replace("\\", "\\\\"))


def _shown(text: str) -> str:
    """Text that Markdown shows as it stands."""
    marked_up = _MARKUP.sub(lambda found: f"\\{found.group()}", " ".join(plain(text).split()))
    return _BEGINS_MARKDOWN.sub(r"\1\\", marked_up)


def _founds(text: str) -> Iterator[Found]:
    """The blocks of an edited text; a lead-in and its list, table or quote are one."""
    lead = ""
    for chunk in re.split(r"\n\s*\n", plain(text).strip()):
        for found in _chunk([line.strip() for line in chunk.split("\n") if line.strip()]):
            body = bool(found.items or found.rows or found.header or found.quote)
            if body and not found.text and lead:
                yield Found(lead, found.items, found.header, found.rows, found.quote)
                lead = ""
                continue
            if lead:
                yield Found(text=lead)
            lead = found.text if not body and _leads(found.text) else ""
            if not lead:
                yield found
    if lead:
        yield Found(text=lead)


def _leads(text: str) -> bool:
    return unmarked(text)[0].endswith(":")


def _chunk(lines: Sequence[str]) -> Iterator[Found]:
    """What stands between two empty lines: runs of text, items, rows and quoted lines."""
    place = 0
    while place < len(lines):
        begun = place
        while place < len(lines) and _kind(lines[place]) == "text":
            place += 1
        lead = "\n".join(_plain_line(line) for line in lines[begun:place])
        kind = _kind(lines[place]) if place < len(lines) else ""
        begun = place
        while place < len(lines) and _kind(lines[place]) == kind:
            place += 1
        yield _body(kind, lead, lines[begun:place])


def _kind(line: str) -> str:
    if _ITEM.match(line):
        return "item"
    return {"|": "row", ">": "quote"}.get(line[0], "text")


def _plain_line(line: str) -> str:
    """What a line says, without the backslashes that keep it from meaning more."""
    return _BEGUN.sub("", line).replace("\\\\", "\\")


def _body(kind: str, lead: str, lines: Sequence[str]) -> Found:
    if kind == "item":
        return Found(lead, items=tuple(_plain_line(line[1:].strip()) for line in lines))
    if kind == "row":
        rows = [_cells(line) for line in lines]
        if len(lines) > 1 and _RULE.match(lines[1]):
            return Found(lead, header=rows[0] if any(rows[0]) else (), rows=tuple(rows[2:]))
        return Found(lead, rows=tuple(rows))
    if kind == "quote":
        words = [line[1:].strip() for line in lines]
        words = words[:-1] if len(words) > 1 and words[-1].startswith("— ") else words
        return Found(lead, quote="\n".join(_plain_line(word) for word in words))
    return Found(lead)


def _cells(line: str) -> tuple[str, ...]:
    inner = re.sub(r"^\||(?<!\\)\|$", "", line)
    return tuple(_plain_line(cell.strip().replace("\\|", "|")) for cell in re.split(r"(?<!\\)\|", inner))
