"""Tables of what is being written, beside the log."""

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, Integer, String, Table, Text

from knowledge.database import METADATA

profile_entries = Table(
    "profile_entries",
    METADATA,
    Column("key", String(60), primary_key=True),
    Column("lines", Text, nullable=False),
    Column("seq", BigInteger, nullable=False),
)
"""What the organisation says of itself, as a JSON list of lines, with the record of the last change."""

manuscripts = Table(
    "manuscripts",
    METADATA,
    Column("id", String(32), primary_key=True),
    Column("type", String(60), nullable=False),
    Column("title", Text, nullable=False),
    Column("header", Text, nullable=False),
    Column("revises", String(80)),
    Column("base", String(32)),
    Column("system", String(80)),
    Column("sources", Text, nullable=False),
    Column("newest", Integer, nullable=False),
    Column("draft", String(32)),
    Column("discarded", Boolean, nullable=False, default=False),
    Column("began_by", String(40), nullable=False),
    Column("began_as", String(20), nullable=False),
    Column("began_at", String(27), nullable=False),
    Column("changed_at", String(27), nullable=False),
    Index("manuscripts_by_change", "changed_at"),
)
"""A document that is being written. `base` is the version from which a revision of one began, `sources`
(JSON) are the versions that it ever rested on, `newest` is the number of the newest revision (0: none yet),
`draft` the draft under which it was submitted."""

manuscript_answers = Table(
    "manuscript_answers",
    METADATA,
    Column("manuscript", ForeignKey("manuscripts.id"), primary_key=True),
    Column("question", String(120), primary_key=True),
    Column("value", Text, nullable=False),
    Column("by", String(40), nullable=False),
    Column("at", String(27), nullable=False),
    Index("answers_by_person", "by"),
)
"""Answers to the intake, as JSON of `Given`."""

manuscript_writers = Table(
    "manuscript_writers",
    METADATA,
    Column("manuscript", ForeignKey("manuscripts.id"), primary_key=True),
    Column("person", String(40), primary_key=True),
)
"""Whoever ever answered in a manuscript or said what stands at its head, also when the answer is gone."""

manuscript_revisions = Table(
    "manuscript_revisions",
    METADATA,
    Column("manuscript", ForeignKey("manuscripts.id"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("seq", BigInteger, nullable=False),
    Column("salt", String(32), nullable=False),
    Column("document", Text, nullable=False),
    Column("intake", Text, nullable=False),
    Column("why", String(20), nullable=False),
    Column("by", String(40), nullable=False),
    Column("role", String(20), nullable=False),
    Column("at", String(27), nullable=False),
    Column("erased", Boolean, nullable=False, default=False),
    Index("manuscript_revisions_by_person", "by"),
)
"""Every revision, whole, with the answers that it was made from; its record on the log binds both."""
