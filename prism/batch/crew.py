"""Who does the work of a batch: gates side by side, each with a guarded process of its own and a thread to talk to it.

Reading happens in the guarded processes, so the threads mostly wait: they share this process's time, and of a review a
tenth is spent in it.
"""

import queue
import threading
import time
from collections.abc import Sequence
from types import TracebackType
from typing import Protocol, Self

from prism.batch.gate import BatchGate
from prism.batch.work import Answer, Plan, Task, done
from prism.errors import PrismError, RunnerError
from prism.runner.result import Reason

END_SECONDS = 10
"""For what is under way when nobody wants it any more."""


class Crew(Protocol):
    """Takes tasks and gives answers, in the order in which they are done."""

    def __enter__(self) -> Self:
        """Begin."""
        ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End whatever is under way, and remove what it has started."""
        ...

    @property
    def room(self) -> int:
        """How many more tasks it would begin with soon."""
        ...

    def give(self, task: Task) -> None:
        """Have a task done."""
        ...

    def take(self, seconds: float) -> tuple[Task, Answer] | None:
        """What is done, waited for at most so long.

        Raises:
            PrismError: nothing can be done any more.
        """
        ...


class LocalCrew:
    """Gates of this process."""

    def __init__(self, gates: Sequence[BatchGate], plan: Plan) -> None:
        """A crew of as many as there are gates, which are the caller's to close.

        Args:
            gates: all of one policy; what reviewers remember and spend is that of the first.
            plan: what is done with each project.
        """
        self._gates = gates
        self._plan = plan
        self._given = 0
        self._tasks: queue.SimpleQueue[Task | None] = queue.SimpleQueue()
        self._answers: queue.SimpleQueue[tuple[Task, Answer | PrismError]] = queue.SimpleQueue()
        self._running: set[str] = set()
        self._stopped = threading.Event()
        self._threads = [threading.Thread(target=self._serve, args=(gate,), daemon=True) for gate in gates]

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._given:  # somebody does not want the rest
            self._stopped.set()
            for gate in self._gates:
                gate.close()
        for _ in self._threads:
            self._tasks.put(None)
        give_up = time.monotonic() + END_SECONDS
        while any(thread.is_alive() for thread in self._threads) and time.monotonic() < give_up:
            self._end_runs()  # again and again: a container may be about to come that nobody can see yet
            for thread in self._threads:
                thread.join(END_SECONDS / 20)

    @property
    def room(self) -> int:
        """A task waits for each gate, so that none waits for a task."""
        return 2 * len(self._gates) - self._given

    def give(self, task: Task) -> None:
        """Have a task done."""
        self._given += 1
        self._tasks.put(task)

    def take(self, seconds: float) -> tuple[Task, Answer] | None:
        """What is done, waited for at most so long."""
        try:
            task, answer = self._answers.get(timeout=seconds)
        except queue.Empty:
            return None
        self._given -= 1
        if isinstance(answer, PrismError):
            raise answer
        return task, answer

    def _serve(self, gate: BatchGate) -> None:
        while (task := self._tasks.get()) is not None:
            if gate.is_closed:
                return
            self._running |= {task.job} if task.job else set()
            try:
                notebooks = self._gates[0].notebooks(hotkey=task.item.hotkey)
                self._answers.put((task, done(task, self._plan, gate, notebooks, self._require)))
            except PrismError as error:
                self._answers.put((task, error))
            finally:
                self._running -= {task.job}

    def _require(self) -> None:
        if self._stopped.is_set():
            raise RunnerError("the batch was stopped", where="prism batch", do="resume it", code=Reason.RUN_LOST)

    def _end_runs(self) -> None:
        """Remove the containers of runs under way; whoever waits for them sees them gone."""
        if not self._running:
            return
        from contextlib import suppress

        from prism.runner.outcome import broker_for

        with suppress(PrismError):
            broker = broker_for(self._gates[0].effective)
            for job in tuple(self._running):
                broker.cleanup(job)
