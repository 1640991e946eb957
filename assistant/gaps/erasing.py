"""A person's words erased from the statement of applicability."""

from __future__ import annotations

import json
from collections.abc import Sequence

from sqlalchemy import Connection, select, update

from assistant.gaps.tables import soa_rows


def erase(connection: Connection, seqs: Sequence[int]) -> None:
    """Empty the reasons and owners of rows that stand on these records; they are open places then."""
    for row in connection.execute(select(soa_rows).where(soa_rows.c.seq.in_(seqs))).all():
        value = json.dumps({**json.loads(row.value), "reason": "", "owner": ""})
        connection.execute(update(soa_rows).where(soa_rows.c.control == row.control).values(value=value))
