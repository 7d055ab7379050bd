"""Questions to the index, each a few statements whatever the store holds: bounded, and the oldest come first.

A bucket may be as full as an attacker likes. No more than its oldest units are looked at, rare buckets are looked at
before full ones, and what was left out is part of the answer.
"""

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, text

from prism.corpus import Candidates, Dropped, Hit, Index

BUCKET: Final = 200
"""Units of one bucket that are looked at: the oldest."""
COUNTED: Final = 10_000
"""Up to how many units of a bucket are counted."""
ROWS: Final = 20_000
"""Rows of all buckets of one question that are looked at."""
SAME: Final = 50
"""Snapshots that one unit or file is traced to, and submissions that one snapshot is: the oldest."""
LAST: Final = 2**63 - 1

# One parameter carries everything that is asked about, as JSON: a list of short lists.
ASKED = {
    "sqlite": "SELECT {sqlite} FROM json_each(:asked) AS item",
    "postgresql": "SELECT {postgresql} FROM json_array_elements(CAST(:asked AS json)) AS item(value)",
}
TYPES = {"int": "bigint", "text": "text"}
# Each asked thing is looked up in an index, in this order; left to themselves, planners read whole tables now and then.
EACH = {
    "sqlite": "CROSS JOIN {table} {alias} ON {condition}",
    "postgresql": "CROSS JOIN LATERAL (SELECT * FROM {table} {alias} WHERE {condition} OFFSET 0) {alias}",
}
STEER = "SELECT set_config('enable_seqscan', 'off', true), set_config('enable_bitmapscan', 'off', true)"

IN_BUCKET = "b.scheme = :scheme AND b.band = a.band AND b.hash = a.hash"
# Submissions that count; of a snapshot that was handed in very often, the oldest of them.
VISIBLE = """s.snapshot = {alias}.snapshot AND s.id <> :without AND s.received_at < :before
  AND s.received_at <= COALESCE((SELECT t.received_at FROM submissions t WHERE t.snapshot = {alias}.snapshot
                                 ORDER BY t.received_at LIMIT 1 OFFSET :same), :last)"""
SIZES = f"""
SELECT a.n, a.band, a.hash,
       (SELECT count(*) FROM (SELECT 1 FROM bands b WHERE {IN_BUCKET} LIMIT :counted) c) AS size,
       COALESCE((SELECT b.unit FROM bands b WHERE {IN_BUCKET} ORDER BY b.unit LIMIT 1 OFFSET :bucket), :last) AS until
FROM asked a"""  # noqa: S608 - what is put together is constant


def _each(dialect: str, table: str, alias: str, condition: str) -> str:
    return EACH[dialect].format(table=table, alias=alias, condition=condition)


def _shared(dialect: str) -> str:
    bands = _each(dialect, "bands", "b", f"{IN_BUCKET} AND b.unit <= a.until")
    return f"SELECT a.n, b.unit, count(*) FROM asked a {bands} GROUP BY a.n, b.unit"  # noqa: S608 - constant


def _same_units(dialect: str) -> str:
    units = _each(dialect, "units", "u", "u.scheme = :scheme AND u.digest = a.digest")
    return f"SELECT a.n, u.id FROM asked a {units}"  # noqa: S608 - constant


def _places(dialect: str) -> str:
    places = _each(
        dialect,
        "occurrences",
        "o",
        """o.unit = a.unit AND o.snapshot <= COALESCE((SELECT p.snapshot FROM occurrences p WHERE p.unit = a.unit
           ORDER BY p.snapshot LIMIT 1 OFFSET :same), :last)""",
    )
    submissions = _each(dialect, "submissions", "s", VISIBLE.format(alias="o"))
    order = "ORDER BY s.received_at, s.id, o.number"
    return f"SELECT o.unit, s.id, o.number FROM asked a {places} {submissions} {order}"  # noqa: S608 - constant


def _same_files(dialect: str) -> str:
    files = _each(
        dialect,
        "snapshot_files",
        "f",
        """f.blob = a.digest AND f.snapshot <= COALESCE((SELECT g.snapshot FROM snapshot_files g
           WHERE g.blob = a.digest ORDER BY g.snapshot LIMIT 1 OFFSET :same), :last)""",
    )
    submissions = _each(dialect, "submissions", "s", VISIBLE.format(alias="f"))
    order = "ORDER BY s.received_at, s.id, f.path"
    return f"SELECT f.blob, s.id, f.path FROM asked a {files} {submissions} {order}"  # noqa: S608 - constant


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """Which earlier submissions count for a question."""

    without: str = ""
    before: int = LAST

    def bounds(self) -> dict[str, Any]:
        """What every statement about submissions is given."""
        return {"without": self.without, "before": self.before, "same": SAME - 1, "last": LAST}


def near(connection: Connection, scheme: int, index: Index, view: View) -> Candidates:
    """Earlier units that share a bucket with one of the index."""
    asked = [(n, band, value) for n, unit in enumerate(index.units) for band, value in enumerate(unit.buckets)]
    looked_at, dropped = _rare_first(_sizes(connection, scheme, asked))
    shared = _ask(
        connection,
        _shared(connection.dialect.name),
        {"n": "int", "band": "int", "hash": "int", "until": "int"},
        looked_at,
        scheme=scheme,
    )
    found: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for n, unit, bands in shared:
        found[unit].append((n, bands))
    return Candidates(hits=_hits(connection, found, view), dropped=dropped)


def same_units(connection: Connection, scheme: int, index: Index, view: View) -> Candidates:
    """Earlier units with the digest of one of the index."""
    rows = _ask(
        connection,
        _same_units(connection.dialect.name),
        {"n": "int", "digest": "text"},
        [(n, unit.digest) for n, unit in enumerate(index.units)],
        scheme=scheme,
    )
    found: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for n, unit in rows:
        found[unit].append((n, 0))
    return Candidates(hits=_hits(connection, found, view))


def same_files(connection: Connection, digests: Collection[str], view: View) -> dict[str, list[tuple[str, str]]]:
    """The oldest submissions and paths of files with these digests."""
    rows = _ask(
        connection,
        _same_files(connection.dialect.name),
        {"digest": "text"},
        [(digest,) for digest in sorted(set(digests))],
        **view.bounds(),
    )
    found: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for digest, submission, path in rows:
        found[digest].append((submission, path))
    return dict(found)


def _sizes(
    connection: Connection, scheme: int, asked: Sequence[tuple[int, int, int]]
) -> list[tuple[int, int, int, int, int]]:
    """Of each bucket that is not empty: who asks, which, how many units it holds, the last unit to look at."""
    rows = _ask(
        connection,
        SIZES,
        {"n": "int", "band": "int", "hash": "int"},
        asked,
        scheme=scheme,
        counted=COUNTED,
        bucket=BUCKET - 1,
        last=LAST,
    )
    return [(n, band, value, size, until) for n, band, value, size, until in rows if size]


def _rare_first(
    buckets: Iterable[tuple[int, int, int, int, int]],
) -> tuple[list[tuple[int, int, int, int]], tuple[Dropped, ...]]:
    """The buckets to look at, and what of them or of others is left out."""
    left = ROWS
    looked_at: list[tuple[int, int, int, int]] = []
    dropped: list[Dropped] = []
    for n, band, value, size, until in sorted(buckets, key=lambda bucket: (bucket[3], bucket)):
        kept = min(size, BUCKET) if left >= min(size, BUCKET) else 0
        left -= kept
        if kept:
            looked_at.append((n, band, value, until))
        if kept < size:
            dropped.append(Dropped(asked=n, band=band, kept=kept, at_least=size))
    return looked_at, tuple(reversed(dropped))


def _hits(connection: Connection, found: Mapping[int, Sequence[tuple[int, int]]], view: View) -> tuple[Hit, ...]:
    """Where units stand, by the units that found them."""
    rows = _ask(
        connection,
        _places(connection.dialect.name),
        {"unit": "int"},
        [(unit,) for unit in sorted(found)],
        **view.bounds(),
    )
    return tuple(
        Hit(asked=n, submission=submission, unit=number, bands=bands)
        for unit, submission, number in rows
        for n, bands in found[unit]
    )


def _ask(
    connection: Connection, question: str, columns: Mapping[str, str], asked: Sequence[object], **parameters: object
) -> Sequence[Any]:
    """The answers to a statement about a table ``asked`` with these columns."""
    if not asked:
        return ()
    dialect = connection.dialect.name
    listed = {
        "sqlite": ", ".join(f"json_extract(item.value, '$[{n}]') AS {name}" for n, name in enumerate(columns)),
        "postgresql": ", ".join(
            f"CAST(item.value ->> {n} AS {TYPES[kind]}) AS {name}" for n, (name, kind) in enumerate(columns.items())
        ),
    }
    table = ASKED[dialect].format(**listed)
    if dialect == "postgresql":
        connection.execute(text(STEER))
    statement = text(f"WITH asked AS MATERIALIZED ({table}) {question}")
    return connection.execute(statement, {"asked": json.dumps(asked), **parameters}).all()
