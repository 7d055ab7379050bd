"""The gate: projects in, verdicts out, and approved projects to their metrics.

with Gate.from_policy("default") as gate:
    examination = gate.examine(Path("submission.zip"))     bytes -> snapshot -> findings -> verdict
    outcome = gate.run(examination)                        approved -> broker -> container -> metrics

What happens on the way stands in :mod:`prism.examiner`: read that next.
"""

import threading
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from prism.examiner import Examination, Examiner
from prism.guard.announcement import announce
from prism.guard.process import ServerProcess
from prism.memory_notebook import MemoryNotebooks
from prism.policy.layers import read_layers
from prism.policy.loading import EffectivePolicy, in_force
from prism.review import Review
from prism.verdict import Outcome

if TYPE_CHECKING:
    from prism.corpus import CorpusSource, Features
    from prism.host import Host
    from prism.notebook import NotebookSource
    from prism.policy.model import Policy
    from prism.rule import Rule
    from prism.runner.outcome import RunOutcome
    from prism.runner.pair import PairOutcome
    from prism.runner.pairing import Launching
    from prism.snapshot import Snapshot

__all__ = ["Examination", "Gate"]


class Gate:
    """Reviews projects under one policy, and has approved ones run.

    It owns a guarded server process: close it, or use it as a context manager. When a file that decides something and
    is named in a plugin's settings changes, the next review is under the policy with its new content.
    """

    def __init__(self, effective: EffectivePolicy, server: ServerProcess | None = None) -> None:
        """Load the policy's plugins, here and in the guarded process, which may have been launched before.

        Raises:
            PluginError: a plugin does not fit the hooks or refused its settings.
        """
        self._turn = threading.RLock()  # a signal handler may close what its own thread is about to use
        self._is_closed = False
        self._users: Counter[Examiner] = Counter()
        self._memory = MemoryNotebooks()
        self._examiner = Examiner(effective, server)

    @classmethod
    def from_policy(cls, reference: str | Path = "default") -> Self:
        """A gate for a shipped policy's name or a policy file.

        Raises:
            PolicyError: the policy does not validate; every problem is in it.
            PluginError: a plugin it selects cannot be used.
        """
        server = ServerProcess()  # it imports while the policy is read
        try:
            layers = read_layers(reference)
            announce(layers, server.launched)
            return cls(in_force(layers), server)
        except BaseException:
            server.end()
            raise

    @property
    def effective(self) -> EffectivePolicy:
        """The policy in force."""
        return self._examiner.effective

    @property
    def policy(self) -> "Policy":
        """The policy in force, as typed data."""
        return self._examiner.policy

    @property
    def host(self) -> "Host":
        """The policy's plugins, with their settings."""
        return self._examiner.host

    @property
    def rules(self) -> "Mapping[str, Rule]":
        """Every rule of PRISM and of the policy's plugins, by id."""
        return self._examiner.rules

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the guarded process; a review under way in another thread raises."""
        self._is_closed = True
        for examiner in {self._examiner, *self._users}:
            examiner.close()

    def review(
        self,
        source: bytes | str | Path,
        *,
        corpus: "CorpusSource | None" = None,
        notebooks: "NotebookSource | None" = None,
    ) -> Review:
        """The record of one review; see :meth:`examine`."""
        return self.examine(source, corpus=corpus, notebooks=notebooks).review

    def check(self, source: bytes | str | Path, *, exclude: Sequence[str] = ()) -> Review:
        """What is decided by the project and the policy alone: nothing is compared, and no reviewer is asked.

        Whoever hands in can see it beforehand: the same project under the same policy digest gives the same findings,
        and the verdict of a whole review is never milder. A folder is taken as :func:`prism.packing.pack` packs it.

        Args:
            source: the project.
            exclude: patterns of paths or names that are not packed.

        Raises:
            UsageError, PolicyError, GuardError: as for :meth:`examine`.
        """
        with self._at_work() as examiner:
            return examiner.examine(_located(source), None, None, exclude=exclude).review

    def examine(
        self,
        source: bytes | str | Path,
        *,
        corpus: "CorpusSource | None" = None,
        notebooks: "NotebookSource | None" = None,
    ) -> Examination:
        """Review a project given as the bytes of an archive, or as the path of an archive or folder.

        Args:
            source: the project.
            corpus: earlier submissions to compare with; without one nothing is compared.
            notebooks: what reviewers remember and account for; without them it is kept as long as this gate is open.

        Raises:
            UsageError: there is nothing at the path, or it cannot be read.
            PolicyError: a file that the policy names has changed, and the policy is wrong with it; nothing was decided.
            GuardError: the guarded process cannot be had; nothing was decided.
        """
        with self._at_work() as examiner:
            return examiner.examine(_located(source), corpus, notebooks or self.notebooks())

    def notebooks(self, *, hotkey: str = "") -> "NotebookSource":
        """For one review: what reviewers remember and account for as long as this gate is open, and no longer."""
        return self._memory.source(hotkey=hotkey)

    def features_of(self, source: bytes | Path) -> "tuple[Snapshot, dict[str, Features]]":
        """A project's snapshot with what each plugin wants kept of it, without any check: nothing is decided.

        Raises:
            UsageError: there is nothing at the path, intake refused it, or a plugin could not read it; the findings
                are its problems.
            PolicyError: as for :meth:`examine`.
            GuardError: the guarded process cannot be had.
        """
        with self._at_work() as examiner:
            return examiner.features_of(source)

    def materials_of(self, source: bytes | Path) -> "tuple[Snapshot, dict[str, dict[str, Any]]]":
        """A project's snapshot with what each reviewer needs of it, without any check: nothing is asked or decided.

        Raises:
            UsageError, PolicyError, GuardError: as for :meth:`features_of`.
        """
        with self._at_work() as examiner:
            return examiner.materials_of(source)

    def run(self, examination: Examination) -> "RunOutcome":
        """Have an approved project run by the policy's broker; a project that is not approved is never run."""
        from prism.runner.outcome import not_run, run_approved

        review, snapshot = examination.review, examination.snapshot
        if review.verdict is not Outcome.APPROVED or snapshot is None:
            return not_run(review)
        return run_approved(review, snapshot, self.effective)

    def compare_pair(
        self, first: Examination, second: Examination, *, launching: "Launching | None" = None
    ) -> "PairOutcome":
        """Have two examined projects compared side by side in a container, by the policy's broker if no other is given.

        Code is read whatever the verdicts are. It is run only if the policy says so and both projects are approved, or
        held for nothing but their likeness to others.
        """
        from prism.runner.pairing import compare_examined

        return compare_examined(first, second, self.effective, self.rules, launching)

    @contextmanager
    def _at_work(self) -> Iterator[Examiner]:
        """The examiner for one project; one that was replaced meanwhile is closed by whoever used it last."""
        with self._turn:
            self._renew()
            examiner = self._examiner
            self._users[examiner] += 1
        try:
            yield examiner
        finally:
            with self._turn:
                self._users[examiner] -= 1
                self._close_replaced()

    def _renew(self) -> None:
        """Put the policy in force anew while what stands in the files that it names is not what it was read with."""
        while not self._is_closed and not self._examiner.settle():
            renewed = Examiner(in_force(self.effective.layers))
            self._users[self._examiner] += 0  # so that it is closed even if nobody has used it
            self._examiner = renewed
        self._close_replaced()

    def _close_replaced(self) -> None:
        for examiner in [each for each, users in self._users.items() if not users]:
            del self._users[examiner]
            if examiner is not self._examiner:
                examiner.close()


def _located(source: bytes | str | Path) -> bytes | Path:
    """An archive's bytes, or where a project is."""
    return source if isinstance(source, bytes) else Path(source)
