"""Tables of the register of AI systems and their assessments."""

from sqlalchemy import Boolean, Column, Date, ForeignKey, Index, Integer, String, Table, Text

from knowledge.database import METADATA

systems = Table(
    "ai_systems",
    METADATA,
    Column("id", String(32), primary_key=True),
    Column("source", String(200), unique=True),
    Column("name", Text, nullable=False),
    Column("purpose", Text, nullable=False),
    Column("role", String(40), nullable=False),
    Column("owner", Text, nullable=False),
    Column("supplier", Text, nullable=False),
    Column("status", String(20), nullable=False),
    Column("tier", String(20), nullable=False),
    Column("tier_decided", Boolean, nullable=False),
    Column("next_assessment", Date),
    Column("notes", Text, nullable=False),
    Column("added_at", String(27), nullable=False),
    Column("changed_at", String(27), nullable=False),
)
"""AI systems as they stand now; what became of each is on the log. `source` is the key of an imported row."""

interviews = Table(
    "ai_interviews",
    METADATA,
    Column("system", ForeignKey("ai_systems.id", ondelete="CASCADE"), primary_key=True),
    Column("question", String(80), primary_key=True),
    Column("value", Text, nullable=False),
    Column("actor", String(40), nullable=False),
    Column("at", String(27), nullable=False),
)
"""Answers of the interview that is being held on a system, each stored when it is given, as JSON."""

assessments = Table(
    "ai_assessments",
    METADATA,
    Column("id", String(32), primary_key=True),
    Column("system", ForeignKey("ai_systems.id"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("content", Text, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("record", String(32), nullable=False),
    Index("assessments_of_system", "system", "number", unique=True),
)
"""Assessments as they were made: a salt, the chosen answers and the results as JSON, whose hash is on the log
under `record`."""

shares = Table(
    "ai_assessment_words",
    METADATA,
    Column("assessment", ForeignKey("ai_assessments.id"), primary_key=True),
    Column("person", String(40), primary_key=True),
    Column("salt", String(32), nullable=False),
    Column("value", Text, nullable=False),
    Column("erased", Boolean, nullable=False, default=False),
    Index("assessment_words_by_person", "person"),
)
"""What each person wrote for an assessment, as JSON; the record holds its salted hash."""
