"""Build the sample organisation's files: `python -m knowledge.data.sample.build [FOLDER]`.

The same sources give the same bytes, so that a rebuild changes nothing in a library.
"""

from __future__ import annotations

import io
import sys
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import typst
import yaml
from docx import Document
from markdown_it import MarkdownIt
from markdown_it.token import Token

from knowledge.data.sample import FILES

SOURCES = Path(__file__).parent / "sources"
_MOMENT = datetime(2026, 1, 1, tzinfo=UTC)
_SHOWN = (
    "owner",
    "version",
    "status",
    "effective from",
    "effective until",
    "audience",
    "classification",
)
_LAYOUT = """#set document(title: {title}, date: none)
#set page(paper: "a4", margin: 2.4cm, numbering: "1")
#set text(size: 11pt, lang: "en")
#set par(leading: 0.75em, spacing: 1.3em)
#show heading: set block(above: 1.8em, below: 1em)
"""


@dataclass(frozen=True, slots=True)
class Source:
    """One source: front matter, and the Markdown after it."""

    control: Mapping[str, str]
    body: str


def sources() -> Iterator[Source]:
    """Every source, in order of its name."""
    for path in sorted(SOURCES.glob("*.md")):
        _, front, body = path.read_text("utf-8").split("---\n", 2)
        values = yaml.safe_load(front)
        yield Source({key: str(value) for key, value in values.items()}, body)


def build(folder: Path = FILES) -> list[Path]:
    """Write every document below a folder; returns their paths."""
    write: dict[str, Callable[[Source], bytes]] = {
        ".pdf": as_pdf,
        ".docx": as_docx,
        ".md": as_markdown,
    }
    paths = []
    for source in sources():
        path = folder / source.control["file"]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(write[path.suffix](source))
        paths.append(path)
    return paths


def as_markdown(source: Source) -> bytes:
    """The source, with front matter that holds its document control."""
    kept = {key: value for key, value in source.control.items() if key != "file"}
    front = yaml.safe_dump(kept, sort_keys=False, allow_unicode=True)
    return f"---\n{front}---\n{source.body}".encode()


def as_pdf(source: Source) -> bytes:
    """The source set by Typst; document control stands below the title."""
    lines = [_LAYOUT.format(title=_quoted(source.control["title"]))]
    for kind, level, text in _blocks(source.body):
        if kind == "heading":
            lines.append(f"#heading(level: {level}, {_quoted(text)})")
            if level == 1:
                lines += [f"#text({_quoted(line)}) \\" for line in _control_lines(source)]
        else:
            mark = "- " if kind == "item" else ""
            lines.append(f"{mark}#text({_quoted(text)})")
        lines.append("")
    pdf = typst.compile("\n".join(lines).encode(), timestamp=int(_MOMENT.timestamp()))
    assert isinstance(pdf, bytes)
    return pdf


def as_docx(source: Source) -> bytes:
    """The source as a Word document; document control stands in a table."""
    document = Document()
    core = document.core_properties
    core.title, core.author = source.control["title"], source.control["owner"]
    core.created = core.modified = _MOMENT
    for kind, level, text in _blocks(source.body):
        if kind == "heading":
            document.add_heading(text, level)
            if level == 1:
                _control_table(document, source)
        else:
            document.add_paragraph(text, style="List Bullet" if kind == "item" else None)
    buffer = io.BytesIO()
    document.save(buffer)
    return _without_times(buffer.getvalue())


def _control_table(document: Document, source: Source) -> None:
    table = document.add_table(rows=0, cols=2)
    for line in _control_lines(source):
        name, _, value = line.partition(": ")
        cells = table.add_row().cells
        cells[0].text, cells[1].text = name, value


def _control_lines(source: Source) -> list[str]:
    return [f"{key.capitalize()}: {source.control[key]}" for key in _SHOWN if key in source.control]


def _blocks(body: str) -> Iterator[tuple[str, int, str]]:
    tokens = MarkdownIt().parse(body)
    inside = 0
    for place, token in enumerate(tokens):
        if token.type in ("list_item_open", "list_item_close"):
            inside += 1 if token.nesting > 0 else -1
        elif token.type == "heading_open":
            yield "heading", int(token.tag[1]), tokens[place + 1].content
        elif token.type == "inline" and not _is_title(tokens, place):
            yield ("item" if inside else "paragraph"), 0, token.content


def _is_title(tokens: list[Token], place: int) -> bool:
    return tokens[place - 1].type == "heading_open"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _without_times(data: bytes) -> bytes:
    """The archive with the same time on every entry."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(buffer, "w") as new:
        for entry in old.infolist():
            fixed = zipfile.ZipInfo(entry.filename, (2026, 1, 1, 0, 0, 0))
            fixed.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(fixed, old.read(entry))
    return buffer.getvalue()


if __name__ == "__main__":
    for built in build(Path(sys.argv[1]) if len(sys.argv) > 1 else FILES):
        print(built)
