"""What a plugin raises never ends PRISM, and its text is fit for a record."""

import threading
from typing import Any

import pytest

from prism.guard.boundary import guarded_here
from prism.plugin_failure import MAX_TEXT, PluginFailedError, caught, raised, within


class UnspeakableError(Exception):
    def __str__(self) -> str:
        raise ZeroDivisionError


@pytest.mark.parametrize(
    "error", [ValueError("no"), SystemExit(0), GeneratorExit(), StopIteration(), UnspeakableError()]
)
def test_whatever_is_raised_is_caught(error: BaseException) -> None:
    with pytest.raises(PluginFailedError) as failure, caught():
        raise error
    assert type(error).__name__ in str(failure.value)
    assert failure.value.__cause__ is error


def test_the_operator_can_still_interrupt() -> None:
    with pytest.raises(KeyboardInterrupt), caught():
        raise KeyboardInterrupt


def test_memory_running_out_is_the_projects_fault_inside_the_guard_and_the_plugins_outside() -> None:
    with pytest.raises(PluginFailedError, match="MemoryError"), caught():
        raise MemoryError
    with guarded_here(), pytest.raises(MemoryError), caught():
        raise MemoryError


NOTHING: dict[str, Any] = {}


def test_work_that_ends_in_time_counts_and_other_work_is_left_behind() -> None:
    assert within(5, lambda: 7) == 7
    with pytest.raises(LookupError, match="gone"):
        within(5, lambda: NOTHING["gone"])
    with pytest.raises(PluginFailedError, match=r"nothing within 0\.01 s"):
        within(0.01, threading.Event().wait)


TEXTS = {
    "plain": (ValueError("no such name"), "ValueError: no such name"),
    "unspeakable": (UnspeakableError(), "UnspeakableError: its text cannot be read"),
    "quoted file": (
        FileNotFoundError(2, "No such file", "/home/some body/prism/x.json"),
        "FileNotFoundError: [Errno 2] No such file: 'x.json'",
    ),
    "bare file": (ValueError("line 3 of /srv/prism/x.json, or so"), "ValueError: line 3 of x.json, or so"),
    "inside the project": (ValueError("in deep/er.py and/or a.py"), "ValueError: in deep/er.py and/or a.py"),
    "address": (TypeError("<object object at 0x7f30c2a1b0d0>"), "TypeError: <object object somewhere>"),
    "control": (ValueError("\x1b[2Jred\nline"), "ValueError: \\x1b[2Jred\\nline"),
    "half a pair": (ValueError("\ud800"), "ValueError: \\ud800"),
}


@pytest.mark.parametrize("name", TEXTS)
def test_the_text_is_fit_for_a_record(name: str) -> None:
    error, text = TEXTS[name]
    assert raised(error) == text


def test_the_text_is_cut() -> None:
    assert len(raised(ValueError("x" * 10**6))) <= MAX_TEXT + len("...")
