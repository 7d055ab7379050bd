"""The score is right on numbers worked out by hand, and refuses what is not a row of finite logits."""

import math
from array import array

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prism.evaluator.fault import Fault, FaultError
from prism.evaluator.scoring import VOCABULARY, bits, checked_logits


def row(*, favourite: int = 0, lead: float = 0.0) -> "array[float]":
    logits = array("f", [0.0] * VOCABULARY)
    logits[favourite] = lead
    return logits


def test_a_uniform_guess_costs_eight_bits() -> None:
    assert bits(row(), 17) == pytest.approx(8.0)


def test_a_lead_of_log_255_makes_it_an_even_bet() -> None:
    assert bits(row(favourite=3, lead=math.log(255)), 3) == pytest.approx(1.0)


@pytest.mark.parametrize("value", [3.4e38, -3.4e38, 1e-45])
def test_extreme_finite_logits_cost_a_finite_number_of_bits(value: float) -> None:
    cost = bits(row(favourite=1, lead=value), 2)

    assert math.isfinite(cost)
    assert cost >= 0


@given(logits=st.lists(st.floats(-100, 100), min_size=256, max_size=256), shift=st.floats(-1000, 1000))
def test_probabilities_add_up_to_one_and_a_shift_changes_nothing(logits: list[float], shift: float) -> None:
    costs = [bits(logits, target) for target in range(VOCABULARY)]

    assert math.fsum(2.0**-cost for cost in costs) == pytest.approx(1.0)
    assert bits([logit + shift for logit in logits], 0) == pytest.approx(costs[0], abs=1e-6)


def test_rows_come_apart_in_order() -> None:
    rows = checked_logits(row(lead=1.0).tobytes() + row(lead=2.0).tobytes(), 2)

    assert [found[0] for found in rows] == [1.0, 2.0]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        row().tobytes(),
        row().tobytes() * 3,
        (row().tobytes() * 2)[:-1],
        row().tobytes() + row(lead=math.nan).tobytes(),
        row(lead=math.inf).tobytes() + row().tobytes(),
        row().tobytes() + row(lead=-math.inf).tobytes(),
    ],
    ids=["nothing", "one row", "three rows", "cut", "nan", "inf", "minus inf"],
)
def test_anything_but_two_rows_of_finite_numbers_is_refused(body: bytes) -> None:
    with pytest.raises(FaultError) as caught:
        checked_logits(body, 2)

    assert caught.value.fault is Fault.BAD_LOGITS
