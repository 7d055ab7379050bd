"""The gate of a batch: a review in two halves, so that many are read at once and still concluded one after another."""

from pathlib import Path
from typing import TYPE_CHECKING

from prism.examiner import Examination, Reading
from prism.gate import Gate
from prism.review import Review, Versions

if TYPE_CHECKING:
    from prism.corpus import CorpusSource
    from prism.notebook import NotebookSource


class BatchGate(Gate):
    """A gate that can also stop half-way, and go on with what another gate of its policy has read."""

    @property
    def is_closed(self) -> bool:
        """Whether somebody has closed it."""
        return self._is_closed

    @property
    def versions(self) -> Versions:
        """What decides, beside the policy."""
        return self._examiner.versions()

    def read(self, source: bytes | Path) -> Reading:
        """The guarded half of an examination beside a corpus: everything that parses, nothing that compares.

        Raises:
            UsageError, PolicyError, GuardError: as for :meth:`prism.gate.Gate.examine`.
        """
        with self._at_work() as examiner:
            return examiner.read(source, to_be_compared=True)

    def conclude(self, reading: Reading, corpus: "CorpusSource", notebooks: "NotebookSource") -> Examination:
        """The other half: comparisons, reviewers and the verdict.

        Raises:
            PolicyError: as for :meth:`prism.gate.Gate.examine`.
        """
        with self._at_work() as examiner:
            return examiner.conclude(reading, corpus, notebooks)

    def not_reviewed(self, what: str, do: str) -> Review:
        """The record of a project that could not be looked at: held, and why."""
        with self._at_work() as examiner:
            return examiner.not_reviewed(what, do)

    def digest_of(self, source: bytes | Path) -> str:
        """The digest of a project, read in the guard and not checked; empty when intake refuses it.

        Raises:
            UsageError, PolicyError, GuardError: as for :meth:`prism.gate.Gate.examine`.
        """
        with self._at_work() as examiner:
            return examiner.digest_of(source)
