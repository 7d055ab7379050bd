"""One seed for every generator that is loaded."""

import random

import numpy as np

from prism.evaluator.seeds import fix_seeds


def drawn() -> tuple[float, float]:
    return random.random(), float(np.random.rand())  # noqa: S311 - the generators that projects draw from


def test_equal_seeds_draw_equal_numbers_and_others_do_not() -> None:
    kept = random.getstate(), np.random.get_state()
    found = []
    for seed in (1, 1, 2**31 - 1):
        fix_seeds(seed)
        found.append(drawn())
    random.setstate(kept[0])
    np.random.set_state(kept[1])

    assert found[0] == found[1]
    assert found[0][0] != found[2][0]
    assert found[0][1] != found[2][1]
