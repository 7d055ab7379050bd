"""Held-out windows never show a target, nor what stands around it; batches depend on the seed alone."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prism.evaluator.job import JobError
from prism.evaluator.windows import MIN_WINDOWS, batch, drawn_starts, heldout_windows, least_heldout_bytes
from tests.evaluator.test_job import JOB

# Every two bytes of this text are at a place of their own, so that where a window came from can be read off it.
TEXT = b"".join(bytes([high, low]) for high in range(128) for low in range(128, 256))


@given(length=st.integers(8, 64), count=st.integers(MIN_WINDOWS, 300), seed=st.integers(0, 5))
def test_no_target_and_nothing_just_after_one_is_in_any_context(length: int, count: int, seed: int) -> None:
    windows = heldout_windows(TEXT, length=length, count=count, seed=seed)
    starts = sorted(TEXT.index(window.context) for window in windows)
    shown = {place for start in starts for place in range(start, start + length)}

    assert len(starts) == min(count, len(range(0, len(TEXT) - length, 2 * length)))
    assert [TEXT[TEXT.index(window.context) + length] for window in windows] == [window.target for window in windows]
    assert not shown & {start + length + after for start in starts for after in range(length)}


def test_the_order_of_windows_depends_on_the_seed_and_their_choice_does_not() -> None:
    first, again, other = (heldout_windows(TEXT, length=16, count=100, seed=seed) for seed in (1, 1, 2))

    assert first == again
    assert first != other
    assert {window.context for window in first} == {window.context for window in other}


def test_a_text_too_short_for_a_fair_score_is_refused() -> None:
    least = least_heldout_bytes(128)

    assert len(heldout_windows(TEXT[:least], length=128, count=512, seed=0)) == MIN_WINDOWS
    with pytest.raises(JobError, match=f"needs {least} bytes"):
        heldout_windows(TEXT[: least - 1], length=128, count=512, seed=0)


def test_a_batch_is_made_of_whole_pieces_of_the_text() -> None:
    drawn = batch(JOB, drawn_starts(JOB, random.Random(0)))  # noqa: S311 - reproducible, not secret

    assert drawn == JOB.train_text * 3  # sequences of 5 from a text of 5
