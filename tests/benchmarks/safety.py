"""How fast the safety rules read Python, beside bandit and beside the floor: parsing and one walk over the tree.

    python -m tests.benchmarks.safety [EVERY]

Bodies of code: the standard library's own sources, model files that others published, and a whole package of them as
one project. Everything is measured in the same run, in fresh processes, as processor time (of the slower of two where
two share the work), because other work on the machine falsifies wall time. The last column says how many times as fast
as bandit without its start something is. Ratios travel between machines.
"""

import ast
import gc
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from prism_safety.plugin import SafetyPlugin

from prism.guard.boundary import guarded_here
from prism.project import Project, UnparsableError
from tests.benchmarks.bodies import Body, bodies
from tests.benchmarks.clock import processor_seconds, row, seconds

SMALL_PROJECT = Path(__file__).parents[2] / "examples" / "honest-small"


def main(every: int, rounds: int) -> None:
    """Print the tables, with one of so many files of each body."""
    SafetyPlugin({}).prism_prepare()
    gc.freeze()  # as the guarded process does before it forks its children
    for body in bodies(every):
        sys.stdout.write(compared(body))
    sys.stdout.write(cold(rounds))


def compared(body: Body) -> str:
    """The table of one body: each line beside the floor, and beside bandit without its start."""
    floor, start = processor_seconds(lambda: parse(body)), processor_seconds(bandit_alone)
    theirs = processor_seconds(lambda: bandit(body))
    lines = {
        "ast.parse and ast.walk": floor,
        "safety rules": processor_seconds(lambda: review(body)),
        "bandit": theirs,
        "bandit without its start": theirs - start,
    }
    if len(body.files) > 1:  # one project is one process's work
        lines["ast.parse and ast.walk, two processes"] = in_two(parse, body)
        lines["safety rules, two processes"] = in_two(review, body)
        lines["bandit, two processes"] = in_two(bandit, body)
    head = f"{body.label}: {len(body.paths)} files, {body.size / 1e6:.2f} MB\n"
    head += f"{'':<38}{'seconds':>9}{'files/s':>9}{'MB/s':>8}{'x floor':>9}{'x as fast':>11}\n"
    return head + "".join(_line(label, took, body, floor, theirs - start) for label, took in lines.items()) + "\n"


def _line(label: str, took: float, body: Body, floor: float, theirs: float) -> str:
    rates = f"{len(body.paths) / took:>9.0f}{body.size / took / 1e6:>8.2f}"
    return f"{label:<38}{took:>9.2f}{rates}{took / floor:>9.2f}{theirs / took:>11.2f}\n"


def cold(rounds: int) -> str:
    """One small project in a new process, by turns with bandit; the shortest wall time of each counts."""
    theirs, ours = zip(*((seconds(bandit_small), seconds(review_small)) for _ in range(rounds + 1)), strict=True)
    title = "one small project in a new process\n"
    return title + row("bandit", min(theirs), min(theirs)) + row("prism review", min(ours), min(theirs))


def parse(body: Body) -> None:
    """The floor: parse every file and walk over its tree."""
    for files in body.files:
        for data in files.values():
            sum(1 for _ in ast.walk(ast.parse(data)))


def review(body: Body) -> None:
    """Apply the safety rules to every file."""
    plugin = SafetyPlugin({})
    with guarded_here():
        for project in body.projects():
            _review(plugin, project)


def _review(plugin: SafetyPlugin, project: Project) -> None:
    for file in project:
        try:
            _ = file.tree
        except UnparsableError:
            continue
        list(plugin.prism_check_file(file, project))


def bandit(body: Body) -> None:
    """Have bandit read every file."""
    _run("bandit", "--quiet", "--exit-zero", *map(str, body.paths))


def bandit_alone() -> None:
    """Start bandit for a file without a line."""
    with tempfile.NamedTemporaryFile(suffix=".py") as file:
        _run("bandit", "--quiet", "--exit-zero", file.name)


def bandit_small() -> None:
    """Have bandit read the small project."""
    _run("bandit", "--quiet", "--exit-zero", "--recursive", str(SMALL_PROJECT))


def review_small() -> None:
    """Have PRISM review the small project, guarded and with all plugins of the default policy."""
    _run("prism", "review", str(SMALL_PROJECT))


def in_two(work: Callable[[Body], None], body: Body) -> float:
    """The processor time of the slower of two processes that share a body."""
    first, second = body.part(0, 2), body.part(1, 2)
    return processor_seconds(lambda: work(first), lambda: work(second))


def _run(module: str, *arguments: str) -> None:
    # As in production, where no program compiles itself anew each time it starts.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    subprocess.run(
        [sys.executable, "-m", module, *arguments],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=environment,
        check=True,
    )


if __name__ == "__main__":
    main(every=int(sys.argv[1]) if len(sys.argv) > 1 else 1, rounds=7)
