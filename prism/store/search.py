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
VISIBLE = """s.id <> :without AND s.received_at < :before
  AND s.received_at <= COALESCE((SELECT t.received_at FROM submissions t WHERE t.snapshot = s.snapshot
                                 ORDER BY t.received_at LIMIT 1 OFFSET :same), :last)"""
"""Submissions that count; of a snapshot that was handed in very often, the oldest of them."""
_BUCKET = "FROM bands b WHERE b.scheme = :scheme AND b.band = a.band AND b.hash = a.hash"
SIZES = f"""
SELECT a.n, a.band, a.hash,
       (SELECT count(*) FROM (SELECT 1 {_BUCKET} LIMIT :counted) c) AS size,
       COALESCE((SELECT b.unit {_BUCKET} ORDER BY b.unit LIMIT 1 OFFSET :bucket), :last) AS until
FROM asked a"""  # noqa: S608 - what is put together is constant
SHARED = """
SELECT a.n, b.unit, count(*)
FROM asked a CROSS JOIN bands b
WHERE b.scheme = :scheme AND b.band = a.band AND b.hash = a.hash AND b.unit <= a.until
GROUP BY a.n, b.unit"""
SAME_UNITS = """
SELECT a.n, u.id FROM asked a CROSS JOIN units u WHERE u.scheme = :scheme AND u.digest = a.digest"""
PLACES = f"""
SELECT o.unit, s.id, o.number
FROM asked a CROSS JOIN occurrences o JOIN submissions s ON s.snapshot = o.snapshot
WHERE o.unit = a.unit
  AND o.snapshot <= COALESCE((SELECT p.snapshot FROM occurrences p WHERE p.unit = a.unit
                              ORDER BY p.snapshot LIMIT 1 OFFSET :same), :last)
  AND {VISIBLE}
ORDER BY s.received_at, s.id, o.number"""  # noqa: S608 - what is put together is constant
SAME_FILES = f"""
SELECT f.blob, s.id, f.path
FROM asked a CROSS JOIN snapshot_files f JOIN submissions s ON s.snapshot = f.snapshot
WHERE f.blob = a.digest
  AND f.snapshot <= COALESCE((SELECT g.snapshot FROM snapshot_files g WHERE g.blob = a.digest
                              ORDER BY g.snapshot LIMIT 1 OFFSET :same), :last)
  AND {VISIBLE}
ORDER BY s.received_at, s.id, f.path"""  # noqa: S608 - what is put together is constant

# Without statistics PostgreSQL would rather read a whole small table, which by the next question is a large one.
DETOURS = ("hashjoin", "mergejoin", "seqscan", "bitmapscan", "material")
STEER = "SELECT " + ", ".join(f"set_config('enable_{detour}', 'off', true)" for detour in DETOURS)


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
        SHARED,
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
        SAME_UNITS,
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
        SAME_FILES,
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
        PLACES,
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
