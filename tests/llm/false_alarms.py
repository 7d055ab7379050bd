"""Whether published code speaks to a reviewer as far as the detection can tell; it should not.

    python -m tests.llm.false_alarms            print every alarm, and how much was read

The packages are those of `tests/safety/real_code.py` and two large libraries of models. They are fetched with pip into
a cache outside the tree. Every file is looked at, whether a submission may import what it imports or not.
"""

import sys
import time
from collections.abc import Iterator
from pathlib import Path

from prism_llm.phrases import findings

from prism.finding import Finding
from prism.guard.boundary import guarded_here
from prism.project import Project
from prism.snapshot import Snapshot
from tests.safety.real_code import PACKAGES, installed

LIBRARIES = ("diffusers==0.31.0", "transformers==4.46.3")
TEXTS = {".md", ".txt", ".json", ".yaml", ".yml", ".toml"}
LARGEST = 1_000_000


def files() -> Iterator[tuple[str, bytes]]:
    """Every file that a submission could hold, by its path in its package."""
    for folder in (installed(PACKAGES), installed(LIBRARIES)):
        for path in sorted(folder.rglob("*")):
            if path.suffix in {".py", *TEXTS} and path.is_file() and path.stat().st_size <= LARGEST:
                yield path.relative_to(folder).as_posix(), path.read_bytes()


def alarms(path: str, data: bytes) -> list[Finding]:
    """What is reported about one file by itself."""
    with guarded_here():
        return list(findings(Project(Snapshot.of({Path(path).name: data}))))


def main() -> int:
    """Print what is reported."""
    counts = {True: 0, False: 0}
    reported = {True: 0, False: 0}
    size, began = 0, time.process_time()
    for path, data in files():
        is_code = path.endswith(".py")
        found = alarms(path, data)
        counts[is_code] += 1
        reported[is_code] += bool(found)
        size += len(data)
        sys.stdout.writelines(f"{path}:{each.line or ''} {each.message}\n" for each in found)
    seconds = time.process_time() - began
    sys.stdout.write(
        f"Python files: {counts[True]}, with an alarm: {reported[True]}; other files: {counts[False]}, with an alarm: "
        f"{reported[False]}; {size / 1e6:.0f} MB, {seconds / size * 1e6:.1f} s of processor time a MB\n"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
