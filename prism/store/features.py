"""What plugins want kept of a snapshot: fingerprints as they are, and indexes as rows that can be asked."""

import hashlib
import json
import zlib
from array import array
from collections import Counter
from collections.abc import Mapping
from typing import Any

import msgspec
from sqlalchemy import Connection, delete, exists, select

from prism.corpus import Features, Index, Scheme, Unit
from prism.fingerprint import decoded
from prism.store import tables
from prism.store.rows import add_bands, add_missing, chunks, drop_bands
from prism.store.trouble import damaged

HASH_BYTES = 8
SAME_UNITS = 4
"""How often one and the same unit is listed for one snapshot; more of them say nothing new."""


def put(connection: Connection, snapshot: int, features: Mapping[str, Features], *, to_be_found: bool = True) -> None:
    """Keep what plugins made of a snapshot; what is there already stays.

    Without ``to_be_found`` only the fingerprints: nobody asks by which reference code something was copied.
    """
    for plugin in sorted(features):
        made = features[plugin]
        _put_fingerprint(connection, snapshot, plugin, made)
        if made.index is not None and to_be_found:
            _put_index(connection, snapshot, scheme_row(connection, plugin, made.index.scheme), made.index)


def version_of(index: Index | None) -> str:
    """Under which version of its features a fingerprint is kept."""
    return index.scheme.features if index else ""


def _put_fingerprint(connection: Connection, snapshot: int, plugin: str, made: Features) -> None:
    text = json.dumps(dict(made.fingerprint), separators=(",", ":"), ensure_ascii=False).encode()
    packed = zlib.compress(text)
    row = {
        "snapshot": snapshot,
        "plugin": plugin,
        "features": version_of(made.index),
        "packed": packed,
        "sha256": hashlib.sha256(packed).hexdigest(),
    }
    add_missing(connection, tables.fingerprints, [row])


def unpacked(packed: bytes, sha256: str, where: str) -> dict[str, Any]:
    """A stored fingerprint.

    Raises:
        StoreError: it is damaged.
    """
    if hashlib.sha256(packed).hexdigest() != sha256:
        raise damaged("a fingerprint is damaged", where)
    return decoded(zlib.decompress(packed).decode())


def fingerprints(connection: Connection, snapshot: int, where: str) -> dict[str, Mapping[str, Any]]:
    """By plugin, the newest fingerprint of a snapshot.

    Raises:
        StoreError: one is damaged.
    """
    rows = tables.fingerprints.c
    wanted = select(rows.plugin, rows.packed, rows.sha256).where(rows.snapshot == snapshot)
    found = connection.execute(wanted.order_by(rows.plugin, rows.features))
    return {row.plugin: unpacked(row.packed, row.sha256, where) for row in found}


def find_scheme(connection: Connection, plugin: str, scheme: Scheme) -> int | None:
    """The row of a plugin's scheme; ``None`` when nothing was ever indexed by it."""
    wanted = {"plugin": plugin, **msgspec.to_builtins(scheme)}
    conditions = [tables.schemes.c[name] == value for name, value in wanted.items()]
    return connection.scalar(select(tables.schemes.c.id).where(*conditions))


def scheme_row(connection: Connection, plugin: str, scheme: Scheme) -> int:
    """The row of a plugin's scheme, made if need be."""
    found = find_scheme(connection, plugin, scheme)
    if found is None:
        add_missing(connection, tables.schemes, [{"plugin": plugin, **msgspec.to_builtins(scheme)}])
        found = find_scheme(connection, plugin, scheme)
    assert found is not None  # noqa: S101 - it was added a line above, or by another before it
    return found


def _put_index(connection: Connection, snapshot: int, scheme: int, index: Index) -> None:
    done = select(tables.indexed.c.scheme).where(
        tables.indexed.c.scheme == scheme, tables.indexed.c.snapshot == snapshot
    )
    if connection.scalar(done) is not None:
        return
    keys = [_key(unit) for unit in index.units]
    ids = _put_units(connection, scheme, dict(zip(keys, index.units, strict=True)))
    listed: Counter[bytes] = Counter()
    rows = []
    for number, (key, unit) in enumerate(zip(keys, index.units, strict=True)):
        listed[key] += 1
        if listed[key] <= SAME_UNITS:
            place = {"path": unit.path, "first_line": unit.first_line, "last_line": unit.last_line}
            rows.append({"unit": ids[key], "snapshot": snapshot, "number": number, "kind": unit.kind, **place})
    rows.sort(key=lambda row: (row["unit"], row["number"]))
    add_missing(connection, tables.occurrences, rows)
    add_missing(connection, tables.indexed, [{"scheme": scheme, "snapshot": snapshot}])


def _put_units(connection: Connection, scheme: int, by_key: Mapping[bytes, Unit]) -> dict[bytes, int]:
    """Rows of units by key; the new ones get their bands."""
    known = _unit_rows(connection, scheme, by_key)
    new = sorted(set(by_key) - set(known))
    add_missing(connection, tables.units, [_unit_row(scheme, key, by_key[key]) for key in new])
    ids = known | _unit_rows(connection, scheme, dict.fromkeys(new))
    rows = [(band, value, ids[key]) for key in new for band, value in enumerate(by_key[key].buckets)]
    add_bands(connection, scheme, sorted(rows))
    return ids


def _unit_row(scheme: int, key: bytes, unit: Unit) -> dict[str, Any]:
    return {
        "scheme": scheme,
        "key": key,
        "digest": unit.digest,
        "size": unit.size,
        "signature": unit.signature,
        "buckets": packed_buckets(unit.buckets),
    }


def _unit_rows(connection: Connection, scheme: int, keys: Mapping[bytes, Any]) -> dict[bytes, int]:
    found: dict[bytes, int] = {}
    unit = tables.units.c
    for group in chunks(keys):
        rows = connection.execute(select(unit.key, unit.id).where(unit.scheme == scheme, unit.key.in_(group)))
        found |= {bytes(key): row for key, row in rows}
    return found


def packed_buckets(buckets: tuple[int, ...]) -> bytes:
    """The hashes of a unit's bands as 64-bit integers of this machine's order, which is little endian everywhere."""
    return array("q", buckets).tobytes()


def unpacked_buckets(packed: bytes) -> "array[int]":
    """The hashes of a unit's bands."""
    hashes = array("q")
    hashes.frombytes(packed)
    return hashes


def _key(unit: Unit) -> bytes:
    """What makes a unit the same as another, wherever it stands."""
    head = f"{unit.digest} {unit.size} {len(unit.signature)}\n".encode()
    return hashlib.sha256(head + unit.signature + packed_buckets(unit.buckets)).digest()


def drop_scheme(connection: Connection, scheme: int) -> None:
    """Forget everything that was made by one scheme."""
    connection.execute(delete(tables.bands).where(tables.bands.c.scheme == scheme))
    ids = select(tables.units.c.id).where(tables.units.c.scheme == scheme)
    connection.execute(delete(tables.occurrences).where(tables.occurrences.c.unit.in_(ids)))
    connection.execute(delete(tables.units).where(tables.units.c.scheme == scheme))
    connection.execute(delete(tables.indexed).where(tables.indexed.c.scheme == scheme))
    connection.execute(delete(tables.schemes).where(tables.schemes.c.id == scheme))


def drop_unused(connection: Connection) -> None:
    """Take away the units, with their bands, that occur in no snapshot any more."""
    unit = tables.units.c
    unused = select(unit.id, unit.scheme, unit.buckets).where(~exists().where(tables.occurrences.c.unit == unit.id))
    found = connection.execute(unused).all()
    drop_bands(
        connection,
        [
            (scheme, band, value, row)
            for row, scheme, buckets in found
            for band, value in enumerate(unpacked_buckets(buckets))
        ],
    )
    for group in chunks([row for row, _, _ in found]):
        connection.execute(delete(tables.units).where(unit.id.in_(group)))
