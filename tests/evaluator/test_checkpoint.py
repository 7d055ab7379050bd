"""A checkpoint is plain files inside its folder; whatever else a project leaves is refused without being followed."""

import os
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from prism.evaluator import scratch
from prism.evaluator.checkpoint import MAX_ENTRIES, saved_files
from prism.evaluator.fault import Fault, FaultError

PROJECT = {"model.py": b"1", "parts/deep/block.py": b"2"}


@pytest.fixture
def unpacked(tmp_path: Path) -> Path:
    folder = tmp_path / "scratch"
    folder.mkdir()
    scratch.unpack(PROJECT, {}, folder)
    return folder


def fault_of(folder: Path, *, limit: int = 1000) -> tuple[Fault, str, str]:
    with pytest.raises(FaultError) as caught:
        saved_files(folder, PROJECT, limit=limit)
    return caught.value.fault, caught.value.detail, caught.value.limit


def test_what_was_saved_is_there_again_in_the_next_life(unpacked: Path, tmp_path: Path) -> None:
    files = {"weights.pt": b"\x00w", "parts/more/head.pt": b"", "..odd name": b"x"}
    for path, data in files.items():
        (unpacked / "checkpoint" / path).parent.mkdir(parents=True, exist_ok=True)
        (unpacked / "checkpoint" / path).write_bytes(data)
    (unpacked / "tmp" / "of no interest").write_bytes(b"x")

    saved = saved_files(unpacked, PROJECT, limit=3)

    assert saved == files
    (tmp_path / "next").mkdir()
    scratch.unpack(PROJECT, saved, tmp_path / "next")
    assert saved_files(tmp_path / "next", PROJECT, limit=3) == files


def test_nothing_saved_is_an_empty_checkpoint(unpacked: Path) -> None:
    assert saved_files(unpacked, PROJECT, limit=0) == {}


def listening(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(os.path.relpath(path))


@pytest.mark.parametrize(
    ("place", "leave"),
    [
        ("checkpoint/link", lambda path: path.symlink_to("/etc/passwd")),
        ("checkpoint/folder", lambda path: path.symlink_to("/etc")),
        ("checkpoint/pipe", os.mkfifo),
        ("checkpoint/socket", listening),
        ("checkpoint/second-name", lambda path: path.hardlink_to(path.parents[1] / "project/model.py")),
        ("project/weights.pt", Path.touch),
        ("project/parts/deep/folder", Path.mkdir),
        ("beside", Path.touch),
        ("project/\udcff\x1b[2J", Path.touch),
    ],
)
def test_links_and_pipes_and_what_lies_elsewhere_are_no_checkpoint(
    place: str, leave: Callable[[Path], None], unpacked: Path
) -> None:
    leave(unpacked / place)

    fault, detail, _ = fault_of(unpacked)

    assert fault is Fault.BAD_CHECKPOINT
    assert detail.isascii()
    assert detail.isprintable()


@pytest.mark.parametrize("instead", [lambda path: path.symlink_to("/etc"), os.mkfifo, Path.touch, None])
def test_something_else_in_the_folders_place_is_no_checkpoint(
    instead: Callable[[Path], None] | None, unpacked: Path
) -> None:
    (unpacked / "checkpoint").rmdir()
    if instead:
        instead(unpacked / "checkpoint")

    assert fault_of(unpacked)[0] is Fault.BAD_CHECKPOINT


def test_files_are_counted_together_and_by_the_size_that_they_claim(unpacked: Path) -> None:
    for name in "ab":
        with (unpacked / "checkpoint" / name).open("wb") as file:
            file.truncate(501)

    assert fault_of(unpacked, limit=1001) == (
        Fault.CHECKPOINT_LIMIT,
        "the files have more than 1001 bytes",
        "checkpoint_bytes",
    )
    assert len(saved_files(unpacked, PROJECT, limit=1002)) == 2


@pytest.mark.parametrize("is_deep", [True, False])
def test_many_entries_and_deep_ones_are_refused_before_they_are_walked(is_deep: bool, unpacked: Path) -> None:
    folder = unpacked / "checkpoint"
    for number in range(MAX_ENTRIES + 1):
        entry = folder / str(number)
        entry.mkdir()
        folder = entry if is_deep else folder

    assert fault_of(unpacked)[1] == f"there are more than {MAX_ENTRIES} files and folders"
