"""The gate of ``prism check``: what is decided beforehand, with the files that it is about."""

from collections.abc import Sequence
from pathlib import Path

from prism.examiner import Examination
from prism.gate import Gate


class CheckingGate(Gate):
    """A gate that can show the sources of what it checks."""

    def checked(self, path: Path, exclude: Sequence[str]) -> Examination:
        """As :meth:`prism.gate.Gate.check`, with the snapshot."""
        with self._at_work() as examiner:
            return examiner.examine(path, None, None, exclude=exclude)
