"""Every benchmark of PRISM, one after another: ``make bench``; with ``--write`` also as a page of the documentation.

Times depend on the machine and on what else it does. The ratios are what to compare.
"""

import argparse
import os
import platform
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).parents[2]
PARTS = {
    "intake": "Opening archives",
    "review": "Reviewing a small project",
    "safety": "Reading Python for the safety rules",
    "safety_phases": "Where the safety rules spend their time",
    "startup": "Starting",
    "bridge": "Taking submissions in",
    "worker": "Working them off",
    "store": "Keeping and finding earlier submissions",
    "containers": "Running in a container",
}


def main() -> int:
    """Run every part in a process of its own and print what it prints; the exit code is 1 when one failed."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("--write", action="store_true", help="also write docs/explanation/benchmarks.md")
    options = parser.parse_args()
    texts = {}
    for part, title in PARTS.items():
        done = subprocess.run(
            [sys.executable, "-m", f"tests.benchmarks.{part}"], cwd=ROOT, stdout=subprocess.PIPE, text=True, check=False
        )
        sys.stdout.write(f"{title}\n\n{done.stdout}\n")
        sys.stdout.flush()
        if done.returncode != 0:
            return 1
        texts[title] = done.stdout
    if options.write:
        (ROOT / "docs" / "explanation" / "benchmarks.md").write_text(_page(texts), encoding="utf-8")
    return 0


def _page(texts: dict[str, str]) -> str:
    machine = f"{os.cpu_count()} processors, {platform.machine()}, Python {platform.python_version()}"
    sections = "".join(f"\n## {title}\n\n```text\n{text.rstrip()}\n```\n" for title, text in texts.items())
    return (
        "# Benchmarks\n\n"
        f"Measured on {datetime.now(UTC):%Y-%m-%d} with {machine}. Times depend on the machine; compare the ratios."
        f" `make bench` measures on yours.\n{sections}"
    )


if __name__ == "__main__":
    sys.exit(main())
