"""What a command leaves behind: nothing on the disk, no process, and nothing of the host in what it says."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

HANGS = """\
import time

from prism import hookimpl


@hookimpl
def prism_check_project(project):
    time.sleep(60)
    return []
"""


@pytest.fixture
def home(tmp_path: Path) -> dict[str, str]:
    """An environment in which everything that a program may write to is below one folder, and holds one secret."""
    places = {name: tmp_path / "machine" / name for name in ("HOME", "TMPDIR", "XDG_CACHE_HOME", "XDG_STATE_HOME")}
    for place in places.values():
        place.mkdir(parents=True)
    return {**os.environ, **{name: str(place) for name, place in places.items()}, "HOUSE_SECRET": "swordfish-2718"}


@pytest.mark.parametrize("command", ["review", "run"])
def test_nothing_is_written_and_nothing_of_the_host_is_shown(
    command: str, hostile: Path, tmp_path: Path, home: dict[str, str]
) -> None:
    work = tmp_path / "machine" / "work"
    work.mkdir()
    done = subprocess.run(
        [sys.executable, "-m", "prism", command, str(hostile), "--format", "json"],
        cwd=work,
        env={**home, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stderr) == (1, "")
    assert [path for path in (tmp_path / "machine").rglob("*") if not path.is_dir()] == []
    assert len(list((tmp_path / "machine").iterdir())) == 5
    for private in (str(tmp_path), "swordfish", sys.prefix, socket.gethostname()):
        assert private not in done.stdout


def descendants(pid: int) -> list[int]:
    """The processes below one, whatever sessions and groups they have moved to."""
    try:
        below = [
            int(child)
            for task in Path(f"/proc/{pid}/task").iterdir()
            for child in (task / "children").read_text(encoding="utf-8").split()
        ]
    except OSError:  # it has just ended
        return []
    return below + [deeper for child in below for deeper in descendants(child)]


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_an_interrupted_review_leaves_no_process(honest: Path, tmp_path: Path) -> None:
    (tmp_path / "hangs.py").write_text(HANGS, encoding="utf-8")
    policy = tmp_path / "policy.yaml"
    policy.write_text("policy: 1\nname: hangs\nplugins:\n  hangs:\n    from: ./hangs.py\n", encoding="utf-8")
    process = subprocess.Popen(
        [sys.executable, "-m", "prism", "review", str(honest), "--policy", str(policy)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    give_up = time.monotonic() + 30
    while len(below := descendants(process.pid)) < 2 and time.monotonic() < give_up:
        time.sleep(0.02)
    assert len(below) >= 2, "the guard's server and its child"
    os.killpg(process.pid, signal.SIGINT)
    out, errors = process.communicate(timeout=30)
    assert (process.returncode, out, errors) == (130, b"", b"")
    while any(map(is_alive, below)) and time.monotonic() < give_up:
        time.sleep(0.02)
    assert not any(map(is_alive, below))
