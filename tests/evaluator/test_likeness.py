"""Scores of a pair: between 0 and 1, 1 for the same, absent where there is nothing to say."""

import random

import pytest

from prism.evaluator.likeness import (
    Anatomy,
    Tensor,
    agreement,
    anatomy_scores,
    code_scores,
    copied,
    matches,
    twins,
)
from prism.evaluator.reading import Unit


def unit(grams: range, path: str = "a.py") -> Unit:
    return Unit(path=path, lines=(1, 9), grams=tuple(grams))


def tensors(*shapes: tuple[int, ...]) -> tuple[Tensor, ...]:
    return tuple(Tensor(name=f"t{n}", element_type="float32", shape=shape) for n, shape in enumerate(shapes))


MODEL = Anatomy(modules=((0, "own"), (1, "Linear"), (1, "own"), (2, "GRU")), parameters=tensors((2, 3), (3, 2), (2,)))


def test_a_copy_is_in_the_other_however_much_that_has_besides() -> None:
    scores = code_scores([unit(range(50))], [unit(range(25)), unit(range(25, 500))])

    assert scores == {"first_in_second": 1.0, "second_in_first": 0.1}


def test_too_little_code_says_nothing() -> None:
    assert code_scores([unit(range(19))], [unit(range(40))]) == {"second_in_first": 19 / 40}
    assert code_scores([], []) == {}


def test_each_definition_is_matched_with_the_likest_one() -> None:
    ones = [unit(range(10)), unit(range(100, 140)), unit(range(900, 950))]
    others = [unit(range(9), "b.py"), unit(range(100, 139), "c.py"), unit(range(100, 111), "d.py")]
    found = matches(ones, others)

    assert [(match.second.path, match.likeness) for match in found] == [("c.py", 39 / 40), ("b.py", 9 / 10)]


def test_many_like_definitions_cost_little_and_few_are_shown() -> None:
    units = [unit(range(30))] * 2_000

    assert len(matches(units, units)) == 40


def test_the_order_of_modules_and_parameters_does_not_matter() -> None:
    other = Anatomy(modules=((0, "own"), (1, "own"), (2, "GRU"), (1, "Linear")), parameters=MODEL.parameters[::-1])

    assert anatomy_scores(MODEL, other) == {"modules": 1.0, "shapes": 1.0}
    assert anatomy_scores(MODEL, Anatomy(modules=((0, "own"),), parameters=())) == {"modules": 0.0, "shapes": 0.0}


def test_a_model_without_parameters_has_no_shapes_to_compare() -> None:
    bare = Anatomy(modules=((0, "own"),), parameters=())

    assert anatomy_scores(bare, bare) == {"modules": 1.0}
    assert copied(bare, bare) == 0.0


def test_parameters_correspond_by_shape_and_by_their_place_among_those_of_it() -> None:
    one = Anatomy(modules=MODEL.modules, parameters=tensors((4,), (2, 2), (4,), (9,)))
    other = Anatomy(modules=MODEL.modules, parameters=tensors((4,), (4,), (2, 2), (4,), (4, 2)))

    names = [(first.name, second.name) for first, second in twins(one, other)]
    assert names == [("t0", "t0"), ("t1", "t2"), ("t2", "t1")]
    assert copied(one, other) == pytest.approx(12 / 21)


def rows(seed: int, count: int = 16) -> list[list[float]]:
    draw = random.Random(seed)  # noqa: S311 - reproducible, not secret
    return [[draw.gauss(0, 1) for _ in range(256)] for _ in range(count)]


def test_the_same_predictions_agree_and_others_do_not() -> None:
    assert agreement(rows(1), rows(1)) == pytest.approx(1)
    assert agreement(rows(1), [[3 * value + 5 for value in row] for row in rows(1)]) == pytest.approx(1)
    assert agreement(rows(1), rows(2)) == pytest.approx(0, abs=0.1)
    assert agreement(rows(1), [[-value for value in row] for row in rows(1)]) == 0.0


def test_what_does_not_depend_on_the_context_is_no_agreement() -> None:
    bias = rows(3, 1)[0]
    ones, others = ([[a + 100 * b for a, b in zip(row, bias, strict=True)] for row in rows(seed)] for seed in (4, 5))

    assert agreement(ones, others) == pytest.approx(0, abs=0.1)
    assert agreement([bias] * 16, rows(4)) is None
    assert agreement(rows(4), [[0.0] * 256] * 16) is None
    assert agreement([[1e30] * 256] * 16, rows(4)) is None
