"""CSV and TSV: each record is a row."""

from __future__ import annotations

import csv
import io

from knowledge.formats.builder import Builder
from knowledge.formats.result import Parsed
from knowledge.formats.rows import write_table


def parse(text: str, name: str) -> Parsed:
    """Read comma-, semicolon- or tab-separated records; the first one names the fields."""
    csv.field_size_limit(10_000_000)
    sample = text[:20_000].split("\n", 1)[0]
    tab = name.lower().endswith(".tsv") or ("\t" in sample and "," not in sample)
    delimiter = "\t" if tab else max(",;", key=sample.count)
    rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    builder = Builder()
    write_table(builder, rows, labels=True)
    media = "text/tab-separated-values" if tab else "text/csv"
    return Parsed(builder, media)
