"""Writing rows that may be there already, and reading many by key."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Table, text
from sqlalchemy.dialects import postgresql, sqlite

CHUNK = 500
BANDS_AT_ONCE = """
INSERT INTO bands (scheme, band, hash, unit)
SELECT :scheme, * FROM unnest(CAST(:bands AS smallint[]), CAST(:hashes AS bigint[]), CAST(:units AS bigint[]))
ON CONFLICT DO NOTHING"""
DROP_BANDS = "DELETE FROM bands WHERE scheme = :scheme AND band = :band AND hash = :hash AND unit = :unit"
BANDS_ONE_BY_ONE = "INSERT INTO bands (scheme, band, hash, unit) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING"


def add_missing(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Add the rows that are not there yet; one that is there stays as it is."""
    if rows:
        kind = postgresql if connection.dialect.name == "postgresql" else sqlite
        connection.execute(kind.insert(table).on_conflict_do_nothing(), list(rows))


def add_bands(connection: Connection, scheme: int, rows: Sequence[tuple[int, int, int]]) -> None:
    """Add bucket entries (band, hash, unit) that are not there yet: by far the most rows, so past all conveniences."""
    if not rows:
        return
    if connection.dialect.name == "postgresql":
        bands, hashes, units = zip(*rows, strict=True)
        arrays = {"scheme": scheme, "bands": list(bands), "hashes": list(hashes), "units": list(units)}
        connection.execute(text(BANDS_AT_ONCE), arrays)
    else:
        connection.exec_driver_sql(BANDS_ONE_BY_ONE, [(scheme, *row) for row in rows])


def drop_bands(connection: Connection, rows: Sequence[tuple[int, int, int, int]]) -> None:
    """Take away bucket entries (scheme, band, hash, unit)."""
    if rows:
        names = ("scheme", "band", "hash", "unit")
        connection.execute(text(DROP_BANDS), [dict(zip(names, row, strict=True)) for row in rows])


def chunks(keys: Collection[Any]) -> Iterator[list[Any]]:
    """Keys in pieces that a statement can take, each key once and in order, so that two writers cannot deadlock."""
    ordered = sorted(set(keys))
    for start in range(0, len(ordered), CHUNK):
        yield ordered[start : start + CHUNK]
