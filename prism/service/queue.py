"""The queue as the service's other parts use it; every change is durable when its method returns.

Failures of the database are raised as ``StoreError``, and then nothing was changed.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

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
    Upload,
)
from prism.store.store import Store
from prism.submission import Submission

if TYPE_CHECKING:
    from prism.gate import Examination
    from prism.runner.outcome import RunOutcome


class Queue:
    """Submissions from hand-in to end, in the tables of a store."""

    def __init__(
        self,
        store: Store,
        limits: QueueLimits | None = None,
        *,
        changed: Callable[[Submission], None] = lambda submission: None,
    ) -> None:
        """A queue in a store.

        Args:
            store: where it is; nothing is touched before it is used.
            limits: numbers that an operator may set.
            changed: told after each change of a status, once it is stored.
        """

    # -- the API's side

    def accept(self, upload: Upload, origin: Origin, *, idempotency_key: str = "", priority: int = 0) -> Accepted:
        """Take an upload in: when this returns it is durable.

        The same bytes of the same hotkey are the same submission, whatever the key.

        Raises:
            LimitError: ``rate-limited`` or ``queue-full``; only for what is new.
            KeyReusedError: the key came with other bytes before.
        """

    def entry(self, id: str) -> Entry:
        """One submission.

        Raises:
            NotFoundError: there is none.
        """

    def detail(self, id: str) -> Detail:
        """One submission with its reviews, runs and decisions.

        Raises:
            NotFoundError: there is none.
        """

    def upload(self, id: str) -> Upload:
        """What was handed in.

        Raises:
            NotFoundError: there is none.
            StoreError: the bytes are not what they were.
        """

    def page(self, filters: Filters, *, cursor: str | None = None, limit: int = 50) -> Page:
        """A part of the list of submissions, newest first.

        Raises:
            RefusalError: ``cursor-invalid``.
        """

    def resolve(self, id: str, resolution: Resolution) -> Entry:
        """Decide about a held submission, for good and on record.

        Raises:
            NotFoundError: there is none.
            StateError: it is not held.
        """

    def rerun(self, id: str, *, operator: str, reason: str) -> Entry:
        """Have a submission that has ended reviewed, and run if approved, once more.

        Raises:
            NotFoundError: there is none.
            StateError: it is pending or running.
        """

    def state(self) -> QueueState:
        """How many submissions stand where, and since when."""

    def best_scores(self) -> dict[str, float]:
        """By hotkey, the best score of its completed submissions."""

    def decisions(self, *, after: int = 0, limit: int = 1_000) -> tuple[Decision, ...]:
        """The audit log from a number on."""

    # -- the worker's side

    def claim(self, worker: str) -> Claim | None:
        """The submission whose turn it is; ``None`` when nothing waits, or a part that is needed is away."""

    def heartbeat(self, claim: Claim) -> bool:
        """Keep a lease alive; whether it still is this claim's."""

    def finish(self, claim: Claim, examination: "Examination", outcome: "RunOutcome") -> Entry:
        """Record a round and what the submission has become, with its decisions, in one transaction.

        Raises:
            LeaseLostError: somebody else has it; nothing was recorded.
        """

    def retry(self, claim: Claim, *, reason: str, text: str, part: str = "") -> Entry:
        """Put a submission back after a failure of ours, to be tried after a while; or hold it after too many.

        Args:
            claim: the lease.
            reason: a stable code for what failed.
            text: the same for the operator.
            part: ``broker`` or ``reviewer`` if that was away as a whole: it is waited for.

        Raises:
            LeaseLostError: somebody else has it; nothing was recorded.
        """

    def release(self, claim: Claim) -> None:
        """Put a submission back as if it had not been claimed; nothing if the lease is lost."""
