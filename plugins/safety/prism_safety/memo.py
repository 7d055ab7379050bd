"""Evaluation by need, remembered, with a budget, and with an answer for things that depend on themselves.

What does not depend on itself is evaluated once. The members of a cycle begin with nothing and are evaluated again
whenever something that they read has grown, until nothing grows any more; then they are remembered for good.
"""

import heapq
import sys
from collections.abc import Callable
from typing import Any, TypeVar

from prism_safety import values
from prism_safety.values import NOTHING, UNKNOWN, Value, union

MAX_DEPTH = 80
"""How many things may be under evaluation at once, well below the interpreter's own recursion limit."""
MAX_GROWTH = 64
"""How often one value may grow."""
PRECISE_GROWTH = 4
"""How often a value may grow with texts and containers; after that it keeps symbols only."""
GROWING = (values.Below, values.Constant, values.Fragment, values.Items, values.Method, values.Partial, values.Getter)

Key = TypeVar("Key")


class TooComplexError(Exception):
    """The work or depth allowed for one file is used up."""


class _Pending:
    """A thing that depends on itself, or on something that does, so that its value may still grow."""

    __slots__ = ("evaluate", "growth", "index", "key", "lowest", "readers", "value")

    def __init__(self, key: object, evaluate: Callable[[Any], Value], index: int) -> None:
        self.key = key
        self.evaluate = evaluate
        self.index = index
        """Its place in the order of first evaluations: what it reads mostly comes after it."""
        self.value = NOTHING
        self.growth = 0
        self.lowest = 0
        """Position of the outermost open thing on which it depends."""
        self.readers: dict[_Pending, None] = {}
        """The things that have to be evaluated again when its value grows."""


class Memo:
    """What is known, what is being evaluated, and how much work is left."""

    def __init__(self) -> None:
        self.known: dict[object, Value] = {}
        self._pending: dict[object, _Pending] = {}
        self._order: list[_Pending] = []
        """What is pending, in the order of its first evaluation."""
        self._open: list[_Pending] = []
        """Things under evaluation, outermost first."""
        self._again: list[int] = []
        """Negated places of things that read something which has grown since: the last one is evaluated first."""
        self._later: list[int] = []
        """Negated places of those that have had their turn in this round: all others come before them."""
        self._turn = sys.maxsize
        """Place of the thing whose turn it is."""
        self._waiting: set[int] = set()
        self._lowest = sys.maxsize
        """Position of the outermost open thing on which the current evaluation turned out to depend."""
        self._budget = 0

    def start(self, steps: int) -> None:
        """Grant a budget of steps for the next file; what was left unfinished goes on from where it was."""
        self._budget = steps
        self._open.clear()
        self._lowest = self._turn = sys.maxsize
        for left in (self._again, self._later, self._waiting):
            left.clear()
        for pending in self._order:
            pending.lowest = 0
            self._evaluate_again(pending)

    def spend(self, steps: int) -> None:
        """Count work.

        Raises:
            TooComplexError: the budget is used up.
        """
        self._budget -= steps
        if self._budget < 0:
            raise TooComplexError

    def remembered(self, key: Key, evaluate: Callable[[Key], Value]) -> Value:
        """The value of a thing, evaluated at most once when nothing it depends on is still open.

        Raises:
            TooComplexError: the budget is used up, or a value does not stop growing.
        """
        known = self.known.get(key)
        if known is not None:
            return known
        if self._order and not self._open:
            # Left over from a file whose budget was used up.
            self._comes_to_rest(0, 0)
            return self.remembered(key, evaluate)
        pending = self._pending.get(key)
        if pending is None:
            pending = self._pending[key] = _Pending(key, evaluate, len(self._order))
            self._order.append(pending)
            depth = len(self._open)
            pending.lowest = depth
            if depth < MAX_DEPTH:
                return self._first(pending, depth)
            pending.lowest = 0
            self._evaluate_again(pending)
        return self._read(pending)

    def _read(self, pending: _Pending) -> Value:
        """The value so far of something that may still grow."""
        self.spend(1)
        self._lowest = min(self._lowest, pending.lowest)
        if self._open:
            pending.readers[self._open[-1]] = None
        return pending.value

    def _first(self, pending: _Pending, depth: int) -> Value:
        """Evaluate a thing for the first time."""
        found, lowest = self._evaluated(pending)
        if lowest > depth and len(self._order) == pending.index + 1:
            # It depends on nothing that is still open, so that nothing depends on its being open either.
            self._order.pop()
            del self._pending[pending.key]
            self.known[pending.key] = found
            return found
        pending.lowest = min(lowest, depth)
        self._grow(pending, found)
        if lowest < depth or not self._comes_to_rest(pending.index, depth):
            return self._read(pending)
        return self.known[pending.key]

    def _evaluated(self, pending: _Pending) -> tuple[Value, int]:
        """What a thing gives now, and the position of the outermost open thing on which it depends."""
        outside, self._lowest = self._lowest, sys.maxsize
        self._open.append(pending)
        found = pending.evaluate(pending.key)
        self._open.pop()
        lowest, self._lowest = self._lowest, outside
        self.spend(1 + len(found))
        return found, lowest

    def _grow(self, pending: _Pending, found: Value) -> None:
        """Take in what an evaluation gave, and have whoever read the old value evaluated again."""
        grown = union([pending.value, found])
        if pending.growth >= PRECISE_GROWTH:
            grown = _coarse(grown)
        if grown == pending.value:
            return
        pending.growth += 1
        if pending.growth > MAX_GROWTH:
            raise TooComplexError
        pending.value = grown
        for reader in pending.readers:
            self._evaluate_again(reader)

    def _evaluate_again(self, pending: _Pending) -> None:
        if pending.index not in self._waiting:
            self._waiting.add(pending.index)
            if pending.index >= self._turn:
                self._later.append(-pending.index)
            else:
                heapq.heappush(self._again, -pending.index)

    def _comes_to_rest(self, start: int, depth: int) -> bool:
        """Evaluate again what read something that has grown, until nothing grows; then it is known for good.

        Whether that was so: what came from ``start`` on may turn out to depend on something further out.
        """
        reached = depth
        outside, self._turn, self._later = (self._turn, self._later), sys.maxsize, []
        while (self._again and -self._again[0] >= start) or self._later:
            if not self._again or -self._again[0] < start:
                self._next_round()
            index = self._turn = -heapq.heappop(self._again)
            self._waiting.discard(index)
            if index < len(self._order):
                reached = min(reached, self._once_more(self._order[index]))
        self._turn, self._later = outside
        members = self._order[start:]
        if reached < depth:
            for pending in members:
                pending.lowest = min(pending.lowest, reached)
            return False
        for pending in members:
            self.known[pending.key] = pending.value
            del self._pending[pending.key]
        del self._order[start:]
        return True

    def _next_round(self) -> None:
        for place in self._later:
            heapq.heappush(self._again, place)
        self._later.clear()

    def _once_more(self, pending: _Pending) -> int:
        """Evaluate a pending thing again; the position of the outermost open thing on which it depends."""
        found, lowest = self._evaluated(pending)
        self._grow(pending, found)
        pending.lowest = min(pending.lowest, lowest)
        return pending.lowest


def _coarse(value: Value) -> Value:
    """A value without what can grow from round to round, so that a cycle comes to rest."""
    kept = frozenset(atom for atom in values.leaves(value) if not isinstance(atom, GROWING))
    return kept if kept == value else kept | UNKNOWN
