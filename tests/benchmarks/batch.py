"""Reviewing thousands of projects: ``python -m tests.benchmarks.batch [PROJECTS]``, by default 2,000.

Projects are made of the packages that are installed here and of the honest and hostile corpora. The table shows
projects a second with one and two guarded processes beside a shell loop of ``bandit -r`` on a sample of the same, with
the processor time of each, because others may share the machine. Then the same is done on a Dask cluster; and a batch
is killed at random moments and resumed until it is through. That all results are the same, and that memory stays flat,
is asserted and not only shown.
"""

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

PROJECTS = 2_000
BANDIT_SAMPLE = 40
KILLS = 8
MOST_BYTES = 200_000
FLAT = 1.25
ROOT = Path(__file__).parents[2]
COMMAND = [sys.executable, "-m", "prism", "batch"]


class Cost(NamedTuple):
    """What a process and all its children took."""

    seconds: float
    cpu: float
    peak_kb: int
    """Of the process itself."""


def main(projects: int = PROJECTS, kills: int = KILLS) -> None:
    """Print the table, and raise where the results or the memory are not what they have to be."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        made = make(folder / "projects", projects)
        sys.stdout.write(f"{made} projects of installed packages and corpora\n")
        sys.stdout.write(f"{'':<34}{'per s':>9}{'CPU ms each':>13}{'MB peak':>9}\n")
        few = min(made, max(20, made // 10))
        tenth = batched(folder, "few.jsonl", "-n", "2", "--limit", str(few))
        show("prism batch, a tenth, 2 processes", few, tenth)
        one = batched(folder, "one.jsonl", "-n", "1")
        two = batched(folder, "two.jsonl", "-n", "2")
        show("prism batch, 1 process", made, one)
        show("prism batch, 2 processes", made, two)
        loop = bandit(folder, min(BANDIT_SAMPLE, made))
        show("shell loop of bandit -r, a sample", min(BANDIT_SAMPLE, made), loop)
        sys.stdout.write(f"two processes beside one: {one.seconds / two.seconds:.2f} x by the clock\n")
        sys.stdout.write(f"processor time a project, two beside one: {two.cpu / one.cpu:.2f} x\n")
        expected = records(folder / "one.jsonl")
        require(two.peak_kb < FLAT * tenth.peak_kb, "memory grows with the number of projects")
        require_same(records(folder / "two.jsonl"), expected, "two processes bring something else than one")
        there = clustered(folder)
        require_same(records(folder / "cluster.jsonl"), expected, "a cluster brings something else")
        sys.stdout.write(f"on a Dask cluster of two workers: the same result, {made / there.seconds:.1f} per s\n")
        times = killed_and_resumed(folder, made, kills)
        require_same(records(folder / "killed.jsonl"), expected, "killed and resumed it brings something else")
        sys.stdout.write(f"killed {times} times at random moments and resumed: the same result\n")


def show(label: str, projects: int, cost: Cost) -> None:
    """Print one line of the table."""
    rate, cpu = projects / cost.seconds, 1000 * cost.cpu / projects
    sys.stdout.write(f"{label:<34}{rate:>9.1f}{cpu:>13.1f}{cost.peak_kb / 1024:>9.0f}\n")
    sys.stdout.flush()


def require(holds: bool, otherwise: str) -> None:
    """Raise unless something holds."""
    if not holds:
        raise AssertionError(otherwise)


def require_same(found: dict[str, object], expected: dict[str, object], otherwise: str) -> None:
    """Raise unless the results are the same, with the first that is not."""
    for name in expected | found:
        there, wanted = (json.dumps(each.get(name))[:1_000] for each in (found, expected))
        require(found.get(name) == expected.get(name), f"{otherwise}: {name}\n{there}\n{wanted}")


def make(folder: Path, number: int) -> int:
    """Make so many projects, or as many as there is code for; how many."""
    folder.mkdir()
    count = 0
    for source in code():
        if count == number:
            break
        project = folder / f"{count:05}"
        project.mkdir()
        shutil.copyfile(source, project / "model.py")
        count += 1
    return count


def code() -> Iterator[Path]:
    """Python files: those of the examples and corpora first, then those of installed packages."""
    installed = Path(json.__file__).parents[1]
    site = Path(sys.prefix) / "lib" / f"python{sys.version_info.major}.{sys.version_info.minor}" / "site-packages"
    for root in (ROOT / "examples", ROOT / "tests" / "corpora", site, installed):
        for path in sorted(root.rglob("*.py")):
            if 0 < path.stat().st_size < MOST_BYTES:
                yield path


def batched(folder: Path, output: str, *options: str) -> Cost:
    """What a batch over all projects costs."""
    return cost([*COMMAND, "projects", "-o", output, *options], folder)


def clustered(folder: Path) -> Cost:
    """What a batch over all projects costs the command when the workers of a cluster do it."""
    import distributed  # takes a while, and the other benchmarks do without

    start: Any = distributed.LocalCluster
    with start(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster:
        return batched(folder, "cluster.jsonl", "--scheduler", cluster.scheduler_address)


def bandit(folder: Path, number: int) -> Cost:
    """What a loop of bandit over some of the projects costs, a process each."""
    every = sorted((folder / "projects").iterdir())
    sample = every[:: max(1, len(every) // number)][:number]
    loop = 'for each in "$@"; do "$0" -m bandit -q -r "$each" >/dev/null 2>&1; done; exit 0'
    return cost(["sh", "-c", loop, sys.executable, *map(str, sample)], folder)


def cost(command: list[str], folder: Path) -> Cost:
    """What a command and its children cost."""
    began, before = time.perf_counter(), os.times()
    process = subprocess.Popen(command, cwd=folder, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    require(process.returncode in {0, 1, 3}, f"{command[:4]} ended with {process.returncode}")
    seconds, after = time.perf_counter() - began, os.times()
    cpu = after.children_user + after.children_system - before.children_user - before.children_system
    return Cost(seconds, cpu, usage.ru_maxrss)


def records(file: Path) -> dict[str, object]:
    """By id, each line without its timings."""
    found: dict[str, object] = {}
    for line in file.read_text().splitlines():
        record = json.loads(line)
        del record["timings"]
        require(record["id"] not in found, f"two lines for {record['id']}")
        found[record["id"]] = record
    return found


def killed_and_resumed(folder: Path, projects: int, kills: int) -> int:
    """Kill a batch when it has done some more, and resume it, until it is through; how often it was killed."""
    moments = random.Random(5)  # noqa: S311 - moments to kill at
    output, done = folder / "killed.jsonl", 0
    for _ in range(kills):
        goal = lines(output) + moments.randrange(1, max(2, 2 * projects // (3 * kills)))
        process = subprocess.Popen(
            [*COMMAND, "projects", "-o", output, "-n", "2", "--resume"], cwd=folder, stderr=subprocess.DEVNULL
        )
        while process.poll() is None and lines(output) < goal:
            time.sleep(0.01)
        done += process.poll() is None
        process.send_signal(signal.SIGKILL)
        process.wait()
    batched(folder, "killed.jsonl", "--resume")
    return done


def lines(file: Path) -> int:
    """How many whole lines a file has."""
    return file.read_bytes().count(b"\n") if file.exists() else 0


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else PROJECTS)
