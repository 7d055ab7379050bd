"""How fast the safety rules read Python, beside bandit and beside the floor: parsing and one walk over the tree.

Two bodies of code: the standard library's own sources, and the safety plugin with PRISM itself. Every file is one
project. Two processes share the files of a body between them. Ratios travel between machines, seconds do not.
"""

import ast
import multiprocessing
import subprocess
import sys
import sysconfig
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from prism_safety.plugin import SafetyPlugin

from prism.guard.boundary import guarded_here
from prism.project import Project, UnparsableError
from prism.snapshot import Snapshot
from tests.benchmarks.clock import row, typical_seconds

ROOT = Path(__file__).parents[2]
SMALL_PROJECT = ROOT / "examples" / "honest-small"
LARGEST = 60_000
"""Bytes; one larger file would outweigh all others."""


def main(every: int, rounds: int) -> None:
    """Print the tables, with one of so many files of each body."""
    library = sorted(Path(sysconfig.get_path("stdlib")).glob("*.py"))
    own = sorted((ROOT / "prism").rglob("*.py"))
    for label, paths in (("standard library", library), ("PRISM itself", own)):
        _compare(label, [path for path in paths if path.stat().st_size <= LARGEST][::every])
    _cold(rounds)


def _compare(label: str, paths: Sequence[Path]) -> None:
    size = sum(path.stat().st_size for path in paths)
    floor = _seconds(lambda: _floor(paths))
    sys.stdout.write(f"{label}: {len(paths)} files, {size / 1e6:.2f} MB\n")
    for name, seconds in (
        ("ast.parse and ast.walk, one process", floor),
        ("safety rules, one process", _seconds(lambda: _review(paths))),
        ("safety rules, two processes", _seconds(lambda: _in_two(paths))),
        ("bandit, one process, its start included", _seconds(lambda: _bandit(paths))),
    ):
        rate = f"{len(paths) / seconds:7.0f} files/s {size / seconds / 1e6:6.2f} MB/s"
        sys.stdout.write(f"{rate} {row(name, seconds, floor)}")


def _cold(rounds: int) -> None:
    theirs = typical_seconds(lambda: _bandit([SMALL_PROJECT]), rounds)
    ours = typical_seconds(lambda: _run("prism", "review", str(SMALL_PROJECT)), rounds)
    sys.stdout.write("one small project in a new process\n")
    sys.stdout.write(row("bandit", theirs, theirs))
    sys.stdout.write(row("prism review", ours, theirs))


def _floor(paths: Sequence[Path]) -> None:
    for path in paths:
        sum(1 for _ in ast.walk(ast.parse(path.read_bytes())))


def _review(paths: Sequence[Path]) -> None:
    plugin = SafetyPlugin({})
    with guarded_here():
        for path in paths:
            project = Project(Snapshot.of({path.name: path.read_bytes()}))
            _found(plugin, project)


def _found(plugin: SafetyPlugin, project: Project) -> int:
    try:
        return sum(len(list(plugin.prism_check_file(file, project))) for file in project)
    except UnparsableError:
        return 1


def _in_two(paths: Sequence[Path]) -> None:
    context = multiprocessing.get_context("fork")
    workers = [context.Process(target=_review, args=(paths[first::2],)) for first in (0, 1)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()


def _bandit(paths: Sequence[Path]) -> None:
    _run("bandit", "--quiet", "--exit-zero", "--recursive", *map(str, paths))


def _run(module: str, *arguments: str) -> None:
    subprocess.run(
        [sys.executable, "-m", module, *arguments], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True
    )


def _seconds(work: Callable[[], None]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


if __name__ == "__main__":
    main(every=int(sys.argv[1]) if len(sys.argv) > 1 else 1, rounds=5)
