"""The queue as the service's other parts use it; every change is durable when its method returns.

Failures of the database are raised as ``StoreError``, and then nothing was changed.
"""

from collections.abc import Callable, Mapping

import msgspec
from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from prism.errors import StoreError, UsageError
from prism.runner.outcome import RunOutcome
from prism.service import accepting, audit, claiming, entries, exhibits, nonces, operating, placing, reading, settling
from prism.service.accepting import Terms
from prism.service.gathering import Gathering, Work
from prism.service.limits import QueueLimits
from prism.service.records import (
    Accepted,
    Claim,
    Decision,
    Detail,
    Entry,
    Filters,
    Origin,
    Page,
    QueueState,
    Resolution,
    Statistics,
    Upload,
)
from prism.service.room import Room
from prism.service.settling import Conclusion
from prism.service.statistics import statistics
from prism.service.telemetry import tallying
from prism.store import names
from prism.store.store import Store
from prism.submission import Submission

COLLISIONS = 20


class Queue:
    """Submissions from hand-in to end, in the tables of a store."""

    def __init__(
        self,
        store: Store,
        limits: QueueLimits | None = None,
        *,
        changed: Callable[[Submission], None] = lambda _submission: None,
    ) -> None:
        """A queue in a store.

        Args:
            store: where it is; nothing is touched before it is used.
            limits: numbers that an operator may set.
            changed: told after each change of a status, once it is stored; it must not raise.
        """
        self.store = store
        self.limits = limits or QueueLimits()
        self._database = store.database
        self._gathering = Gathering(store.database)
        self._terms = Terms(self.limits, Room(self.limits.waiting))
        self._changed = changed
        self._policy = ""

    # -- the API's side

    def accept(self, upload: Upload, origin: Origin, *, idempotency_key: str = "", priority: int = 0) -> Accepted:
        """Take an upload in: when this returns it is durable.

        The same bytes of the same hotkey are the same submission, whatever the key.

        Raises:
            UsageError: hotkey, nonce, file name or key cannot be one.
            RateLimitError, QueueFullError: only for what is new.
            KeyReusedError: the key came with other bytes before.
            NonceError, TimestampError: the request was signed, and is no new one.
        """

        def work(connection: Connection) -> Accepted:
            return accepting.accept(connection, upload, origin, self._terms, key=idempotency_key, priority=priority)

        answer = self._gathering.take_in(work) if self._database.is_sqlite else self._taken_in(work)
        if answer.is_new:
            self._changed(entries.notice_of(answer.entry))
        return answer

    def _taken_in(self, work: Work, tries: int = 1) -> Accepted:
        try:
            with self._database.writing(locks_itself=True) as connection:
                return work(connection)
        except StoreError as error:
            has_collided = isinstance(error.__cause__, IntegrityError)  # another came at the same microsecond
            if not has_collided or tries == COLLISIONS:
                raise
        return self._taken_in(work, tries + 1)

    def forget_nonces(self, *, before: int) -> None:
        """Drop the nonces of requests that were signed before a moment, in seconds since 1970."""
        with self._database.writing() as connection:
            nonces.forget(connection, before=before)

    def entry(self, id: str) -> Entry:  # noqa: A002 - what it is called everywhere
        """One submission.

        Raises:
            NotFoundError: there is none.
        """
        with self._database.reading() as connection:
            return entries.find(connection, id)

    def detail(self, id: str) -> Detail:  # noqa: A002 - what it is called everywhere
        """One submission with its reviews, runs and decisions.

        Raises:
            NotFoundError: there is none.
            StoreError: a record is not what it was.
        """
        with self._database.reading() as connection:
            return reading.detail(connection, id, self.store.where)

    def last_outcome(self, id: str) -> RunOutcome | None:  # noqa: A002 - what it is called everywhere
        """What the latest round of a submission came to, if it has had one.

        Raises:
            StoreError: the record is not what it was.
        """
        with self._database.reading() as connection:
            latest = reading.latest_round(connection, id, self.store.where)
        return None if latest is None else msgspec.json.decode(latest.run, type=RunOutcome)

    def upload(self, id: str) -> Upload:  # noqa: A002 - what it is called everywhere
        """What was handed in.

        Raises:
            NotFoundError: there is none.
            StoreError: the bytes are not what they were.
        """
        with self._database.reading() as connection:
            return reading.upload(connection, id, self.store.where)

    def sources(self, entry: Entry) -> exhibits.Exhibit | None:
        """The files of a submission as they were reviewed, if they are kept.

        Raises:
            StoreError: they are damaged.
        """
        with self._database.reading() as connection:
            found = exhibits.find(connection, entry.id, self.store.where)
        if found is not None:
            return found
        try:
            snapshot, prints = self.store.snapshot(entry.id), self.store.fingerprints(entry.id)
        except UsageError:
            return None
        is_same = snapshot.digest == entry.project_digest
        return exhibits.Exhibit(snapshot=snapshot, fingerprints=prints) if is_same else None

    def page(self, filters: Filters, *, cursor: str | None = None, limit: int = 50) -> Page:
        """A part of the list of submissions, newest first; at most 500 at a time.

        Raises:
            CursorError: the cursor is none.
        """
        with self._database.reading() as connection:
            return entries.page(connection, filters, cursor, limit)

    def resolve(self, id: str, resolution: Resolution) -> Entry:  # noqa: A002 - what it is called everywhere
        """Decide about a held submission, for good and on record.

        Raises:
            NotFoundError: there is none.
            StateError: it is not held.
        """
        names.checked(resolution.operator, "the name of an operator")
        with self._database.writing() as connection:
            operating.resolve(connection, id, resolution)
            entry = entries.find(connection, id)
        return self._told(entry)

    def rerun(self, id: str, *, operator: str, reason: str) -> Entry:  # noqa: A002 - what it is called everywhere
        """Have a submission that has ended reviewed, and run if approved, once more.

        Raises:
            NotFoundError: there is none.
            StateError: it is pending or running.
        """
        names.checked(operator, "the name of an operator")
        with self._database.writing() as connection:
            operating.rerun(connection, id, operator=operator, reason=reason)
            entry = entries.find(connection, id)
        return self._told(entry)

    def state(self) -> QueueState:
        """How many submissions stand where, and since when."""
        with self._database.reading() as connection:
            return reading.state(connection, self.limits)

    def statistics(self) -> Statistics:
        """How often each rule was found, by status, and each reason of a failure."""
        with self._database.reading() as connection:
            return statistics(connection)

    def tallies(self) -> Mapping[str, Mapping[str, float]]:
        """By name and label, what was counted since the store began."""
        with self._database.reading() as connection:
            return tallying.read(connection)

    def best_scores(self) -> dict[str, float]:
        """By hotkey, the best score of its completed submissions."""
        with self._database.reading() as connection:
            return reading.best_scores(connection)

    def decisions(self, *, after: int = 0, limit: int = 1_000) -> tuple[Decision, ...]:
        """The audit log from a number on."""
        with self._database.reading() as connection:
            return audit.read(connection, after=after, limit=limit)

    # -- the worker's side

    def claim(self, worker: str) -> Claim | None:
        """The submission whose turn it is; ``None`` when nothing waits, or a part that is needed is away."""
        while True:
            with self._database.writing() as connection:
                turn = claiming.take(connection, worker, self.limits)
                buried = turn.exhausted and settling.bury_exhausted(connection, turn.exhausted)
                entry = entries.find(connection, turn.exhausted) if buried else None
            if entry is None:
                break
            self._told(entry)
        if turn.claim is not None:
            self._told(turn.claim.entry)
        return turn.claim

    def heartbeat(self, claim: Claim) -> bool:
        """Keep a lease alive; whether it still is this claim's."""
        with self._database.writing() as connection:
            return claiming.heartbeat(connection, claim, self.limits)

    def unplaced_before(self, claim: Claim) -> tuple[Entry, ...]:
        """Some of what was received before a claimed submission and is not in the corpus yet, oldest first."""
        with self._database.writing() as connection:
            return placing.unplaced_before(connection, claim.entry.received_at)

    def place_earlier(self, entry: Entry, project: placing.Project | None) -> None:
        """Put one of those into the corpus; ``None`` if it cannot be read, and so is nobody's source."""
        with self._database.writing() as connection:
            placing.place_earlier(connection, self.store, entry, project)

    def place(self, claim: Claim, project: placing.Project) -> None:
        """Put a claimed submission that has been reviewed into the corpus.

        Raises:
            LeaseLostError: somebody else has it; nothing was changed.
        """
        with self._database.writing() as connection:
            placing.place(connection, self.store, claim, project)

    def finish(self, claim: Claim, conclusion: Conclusion) -> Entry:
        """Record a round and what the submission has become, with its decisions, in one transaction.

        Raises:
            LeaseLostError: somebody else has it; nothing was recorded.
        """
        with self._database.writing() as connection:
            settling.finish(connection, claim, conclusion)
            entry = entries.find(connection, claim.entry.id)
        return self._told(entry)

    def retry(self, claim: Claim, trouble: settling.Trouble) -> Entry:
        """Put a submission back after a failure of ours, to be tried after a while; or hold it after too many.

        Raises:
            LeaseLostError: somebody else has it; nothing was recorded.
        """
        with self._database.writing() as connection:
            settling.retry(connection, claim, self.limits, trouble)
            entry = entries.find(connection, claim.entry.id)
        return self._told(entry)

    def forget_old_exhibits(self) -> int:
        """Drop the files of rejected submissions that have been kept for long enough; of how many."""
        with self._database.writing() as connection:
            return exhibits.forget_old(connection, self.limits)

    def release(self, claim: Claim, *, leaves_run: bool = False) -> None:
        """Put a submission back as if it had not been claimed; nothing if the lease is lost.

        Args:
            claim: whose it was.
            leaves_run: whether a run of this claim, or of those before, may still be there.
        """
        with self._database.writing() as connection:
            is_back = claiming.release(connection, claim, leaves_run=leaves_run)
            entry = entries.find(connection, claim.entry.id)
        if is_back:
            self._told(entry)

    def note_policy(self, *, worker: str, name: str, digest: str) -> None:
        """Have the audit log say under which policy submissions are decided from now on, if that is another."""
        if self._policy == digest:
            return
        with self._database.writing() as connection:
            settling.note_policy(connection, worker=worker, name=name, digest=digest)
        self._policy = digest

    def _told(self, entry: Entry) -> Entry:
        self._changed(entries.notice_of(entry))
        return entry
