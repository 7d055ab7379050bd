"""What a database says when something is wrong, as an error an operator can act on."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from sqlalchemy.exc import SQLAlchemyError

from prism.errors import StoreError


class Kind(NamedTuple):
    """One way in which a store can fail."""

    code: str
    what: str
    do: str


LOCKED = Kind("store-locked", "the store is in use by somebody who did not let go in time", "try again; see who it is")
FULL = Kind("store-full", "there is no space left for the store", "make space; the last change was undone")
READ_ONLY = Kind("store-read-only", "the store cannot be written to", "mend the rights of its file, folder or role")
DAMAGED = Kind("store-damaged", "the store is damaged", "see what is left: prism store check; then restore a backup")
UNREACHABLE = Kind("store-unavailable", "the store cannot be opened or reached", "check its address and permissions")
FAILED = Kind("store-failed", "the store failed", "see the cause; the last change was undone")
KINDS = (LOCKED, FULL, READ_ONLY, DAMAGED, UNREACHABLE, FAILED)
PASSING = frozenset({LOCKED.code, FULL.code, READ_ONLY.code, UNREACHABLE.code})
"""What is over when the database is well again, and lies in nothing that was asked of it."""

SQLITE = {
    sqlite3.SQLITE_BUSY: LOCKED,
    sqlite3.SQLITE_LOCKED: LOCKED,
    sqlite3.SQLITE_FULL: FULL,
    sqlite3.SQLITE_READONLY: READ_ONLY,
    sqlite3.SQLITE_PERM: READ_ONLY,
    sqlite3.SQLITE_CORRUPT: DAMAGED,
    sqlite3.SQLITE_NOTADB: DAMAGED,
    sqlite3.SQLITE_IOERR: DAMAGED,
    sqlite3.SQLITE_CANTOPEN: UNREACHABLE,
}
# By the first two or all five characters of the SQLSTATE.
POSTGRES = {
    "08": UNREACHABLE,
    "28": UNREACHABLE,
    "3D": UNREACHABLE,
    "53100": FULL,
    "53": LOCKED,
    "55P03": LOCKED,
    "57014": LOCKED,
    "57": UNREACHABLE,
    "40": LOCKED,
    "25006": READ_ONLY,
    "42501": READ_ONLY,
    "58": DAMAGED,
    "XX": DAMAGED,
}


@contextmanager
def explained(where: str) -> Iterator[None]:
    """Turn what the database raises in the ``with`` block into a ``StoreError``; ``where`` is the store's address."""
    try:
        yield
    except SQLAlchemyError as error:
        raise as_store_error(error, where) from error


def as_store_error(error: SQLAlchemyError, where: str) -> StoreError:
    """The store's error for one of the database's; its text names neither a path nor anything a submission holds."""
    cause = getattr(error, "orig", None)
    kind = _kind(cause)
    name = getattr(cause, "sqlite_errorname", None) or getattr(cause, "sqlstate", None) or type(cause or error).__name__
    return StoreError(f"{kind.what} ({name})", where=where, do=kind.do, code=kind.code)


def damaged(what: str, where: str) -> StoreError:
    """The error for something in the store that is not what its digest says."""
    return StoreError(what, where=where, do=DAMAGED.do, code=DAMAGED.code)


def _kind(cause: BaseException | None) -> Kind:
    primary = getattr(cause, "sqlite_errorcode", None)
    if primary is not None:
        return SQLITE.get(primary & 0xFF, FAILED)
    state = getattr(cause, "sqlstate", None)
    if isinstance(state, str):
        return POSTGRES.get(state) or POSTGRES.get(state[:2]) or FAILED
    # psycopg says nothing more about a server that is not there, or has gone, or gives no answer
    return UNREACHABLE if type(cause).__module__.startswith("psycopg") else FAILED
