"""What readers and contestants answer is believed only within its bounds, and only where it fits together."""

from array import array
from collections.abc import Iterable

import pytest

from prism.evaluator.fault import Fault, FaultError
from prism.evaluator.frames import Message
from prism.evaluator.reading import MAX_GRAMS, MAX_UNITS
from prism.evaluator.statements import MAX_MODULES, checked_anatomy, checked_units

GRAMS = array("Q", [1, 2, 3]).tobytes()


def units(rows: object, unread: Iterable[object] = (), body: bytes = GRAMS) -> Message:
    return Message(header={"kind": "read", "units": rows, "unread": list(unread)}, body=body)


def test_definitions_are_taken_as_they_fit_together() -> None:
    found, unread = checked_units(units([[0, 1, 4, 2], [1, 7, 7, 1]], [1]), ["a.py", "b.py"])

    assert [(unit.path, unit.lines, unit.grams) for unit in found] == [("a.py", (1, 4), (1, 2)), ("b.py", (7, 7), (3,))]
    assert unread == ("b.py",)


@pytest.mark.parametrize(
    "message",
    [
        Message(header={"kind": "read"}),
        units({}),
        units([[0, 1, 4, 3]], body=GRAMS[:-1]),
        units([[0, 1, 4, 2]]),
        units([[0, 1, 4, 4]]),
        units([[2, 1, 4, 3]]),
        units([[-1, 1, 4, 3]]),
        units([[0, 0, 4, 3]]),
        units([[0, 5, 4, 3]]),
        units([[0, 1, 4, True]]),
        units([[0, 1, 4]]),
        units(["0143"]),
        units([[0, 1, 4, 3]], [2]),
        units([[0, 1, 4, 3]], ["a.py"]),
        units([[0, 1, 1, 0]] * (MAX_UNITS + 1), body=b""),
        units([[0, 1, 1, MAX_GRAMS + 1]], body=bytes(8 * (MAX_GRAMS + 1))),
    ],
)
def test_definitions_that_do_not_fit_together_are_refused(message: Message) -> None:
    with pytest.raises(FaultError) as caught:
        checked_units(message, ["a.py", "b.py"])
    assert caught.value.fault is Fault.PROTOCOL_BROKEN


def anatomy(modules: object, parameters: Iterable[object] = ()) -> Message:
    return Message(header={"kind": "described", "modules": modules, "parameters": list(parameters)})


def test_a_models_build_is_taken_as_it_is_said() -> None:
    said = checked_anatomy(anatomy([[0, "own"], [1, "Linear"]], [["a.weight", "float32", [2, 3]]]))

    assert said.modules == ((0, "own"), (1, "Linear"))
    assert [(each.name, each.shape, each.elements) for each in said.parameters] == [("a.weight", (2, 3), 6)]


@pytest.mark.parametrize(
    "message",
    [
        Message(header={"kind": "described"}),
        anatomy([]),
        anatomy([[0, "own"]] * 2),
        anatomy([[1, "own"]]),
        anatomy([[0, "own"], [2, "Linear"]]),
        anatomy([[0, "own"], [0, "Linear"]]),
        anatomy([[0, ""]]),
        anatomy([[0, "x" * 101]]),
        anatomy([[0, 1]]),
        anatomy([[0.0, "own"]]),
        anatomy(["own"]),
        anatomy([[0, "own"]] + [[1, "own"]] * MAX_MODULES),
        anatomy([[0, "own"]], [["a", "float32", [-1]]]),
        anatomy([[0, "own"]], [["a", "object", [1]]]),
        anatomy([[0, "own"]], [["\ud800", "float32", [1]]]),
        anatomy([[0, "own"]], [["a" * 501, "float32", [1]]]),
        anatomy([[0, "own"]], [["a", "float32", [1.5]]]),
        anatomy([[0, "own"]], [["a", "float32", [2**50]]]),
        anatomy([[0, "own"]], [["a", "float32", [1]]] * 20_001),
    ],
)
def test_a_build_that_cannot_be_is_refused(message: Message) -> None:
    with pytest.raises(FaultError) as caught:
        checked_anatomy(message)
    assert caught.value.fault is Fault.PROTOCOL_BROKEN
