"""Review of a small project: in a process of its own (cold), and by a gate that is open already (warm).

The yardstick is a bare ``ast.parse`` of the same files in one process: the least that any reader has to do.
"""

import ast
import subprocess
import sys
from pathlib import Path

from prism.gate import Gate
from tests.benchmarks.clock import row, typical_seconds

ROOT = Path(__file__).parents[2]
PROJECT = ROOT / "examples" / "honest-transformer"


def main(rounds: int) -> None:
    """Print the table."""
    parsed = typical_seconds(_parse_all, rounds)
    with Gate.from_policy("default") as gate:
        warm = typical_seconds(lambda: gate.review(PROJECT), rounds)
    cold = typical_seconds(_review_in_a_process, rounds)
    size = sum(source.stat().st_size for source in PROJECT.rglob("*.py"))
    sys.stdout.write(f"{PROJECT.name}: {size} bytes of Python\n")
    sys.stdout.write(row("ast.parse of its files", parsed, parsed))
    sys.stdout.write(row("warm review (gate open, fresh child)", warm, parsed))
    sys.stdout.write(row("cold review (prism review, whole process)", cold, parsed))


def _parse_all() -> None:
    for source in PROJECT.rglob("*.py"):
        ast.parse(source.read_bytes())


def _review_in_a_process() -> None:
    subprocess.run([sys.executable, "-m", "prism", "review", PROJECT], stdout=subprocess.DEVNULL, check=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 7)
