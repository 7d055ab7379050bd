"""Evaluation by need, remembered, with a budget, and with an answer for things that depend on themselves.

A value of something that is still being evaluated is the best guess so far. Guesses only grow; the outermost thing of a
cycle is evaluated again until nothing in the cycle changes, and then remembered for good.
"""

import sys
from collections.abc import Callable
from typing import Any, TypeVar

from prism_safety import values
from prism_safety.values import NOTHING, UNKNOWN, Value, union

MAX_DEPTH = 80
"""How many things may be under evaluation at once, well below the interpreter's own recursion limit."""
MAX_ROUNDS = 32
PRECISE_ROUNDS = 4
"""Rounds in which a cycle may still grow texts and containers; after that it keeps symbols only."""
GROWING = (values.Below, values.Constant, values.Fragment, values.Items, values.Method, values.Partial, values.Getter)


Key = TypeVar("Key")


class TooComplexError(Exception):
    """The work or depth allowed for one file is used up."""


class Memo:
    """What is known, what is being evaluated, and how much work is left."""

    def __init__(self) -> None:
        self.known: dict[object, Value] = {}
        self._open: dict[object, int] = {}
        """Nodes and variables under evaluation, each with its position, outermost first."""
        self._guess: dict[object, Value] = {}
        """What is known so far about things that depend on something still open; it only grows."""
        self._visited: dict[object, int] = {}
        """What was evaluated in this round of an open cycle, with the position it depends on: its guess will do."""
        self._deferred: dict[object, Callable[[Any], Value]] = {}
        """What was too deep to follow at once."""
        self._lowest = sys.maxsize
        """Position of the outermost open thing on which the current evaluation turned out to depend."""
        self._is_changed = False
        self._round = 0
        self._budget = 0

    def start(self, steps: int) -> None:
        """Grant a budget of steps for the next file."""
        self._budget = steps
        self._open.clear()
        self._visited.clear()
        self._deferred.clear()
        self._lowest = sys.maxsize
        self._is_changed = False
        self._round = 0

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
            TooComplexError: the budget is used up, or a cycle does not come to rest.
        """
        known = self.known.get(key)
        if known is not None:
            return known
        self.spend(1)
        if key in self._open:
            self._lowest = min(self._lowest, self._open[key])
            return self._guess.get(key, NOTHING)
        if key in self._visited:
            self._lowest = min(self._lowest, self._visited[key])
            return self._guess[key]
        if len(self._open) >= MAX_DEPTH:
            self._deferred[key] = evaluate
            self._lowest = 0
            return self._guess.get(key, NOTHING)
        depth = len(self._open)
        self._open[key] = depth
        outside = (self._lowest, self._is_changed, self._round)
        result = self._evaluated(key, depth, evaluate)
        del self._open[key]
        lowest = self._lowest if self._lowest < depth else sys.maxsize
        self._lowest = min(lowest, outside[0])
        self._is_changed, self._round = self._is_changed or outside[1], outside[2]
        return result

    def _evaluated(self, key: Key, depth: int, evaluate: Callable[[Key], Value]) -> Value:
        """Evaluate once, or again and again where the thing depends on itself and on nothing further out."""
        for turn in range(MAX_ROUNDS):
            self._lowest, self._is_changed = sys.maxsize, False
            before = self._guess.get(key, NOTHING)
            found = evaluate(key)
            if before:
                found = union([before, found])
            if not depth and self._deferred:
                self._catch_up()
            if self._round >= PRECISE_ROUNDS:
                found = _coarse(found)
            self.spend(len(found))
            if self._lowest > depth:
                self.known[key] = found
                return found
            self._guess[key] = found
            self._is_changed = self._is_changed or found != before
            if self._lowest < depth:
                self._visited[key] = self._lowest
                return found
            members = [seen for seen, lowest in self._visited.items() if lowest >= depth]
            for seen in members:
                del self._visited[seen]
            if not self._is_changed:
                # Nothing moved in a whole round, so that every member of the cycle has its final value.
                self.known.update({seen: self._guess[seen] for seen in (*members, key)})
                return found
            self._round = max(self._round, turn + 1)
        raise TooComplexError

    def _catch_up(self) -> None:
        """Evaluate what was too deep to follow at once, from a shallow place, within the same round."""
        while self._deferred:
            key, evaluate = self._deferred.popitem()
            before = self._guess.get(key, NOTHING)
            found = self.remembered(key, evaluate)
            self._guess[key] = found
            self._is_changed = self._is_changed or found != before
            self._lowest = 0


def _coarse(value: Value) -> Value:
    """A value without what can grow from round to round, so that a cycle comes to rest."""
    kept = frozenset(atom for atom in values.leaves(value) if not isinstance(atom, GROWING))
    return kept if kept == value else kept | UNKNOWN
