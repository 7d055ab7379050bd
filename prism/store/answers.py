"""A plugin's corpus, answered from a store."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Connection, Select, exists, func, select

from prism.corpus import Candidates, EarlierSubmission, Index, Scheme
from prism.errors import StoreError
from prism.store import features, references, search, tables
from prism.store.rows import chunks
from prism.store.search import SAME, View

if TYPE_CHECKING:
    from prism.store.database import Database


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreSource:
    """Earlier submissions as they are to be seen by whoever is under review now."""

    database: "Database"
    hotkey: str
    view: View

    def corpus(self, plugin: str, scheme: Scheme | None) -> "StoreCorpus":
        """Earlier submissions for one plugin."""
        return StoreCorpus(self.database, plugin, scheme, self.hotkey, self.view)


class StoreCorpus:
    """See :class:`prism.corpus.Corpus`. Every question is a transaction of its own."""

    def __init__(self, database: "Database", plugin: str, scheme: Scheme | None, hotkey: str, view: View) -> None:
        self._database = database
        self._plugin = plugin
        self._scheme = scheme
        self._features = scheme.features if scheme else ""
        self._view = view
        self._failure: StoreError | None = None
        self.hotkey = hotkey

    @property
    def failure(self) -> StoreError | None:
        """The first failure of the store, also where the plugin let nobody know."""
        return self._failure

    @contextmanager
    def _asking(self) -> Iterator[Connection]:
        try:
            with self._database.reading() as connection:
                yield connection
        except StoreError as error:
            self._failure = self._failure or error
            raise

    def __len__(self) -> int:
        """How many earlier submissions there are."""
        with self._asking() as connection:
            counted = select(func.count()).select_from(tables.submissions).where(self._visible())
            return connection.scalar(counted) or 0

    @property
    def missing(self) -> int:
        """How many earlier submissions the plugin cannot find by its present scheme."""
        with self._asking() as connection:
            return connection.scalar(self._missing(connection)) or 0

    def _missing(self, connection: Connection) -> Select[int]:
        snapshot = tables.submissions.c.snapshot
        if self._scheme is None:
            known = tables.fingerprints.c
            has = exists().where(
                known.snapshot == snapshot, known.plugin == self._plugin, known.features == self._features
            )
        else:
            scheme = features.find_scheme(connection, self._plugin, self._scheme)
            has = exists().where(tables.indexed.c.scheme == scheme, tables.indexed.c.snapshot == snapshot)
        return select(func.count()).select_from(tables.submissions).where(self._visible(), ~has)

    def same_project(self, digest: str) -> Sequence[str]:
        """Ids of the oldest submissions of exactly this project."""
        rows = tables.submissions.c
        with self._asking() as connection:
            found = (
                select(rows.id)
                .join_from(tables.submissions, tables.snapshots)
                .where(tables.snapshots.c.digest == digest, self._visible())
                .order_by(rows.received_at, rows.id)
                .limit(SAME)
            )
            return connection.scalars(found).all()

    def same_files(self, digests: Collection[str]) -> Mapping[str, Sequence[tuple[str, str]]]:
        """Submissions and paths of the same files."""
        with self._asking() as connection:
            return search.same_files(connection, digests, self._view)

    def same_units(self, index: Index) -> Candidates:
        """Earlier units with the same digest."""
        with self._asking() as connection:
            scheme = features.find_scheme(connection, self._plugin, index.scheme)
            return Candidates() if scheme is None else search.same_units(connection, scheme, index, self._view)

    def near(self, index: Index) -> Candidates:
        """Earlier units that share a bucket."""
        with self._asking() as connection:
            scheme = features.find_scheme(connection, self._plugin, index.scheme)
            return Candidates() if scheme is None else search.near(connection, scheme, index, self._view)

    def earlier(self, ids: Collection[str]) -> Mapping[str, EarlierSubmission]:
        """Who handed in what and when."""
        rows = tables.submissions.c
        wanted = select(rows.id, tables.snapshots.c.digest, rows.hotkey, rows.received_at).join_from(
            tables.submissions, tables.snapshots
        )
        with self._asking() as connection:
            found = [
                row
                for group in chunks(ids)
                for row in connection.execute(wanted.where(rows.id.in_(group), self._visible()))
            ]
        return {
            each: EarlierSubmission(id=each, project_digest=digest, hotkey=hotkey, received_at=received_at)
            for each, digest, hotkey, received_at in found
        }

    def fingerprint(self, submission: str) -> Mapping[str, Any]:
        """What the plugin made of an earlier submission."""
        prints, rows = tables.fingerprints.c, tables.submissions.c
        wanted = (
            select(prints.packed, prints.sha256)
            .join_from(tables.submissions, tables.fingerprints, rows.snapshot == prints.snapshot)
            .where(
                rows.id == submission,
                prints.plugin == self._plugin,
                prints.features == self._features,
                self._visible(),
            )
        )
        with self._asking() as connection:
            found = connection.execute(wanted).one_or_none()
            if found is None:
                raise KeyError(f"no fingerprint of {submission!r}")
            return features.unpacked(*found, self._database.where)

    def sample(self, limit: int) -> Sequence[str]:
        """One submission of each of the projects with the smallest digests: as good as drawn by lot."""
        snapshot, prints = tables.snapshots.c, tables.fingerprints.c
        oldest = (
            select(tables.submissions.c.id)
            .where(tables.submissions.c.snapshot == snapshot.id, self._visible())
            .order_by(tables.submissions.c.received_at, tables.submissions.c.id)
            .limit(1)
            .scalar_subquery()
        )
        printed = exists().where(
            prints.snapshot == snapshot.id, prints.plugin == self._plugin, prints.features == self._features
        )
        handed_in = exists().where(tables.submissions.c.snapshot == snapshot.id, self._visible())
        with self._asking() as connection:
            found = select(oldest).select_from(tables.snapshots).where(printed, handed_in)
            return [str(each) for each in connection.scalars(found.order_by(snapshot.digest).limit(limit))]

    def reference(self, name: str) -> Iterator[Mapping[str, Any]]:
        """Fingerprints of a reference set, one at a time."""
        with self._asking() as connection:
            members = references.members(connection, name)
        for snapshot in members:
            with self._asking() as connection:
                made = references.fingerprint(connection, snapshot, self._plugin, self._features, self._database.where)
            yield made

    def reference_version(self, name: str) -> int:
        """The version that a reference set's name stands for now."""
        with self._asking() as connection:
            return references.find(connection, name).version

    def _visible(self) -> ColumnElement[bool]:
        rows = tables.submissions.c
        return (rows.id != self._view.without) & (rows.received_at < self._view.before)
