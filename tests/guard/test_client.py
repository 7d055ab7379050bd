"""The guard over many reviews: threads, interrupts, dead servers, closing; nothing is left behind and nothing hangs."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from prism.errors import GuardError
from prism.guard.client import Guard
from prism.guard.ledger import Ledger
from prism.host import Host
from prism.plugin import find_plugin
from tests.guard.test_guard import HONEST, folder, guard_of, guard_with, rules_of


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return folder(tmp_path, {"first.py": "x = bad\n", "second.py": "y = 1\n"})


def test_threads_take_turns(project: Path) -> None:
    ledgers: list[Ledger] = []
    with guard_with("honest") as guard:
        threads = [threading.Thread(target=lambda: ledgers.append(guard.review(project))) for _ in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert [rules_of(ledger.findings) for ledger in ledgers] == [{HONEST}] * 6


def test_a_dead_server_costs_one_review_and_starts_again(project: Path) -> None:
    with guard_with("honest") as guard:
        assert rules_of(guard.review(project).findings) == {HONEST}
        os.kill(guard.pid, signal.SIGKILL)
        time.sleep(0.1)
        assert rules_of(guard.review(project).findings) == {HONEST}


def test_an_interrupted_review_does_not_harm_the_next(project: Path) -> None:
    def interrupt(_number: int, _frame: object) -> None:
        raise InterruptedError("enough")

    before = signal.signal(signal.SIGALRM, interrupt)
    try:
        with guard_with("hangs", "honest") as guard:
            guard.review(b"no archive")
            signal.setitimer(signal.ITIMER_REAL, 0.3)
            with pytest.raises(InterruptedError, match="enough"):
                guard.review(project)
            rules = {rule for rule, _ in rules_of(guard.review(project).findings)}
    finally:
        signal.signal(signal.SIGALRM, before)
    assert rules == {"host/plugin-failed", "honest/bad-name"}


def test_closing_ends_a_review_in_another_thread(project: Path) -> None:
    errors: list[BaseException] = []

    def review(guard: Guard) -> None:
        try:
            guard.review(project)
        except GuardError as error:
            errors.append(error)

    with guard_with("burns_cpu") as guard:
        guard.review(b"no archive")
        thread = threading.Thread(target=review, args=(guard,))
        thread.start()
        until(lambda: Path(f"/proc/{guard.pid}/task/{guard.pid}/children").read_text().split())
        guard.close()
        thread.join()
        with pytest.raises(GuardError, match="was closed"):
            guard.review(project)
    assert "was closed" in str(errors[0])
    assert not is_running(guard.pid)


def test_a_plugin_that_changed_since_the_policy_was_read_is_refused(project: Path, tmp_path: Path) -> None:
    path = tmp_path / "mine.py"
    path.write_text("VERSION = 1\n")
    definition = find_plugin("mine", "mine.py", tmp_path)
    path.write_text("VERSION = 2\n")
    with (
        guard_of(Host([(definition, {})])) as guard,
        pytest.raises(GuardError, match="'mine' has changed since the policy was read"),
    ):
        guard.review(project)


def test_without_descriptors_nothing_is_decided(project: Path) -> None:
    script = (
        "import os, pathlib, resource, sys\n"
        "from prism.errors import GuardError\n"
        "from tests.guard.test_guard import guard_with\n"
        "with guard_with('honest') as guard:\n"
        "    guard.review(pathlib.Path(sys.argv[1]))\n"
        "    resource.setrlimit(resource.RLIMIT_NOFILE, (len(os.listdir('/proc/self/fd')) - 1,) * 2)\n"
        "    try:\n"
        "        guard.review(pathlib.Path(sys.argv[1]))\n"
        "    except GuardError as error:\n"
        "        print(error)\n"
    )
    done = subprocess.run([sys.executable, "-c", script, str(project)], capture_output=True, text=True, check=True)
    assert done.stdout == "the guarded process cannot be started: Too many open files\n"


def test_reviews_leave_no_descriptors_and_no_processes(project: Path) -> None:
    def descriptors() -> int:
        return len(list(Path("/proc/self/fd").iterdir()))

    with guard_with("dies", "honest") as guard:
        guard.review(project)
        before = descriptors()
        for _ in range(20):
            guard.review(project)
        assert descriptors() == before
        assert Path(f"/proc/{guard.pid}/task/{guard.pid}/children").read_text() == ""
    assert descriptors() == before - 1


def test_the_server_and_its_child_end_with_their_parent(project: Path, tmp_path: Path) -> None:
    script = (
        "import pathlib, sys\n"
        "from tests.guard.test_guard import QUICK, guard_with\n"
        "with guard_with('burns_cpu') as guard:\n"
        "    print(guard.pid, flush=True)\n"
        "    guard.review(pathlib.Path(sys.argv[1]))\n"
    )
    with subprocess.Popen([sys.executable, "-c", script, str(project)], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        server = int(parent.stdout.readline())
        children = Path(f"/proc/{server}/task/{server}/children")
        until(lambda: children.read_text().split())
        (child,) = map(int, children.read_text().split())
        parent.kill()
    until(lambda: not is_running(server) and not is_running(child))


def until(is_true: Callable[[], object]) -> None:
    for _ in range(200):
        if is_true():
            return
        time.sleep(0.05)
    raise AssertionError("it did not happen within ten seconds")


def is_running(pid: int) -> bool:
    try:
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except FileNotFoundError:
        return False
