"""What stands in an output already, and which of it another run would only repeat."""

import enum
import os
import stat
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from prism.batch.item import Item
from prism.batch.line import Line
from prism.errors import PolicyError, PrismError, UsageError
from prism.policy.waivers import is_expired
from prism.review import KEEPING
from prism.verdict import Outcome

if TYPE_CHECKING:
    from prism.batch.gate import BatchGate
    from prism.store import Store

MOST_ENTRIES = 20_000
COARSE_SECONDS = 0.05
"""By how much the times that a file system writes down may lag behind the clock."""


class Keeping(enum.Enum):
    """Which earlier lines hold."""

    BY_NAME = "resume"
    """Those of the same item, if nothing was written to its project since."""
    BY_CONTENT = "only-changed"
    """Those of the same item as well to whose project something was written: it is read as far as its digest, which
    has to be the same. What is not named any more is left out."""


class Earlier:
    """Decides which lines of an output are kept; afterwards it knows which items they are of."""

    def __init__(
        self,
        items: Iterable[Item],
        gate: "BatchGate",
        keeping: Keeping,
        *,
        with_runs: bool,
        store: "Store | None" = None,
    ) -> None:
        self._items = {item.id: item for item in items}
        self._gate = gate
        self._store = store
        self._keeping = keeping
        self._with_runs = with_runs
        self.kept: set[str] = set()
        self.dropped = 0
        self.gone = 0
        """Lines of projects that are not named any more, and that are left out."""

    def is_kept(self, line: Line) -> bool:
        """Whether a line holds.

        Raises:
            UsageError: it is of a project that is not among those of this batch, and should be.
        """
        item = self._items.get(line.id)
        if item is None and self._keeping is Keeping.BY_CONTENT:
            self.gone += 1
            return False
        if item is None:
            do = "name the same sources, or another output; --only-changed leaves them out, --overwrite begins anew"
            raise UsageError("the output has results of a project that is not named now", where=line.id, do=do)
        is_same = self._is_same(item, line) and self._is_beside_the_same(item, line)
        is_kept = line.id not in self.kept and is_same and self._is_unchanged(item, line)
        if is_kept:
            self.kept.add(line.id)
        else:
            self.dropped += 1
        return is_kept

    def _is_same(self, item: Item, line: Line) -> bool:
        """Whether it was decided by what decides now, about what is named now."""
        gate = self._gate
        has_run = line.run is not None or not self._with_runs or line.exit_code != 0
        decided = (line.policy.digest, line.versions) == (gate.effective.digest, gate.versions)
        named = (line.path, line.hotkey) == (item.path, item.hotkey)
        return decided and named and has_run and line.is_final and not self._has_lost_a_waiver(line)

    def _is_beside_the_same(self, item: Item, line: Line) -> bool:
        """Whether it was compared if it would be now, and later ones will be compared with it."""
        was_beside = any(stage.name == KEEPING for stage in line.stages)
        if self._store is None or not was_beside:
            return self._store is None and not was_beside
        return line.verdict is Outcome.REJECTED or _is_in(self._store, item, line)

    def _has_lost_a_waiver(self, line: Line) -> bool:
        then, now = datetime.fromisoformat(line.timings.started_at).date(), datetime.now(UTC).date()
        return any(is_expired(each, now) and not is_expired(each, then) for each in self._gate.policy.waivers)

    def _is_unchanged(self, item: Item, line: Line) -> bool:
        if item.problem or item.store:
            return not item.problem
        if not _changed_since(Path(os.fsdecode(item.file)), datetime.fromisoformat(line.timings.started_at)):
            return True
        if self._keeping is Keeping.BY_NAME or line.project is None:
            return False
        return self._has_digest(item, line.project.digest)

    def _has_digest(self, item: Item, digest: str) -> bool:
        try:
            return self._gate.digest_of(item.source()) == digest
        except PolicyError:
            raise
        except PrismError:  # its review will say what is wrong with it
            return False


def _is_in(store: "Store", item: Item, line: Line) -> bool:
    try:
        row, _ = store.submission(item.key)
    except UsageError:  # there is none
        return False
    return line.project is not None and (row.project_digest, row.hotkey) == (line.project.digest, line.hotkey)


def _changed_since(path: Path, moment: datetime) -> bool:
    """Whether anything was written to a file or in a folder since; also if that cannot be told."""
    waiting, seen = [path], 0
    try:
        while waiting:
            each = waiting.pop()
            status = each.lstat() if seen else each.stat()
            seen += 1
            if max(status.st_mtime, status.st_ctime) >= moment.timestamp() - COARSE_SECONDS or seen > MOST_ENTRIES:
                return True
            if stat.S_ISDIR(status.st_mode):
                waiting += each.iterdir()
    except (OSError, ValueError):
        return True
    return False
