"""Reference sets: code that everybody may build on, by name and version.

A set only grows, and each addition is a new version, so ``name@3`` stands for the same code for ever.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, insert, select, update

from prism.errors import StoreError, UsageError
from prism.store import features, tables
from prism.store.rows import add_missing

NAME = "^[a-z0-9][a-z0-9_.-]{0,63}$"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferenceSet:
    """One version of a reference set."""

    row: int
    name: str
    version: int


def check_name(name: str) -> None:
    """Refuse what cannot be the name of a set.

    Raises:
        UsageError: it cannot.
    """
    if not re.fullmatch(NAME, name):
        do = "use small letters, digits, dots, dashes and underscores"
        raise UsageError("this cannot be the name of a reference set", where=ascii(name[:100]), do=do)


def find(connection: Connection, reference: str) -> ReferenceSet:
    """The set and version that ``name`` or ``name@version`` stands for.

    Raises:
        KeyError: there is none.
    """
    name, _, wanted = reference.partition("@")
    sets = tables.reference_sets.c
    found = connection.execute(select(sets.id, sets.version).where(sets.name == name)).one_or_none()
    if found is None or (wanted and (not wanted.isdecimal() or not 1 <= int(wanted) <= found.version)):
        raise KeyError(f"there is no reference set {reference!r}")
    return ReferenceSet(row=found.id, name=name, version=int(wanted) if wanted else found.version)


def members(connection: Connection, reference: str) -> Sequence[int]:
    """The snapshots of a reference set."""
    chosen = find(connection, reference)
    member = tables.reference_members.c
    wanted = select(member.snapshot).where(member.reference == chosen.row, member.since <= chosen.version)
    return connection.scalars(wanted.order_by(member.snapshot)).all()


def add(connection: Connection, name: str, snapshots: Sequence[int]) -> ReferenceSet:
    """Add snapshots to a set, which is made if need be; the version stays if it holds all of them."""
    check_name(name)
    add_missing(connection, tables.reference_sets, [{"name": name, "version": 0}])
    sets, member = tables.reference_sets.c, tables.reference_members.c
    # The update comes before the question: whoever adds to the same set at the same time waits here.
    connection.execute(update(tables.reference_sets).where(sets.name == name).values(version=sets.version))
    row, version = connection.execute(select(sets.id, sets.version).where(sets.name == name)).one()
    known = set(connection.scalars(select(member.snapshot).where(member.reference == row)))
    new = sorted(set(snapshots) - known)
    if new:
        version += 1
        rows = [{"reference": row, "snapshot": snapshot, "since": version} for snapshot in new]
        connection.execute(insert(tables.reference_members), rows)
        connection.execute(update(tables.reference_sets).where(sets.id == row).values(version=version))
    return ReferenceSet(row=row, name=name, version=version)


def fingerprint(connection: Connection, snapshot: int, plugin: str, version: str, where: str) -> dict[str, Any]:
    """What a plugin made of a member.

    Raises:
        StoreError: nothing yet by this version of its features.
    """
    prints = tables.fingerprints.c
    found = connection.execute(
        select(prints.packed, prints.sha256).where(
            prints.snapshot == snapshot, prints.plugin == plugin, prints.features == version
        )
    ).one_or_none()
    if found is None:
        what = f"a reference set is not indexed by the present features of {plugin!r} yet"
        raise StoreError(what, where=where, do="run: prism snapshots reindex", code="store-not-indexed")
    return features.unpacked(*found, where)
