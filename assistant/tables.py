"""Tables of the assistant beside the log. The queue's are a view of the log that can be made anew from it."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
)

from knowledge.database import METADATA

people = Table(
    "people",
    METADATA,
    Column("id", String(40), primary_key=True),
    Column("name", Text, nullable=False),
    Column("added_at", String(27), nullable=False),
)
"""A pseudonym and whose it is. Erasing a person empties the name."""

accounts = Table(
    "accounts",
    METADATA,
    Column("login", String(300), primary_key=True),
    Column("provider", String(20), nullable=False),
    Column("person", ForeignKey("people.id"), nullable=False),
    Column("roles", Text, nullable=False),
    Column("password", Text),
    Column("failures", Integer, nullable=False, default=0),
    Column("locked_until", String(27)),
    Column("disabled", Boolean, nullable=False, default=False),
    Column("added_at", String(27), nullable=False),
)
"""Ways to sign in; several may belong to one person. `login` of a provider is `issuer|subject`."""

sessions = Table(
    "sessions",
    METADATA,
    Column("token_sha256", String(64), primary_key=True),
    Column("login", ForeignKey("accounts.login", ondelete="CASCADE"), nullable=False),
    Column("roles", Text, nullable=False),
    Column("began_at", String(27), nullable=False),
    Column("ends_at", String(27), nullable=False),
    Column("ended", Boolean, nullable=False, default=False),
)
"""Sign-ins, with the roles they gave; only a hash of what the browser holds is here. One that was ended
early stays until its time is over, so that what the browser holds cannot begin it again."""

items = Table(
    "items",
    METADATA,
    Column("id", String(32), primary_key=True),
    Column("seq", BigInteger, nullable=False),
    Column("kind", String(10), nullable=False),
    Column("title", Text),
    Column("status", String(20), nullable=False),
    Column("state", String(12), nullable=False),
    Column("wanted", Boolean, nullable=False),
    Column("risk", Integer, nullable=False),
    Column("reasons", Text, nullable=False),
    Column("opened_at", String(27), nullable=False),
    Column("changed_at", String(27), nullable=False),
    Column("decided_at", String(27)),
    Column("asker", String(40), nullable=False),
    Column("audience_role", String(20), nullable=False),
    Column("question_key", String(64)),
    Column("assignee", String(40)),
    Column("claimed_by", String(40)),
    Column("claimed_until", String(27)),
    Column("held", String(40)),
    Column("stale", Boolean, nullable=False),
    Index("items_in_order", "wanted", "state", "risk", "opened_at"),
    Index("items_of_question", "question_key"),
    Index("items_by_state", "state", "changed_at"),
)
"""What waits for review or was decided, one row for each answer and draft."""

marks = Table(
    "item_marks",
    METADATA,
    Column("item", ForeignKey("items.id", ondelete="CASCADE"), primary_key=True),
    Column("kind", String(10), primary_key=True),
    Column("value", String(120), primary_key=True),
    Index("marks_by_value", "kind", "value"),
)
"""By what an item is found: its clauses, documents, cited versions and subjects."""

item_records = Table(
    "item_records",
    METADATA,
    Column("item", ForeignKey("items.id", ondelete="CASCADE"), primary_key=True),
    Column("seq", BigInteger, primary_key=True),
)
"""The records of an item, in the order of the log."""

revisions = Table(
    "draft_revisions",
    METADATA,
    Column("draft", String(32), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("sha256", String(64), nullable=False),
    Column("file", Text, nullable=False),
    Column("data", LargeBinary, nullable=False),
    Column("text", Text, nullable=False),
)
"""The bytes of each revision of a draft; what is said of them is on the log."""

controls = Table(
    "controls",
    METADATA,
    Column("name", String(60), primary_key=True),
    Column("value", Text, nullable=False),
    Column("seq", BigInteger, nullable=False),
)
"""How the assistant is switched now, with the record that says so."""

local_only = Table(
    "local_only",
    METADATA,
    Column("document", String(80), primary_key=True),
    Column("seq", BigInteger, nullable=False),
)
"""Documents that no hosted model may get, with the record that says so."""
