"""Start of the command line beside the import of the library it is made with."""

import subprocess
import sys
from collections.abc import Callable

from tests.benchmarks.clock import row, typical_seconds


def main(rounds: int) -> None:
    """Print the table."""
    yardstick = typical_seconds(_run("-c", "import typer"), rounds)
    sys.stdout.write(row('python -c "import typer"', yardstick, yardstick))
    sys.stdout.write(row("python -c pass", typical_seconds(_run("-c", "pass"), rounds), yardstick))
    sys.stdout.write(row("prism --version", typical_seconds(_run("-m", "prism", "--version"), rounds), yardstick))
    sys.stdout.write(
        row("prism review --help", typical_seconds(_run("-m", "prism", "review", "--help"), rounds), yardstick)
    )
    sys.stdout.write(
        row("prism policy list", typical_seconds(_run("-m", "prism", "policy", "list"), rounds), yardstick)
    )


def _run(*arguments: str) -> Callable[[], object]:
    return lambda: subprocess.run([sys.executable, *arguments], stdout=subprocess.DEVNULL, check=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 7)
