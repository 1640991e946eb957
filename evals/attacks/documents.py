"""The documents of the cases as real files: one function a format, and a place in it for hostile words."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from html import escape

import yaml

from evals.attacks.cases import Carrier, Planted
from evals.attacks.documents_docx import docx
from evals.attacks.documents_pdf import pdf

Made = Callable[[Planted], bytes]


def data_of(planted: Planted) -> bytes:
    """The bytes of the file that a case describes."""
    return _FORMATS[planted.file.rpartition(".")[2].lower()](planted)


def _markdown(planted: Planted) -> bytes:
    front = {"title": planted.title, "owner": planted.owner, "status": planted.status.value}
    body = list(planted.body)
    if planted.carrier is Carrier.MARKDOWN_FRONT:
        front["remark"] = planted.words
    elif planted.carrier is Carrier.MARKDOWN_COMMENT:
        body.append(f"<!-- {planted.words} -->")
    elif planted.hostile:
        body.append(planted.words)
    head = yaml.safe_dump({k: v for k, v in front.items() if v}, allow_unicode=True, sort_keys=False)
    return "\n\n".join([f"---\n{head}---", f"# {planted.title}", *body, ""]).encode()


def _html(planted: Planted) -> bytes:
    """`hostile` stands as it is, so that a case can write markup."""
    wrapped = {
        Carrier.HTML_HIDDEN: f'<div style="display:none"><p>{planted.words}</p></div>',
        Carrier.HTML_COMMENT: f"<!-- {planted.words} -->",
    }.get(planted.carrier, planted.words)
    parts = [f"<p>{escape(part)}</p>" for part in planted.body]
    control = f"<p>Owner: {escape(planted.owner)}</p>" if planted.owner else ""
    title = escape(planted.title)
    page = f"<!doctype html><html><head><title>{title}</title></head><body><h1>{title}</h1>"
    return "\n".join([page, control, *parts, wrapped, "</body></html>"]).encode()


def _csv(planted: Planted) -> bytes:
    """Each line of the body is a row, its cells parted by `|`; the hostile words are one row's last cell."""
    rows = [[cell.strip() for cell in line.split("|")] for line in planted.body]
    if planted.hostile:
        rows.append([*rows[-1][:-1], planted.words])
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue().encode()


def _json(planted: Planted) -> bytes:
    held = {"title": planted.title, "rules": [{"text": part} for part in [*planted.body, planted.words]]}
    return json.dumps(held, ensure_ascii=False).encode()


def _plain(planted: Planted) -> bytes:
    return "\n\n".join([planted.title, *planted.body, planted.words, ""]).encode()


_FORMATS: dict[str, Made] = {
    "csv": _csv,
    "docx": docx,
    "html": _html,
    "json": _json,
    "md": _markdown,
    "pdf": pdf,
    "txt": _plain,
}
