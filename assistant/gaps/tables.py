"""Tables of the gap assessment and the statement of applicability, beside the log."""

from sqlalchemy import BigInteger, Column, Index, Integer, String, Table, Text

from knowledge.database import METADATA

assessments = Table(
    "gap_assessments",
    METADATA,
    Column("key", String(120), primary_key=True),
    Column("role", String(20), nullable=False),
    Column("value", Text, nullable=False),
    Column("seq", BigInteger, nullable=False),
)
"""Assessments that were made, one for each role, with the record that holds the hash of each; they can be
deleted and come back the same."""

overrulings = Table(
    "gap_overrulings",
    METADATA,
    Column("seq", BigInteger, primary_key=True),
    Column("requirement", String(20), nullable=False),
    Index("overrulings_of_requirement", "requirement", "seq"),
)
"""The records by which people overruled the assessment or took that back."""

soa_rows = Table(
    "soa_rows",
    METADATA,
    Column("control", String(40), primary_key=True),
    Column("place", Integer, nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("value", Text, nullable=False),
)
"""The statement of applicability as it stands, one row for each control somebody filled."""
