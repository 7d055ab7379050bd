"""Writing rows that may be there already, and reading many by key."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite

CHUNK = 500


def add_missing(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Add the rows that are not there yet; one that is there stays as it is."""
    if rows:
        kind = postgresql if connection.dialect.name == "postgresql" else sqlite
        connection.execute(kind.insert(table).on_conflict_do_nothing(), list(rows))


def chunks(keys: Collection[Any]) -> Iterator[list[Any]]:
    """Keys in pieces that a statement can take, each key once and in order, so that two writers cannot deadlock."""
    ordered = sorted(set(keys))
    for start in range(0, len(ordered), CHUNK):
        yield ordered[start : start + CHUNK]
