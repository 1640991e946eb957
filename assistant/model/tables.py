"""The table of what the language model has used, beside the log."""

from sqlalchemy import BigInteger, Column, Date, Integer, Table

from knowledge.database import METADATA

model_use = Table(
    "model_use",
    METADATA,
    Column("day", Date, primary_key=True),
    Column("requests", Integer, nullable=False),
    Column("tokens", BigInteger, nullable=False),
)
"""Requests and tokens of a day, of all processes together; what is running is counted at its most."""
