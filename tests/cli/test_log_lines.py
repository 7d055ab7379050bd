"""What is logged meanwhile is a line of escaped text, and a traceback only for whoever wants one."""

import logging

import pytest

from prism.cli.log_lines import logged_as_lines

log = logging.getLogger("somebody")


@pytest.mark.parametrize(("wanted", "expected"), [("", []), ("1", ["ValueError: \\x1b[2J"])])
def test_a_warning_is_a_line_and_disturbs_no_terminal(
    wanted: str, expected: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PRISM_DEBUG", wanted)
    with logged_as_lines():
        error = ValueError("\x1b[2J")
        log.warning("it says %s", error, exc_info=error)
        log.info("nobody asked")

    first, *others = capsys.readouterr().err.splitlines()
    assert first == "warning: it says \\x1b[2J"
    assert [part for part in ("ValueError: \\x1b[2J",) if part in "\n".join(others)] == expected
    assert bool(others) is bool(expected)
