"""A whole batch: tasks to a crew as there is room, answers to lines as they come.

Whatever is asked of a project stands in :mod:`prism.batch.work`; with a store, :mod:`prism.batch.placing` concludes.
"""

import secrets
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from prism.batch.crew import Crew
from prism.batch.item import Item
from prism.batch.line import Line
from prism.batch.placing import Placing
from prism.batch.work import Answer, Plan, Task
from prism.errors import PolicyError
from prism.verdict import Outcome

if TYPE_CHECKING:
    from prism.batch.gate import BatchGate
    from prism.examiner import Examination
    from prism.store import Store

PAUSE_SECONDS = 0.25
WAITING_PER_ROOM = 4


class Loop:
    """One batch under way."""

    def __init__(
        self, items: Sequence[Item], crew: Crew, gate: "BatchGate", plan: Plan, store: "Store | None" = None
    ) -> None:
        """Prepare to have items reviewed by a crew, under the gate's policy."""
        self._crew = crew
        self._gate = gate
        self._plan = plan
        self._digest = gate.effective.digest
        self._tasks = deque(
            Task(number=number, item=item, job=new_job() if plan.is_run else "") for number, item in enumerate(items)
        )
        self._left = len(items)
        self._runs: deque[Task] = deque()
        self._placing = Placing(store, gate, list(range(len(items)))) if store else None
        self._most_waiting = WAITING_PER_ROOM * max(1, crew.room)

    def lines(self, pause: Callable[[], None]) -> Iterator[Line]:
        """A line for each item, in the order in which they are done.

        Args:
            pause: called at least four times a second, or as often as something is done.

        Raises:
            PolicyError: the policy has changed meanwhile.
            PrismError: nothing more can be reviewed.
        """
        while self._left:
            self._give()
            got = self._crew.take(PAUSE_SECONDS)
            pause()
            for line in self._ended(*got) if got else ():
                self._left -= 1
                yield line

    def _give(self) -> None:
        while self._crew.room > 0 and (waiting := self._next_queue()):
            task = waiting.popleft()
            self._crew.give(task)

    def _next_queue(self) -> deque[Task] | None:
        """Runs first; no more is read than may wait for its turn."""
        if self._runs:
            return self._runs
        is_full = self._placing is not None and self._placing.waiting >= self._most_waiting
        return self._tasks if self._tasks and not is_full else None

    def _ended(self, task: Task, answer: Answer) -> Iterator[Line]:
        if self._placing is None or task.approved is not None:
            assert answer.review is not None  # noqa: S101 - whoever reads only is asked by a placing
            yield self._line(task, answer)
            return
        self._placing.add(task, answer)
        while (placed := self._placing.take()) is not None:
            yield from self._placed(*placed)

    def _placed(self, task: Task, examination: "Examination") -> Iterator[Line]:
        is_run = self._plan.is_run and examination.review.verdict is Outcome.APPROVED
        if is_run and examination.snapshot is not None:
            job = new_job()
            self._runs.append(Task(number=task.number, item=task.item, approved=examination, job=job))
        else:
            yield self._line(task, Answer(review=examination.review))

    def _line(self, task: Task, answer: Answer) -> Line:
        review = answer.review
        assert review is not None  # noqa: S101 - see _ended
        if review.policy.digest != self._digest:
            what = "the policy has changed while the batch was under way"
            raise PolicyError(what, where=review.policy.name, do="resume: what was decided before is reviewed again")
        return Line.of(task.item, review, answer.run)


def new_job() -> str:
    """A name for a run that nobody had before."""
    return f"prism-{secrets.token_hex(8)}"
