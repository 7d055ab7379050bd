"""Notebooks in a store: what reviewers remember and have spent, shared by everybody who uses it."""

import hashlib
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import ColumnElement, Connection, and_, delete, not_, select, tuple_, update

from prism.notebook import Account, Usage, checked
from prism.snapshot import FileEntry
from prism.store import snapshots, tables
from prism.store.rows import add_missing
from prism.store.search import View

if TYPE_CHECKING:
    from prism.store.store import Store

MAX_RECORD: Final = 8 * 1024 * 1024
_KEY: Final = re.compile("[0-9a-f]{64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreNotebooks:
    """Notebooks for one review of what somebody hands in."""

    store: "Store"
    hotkey: str
    view: View
    _usages: dict[str, list[Usage]] = field(default_factory=dict)

    def notebook(self, plugin: str) -> "StoreNotebook":
        """One plugin's notebook."""
        return StoreNotebook(self.store, plugin, self.hotkey, self.view, self._usages.setdefault(plugin, []))

    def usages(self) -> Mapping[str, Sequence[Usage]]:
        """By plugin, what was reported so far."""
        return {plugin: tuple(usages) for plugin, usages in self._usages.items()}


class StoreNotebook:
    """See :class:`prism.notebook.Notebook`. Every call is a transaction of its own."""

    is_lasting = True

    def __init__(self, store: "Store", plugin: str, hotkey: str, view: View, usages: list[Usage]) -> None:
        self._store = store
        self._plugin = plugin
        self._view = view
        self._usages = usages
        self.hotkey = hotkey

    def recall(self, key: str) -> bytes | None:
        """What was kept under a key; one that is damaged is forgotten, so that it can be kept anew."""
        rows = tables.answers.c
        wanted = select(rows.packed, rows.sha256, rows.size).where(rows.plugin == self._plugin, rows.key == key)
        with self._store.database.reading() as connection:
            found = connection.execute(wanted).one_or_none()
        if found is None:
            return None
        packed, sha256, size = found
        record = intact(packed, sha256, size)
        if record is None:
            with self._store.database.writing() as connection:
                connection.execute(
                    delete(tables.answers).where(
                        rows.plugin == self._plugin, rows.key == key, rows.packed == packed, rows.sha256 == sha256
                    )
                )
        return record

    def keep(self, key: str, record: bytes, *, files: Collection[str]) -> None:
        """Keep a record unless there is one, with the files that it may quote.

        Raises:
            ValueError: the key is none, or the record is too large.
        """
        if _KEY.fullmatch(key) is None or len(record) > MAX_RECORD:
            raise ValueError(f"a key of 64 hexadecimal digits and a record of at most {MAX_RECORD} bytes were expected")
        row = {
            "plugin": self._plugin,
            "key": key,
            "packed": snapshots.pack(record),
            "sha256": hashlib.sha256(record).hexdigest(),
            "size": len(record),
            "hotkey": self.hotkey,
            "kept_at": self._store.now(),
        }
        with self._store.database.writing() as connection:
            add_missing(connection, tables.answers, [row])
            quoted = [{"plugin": self._plugin, "key": key, "file": file} for file in sorted(set(files))]
            add_missing(connection, tables.answer_files, quoted)

    def forget(self, key: str) -> None:
        """Take a record away."""
        rows = tables.answers.c
        with self._store.database.writing() as connection:
            connection.execute(delete(tables.answers).where(rows.plugin == self._plugin, rows.key == key))

    def reserve(self, accounts: Sequence[Account], *, tokens: int, micro_usd: int) -> str | None:
        """Charge all accounts, or none and say which one forbids it: nobody else charges them meanwhile."""
        with self._store.database.writing() as connection:
            spent = self._locked(connection, accounts)
            for account in accounts:
                used, paid = spent[account.name]
                if not account.allows(used + tokens, paid + micro_usd):
                    return account.name
            self._charge(connection, spent, tokens, micro_usd)
        return None

    def settle(self, accounts: Sequence[Account], *, tokens: int, micro_usd: int) -> None:
        """Charge all accounts, whatever their limits; nothing falls below zero."""
        with self._store.database.writing() as connection:
            self._charge(connection, self._locked(connection, accounts), tokens, micro_usd)

    def report(self, usage: Usage) -> None:
        """Add to the record of the review what was taken."""
        self._usages.append(checked(usage))

    def earlier_file(self, submission: str, path: str) -> bytes | None:
        """A file of an earlier submission, its bytes verified."""
        rows, files, blobs = tables.submissions.c, tables.snapshot_files.c, tables.blobs.c
        wanted = (
            select(files.path, files.blob, blobs.size)
            .join_from(tables.submissions, tables.snapshot_files, rows.snapshot == files.snapshot)
            .join(tables.blobs, blobs.digest == files.blob)
            .where(rows.id == submission, files.path == path)
            .where(rows.id != self._view.without, rows.received_at < self._view.before)
        )
        with self._store.database.reading() as connection:
            found = connection.execute(wanted).one_or_none()
            if found is None:
                return None
            name, digest, size = found
            entry = FileEntry(path=name, sha256=digest, size=size)
            place = self._store.place(connection)
            return snapshots.blobs_of(connection, [entry], place, self._store.where)[digest]

    def _locked(self, connection: Connection, accounts: Sequence[Account]) -> dict[str, tuple[int, int]]:
        """What was spent on each account. They are locked in the order of their names, so that nobody deadlocks."""
        names = sorted({account.name for account in accounts})
        new = {"plugin": self._plugin, "tokens": 0, "micro_usd": 0, "changed_at": self._store.now()}
        add_missing(connection, tables.spending, [{**new, "account": name} for name in names])
        rows = tables.spending.c
        wanted = (
            select(rows.account, rows.tokens, rows.micro_usd)
            .where(rows.plugin == self._plugin, rows.account.in_(names))
            .order_by(rows.account)
            .with_for_update()
        )
        return {name: (tokens, micro_usd) for name, tokens, micro_usd in connection.execute(wanted)}

    def _charge(
        self, connection: Connection, spent: Mapping[str, tuple[int, int]], tokens: int, micro_usd: int
    ) -> None:
        rows = tables.spending.c
        for name, (used, paid) in spent.items():
            changed: dict[str, Any] = {
                "tokens": max(0, used + tokens),
                "micro_usd": max(0, paid + micro_usd),
                "changed_at": self._store.now(),
            }
            mine = update(tables.spending).where(rows.plugin == self._plugin, rows.account == name)
            connection.execute(mine.values(**changed))


def intact(packed: bytes, sha256: str, size: int) -> bytes | None:
    """A stored record; ``None`` when it is damaged."""
    record = snapshots.unpack(packed, size)
    return record if record is not None and hashlib.sha256(record).hexdigest() == sha256 else None


def forget_hotkey(connection: Connection, hotkey: str) -> None:
    """Take away what was answered about somebody's projects, and what was spent on them."""
    connection.execute(delete(tables.answers).where(tables.answers.c.hotkey == hotkey))
    accounts = tables.spending.c.account
    its = accounts.startswith(f"hotkey:{hotkey}:", autoescape=True)
    connection.execute(delete(tables.spending).where(its | (accounts == f"hotkey:{hotkey}")))


def forget_quotes(connection: Connection, going: Sequence[ColumnElement[bool]]) -> None:
    """Take away the answers that may quote a file which only the submissions have that are about to go."""
    files, rows, answer = tables.snapshot_files.c, tables.submissions.c, tables.answer_files.c
    held = select(files.blob).join_from(tables.submissions, tables.snapshot_files, rows.snapshot == files.snapshot)
    stays = held.where(files.blob == answer.file, not_(and_(*going))).correlate(tables.answer_files).exists()
    quoting = select(answer.plugin, answer.key).where(answer.file.in_(held.where(*going)), ~stays)
    connection.execute(delete(tables.answers).where(tuple_(tables.answers.c.plugin, tables.answers.c.key).in_(quoting)))


def forget_answers(connection: Connection, before: int) -> int:
    """Take away the answers that were kept before a moment (microseconds since 1970); how many."""
    return int(connection.execute(delete(tables.answers).where(tables.answers.c.kept_at < before)).rowcount)


def forget_spending(connection: Connection, before: int) -> int:
    """Take away the accounts that nothing was charged to since a moment; how many."""
    return int(connection.execute(delete(tables.spending).where(tables.spending.c.changed_at < before)).rowcount)
