"""Rounding and a model's own noise pass; a prediction that depends on what comes later does not, wherever it looks."""

import math
from array import array
from collections.abc import Callable
from typing import cast

import pytest

from prism.evaluator.causality import depends_on_later, require_causal
from prism.evaluator.fault import Fault, FaultError
from prism.evaluator.frames import Message
from prism.evaluator.process import Contestant
from prism.evaluator.scoring import VOCABULARY
from tests.evaluator.test_job import JOB

LENGTH = JOB.settings.sequence_length
Model = Callable[[bytes, int], float]
"""The first logit at a position of a context; the others are 0, 1, 2 ..."""


class Answering:
    """A contestant's end of the protocol with a model that is a function."""

    def __init__(self, model: Model, *, shown: int = LENGTH) -> None:
        self._model = model
        self._shown = shown
        self.asked: list[bytes] = []

    def exchange(self, message: Message, **_: object) -> Message:
        assert len(message.body) == 2 * LENGTH
        context = message.body[:LENGTH]
        self.asked.append(context)
        logits = array("f")
        for position in range(self._shown):
            logits.extend([self._model(context, position), *range(1, VOCABULARY)])
        return Message(header={"kind": "positions"}, body=logits.tobytes())


def check(model: Model, *, shown: int = LENGTH) -> Answering:
    answering = Answering(model, shown=shown)
    require_causal(JOB, cast("Contestant", answering))
    return answering


def past(context: bytes, position: int) -> float:
    return float(sum(context[: position + 1]))


def test_a_model_of_the_past_passes_and_was_asked_with_every_later_byte_changed() -> None:
    first, again, *others = check(past).asked

    assert first == again
    for changed in others:
        cut = next(at for at in range(LENGTH) if first[at] != changed[at])
        assert all(left != right for left, right in zip(first[cut:], changed[cut:], strict=True))
        assert set(changed) <= set(JOB.train_text)
    assert {changed[:-1] == first[:-1] for changed in others} == {True, False}


def test_a_model_that_predicts_the_last_byte_only_is_not_asked_on() -> None:
    assert len(check(past, shown=0).asked) == 2


def test_rounding_that_depends_on_what_comes_later_is_no_look_ahead() -> None:
    check(lambda context, position: past(context, position) * (1 + 1e-6 * context[-1]))


@pytest.mark.parametrize(
    "model",
    [
        lambda context, _: float(sum(context)),
        lambda context, position: float(context[min(position + 1, LENGTH - 1)]),
        lambda context, _: float(context[-1]),
        lambda context, position: float(context[position] if position else context[-1]),
        lambda context, _: math.inf if context[-1] == JOB.train_text[LENGTH - 1] else 0.0,
    ],
    ids=["everything", "one ahead", "the last", "the last, at the first position only", "infinite"],
)
def test_whatever_looks_ahead_is_not_causal(model: Model) -> None:
    with pytest.raises(FaultError) as caught:
        check(model)

    assert caught.value.fault is Fault.NOT_CAUSAL


def test_a_number_of_bytes_that_is_no_whole_answer_is_a_fault() -> None:
    with pytest.raises(FaultError) as caught:
        check(past, shown=LENGTH - 1)

    assert caught.value.fault is Fault.BAD_LOGITS


def logits(*first: float) -> "array[float]":
    return array("f", (value for number in first for value in (number, *range(1, VOCABULARY))))


@pytest.mark.parametrize(
    ("first", "again", "changed", "depends"),
    [
        ((5.0,), (5.0,), (5.0,), False),
        ((5.0,), (5.0,), (5.2,), False),  # the logits spread over 255
        ((5.0,), (5.0,), (5.5,), True),
        ((5.0,), (6.0,), (7.0,), False),  # no more than its own noise
        ((5.0,), (6.0,), (10.0,), True),
        ((math.nan,), (math.nan,), (math.nan,), False),
        ((-math.inf,), (-math.inf,), (-math.inf,), False),
        ((5.0,), (5.0,), (), True),
        ((5.0, 9.0), (5.0, 9.0), (5.0, 0.0), False),  # the second position is later
    ],
)
def test_what_counts_as_a_change(
    first: tuple[float, ...], again: tuple[float, ...], changed: tuple[float, ...], depends: bool
) -> None:
    assert depends_on_later(logits(*first), logits(*again), logits(*changed), positions=1) is depends
