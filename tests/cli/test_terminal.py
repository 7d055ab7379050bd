"""What a person sees on a terminal: a real one, of 80 and of 200 columns, with colours or not, and one that closes."""

import contextlib
import fcntl
import os
import pty
import re
import struct
import subprocess
import sys
import termios
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.batch.projects import make

EXAMPLES = Path(__file__).parents[2] / "examples"
PRISM = [sys.executable, "-m", "prism"]
COLOUR = re.compile(r"\x1b\[\d+m")
TAKEN_AWAY = "\r\x1b[2K"


@contextlib.contextmanager
def terminal(columns: int) -> Iterator[tuple[int, int]]:
    """Both ends of a terminal: that of whoever looks at it, and that of a program."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 50, columns, 0, 0))
    try:
        yield ours, theirs
    finally:
        for each in (ours, theirs):
            with contextlib.suppress(OSError):
                os.close(each)


def environment(**others: str) -> dict[str, str]:
    return {**{name: text for name, text in os.environ.items() if name != "NO_COLOR"}, "TERM": "xterm", **others}


def shown(arguments: list[str], columns: int, *, out: int | None = None, **others: str) -> str:
    """What a command writes to a terminal; its stdout goes to ``out`` if that is named."""
    with terminal(columns) as (ours, theirs):
        process = subprocess.Popen(
            [*PRISM, *arguments], stdin=theirs, stdout=theirs if out is None else out, stderr=theirs,
            env=environment(**others),
        )  # fmt: skip
        os.close(theirs)
        seen = b""
        with contextlib.suppress(OSError):  # so a terminal says that nobody writes to it any more
            while more := os.read(ours, 65_536):
                seen += more
        process.wait(60)
    return seen.decode().replace("\r\n", "\n")


@pytest.mark.parametrize("columns", [80, 200])
def test_a_report_fits_the_terminal_and_is_coloured_where_it_may_be(columns: int, tmp_path: Path) -> None:
    for name in ("hostile-shell", "honest-small"):
        (tmp_path / name).symlink_to(EXAMPLES / name)
    arguments = ["review", str(tmp_path / "hostile-shell"), str(tmp_path / "honest-small")]
    seen = shown(arguments, columns)
    lines = COLOUR.sub("", seen.rpartition(TAKEN_AWAY)[2]).splitlines()
    assert "\x1b[31mrejected\x1b[0m: 2 errors" in seen
    assert "\x1b[32mapproved\x1b[0m: no findings" in seen
    wrapped = [line for line in lines if line.startswith("    ")]
    assert 0.8 * columns < max(map(len, wrapped)) <= columns
    plain = shown(arguments, columns, NO_COLOR="1")
    assert COLOUR.search(plain) is None
    assert plain.rpartition(TAKEN_AWAY)[2].splitlines() == lines


def test_what_is_piped_has_a_usual_width_and_nothing_of_a_terminal() -> None:
    done = subprocess.run(
        [*PRISM, "review", str(EXAMPLES / "hostile-shell")],
        capture_output=True,
        text=True,
        env=environment(),
        check=False,
    )
    assert ("\x1b" in done.stdout, "\r" in done.stdout, done.stderr) == (False, False, "")
    assert max(map(len, done.stdout.splitlines()[1:])) <= 100


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of projects whose path is longer than a terminal is wide."""
    folder = tmp_path_factory.mktemp("terminal") / ("long" * 20)
    make(folder, 60)
    return folder


@pytest.mark.parametrize("columns", [40, 80, 200])
def test_progress_is_one_line_that_fits_and_leaves_nothing_behind(columns: int, many: Path, tmp_path: Path) -> None:
    with (tmp_path / "out").open("wb") as out:
        seen = shown(["batch", str(many), "-n", "1"], columns, out=out.fileno())
    *frames, rest = seen.split(TAKEN_AWAY)
    assert max(map(len, frames)) < columns
    assert all("\n" not in frame for frame in frames)
    told = [frame for frame in frames if "/60" in frame]
    assert told
    if columns > 40:
        assert re.fullmatch(r"\d+/60  \d+%  \d+\.\d/s  \d+:\d\d left  approved \d+(  rejected \d+)?", told[-1])
    assert rest.splitlines()[0].split() == ["projects", "60", "of", "60"]
    assert (tmp_path / "out").read_bytes().count(b"\n") == 60
    assert b"\x1b" not in (tmp_path / "out").read_bytes()


def test_a_closed_terminal_leaves_a_batch_that_can_be_resumed(many: Path, tmp_path: Path) -> None:
    output = tmp_path / "r.jsonl"
    command = [*PRISM, "batch", str(many), "-n", "1", "-o", str(output)]
    with terminal(80) as (ours, theirs):
        process = subprocess.Popen(
            ["setsid", "--ctty", *command], stdin=theirs, stdout=theirs, stderr=theirs, env=environment()
        )
        os.close(theirs)
        while not (output.exists() and output.stat().st_size):
            os.read(ours, 65_536)
        os.close(ours)
        assert process.wait(60) == 130
    assert 0 < output.read_bytes().count(b"\n") < 60
    resumed = subprocess.run([*command, "--resume"], capture_output=True, text=True, check=False)
    assert (resumed.returncode, "done before" in resumed.stderr) == (1, True), resumed.stderr
    assert output.read_bytes().count(b"\n") == 60
