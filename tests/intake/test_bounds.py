"""What intake costs: memory by measuring a process of its own, work by counting pieces."""

import os
import subprocess
import sys
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from prism.intake import RefusedError, take_archive
from prism.intake.inflate import PIECE, inflated
from prism.policy.model import MIB, IntakePolicy
from tests.intake.zip_builder import STORE, Part, archive, deflate, extra

LIMITS = IntakePolicy()
ALLOWANCE = 64 * MIB

# Memory is what the process holds at its peak beyond what it held when everything was imported and the archive read.
MEASURE = """
import resource, sys
from pathlib import Path
from prism.intake import RefusedError, take_archive
from prism.policy.model import IntakePolicy
import pickletools, unicodedata, warnings, zlib
def held():
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) * 1024
limits = IntakePolicy()
before = held()
data = Path(sys.argv[1]).read_bytes()
try:
    take_archive(data, limits)
    outcome = ""
except RefusedError as refusal:
    outcome = refusal.findings[0].rule
print(held() - before, outcome)
"""


def _largest() -> list[Part]:
    """Files that use up the total, packed so that they just fit the body; one letter beyond the first plane each,
    which makes Python hold the decoded text at four bytes a letter."""
    noise = b"".join(f"{zlib.crc32(number.to_bytes(4)):08x}".encode() + b"#" * 8 for number in range(MIB // 8))
    text = noise[: 2 * MIB - 4] + "\U0001f600".encode()
    packed = deflate(text, 6)
    return [Part(name=f"m{number}.py".encode(), data=text, raw=packed) for number in range(8)]


def heavy() -> Iterator[tuple[str, bytes, str]]:
    """Archives within the body limit that would cost the most, with the outcome: a rule, or nothing when taken."""
    yield "all that is allowed", archive(*_largest()), ""
    yield "most files", archive(*(Part(name=f"m{n}.py".encode(), data=b"x = 1\n") for n in range(1000))), ""
    fields = b"".join(extra(0x2000 + number, b"") for number in range(16_000))
    rich = (Part(name=f"m{n}.py".encode(), central_extra=fields) for n in range(110))
    yield "extra fields", archive(*rich), "intake/malformed-record"
    long = (Part(name=b"a" * 65_000 + f"{n}.py".encode()) for n in range(60))
    yield "long names", archive(*long), "intake/long-name"
    bomb = Part(name=b"b.py", raw=deflate(bytes(100 * MIB), 9), both={"unpacked": 2 * MIB, "crc": 0})
    yield "bomb within its promise", archive(bomb), "intake/size-mismatch"
    yield "end signatures", b"PK\x05\x06" * (2 * MIB), "intake/not-a-zip"
    blocks = b"\0\0\0\xff\xff" * (7 * MIB // 5) + b"\x03\0"
    yield "empty blocks", archive(Part(name=b"b.py", raw=blocks)), ""
    lists = Part(name=b"b.txt", data=b"(" * (2 * MIB - 1) + b".", method=STORE)
    yield "opcodes", archive(lists), ""
    names = Part(name=b"b.txt", data=b"N0" * 10_000 + b"c" * (2 * MIB - 20_000), method=STORE)
    yield "import that never ends", archive(names), ""


HEAVY = {name: (data, outcome) for name, data, outcome in heavy()}


@pytest.mark.parametrize("name", HEAVY)
def test_peak_memory(name: str, tmp_path: Path) -> None:
    data, expected = HEAVY[name]
    assert len(data) <= LIMITS.archive_bytes
    (tmp_path / "archive.zip").write_bytes(data)
    done = subprocess.run(
        [sys.executable, "-c", MEASURE, str(tmp_path / "archive.zip")],
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    held, _, outcome = done.stdout.strip().partition(" ")
    assert outcome == expected
    assert int(held) <= ALLOWANCE


@pytest.mark.parametrize("size", [0, 1, PIECE - 1, PIECE, PIECE + 1, 10 * PIECE + 7])
def test_inflating_gives_everything_in_bounded_pieces(size: int) -> None:
    data = bytes(number % 251 for number in range(size))
    pieces = list(inflated(memoryview(deflate(data)), b"b.py"))
    assert b"".join(pieces) == data
    assert max(map(len, pieces), default=0) <= PIECE


def test_work_on_a_bomb_ends_one_piece_behind_its_promise() -> None:
    """The reader of the packed bytes stands where the promise was broken, far from the end of the bomb."""
    seen = 0
    for piece in inflated(memoryview(deflate(bytes(100 * MIB), 9)), b"b.py"):
        seen += len(piece)
        if seen > MIB:
            break
    assert seen <= MIB + PIECE


def test_no_more_is_unpacked_than_promised() -> None:
    packed = deflate(bytes(3 * PIECE))
    for promise in (0, 1, PIECE - 1, PIECE):
        part = Part(name=b"b.py", raw=packed, both={"unpacked": promise, "crc": 0})
        with pytest.raises(RefusedError) as refusal:
            take_archive(archive(part), LIMITS)
        assert refusal.value.findings[0].rule == "intake/size-mismatch"


def test_a_refusal_names_at_most_twenty_causes() -> None:
    parts = (Part(name=f"m{number}.so".encode(), data=b"x") for number in range(100))
    with pytest.raises(RefusedError) as refusal:
        take_archive(archive(*parts), LIMITS)
    assert len(refusal.value.findings) == 20
