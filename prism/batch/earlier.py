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
from prism.errors import UsageError
from prism.policy.waivers import is_expired

if TYPE_CHECKING:
    from prism.batch.gate import BatchGate

MOST_ENTRIES = 20_000


class Keeping(enum.Enum):
    """Which earlier lines hold."""

    BY_NAME = "resume"
    """Those of the same item, if nothing was written to its project since."""
    BY_CONTENT = "only-changed"
    """Those of the same item, to be looked at once more: their projects are read as far as their digest."""


class Earlier:
    """Decides which lines of an output are kept; afterwards it knows which items they are of."""

    def __init__(self, items: Iterable[Item], gate: "BatchGate", keeping: Keeping, *, with_runs: bool) -> None:
        self._items = {item.id: item for item in items}
        self._gate = gate
        self._keeping = keeping
        self._with_runs = with_runs
        self.kept: dict[str, Line] = {}
        self.dropped = 0

    def is_kept(self, line: Line) -> bool:
        """Whether a line holds.

        Raises:
            UsageError: it is of a project that is not among those of this batch.
        """
        item = self._items.get(line.id)
        if item is None:
            do = "name the same sources, or another output, or --overwrite it"
            raise UsageError("the output has results of a project that is not named now", where=line.id, do=do)
        is_kept = line.id not in self.kept and self._is_same(item, line) and self._is_unchanged(item, line)
        if is_kept:
            self.kept[line.id] = line
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

    def _has_lost_a_waiver(self, line: Line) -> bool:
        then, now = datetime.fromisoformat(line.timings.started_at).date(), datetime.now(UTC).date()
        return any(is_expired(each, now) and not is_expired(each, then) for each in self._gate.policy.waivers)

    def _is_unchanged(self, item: Item, line: Line) -> bool:
        if item.problem or item.store:
            return not item.problem
        if self._keeping is Keeping.BY_NAME:
            return not _changed_since(Path(os.fsdecode(item.file)), datetime.fromisoformat(line.timings.started_at))
        return line.project is not None and self._gate.digest_of(item.source()) == line.project.digest


def _changed_since(path: Path, moment: datetime) -> bool:
    """Whether anything was written to a file or in a folder since; also if that cannot be told."""
    waiting, seen = [path], 0
    try:
        while waiting:
            each = waiting.pop()
            status = each.lstat() if seen else each.stat()
            seen += 1
            if max(status.st_mtime, status.st_ctime) >= moment.timestamp() or seen > MOST_ENTRIES:
                return True
            if stat.S_ISDIR(status.st_mode):
                waiting += each.iterdir()
    except (OSError, ValueError):
        return True
    return False
