"""The gate for programs that must not wait: every call is awaited, and several projects are reviewed at a time."""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import SimpleQueue
from types import TracebackType
from typing import TYPE_CHECKING, Self, TypeVar

from prism.errors import GuardError
from prism.examiner import Examination
from prism.gate import Gate
from prism.review import Review

if TYPE_CHECKING:
    from prism.corpus import CorpusSource
    from prism.notebook import NotebookSource
    from prism.runner.outcome import RunOutcome

Result = TypeVar("Result")


class AsyncGate:
    """Reviews projects under one policy without blocking the event loop; see :class:`prism.gate.Gate`.

    Use it as an asynchronous context manager. It has as many gates as it reviews projects at once, each with a guarded
    process of its own. Who is cancelled while waiting leaves the queue; a review that has begun goes on to its end
    unheard, since half of one is none, and only then is its gate free again.
    """

    def __init__(self, reference: str | Path = "default", *, at_once: int = 1) -> None:
        """Prepare; the policy is loaded when the context is entered.

        Args:
            reference: a shipped policy's name or a policy file.
            at_once: how many projects are reviewed at a time, at least 1.

        Raises:
            ValueError: it is less.
        """
        self._reference = reference
        self._at_once = at_once
        self._threads = ThreadPoolExecutor(at_once, thread_name_prefix="prism-gate")
        self._is_closed = False
        self._gates: list[Gate] = []
        self._free: SimpleQueue[Gate] = SimpleQueue()

    @classmethod
    def from_policy(cls, reference: str | Path = "default", *, at_once: int = 1) -> Self:
        """A gate for a shipped policy's name or a policy file, not open yet."""
        return cls(reference, at_once=at_once)

    async def __aenter__(self) -> Self:
        """Load the policy and start the guarded processes.

        Raises:
            PolicyError: the policy does not validate; every problem is in it.
            PluginError: a plugin it selects cannot be used.
        """
        try:
            await self._in_thread(self._open)
        except BaseException:
            await self.close()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """End the guarded processes; who waits for a review gets ``GuardError``, as does whoever asks for one later."""
        await asyncio.to_thread(self._close)

    async def review(
        self,
        source: bytes | str | Path,
        *,
        corpus: "CorpusSource | None" = None,
        notebooks: "NotebookSource | None" = None,
    ) -> Review:
        """See :meth:`prism.gate.Gate.review`."""
        return await self._with_gate(lambda gate: gate.review(source, corpus=corpus, notebooks=notebooks))

    async def check(self, source: bytes | str | Path, *, exclude: Sequence[str] = ()) -> Review:
        """See :meth:`prism.gate.Gate.check`."""
        return await self._with_gate(lambda gate: gate.check(source, exclude=exclude))

    async def examine(
        self,
        source: bytes | str | Path,
        *,
        corpus: "CorpusSource | None" = None,
        notebooks: "NotebookSource | None" = None,
    ) -> Examination:
        """See :meth:`prism.gate.Gate.examine`."""
        return await self._with_gate(lambda gate: gate.examine(source, corpus=corpus, notebooks=notebooks))

    async def run(self, examination: Examination) -> "RunOutcome":
        """See :meth:`prism.gate.Gate.run`."""
        return await self._with_gate(lambda gate: gate.run(examination))

    @property
    def gate(self) -> Gate:
        """One of the gates, for what does not take time: its policy, its rules.

        Raises:
            RuntimeError: the context was not entered.
        """
        self._require_open()
        return self._gates[0]

    async def _with_gate(self, work: Callable[[Gate], Result]) -> Result:
        def worked() -> Result:
            gate = self._free.get()
            try:
                return work(gate)
            finally:
                self._free.put(gate)

        if self._is_closed:
            raise _closed()
        self._require_open()
        return await self._in_thread(worked)

    def _require_open(self) -> None:
        if not self._gates:
            raise RuntimeError("an AsyncGate is opened by `async with`")

    async def _in_thread(self, work: Callable[[], Result]) -> Result:
        try:
            begun = self._threads.submit(work)
        except RuntimeError:  # they were shut down
            raise _closed() from None
        try:
            return await asyncio.wrap_future(begun)
        except asyncio.CancelledError:
            task = asyncio.current_task()
            if task is not None and task.cancelling():
                raise
            raise _closed() from None  # it waited for its turn when the threads were shut down

    def _open(self) -> None:
        while len(self._gates) < self._at_once and not self._is_closed:
            self._gates.append(Gate.from_policy(self._reference))
            self._free.put(self._gates[-1])

    def _close(self) -> None:
        self._is_closed = True
        self._close_gates()
        self._threads.shutdown(cancel_futures=True)
        self._close_gates()  # with one that was being opened meanwhile

    def _close_gates(self) -> None:
        for gate in tuple(self._gates):
            gate.close()


def _closed() -> GuardError:
    return GuardError("the gate was closed", where="AsyncGate", do="open another one with `async with`")
