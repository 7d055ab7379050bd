"""The ways in which a command line can end, through the real entry function."""

import os
import pty
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from prism import __version__
from prism.cli.app import run

PRISM = [sys.executable, "-m", "prism"]


def test_version_is_printed_without_loading_typer() -> None:
    probe = "import sys; from prism.cli.app import run; code = run(['--version']); print('typer' in sys.modules, code)"
    shown = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True)
    assert shown.stdout.splitlines() == [f"prism {__version__}", "False 0"]


def test_version_is_printed_beside_other_words(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--version", "rules"]) == 0
    assert capsys.readouterr().out == f"prism {__version__}\n"


@pytest.mark.parametrize(
    ("arguments", "what", "where"),
    [
        (["reviw", "x"], "No such command 'reviw'", "prism"),
        (["review"], "Missing argument 'PATH", "prism review"),
        (["review", "--colour", "x"], "No such option: --colour", "prism review"),
        (["rules", "list", "--format", "xml"], "Invalid value for '--format'", "prism rules list"),
        (["plugins"], "Missing command", "prism plugins"),
    ],
)
def test_a_wrong_call_is_an_error_with_what_where_and_what_to_do(
    arguments: list[str], what: str, where: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(arguments) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    first, second, third = shown.err.splitlines()
    assert first.startswith(f"usage: {what}")
    assert second == f"  where: {where}"
    assert third == f"  do:    see what it takes: {where} --help"


def test_help_is_an_answer_but_no_arguments_are_a_mistake(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--help"]) == 0
    assert run([]) == 2
    assert capsys.readouterr().out.count("Usage: prism") == 2


def test_a_misspelt_command_is_corrected(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["polcy", "list"]) == 2
    assert "Did you mean 'policy'" in capsys.readouterr().err


def test_whoever_closes_the_output_is_not_bothered() -> None:
    process = subprocess.Popen([*PRISM, "rules", "list"], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    errors = process.stderr.read()
    process.stderr.close()
    assert (process.wait(timeout=60), errors) == (141, b"")


@pytest.mark.parametrize(
    ("redirection", "code", "error"),
    [
        (">&-", 2, "usage: the result cannot be written: Bad file descriptor\n"),
        (">/dev/full", 2, "usage: the result cannot be written: No space left on device\n"),
        ("2>&-", 0, ""),
    ],
)
def test_a_channel_that_takes_nothing_is_no_approval(redirection: str, code: int, error: str) -> None:
    done = subprocess.run(
        ["sh", "-c", f'"$0" -m prism rules list {redirection}', sys.executable],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == code
    assert done.stderr.startswith(error)


@pytest.mark.parametrize("redirection", ["2>&-", "2>/dev/full", ">&- 2>&-"])
def test_an_error_that_cannot_be_told_keeps_its_exit_code(redirection: str) -> None:
    done = subprocess.run(
        ["sh", "-c", f'"$0" -m prism review gone.zip {redirection}', sys.executable], timeout=60, check=False
    )
    assert done.returncode == 2


def test_an_empty_argument_does_not_mean_the_current_folder(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["review", ""]) == 2
    assert capsys.readouterr().err.startswith("usage: an argument is empty\n")


def test_an_interrupt_ends_quietly(tmp_path: Path) -> None:
    plugin = tmp_path / "waiting.py"
    plugin.write_text(
        "import sys, time\nimport prism\nprint('waiting', file=sys.stderr, flush=True)\ntime.sleep(60)\n",
        encoding="utf-8",
    )
    policy = tmp_path / "policy.yaml"
    policy.write_text("policy: 1\nname: waits\nplugins:\n  waiting:\n    from: ./waiting.py\n", encoding="utf-8")
    process = subprocess.Popen([*PRISM, "rules", "list", "--policy", str(policy)], stderr=subprocess.PIPE, text=True)
    assert process.stderr is not None
    assert process.stderr.readline() == "waiting\n"
    process.send_signal(signal.SIGINT)
    errors = process.stderr.read()
    process.stderr.close()
    assert (process.wait(timeout=60), errors) == (130, "")


def test_a_terminal_sees_colour_unless_it_asks_for_none() -> None:
    def shown(**extra: str) -> bytes:
        main, terminal = pty.openpty()
        environment = {**os.environ, "TERM": "xterm", **extra}
        subprocess.run(
            [*PRISM, "review", "examples/hostile-shadow"],
            stdout=terminal,
            stderr=terminal,
            env=environment,
            check=False,
        )
        os.close(terminal)
        with open(main, "rb", buffering=0) as reader:  # noqa: PTH123 - a descriptor
            return b"".join(_chunks(reader.fileno()))

    assert b"\x1b[31merror\x1b[0m" in shown(NO_COLOR="")
    assert b"reviewing 1/1" in shown(NO_COLOR="")
    assert b"\x1b[31m" not in shown(NO_COLOR="1")


def _chunks(descriptor: int) -> list[bytes]:
    chunks: list[bytes] = []
    while True:
        try:
            chunk = os.read(descriptor, 65_536)
        except OSError:  # what Linux says when the other side of a terminal is gone
            return chunks
        if not chunk:
            return chunks
        chunks.append(chunk)
