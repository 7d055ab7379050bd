"""Evaluation by need: what depends on itself comes to rest, whatever the order, without needless work."""

from collections.abc import Callable, Mapping

import pytest
from prism_safety.memo import Memo, TooComplexError
from prism_safety.values import NOTHING, Value, constant, union

Reads = Mapping[str, tuple[str, ...]]


class Web:
    """Things that are what they begin with and what the things that they read are."""

    def __init__(self, reads: Reads, begins: Mapping[str, Value]) -> None:
        self.memo = Memo()
        self.reads = reads
        self.begins = begins
        self.evaluations = 0

    def value(self, name: str) -> Value:
        """What a thing is, by need."""
        return self.memo.remembered(name, self._evaluated)

    def _evaluated(self, name: str) -> Value:
        self.evaluations += 1
        return union([self.begins.get(name, NOTHING), *map(self.value, self.reads.get(name, ()))])


def in_a_ring(size: int) -> Reads:
    """Each reads the next, and the last the first."""
    return {f"n{index}": (f"n{(index + 1) % size}",) for index in range(size)}


def each_other(size: int) -> Reads:
    """Each reads all others."""
    names = [f"n{index}" for index in range(size)]
    return {name: tuple(other for other in names if other != name) for name in names}


@pytest.mark.parametrize("shape", [in_a_ring, each_other])
@pytest.mark.parametrize("first", ["n0", "n5", "n11"])
def test_members_of_a_cycle_are_all_that_any_of_them_is(shape: Callable[[int], Reads], first: str) -> None:
    begins = {f"n{index}": constant(index) for index in range(3)}
    web = Web(shape(12), begins)
    web.memo.start(10_000)
    assert web.value(first) == union(begins.values())
    assert {web.value(name) for name in web.reads} == {union(begins.values())}


@pytest.mark.parametrize("shape", [in_a_ring, each_other])
def test_a_cycle_comes_to_rest_after_a_few_rounds(shape: Callable[[int], Reads]) -> None:
    size = 24
    web = Web(shape(size), {f"n{index}": constant(index) for index in range(size)})
    web.memo.start(100_000)
    web.value("n0")
    assert web.evaluations <= 4 * size


def test_what_a_spent_budget_left_unfinished_is_finished_with_the_next() -> None:
    web = Web(each_other(12), {f"n{index}": constant(index) for index in range(12)})
    web.memo.start(60)
    with pytest.raises(TooComplexError):
        web.value("n0")
    web.memo.start(10_000)
    assert len(web.value("n0")) == 12
    assert web.memo.known.keys() == web.reads.keys()
