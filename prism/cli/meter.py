"""How far a batch is, for whoever watches: one line that changes on a terminal, and a line now and then elsewhere."""

import time
from typing import Final

from prism.batch.tally import Tally, clock
from prism.cli import rendering

DRAW_SECONDS: Final = 0.2
LOG_SECONDS: Final = 60.0


class Meter:
    """Shows a tally on stderr."""

    def __init__(self, tally: Tally) -> None:
        self._tally = tally
        self._shown = time.monotonic()

    def show(self) -> None:
        """Show it, unless it was shown just now."""
        now = time.monotonic()
        if now - self._shown < (DRAW_SECONDS if rendering.is_watched() else LOG_SECONDS):
            return
        self._shown = now
        if rendering.is_watched():
            rendering.status(self.text())
        else:
            rendering.notice(self.text())

    def clear(self) -> None:
        """Leave nothing behind on a terminal."""
        rendering.status("")

    def text(self) -> str:
        """Done of all, rate, remaining time, and the counts by verdict: what matters most comes first."""
        tally = self._tally
        left = tally.remaining_seconds
        parts = [
            f"{tally.done}/{tally.total}",
            f"{100 * tally.done // max(1, tally.total)}%",
            f"{tally.rate:.1f}/s",
            "? left" if left is None else f"{clock(left)} left",
            *(f"{name} {number}" for name, number in tally.counts()),
        ]
        return "  ".join(parts)
