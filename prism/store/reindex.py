"""Brings earlier submissions under the present schemes of the plugins, one at a time, while reviews go on.

Each is a transaction of its own, so it may be stopped or killed at any instant and goes on where it was. Until all is
done a review sees how much is missing and is held; what was made by an older scheme is never compared with.
"""

import io
import threading
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, Connection, delete, exists, func, or_, select

from prism.corpus import Features, Scheme
from prism.errors import GuardError, StoreError, UsageError
from prism.gate import Gate
from prism.plugin_failure import PluginFailedError
from prism.snapshot import Snapshot
from prism.store import features, snapshots, tables
from prism.store.store import Store

BATCH = 100
PROBE = Snapshot.of({"model.py": b"pass\n"})


@dataclass(kw_only=True)
class Report:
    """What one run has brought."""

    done: int = 0
    failed: dict[str, str] = field(default_factory=dict)
    """Project digests that could not be indexed, and why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wanted:
    """What a plugin's features are made by now."""

    plugin: str
    scheme: Scheme | None

    @property
    def version(self) -> str:
        return self.scheme.features if self.scheme else ""


class Reindexing:
    """One run over everything that is not indexed by the present schemes."""

    def __init__(self, store: Store, gate: Gate) -> None:
        """Prepare to make features by the gate's plugins."""
        self._store = store
        self._gate = gate
        self._wanted: tuple[_Wanted, ...] | None = None

    def missing(self) -> int:
        """How many snapshots are not indexed by the present schemes."""
        with self._store.database.reading() as connection:
            counts = [connection.scalar(_count(self._absent(connection, wanted))) or 0 for wanted in self._plugins()]
        return max(counts, default=0)

    def run(self, *, stop: threading.Event | None = None, step: Callable[[int], None] = lambda _: None) -> Report:
        """Index what is missing, until all is done or somebody says stop; ``step`` hears how many are done.

        Raises:
            StoreError: the store failed; what was done is kept.
            GuardError: the guarded process cannot be had.
        """
        report = Report()
        for wanted in self._plugins():
            last = 0
            while batch := self._batch(wanted, last):
                for last in batch:
                    if stop is not None and stop.is_set():
                        return report
                    self._one(wanted, last, report)
                    step(report.done)
        return report

    def drop_older(self) -> int:
        """Forget what was made by other schemes than the present ones; how many schemes that were."""
        current = {wanted.plugin: wanted for wanted in self._plugins()}
        dropped = 0
        with self._store.database.writing(alone=True) as connection:
            for row, plugin in connection.execute(select(tables.schemes.c.id, tables.schemes.c.plugin)).all():
                wanted = current.get(plugin)
                if wanted and (wanted.scheme is None or row != _row(connection, wanted)):
                    features.drop_scheme(connection, row)
                    dropped += 1
            for plugin, wanted in current.items():
                prints = tables.fingerprints.c
                old = (prints.plugin == plugin, prints.features != wanted.version)
                connection.execute(delete(tables.fingerprints).where(*old))
        return dropped

    def drop_all(self) -> None:
        """Forget everything that plugins made, to make it anew: for an index that is damaged."""
        with self._store.database.writing(alone=True) as connection:
            for table in (tables.bands, tables.occurrences, tables.units, tables.indexed, tables.schemes):
                connection.execute(delete(table))
            connection.execute(delete(tables.fingerprints))

    def _plugins(self) -> tuple[_Wanted, ...]:
        """Each plugin that wants something kept, with its present scheme, learnt from a project of one line."""
        if self._wanted is None:
            _, made = self._gate.features_of(archive_of(PROBE))
            self._wanted = tuple(
                _Wanted(plugin=plugin, scheme=each.index.scheme if each.index else None)
                for plugin, each in sorted(made.items())
            )
        return self._wanted

    def _batch(self, wanted: _Wanted, after: int) -> Sequence[int]:
        with self._store.database.reading() as connection:
            row = tables.snapshots.c.id
            absent = select(row).where(self._absent(connection, wanted), row > after)
            return connection.scalars(absent.order_by(row).limit(BATCH)).all()

    def _absent(self, connection: Connection, wanted: _Wanted) -> ColumnElement[bool]:
        """Whether a snapshot lacks the plugin's fingerprint or, if it was handed in, its index."""
        row, prints = tables.snapshots.c.id, tables.fingerprints.c
        printed = exists().where(
            prints.snapshot == row, prints.plugin == wanted.plugin, prints.features == wanted.version
        )
        if wanted.scheme is None:
            return ~printed
        scheme = _row(connection, wanted)
        handed_in = exists().where(tables.submissions.c.snapshot == row)
        indexed = exists().where(tables.indexed.c.scheme == scheme, tables.indexed.c.snapshot == row)
        return or_(~printed, handed_in & ~indexed)

    def _one(self, wanted: _Wanted, row: int, report: Report) -> None:
        with self._store.database.reading() as connection:
            digest = connection.scalar(select(tables.snapshots.c.digest).where(tables.snapshots.c.id == row))
        if digest is None:
            return  # deleted meanwhile
        try:
            made = self._from_fingerprint(wanted, row) or self._from_source(row, digest)
        except (PluginFailedError, UsageError) as error:
            report.failed[digest] = str(error)
            return
        except StoreError as error:
            if error.code != "store-damaged":
                raise
            report.failed[digest] = error.what
            return
        with self._store.database.writing() as connection:
            if snapshots.find(connection, digest) == row:
                handed_in = select(func.count()).where(tables.submissions.c.snapshot == row)
                features.put(connection, row, made, to_be_found=bool(connection.scalar(handed_in)))
                report.done += 1

    def _from_fingerprint(self, wanted: _Wanted, row: int) -> dict[str, Features] | None:
        """From what was kept, if only the signatures are made in another way now."""
        prints = tables.fingerprints.c
        with self._store.database.reading() as connection:
            found = connection.execute(
                select(prints.packed, prints.sha256).where(
                    prints.snapshot == row, prints.plugin == wanted.plugin, prints.features == wanted.version
                )
            ).one_or_none()
        if found is None:
            return None
        fingerprint = features.unpacked(*found, self._store.where)
        index = self._gate.host.index(wanted.plugin, fingerprint)
        return {wanted.plugin: Features(fingerprint=fingerprint, index=index)}

    def _from_source(self, row: int, digest: str) -> Mapping[str, Features]:
        """From the sources, read once more in the guard."""
        with self._store.database.reading() as connection:
            snapshot = snapshots.get(connection, row, self._store.place(connection), self._store.where)
        read, made = self._gate.features_of(archive_of(snapshot))
        if read.digest != digest:
            raise UsageError("under this policy its archive is read as another project")
        return made


@contextmanager
def in_background(store: Store, gate: Gate) -> Iterator[int]:
    """Index what is missing in a thread for as long as the ``with`` block lasts; how much is missing at its begin.

    What is left is for another time, and so is all of it if the store fails: every review will say so.
    """
    reindexing, stop = Reindexing(store, gate), threading.Event()
    try:
        missing = reindexing.missing()
    except StoreError:
        missing = 0
    if not missing:
        yield missing
        return
    thread = threading.Thread(target=_run_quietly, args=(reindexing, stop), daemon=True, name="prism-reindex")
    thread.start()
    try:
        yield missing
    finally:
        stop.set()
        thread.join()


def _run_quietly(reindexing: Reindexing, stop: threading.Event) -> None:
    with suppress(StoreError, GuardError):
        reindexing.run(stop=stop)


def archive_of(snapshot: Snapshot) -> bytes:
    """A ZIP that is taken in as this very snapshot, also where intake strips one folder around everything."""
    tops = {path.partition("/")[0] for path in snapshot.contents if "/" in path}
    alone = len(tops) == 1 and all("/" in path for path in snapshot.contents)
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, data in snapshot.contents.items():
            archive.writestr(zipfile.ZipInfo(f"project/{path}" if alone else path), data, zipfile.ZIP_DEFLATED)
    return stream.getvalue()


def _row(connection: Connection, wanted: _Wanted) -> int | None:
    return features.find_scheme(connection, wanted.plugin, wanted.scheme) if wanted.scheme else None


def _count(condition: ColumnElement[bool]) -> Any:  # noqa: ANN401 - a statement, whose type says nothing here
    return select(func.count()).select_from(tables.snapshots).where(condition)
