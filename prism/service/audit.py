"""The audit log: what was decided by whom, in a chain in which nothing can be changed or left out unseen.

Each decision holds the digest of the one before. The last one's number and digest stand in a setting as well, so that
one that is cut off the end is missed. Who can write to the database can make a whole chain anew: against that, keep
what ``prism audit export`` says elsewhere and give its last digest to ``prism audit verify``.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from prism.errors import Problem, StoreError
from prism.service import clock
from prism.service.records import Act, Decision
from prism.store import tables
from prism.store.queue_tables import HEAD_SETTING, decisions, rounds

BEGINNING = "0" * 64
BATCH = 1_000


def add(connection: Connection, *, actor: str, act: Act, entry: str = "", body: Mapping[str, Any]) -> Decision:
    """The decision, added to the chain; come late in a transaction, others wait until it is over.

    Raises:
        StoreError: the setting that names the last decision is gone.
    """
    number, previous = _head(connection)
    unsigned: dict[str, Any] = {
        "number": number + 1,
        "at": clock.now(connection),
        "actor": actor,
        "act": str(act),
        "submission": entry,
        "body": dict(body),
        "previous": previous,
    }
    decision = Decision(**{**unsigned, "act": act}, digest=digest_of(unsigned))
    row = {**unsigned, "entry": entry, "body": canonical(decision.body), "digest": decision.digest}
    del row["submission"]
    connection.execute(insert(decisions), row)
    setting = tables.settings.c
    head = f"{decision.number} {decision.digest}"
    connection.execute(update(tables.settings).where(setting.name == HEAD_SETTING).values(value=head))
    return decision


def digest_of(fields: Mapping[str, Any]) -> str:
    """SHA-256 of a decision's fields but for its digest."""
    return hashlib.sha256(canonical(fields).encode()).hexdigest()


def canonical(value: Mapping[str, Any]) -> str:
    """JSON that is the same for everybody: sorted keys, no spaces, ASCII."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), allow_nan=False)


def read(connection: Connection, *, after: int = 0, limit: int = BATCH) -> tuple[Decision, ...]:
    """Decisions from a number on, oldest first."""
    chosen = select(decisions).where(decisions.c.number > after).order_by(decisions.c.number).limit(limit)
    return tuple(_decision(row) for row in connection.execute(chosen))


def of_entry(connection: Connection, entry: str) -> tuple[Decision, ...]:
    """The decisions about one submission, oldest first."""
    chosen = select(decisions).where(decisions.c.entry == entry).order_by(decisions.c.number)
    return tuple(_decision(row) for row in connection.execute(chosen))


def verify(connection: Connection, *, expected: str = "") -> Iterator[Problem]:
    """Everything that is wrong with the log; nothing if it is as it was written.

    Args:
        connection: one that sees one state of the store.
        expected: a digest that is known from elsewhere, and must be in the chain.
    """
    number, previous, seen = 0, BEGINNING, not expected
    while batch := _rows(connection, number):
        for row in batch:
            yield from _about(row, number, previous)
            number, previous = row.number, row.digest
            seen = seen or row.digest == expected
    if _head(connection) != (number, previous):
        yield _problem(f"decision {number}", "it is not the last one that was written; what followed is gone")
    if not seen:
        yield _problem("the whole log", f"the decision with digest {expected} is not in it")
    yield from _about_rounds(connection)


def _about(row: Row[Any], number: int, previous: str) -> Iterator[Problem]:
    where = f"decision {row.number}"
    if row.number != number + 1:
        yield _problem(where, f"it follows decision {number}; what was between is gone")
    elif row.previous != previous:
        yield _problem(where, "it does not continue the decision before it")
    try:
        is_whole = digest_of(_unsigned(row)) == row.digest
    except ValueError:
        is_whole = False
    if not is_whole:
        yield _problem(where, "it is not what its digest was made of")


def _about_rounds(connection: Connection) -> Iterator[Problem]:
    """Each review and run that is kept has to be one that was decided on."""
    known = select(decisions.c.entry, decisions.c.body)
    decided: dict[str, set[str]] = {}
    for entry, body in connection.execution_options(yield_per=BATCH).execute(known):
        decided.setdefault(entry, set()).update(_digests(body))
    kept = select(rounds.c.entry, rounds.c.number, rounds.c.review_sha256, rounds.c.run_sha256)
    for entry, number, review, run in connection.execution_options(yield_per=BATCH).execute(kept):
        if not {review, run} <= decided.get(entry, set()):
            yield _problem(f"submission {entry}, round {number}", "what is kept of it is not what was decided on")


def _digests(body: str) -> set[str]:
    try:
        fields = json.loads(body)
    except ValueError:
        return set()
    return {str(fields.get(name)) for name in ("review_sha256", "run_sha256")} if isinstance(fields, dict) else set()


def _head(connection: Connection) -> tuple[int, str]:
    setting = tables.settings.c
    its = select(setting.value).where(setting.name == HEAD_SETTING)
    is_reading = connection.get_execution_options().get("prism_begin") == "BEGIN"
    value = connection.scalar(its if is_reading else its.with_for_update())
    number, _, digest = str(value).partition(" ")
    if not number.isdigit() or len(digest) != len(BEGINNING):
        do = "see: prism audit verify; then restore a backup"
        raise StoreError("the store does not say which decision is the last", do=do, code="store-damaged")
    return int(number), digest


def _rows(connection: Connection, after: int) -> "list[Row[Any]]":
    chosen = select(decisions).where(decisions.c.number > after).order_by(decisions.c.number).limit(BATCH)
    return list(connection.execute(chosen))


def _unsigned(row: Row[Any]) -> dict[str, Any]:
    return {
        "number": row.number,
        "at": row.at,
        "actor": row.actor,
        "act": row.act,
        "submission": row.entry,
        "body": json.loads(row.body),
        "previous": row.previous,
    }


def _decision(row: Row[Any]) -> Decision:
    return Decision(**{**_unsigned(row), "act": Act(row.act)}, digest=row.digest)


def _problem(where: str, what: str) -> Problem:
    return Problem(where=where, what=what, do="find out who can write to the database; restore a backup")
