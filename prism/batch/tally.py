"""What a batch has come to so far, in numbers, and the table of them at its end."""

import time
from collections import Counter, deque
from collections.abc import Iterator

from prism.batch.line import MILDEST_FIRST, Line
from prism.verdict import Outcome

NOT_REVIEWED = "not reviewed"
WINDOW = 200
RULES = 10


class Tally:
    """Counts lines."""

    def __init__(self, total: int) -> None:
        """Count up to so many lines."""
        self.total = total
        self.done = 0
        self.earlier = 0
        """Those of ``done`` that were there before."""
        self.verdicts: Counter[str] = Counter()
        self.runs: Counter[str] = Counter()
        self.rules: Counter[str] = Counter()
        """In how many projects each rule has found something that counts."""
        self.exit_code = 0
        self._began = time.monotonic()
        self._ends: deque[float] = deque([self._began], maxlen=WINDOW)

    def add(self, line: Line, *, is_earlier: bool = False) -> None:
        """Count a line."""
        self.done += 1
        self.earlier += is_earlier
        self.verdicts[str(line.verdict) if line.is_reviewed else NOT_REVIEWED] += 1
        self.runs.update([str(line.run.status)] if line.run else [])
        self.rules.update({finding.rule for finding in line.findings if finding.waived is None})
        self.exit_code = max(self.exit_code, line.exit_code, key=MILDEST_FIRST.index)
        if not is_earlier:
            self._ends.append(time.monotonic())

    @property
    def rate(self) -> float:
        """Projects a second, of late."""
        since = time.monotonic() - self._ends[0]
        return (len(self._ends) - 1) / since if since > 0 else 0.0

    @property
    def remaining_seconds(self) -> float | None:
        """How long the rest will take at this rate; ``None`` when nobody can tell."""
        return (self.total - self.done) / self.rate if self.rate else None

    def counts(self) -> list[tuple[str, int]]:
        """Each verdict with its number, those that nobody has left out."""
        names = [*map(str, Outcome), NOT_REVIEWED]
        return [(name, self.verdicts[name]) for name in names if self.verdicts[name]]

    def table(self) -> Iterator[tuple[str, str]]:
        """The rows of the table at the end."""
        seconds = time.monotonic() - self._began
        fresh = self.done - self.earlier
        yield "projects", f"{self.done} of {self.total}" + (f", {self.earlier} done before" if self.earlier else "")
        yield from ((name, str(number)) for name, number in self.counts())
        yield from ((f"run {name}", str(number)) for name, number in sorted(self.runs.items()))
        yield "time", f"{clock(seconds)}, {fresh / seconds if seconds else 0:.3g} projects/s"
        for rule, number in sorted(self.rules.items(), key=lambda each: (-each[1], each[0]))[:RULES]:
            yield rule, f"in {number} project{'s' if number > 1 else ''}"


def clock(seconds: float) -> str:
    """Hours, minutes and seconds, as short as can be read."""
    minutes, rest = divmod(int(seconds + 0.5), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
