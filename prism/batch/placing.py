"""Concluding beside a store: each project compared with those before it, in the order of the batch and no other.

Readings come as they are done and wait here for their turn. What a project is compared with does not depend on how
many are read at once, nor on whether the batch was interrupted: one that was kept before its line was written is found
under its key, and is compared with what came before it then.
"""

from typing import TYPE_CHECKING

from prism.batch.work import Answer, Task
from prism.errors import PrismError, UsageError
from prism.examiner import Examination, Reading
from prism.store.keep import compared_and_kept
from prism.suspects import with_suspects

if TYPE_CHECKING:
    from prism.batch.gate import BatchGate
    from prism.store import Store


class Placing:
    """Puts answers in their order and concludes them beside a store."""

    def __init__(self, store: "Store", gate: "BatchGate", numbers: list[int]) -> None:
        """Wait for the items of these numbers, which ascend."""
        self._store = store
        self._gate = gate
        self._turns = iter(numbers)
        self._next = next(self._turns, None)
        self._waiting: dict[int, tuple[Task, Answer]] = {}

    @property
    def waiting(self) -> int:
        """How many answers wait for their turn."""
        return len(self._waiting)

    def add(self, task: Task, answer: Answer) -> None:
        """Take in an answer, in any order."""
        self._waiting[task.number] = (task, answer)

    def take(self) -> tuple[Task, Examination] | None:
        """The next examination, if its turn has come."""
        if self._next is None or self._next not in self._waiting:
            return None
        task, answer = self._waiting.pop(self._next)
        self._next = next(self._turns, None)
        if answer.reading is None:
            assert answer.review is not None  # noqa: S101 - an answer is one or the other
            return task, Examination(review=answer.review, snapshot=None)
        try:
            return task, self._concluded(task, answer.reading)
        except UsageError as error:  # the store has something else under its id, or takes no such id
            what, do = error.what, error.do
            if self._kept_at(task.item.key) is not None:
                what = f"the store has another content, or hotkey, of {task.item.path!r} already: {task.item.key}"
                do = "give this an id of its own in a manifest, or have `prism snapshots delete` remove that"
            return task, Examination(review=self._gate.not_reviewed(what, f"{do}; then resume"), snapshot=None)

    def _concluded(self, task: Task, reading: Reading) -> Examination:
        hotkey, key = task.item.hotkey, task.item.key
        before = self._kept_at(key)
        notebooks = self._store.notebooks(hotkey=hotkey, before=before, without=key)

        def compared() -> Examination:
            corpus = self._store.source(hotkey=hotkey, before=before, without=key)
            return self._gate.conclude(reading, corpus, notebooks)

        kept = compared_and_kept(self._store, compared, hotkey=hotkey, id=key)
        return with_suspects(kept, self._gate, self._store)

    def _kept_at(self, key: str) -> int | None:
        """When the store got this very item, if it has it already."""
        try:
            return self._store.submission(key)[0].received_at
        except PrismError:  # it has not, or the comparison will say what is wrong with it
            return None
