"""Every command that the documentation shows is run and prints what the documentation says."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.docs.blocks import ROOT, Command, Session, matches, sessions
from tests.runner.conftest import broker

__all__ = ["broker"]

NOT_RUN_HERE = {
    "make demo": "tests/packaging/test_demo.py runs what it runs, without making an environment inside an environment",
    "make test": "it is what runs this test",
}

RUN_ELSEWHERE = {
    "docs/operate/back-up.md": "tests/deployment/test_back_up.py runs them on stores in which something is",
    "docs/operate/upgrade.md": "so does it with these",
    "docs/tutorial/index.md": "tests/docs/test_tutorial.py follows it in an environment of its own",
    "docs/operate/deploy.md": "tests/deployment/test_compose.py runs them on the image that it makes",
}

NEEDS_ENGINE = {
    "docs/operate/behind-platform.md",
    "docs/how-to/compare-a-pair.md",
    "docs/how-to/run-in-containers.md",
    "docs/how-to/verify-a-host.md",
    "docs/how-to/write-an-evaluator.md",
}


@pytest.mark.parametrize(
    "session", [each for each in sessions() if each.page not in RUN_ELSEWHERE], ids=lambda session: session.page
)
def test_the_documented_commands_work(
    session: Session, tmp_path: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    if session.page in NEEDS_ENGINE:
        request.getfixturevalue("broker")
    work = tmp_path / "examples"
    shutil.copytree(ROOT / "examples", work)
    monkeypatch.setenv("PRISM_PORT", str(port := free_port()))
    request.addfinalizer(lambda: end_servers(work))
    code = 0
    commands = [command for command in session.commands if command.line not in NOT_RUN_HERE]
    for command, following in zip(commands, [*commands[1:], None], strict=True):
        if command.line == "echo $?":
            assert command.output == (str(code),)
            continue
        code = run(command._replace(line=command.line.replace("127.0.0.1:8000", f"127.0.0.1:{port}")), work)
        assert code == 0 or (following and following.line == "echo $?"), f"{command.line}: exit code {code}"


def free_port() -> int:
    """A port for a page that starts a server on the usual one."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def end_servers(folder: Path) -> None:
    """End what a page started and, as a test failed, did not come to end itself."""
    for file in folder.glob("*.pid"):
        with contextlib.suppress(ProcessLookupError):
            os.kill(int(file.read_text()), signal.SIGTERM)


def run(command: Command, folder: Path) -> int:
    """The exit code of one command, whose output must be what is shown below it."""
    environment = {
        **os.environ,
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "XDG_STATE_HOME": str(folder.parent / "state"),
    }
    done = subprocess.run(
        ["sh", "-c", command.line],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert matches(command.output, done.stdout), f"{command.line} printed:\n{done.stdout}\n{done.stderr}"
    return done.returncode


def test_every_exception_is_still_documented() -> None:
    shown = {command.line for session in sessions() for command in session.commands}
    assert NOT_RUN_HERE.keys() <= shown
    assert {session.page for session in sessions()} >= NEEDS_ENGINE | RUN_ELSEWHERE.keys()


def test_the_pages_that_teach_show_commands() -> None:
    assert {session.page for session in sessions()} >= {"README.md", "docs/index.md", "docs/how-to/write-a-plugin.md"}


@pytest.mark.parametrize(
    ("shown", "printed", "is_match"),
    [
        ((), "anything\n", True),
        (("a", "..."), "a\n", True),
        (("a", "...", "c"), "a\nb\nb\nc\n", True),
        (("digest ...",), "digest 12 ab\n", True),
        (("a",), "a\nb\n", False),
        (("a", "c"), "a\nb\nc\n", False),
        (("a.c",), "abc\n", False),
    ],
)
def test_what_is_shown_is_compared_with_what_is_printed(shown: tuple[str, ...], printed: str, is_match: bool) -> None:
    assert matches(shown, printed) is is_match
