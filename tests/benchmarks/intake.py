"""How fast intake takes archives, beside ``zipfile.extractall`` on the same archives in the same run.

    python -m tests.benchmarks.intake [--json FILE]

Intake also reads and judges every byte (UTF-8, kinds of content, digests) and keeps the files in memory; ``extractall``
writes them to a folder in memory where there is one. Ratios travel between machines, seconds do not.
"""

import argparse
import io
import json
import shutil
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from prism.intake import take_archive
from prism.policy.model import MIB, IntakePolicy

ROUNDS = 7
SHARED_MEMORY = Path("/dev/shm")  # so that the disk is not what is measured
LINE = "    hidden_{n} = torch.relu(self.layer_{n}(hidden_{m})) * {scale}  # mix the features of step {n}\n"


def source(size: int) -> bytes:
    """Source code of about a size, which packs as source code does."""
    lines = (LINE.format(n=n, m=n * 7919 % 1009, scale=n * 104_729 % 9973 / 100) for n in range(size // 60 + 1))
    return "".join(lines).encode()[:size]


def archives() -> dict[str, bytes]:
    """The archives that are measured, by what they are like."""
    small, medium, large = source(2_000), source(40_000), source(1_900_000)
    deflated, stored = zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED
    return {
        "typical: 20 files of 2 kB": pack({f"layers/m{n}.py": small for n in range(20)}, deflated),
        "many: 1,000 files of 2 kB": pack({f"layers/m{n}.py": small for n in range(1_000)}, deflated),
        "medium: 100 files of 40 kB": pack({f"layers/m{n}.py": medium for n in range(100)}, deflated),
        "large: 8 files of 1.9 MB": pack({f"m{n}.py": large for n in range(8)}, deflated),
        "stored: 4 files of 1.9 MB": pack({f"m{n}.py": large for n in range(4)}, stored),
    }


def pack(files: dict[str, bytes], method: int) -> bytes:
    """An archive of files."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as target:
        for name, data in files.items():
            target.writestr(name, data)
    return buffer.getvalue()


def best_seconds(call: Callable[[], object]) -> float:
    """The shortest of some rounds: what else the machine does only ever adds."""
    return min(seconds(call) for _ in range(ROUNDS))


def seconds(call: Callable[[], object]) -> float:
    """Wall seconds of one call."""
    started = time.perf_counter()
    call()
    return time.perf_counter() - started


@contextmanager
def folder() -> Iterator[str]:
    """A folder to write to, in memory where possible."""
    with tempfile.TemporaryDirectory(dir=SHARED_MEMORY if SHARED_MEMORY.is_dir() else None) as name:
        yield name


def extract(data: bytes, target: str) -> None:
    """What is compared with: everything written to a fresh folder."""
    shutil.rmtree(target, ignore_errors=True)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        archive.extractall(target)


def measure(name: str, data: bytes) -> dict[str, object]:
    """One row: both readers on one archive."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        entries, unpacked = len(archive.infolist()), sum(info.file_size for info in archive.infolist())
    ours = best_seconds(lambda: take_archive(data, IntakePolicy()))
    with folder() as target:
        theirs = best_seconds(lambda: extract(data, f"{target}/out"))
    return {
        "archive": name,
        "entries": entries,
        "unpacked_bytes": unpacked,
        "intake_seconds": ours,
        "extractall_seconds": theirs,
        "intake_mb_per_second": unpacked / ours / 1e6,
        "extractall_mb_per_second": unpacked / theirs / 1e6,
        "intake_entries_per_second": entries / ours,
        "extractall_entries_per_second": entries / theirs,
        "times_as_fast": theirs / ours,
    }


def results() -> list[dict[str, object]]:
    """Every row, in the order of the archives."""
    made = archives()
    too_large = [name for name, data in made.items() if len(data) > IntakePolicy().archive_bytes]
    if too_large:
        raise ValueError(f"over the body limit of {IntakePolicy().archive_bytes // MIB} MiB: {too_large}")
    return [measure(name, data) for name, data in made.items()]


def table(rows: list[dict[str, object]]) -> str:
    """The rows for a person."""
    head = (
        f"{'archive':<28}{'intake MB/s':>12}{'zipfile MB/s':>14}{'intake ent/s':>14}{'zipfile ent/s':>15}{'ratio':>8}"
    )
    columns = "{archive:<28}{intake_mb_per_second:>12.1f}{extractall_mb_per_second:>14.1f}"
    columns += "{intake_entries_per_second:>14.0f}{extractall_entries_per_second:>15.0f}{times_as_fast:>8.2f}"
    return "\n".join([head, *(columns.format(**row) for row in rows)])


def main() -> None:
    """Measure, print the table, and write the rows where that is asked for."""
    parser = argparse.ArgumentParser(description="Archive intake beside zipfile.extractall.")
    parser.add_argument("--json", type=Path, help="also write the rows to this file")
    options = parser.parse_args()
    rows = results()
    if options.json:
        options.json.write_text(json.dumps(rows, indent=2) + "\n")
    sys.stdout.write(table(rows) + "\n")


if __name__ == "__main__":
    main()
