"""The numbers that are put into models depend on seed, shape and place alone."""

import pytest

from prism.evaluator.fault import Fault, FaultError
from prism.evaluator.likeness import Tensor
from prism.evaluator.probing import Numbers, Probe, contexts, logit_bytes


def tensor(shape: tuple[int, ...], kind: str = "float32") -> Tensor:
    return Tensor(name="t", element_type=kind, shape=shape)


def pieces(*shapes: tuple[int, ...], probe: Probe, seed: int = 7) -> list[bytes]:
    message = Numbers(seed).parameters(tuple(map(tensor, shapes)), probe, limit=10**6)
    found, start = [], 0
    for shape in shapes:
        size = 4 * tensor(shape).elements
        found.append(message.body[start : start + size])
        start += size
    assert start == len(message.body)
    return found


def test_equal_shapes_get_equal_numbers_or_those_of_their_place() -> None:
    first, other, second = pieces((4, 4), (2, 8), (4, 4), probe=Probe.ORDER)
    moved, moved_second, _ = pieces((4, 4), (4, 4), (2, 8), probe=Probe.ORDER)
    tied, _, tied_second = pieces((4, 4), (2, 8), (4, 4), probe=Probe.SHAPE)

    assert (first, second) == (moved, moved_second)
    assert len({first, other, second}) == 3
    assert tied == tied_second == first


def test_another_seed_gives_other_numbers_and_the_same_seed_the_same() -> None:
    assert pieces((4, 4), probe=Probe.ORDER) == pieces((4, 4), probe=Probe.ORDER)
    assert pieces((4, 4), probe=Probe.ORDER) != pieces((4, 4), probe=Probe.ORDER, seed=8)
    assert contexts(1, count=3, length=5) == contexts(1, count=3, length=5) != contexts(2, count=3, length=5)
    assert len(contexts(1, count=3, length=5)) == 15
    assert logit_bytes(3) == 3 * 256 * 4


def test_large_tensors_have_no_two_equal_rows() -> None:
    (data,) = pieces((700, 256), probe=Probe.ORDER)

    assert len({data[start : start + 1024] for start in range(0, len(data), 1024)}) == 700


def test_whole_numbers_are_left_as_they_are() -> None:
    message = Numbers(1).parameters((tensor((3,)), tensor((5,), "int64")), Probe.ORDER, limit=100)

    assert message.header["tensors"] == [[[3], 1.0]]
    assert len(message.body) == 12


def test_more_than_the_state_may_have_is_refused() -> None:
    with pytest.raises(FaultError) as caught:
        Numbers(1).parameters((tensor((2**30, 2**9)),), Probe.ORDER, limit=10**6)
    assert caught.value.fault is Fault.STATE_LIMIT
