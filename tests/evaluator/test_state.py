"""A trained state is measured from the bytes that crossed; what does not add up is refused."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prism.evaluator.fault import Fault, FaultError
from prism.evaluator.frames import Message, encoded
from prism.evaluator.state import checked_state


def answer(tensors: object, aliases: object, size: int) -> Message:
    return Message(header={"kind": "state", "tensors": tensors, "aliases": aliases}, body=bytes(size))


def test_elements_are_counted_and_shared_tensors_once() -> None:
    tensors = [["embedding", "float32", [256, 8]], ["turns", "complex64", [3]], ["empty", "float16", [0, 5]]]

    state = checked_state(answer(tensors, {"head": "embedding"}, 256 * 8 * 4 + 24), limit=10_000)

    assert state.parameters == 256 * 8 + 3
    assert state.message.header["kind"] == "predictor"
    assert state.size == 256 * 8 * 4 + 24 + len(json.dumps(state.message.header))


def test_a_budget_of_parameters_takes_its_last_one_and_no_more() -> None:
    message = answer([["a", "int8", [7]], ["b", "bool", []]], {}, 8)

    assert checked_state(message, limit=1000, parameters=8).parameters == 8
    with pytest.raises(FaultError) as caught:
        checked_state(message, limit=1000, parameters=7)
    assert (caught.value.fault, caught.value.limit) == (Fault.PARAMETER_LIMIT, "parameters")


@pytest.mark.parametrize(
    ("tensors", "aliases"),
    [
        ([["n" * 500, "float32", [0]]], {}),
        ([["a", "float32", [0]]], {"b" * 450: "a"}),
        ([[f"{number}", "float32", [0, *[2**40] * 7]] for number in range(5)], {}),
    ],
)
def test_names_and_shapes_count_towards_the_limit(tensors: object, aliases: object) -> None:
    assert checked_state(answer(tensors, aliases, 0), limit=2000).size > 500

    with pytest.raises(FaultError) as caught:
        checked_state(answer(tensors, aliases, 0), limit=500)

    assert caught.value.fault is Fault.STATE_LIMIT


ONE = ["a", "float32", [2]]


@pytest.mark.parametrize(
    ("tensors", "aliases", "size"),
    [
        (None, {}, 0),
        ({}, {}, 0),
        ([], [], 0),
        ([ONE], {}, 7),
        ([ONE], {}, 9),
        ([ONE, ONE], {}, 16),
        ([ONE], {"a": "a"}, 8),
        ([ONE], {"b": "c"}, 8),
        ([ONE], {"b": ["a"]}, 8),
        ([["a", "float32", [2], "more"]], {}, 8),
        ([["", "float32", [2]]], {}, 8),
        ([["\ud800", "float32", [2]]], {}, 8),
        ([["a", "complex64", [2]]], {}, 8),
        ([["n" * 501, "float32", [2]]], {}, 8),
        ([[7, "float32", [2]]], {}, 8),
        ([["a", "object", [2]]], {}, 8),
        ([["a", ["float32"], [2]]], {}, 8),
        ([["a", "float32", 2]], {}, 8),
        ([["a", "float32", [True, 2]]], {}, 8),
        ([["a", "float32", [-1, -2]]], {}, 8),
        ([["a", "float32", [2.0]]], {}, 8),
        ([["a", "float32", [2**41, 0]]], {}, 0),
        ([["a", "float32", [1] * 9]], {}, 4),
        ([[str(number), "float32", [0]] for number in range(20_001)], {}, 0),
        ([[f"{number:05}" + "中" * 495, "float32", [0]] for number in range(2_000)], {}, 0),
    ],
)
def test_what_does_not_add_up_is_refused(tensors: object, aliases: object, size: int) -> None:
    with pytest.raises(FaultError) as caught:
        checked_state(answer(tensors, aliases, size), limit=2**40)

    assert caught.value.fault is Fault.BAD_STATE


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=20,
)
ALMOST = st.lists(
    st.tuples(st.sampled_from("abc") | JSON, st.sampled_from(["float32", "bool"]) | JSON, st.lists(st.integers(0, 2)))
)


@given(
    tensors=JSON | ALMOST.map(lambda triples: [list(triple) for triple in triples]),
    aliases=JSON,
    size=st.integers(0, 9),
)
def test_whatever_arrives_is_a_fault_or_can_be_handed_on(tensors: object, aliases: object, size: int) -> None:
    try:
        state = checked_state(answer(tensors, aliases, size), limit=2**20)
    except FaultError:
        return
    assert encoded(state.message)
    assert state.parameters <= size < state.size
