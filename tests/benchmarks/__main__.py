"""Every benchmark of PRISM, one after another: ``make bench``; with ``--write`` also as pages of the documentation.

Times depend on the machine and on what else it does. The ratios are what to compare.
"""

import argparse
import os
import platform
import re
import subprocess
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
GENERAL = {
    "intake": "Opening archives",
    "review": "Reviewing a small project",
    "batch": "Reviewing many projects",
    "safety": "Reading Python for the safety rules",
    "safety_phases": "Where the safety rules spend their time",
    "startup": "Starting",
    "store": "Keeping and finding earlier submissions",
    "containers": "Running in a container",
}
SERVICE = {"bridge": "Taking submissions in", "worker": "Working them off"}

SECTION = re.compile(r"^## ([^\n]+)\n\n(.*?)(?=^## |\Z)", re.MULTILINE | re.DOTALL)
"""A part of a page, as it is written."""


class Page(NamedTuple):
    """A page of the documentation, and what is measured for it."""

    title: str
    about: str
    parts: dict[str, str]


PAGES = {
    "benchmarks": Page("Benchmarks", "`make bench` measures on yours.", GENERAL),
    "service-benchmark": Page(
        "Benchmarks of the service",
        "`python -m tests.benchmarks --only service-benchmark` measures on yours.\n\n"
        "The bridge is measured beside an endpoint of FastAPI and SQLAlchemy that does nothing but keep the body, in"
        " the same kind of database, which writes to the disk as surely before it answers. Bodies are 100 kB that"
        " nobody has sent before; clients are processes of their own on the same machine, and each waits for its"
        " answer. The two take turns, and `x floor` is the median of what the bridge did beside the floor in one turn;"
        " `cpu ms` is what a request took of the server's processor time. While that is measured nobody works"
        " submissions off: they pile up in the queue, as they do when workers are away.",
        SERVICE,
    ),
}


def main() -> int:
    """Run every part in a process of its own and print what it prints; the exit code is 1 when one failed."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("--write", action="store_true", help="also write the pages in docs/explanation")
    parser.add_argument("--only", choices=[*PAGES, *GENERAL, *SERVICE], help="one page only, or one part of a page")
    options = parser.parse_args()
    for name, page in PAGES.items():
        parts = {part: title for part, title in page.parts.items() if options.only in {None, name, part}}
        texts = {title: _measured(part, title) for part, title in parts.items()}
        if None in texts.values():
            return 1
        if options.write and texts:
            file = ROOT / "docs" / "explanation" / f"{name}.md"
            kept = dict(SECTION.findall(file.read_text(encoding="utf-8")))
            file.write_text(page_text(page, {**kept, **texts}), encoding="utf-8")
    return 0


def _measured(part: str, title: str) -> str | None:
    """What a part prints; ``None`` if it failed."""
    command = [sys.executable, "-m", f"tests.benchmarks.{part}"]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=False)
    sys.stdout.write(f"{title}\n\n{done.stdout}\n")
    sys.stdout.flush()
    return _section(done.stdout) if done.returncode == 0 else None


def _section(printed: str) -> str:
    """What was measured, when and where."""
    machine = f"{os.cpu_count()} processors, {platform.machine()}, Python {platform.python_version()}"
    return f"Measured on {datetime.now(UTC):%Y-%m-%d} with {machine}.\n\n```text\n{printed.rstrip()}\n```\n"


def page_text(page: Page, texts: Mapping[str, str | None]) -> str:
    """The page, with a section for each part that is measured now or was measured before."""
    found = {title: text for title in page.parts.values() if (text := texts.get(title))}
    sections = "".join(f"\n## {title}\n\n{text.strip()}\n" for title, text in found.items())
    return f"# {page.title}\n\nTimes depend on the machine; compare the ratios. {page.about}\n{sections}"


if __name__ == "__main__":
    sys.exit(main())
