"""Statements whose words are known beforehand, told to the database as they are.

SQLAlchemy puts statements together and looks through what they bind. What is told with each upload needs neither.
"""

import re
from collections.abc import Mapping
from functools import cache
from typing import Any, Final

from sqlalchemy import Connection, CursorResult

_BOUND: Final = re.compile(r"(?<!:):(\w+)")


def tell(connection: Connection, statement: str, values: Mapping[str, Any]) -> CursorResult[Any]:
    """What the database answers to a statement of PRISM's own.

    Args:
        connection: where.
        statement: SQL that both databases understand, with ``:name`` where a value stands, and no percent sign.
        values: by name; more than the statement names do no harm.
    """
    words = statement if connection.dialect.name == "sqlite" else _for_psycopg(statement)
    return connection.exec_driver_sql(words, values)


@cache
def _for_psycopg(statement: str) -> str:
    return _BOUND.sub(r"%(\1)s", statement)
