"""The SQL database: its tables, how it is opened, and what a write is.

SQLite is the default (one file in the home folder); any PostgreSQL 15+ address works the same. Every
write runs in one transaction that holds the writer's lock from its first statement, so that two
processes cannot both read "the last record" and fork the log.
"""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    Date,
    Engine,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    create_engine,
    event,
    inspect,
    text,
)
from sqlalchemy.engine import make_url

METADATA = MetaData()

corpus = Table(
    "corpus",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("revision", Integer, nullable=False),
)
"""One row: a number that grows with every change of the library."""

documents = Table(
    "documents",
    METADATA,
    Column("id", String(80), primary_key=True),
    Column("source", Text, nullable=False, unique=True),
    Column("file", Text, nullable=False),
    Column("added_at", String(27), nullable=False),
)

versions = Table(
    "versions",
    METADATA,
    Column("id", String(32), primary_key=True),
    Column("document_id", ForeignKey("documents.id", ondelete="CASCADE"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("media_type", String(100), nullable=False),
    Column("title", Text, nullable=False),
    Column("kind", String(20), nullable=False),
    Column("owner", Text),
    Column("audience", Text, nullable=False),
    Column("status", String(20), nullable=False),
    Column("label", Text),
    Column("since", Date),
    Column("until", Date),
    Column("withdrawn_at", String(27)),
    Column("added_at", String(27), nullable=False),
    Column("pages", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("data", LargeBinary, nullable=False),
    Index("versions_of_document", "document_id", "number", unique=True),
)

passages = Table(
    "passages",
    METADATA,
    Column("id", String(32), primary_key=True),
    Column("version_id", ForeignKey("versions.id", ondelete="CASCADE"), nullable=False),
    Column("ordinal", Integer, nullable=False),
    Column("start", Integer, nullable=False),
    Column("end", Integer, nullable=False),
    Column("section", Text, nullable=False),
    Column("page", Integer),
    Column("head_start", Integer),
    Column("head_end", Integer),
    Column("embed_key", String(32), nullable=False),
    Index("passages_of_version", "version_id", "ordinal", unique=True),
)

records = Table(
    "records",
    METADATA,
    Column("seq", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=False),
    Column("id", String(32), nullable=False, unique=True),
    Column("at", String(27), nullable=False),
    Column("kind", String(30), nullable=False, index=True),
    Column("body", Text, nullable=False),
    Column("previous", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
)
"""The log: append-only by trigger, each row bound to the one before it."""

personal = Table(
    "personal",
    METADATA,
    Column("seq", ForeignKey("records.seq"), primary_key=True),
    Column("field", String(30), primary_key=True),
    Column("salt", String(32), nullable=False),
    Column("value", Text, nullable=False),
    Column("erased", Boolean, nullable=False, default=False),
)
"""Words that a person typed, beside the chain: the record holds their salted hash only."""

_SQLITE_GUARDS = [
    "CREATE TRIGGER IF NOT EXISTS records_no_update BEFORE UPDATE ON records "
    "BEGIN SELECT RAISE(ABORT, 'the log only grows'); END",
    "CREATE TRIGGER IF NOT EXISTS records_no_delete BEFORE DELETE ON records "
    "BEGIN SELECT RAISE(ABORT, 'the log only grows'); END",
    # INSERT OR REPLACE deletes without firing the trigger for DELETE
    "CREATE TRIGGER IF NOT EXISTS records_no_replace BEFORE INSERT ON records "
    "WHEN EXISTS (SELECT 1 FROM records WHERE seq = NEW.seq OR id = NEW.id) "
    "BEGIN SELECT RAISE(ABORT, 'the log only grows'); END",
]
_SQLITE_PRAGMAS = (
    "busy_timeout=30000",
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
    "secure_delete=ON",  # erased words leave the file, not only the table
)
_POSTGRES_GUARDS = [
    "CREATE OR REPLACE FUNCTION log_only_grows() RETURNS trigger AS $$ "
    "BEGIN RAISE EXCEPTION 'the log only grows'; END $$ LANGUAGE plpgsql",
    "CREATE OR REPLACE TRIGGER records_only_grow BEFORE UPDATE OR DELETE OR TRUNCATE ON records "
    "FOR EACH STATEMENT EXECUTE FUNCTION log_only_grows()",
]
_POSTGRES_WRITER = 0x436C6175
"""Advisory lock number of the one writer ("Clau")."""


class Database:
    """An opened database. Reads see one consistent state; writes are serialised."""

    def __init__(self, url: str) -> None:
        """Open `url` (SQLAlchemy form) and create what is missing."""
        self.engine = _engine(url)
        self._create()

    @classmethod
    def in_home(cls, home: Path) -> "Database":
        """The default: one SQLite file in the home folder."""
        home.mkdir(parents=True, exist_ok=True)
        return cls(f"sqlite:///{home / 'clausewise.db'}")

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection on one consistent snapshot."""
        snapshot = {"isolation_level": "REPEATABLE READ"} if self.engine.dialect.name == "postgresql" else {}
        with self.engine.connect().execution_options(**snapshot) as connection, connection.begin():
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction that is the only writer until it ends."""
        with self.engine.connect().execution_options(writer=True) as connection, connection.begin():
            if self.engine.dialect.name == "postgresql":
                connection.execute(text("SELECT pg_advisory_xact_lock(:n)"), {"n": _POSTGRES_WRITER})
            yield connection

    def purge(self) -> None:
        """Have what was deleted leave SQLite's files; PostgreSQL does so by its own VACUUM."""
        if self.engine.dialect.name == "sqlite":
            with closing(self.engine.raw_connection()) as connection:
                connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        """Release every connection."""
        self.engine.dispose()

    def _create(self) -> None:
        """Make the tables that are missing: all of a new database, new ones of an older one."""
        with self.read() as connection:
            if set(METADATA.tables) <= set(inspect(connection).get_table_names()):
                return
        with self.write() as connection:
            METADATA.create_all(connection)
            postgres = self.engine.dialect.name == "postgresql"
            for statement in _POSTGRES_GUARDS if postgres else _SQLITE_GUARDS:
                connection.exec_driver_sql(statement)
            if connection.execute(corpus.select()).first() is None:
                connection.execute(corpus.insert().values(id=1, revision=0))


def _engine(url: str) -> Engine:
    parsed = make_url(url)
    engine = create_engine(parsed)
    if parsed.get_backend_name() == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _: object) -> None:
    connection.isolation_level = None  # we send BEGIN ourselves
    # bytes that are no UTF-8 can only come from tampering; they must be readable to be found
    connection.text_factory = lambda data: data.decode("utf-8", "surrogateescape")
    for pragma in _SQLITE_PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    writer = connection.get_execution_options().get("writer")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writer else "BEGIN")
