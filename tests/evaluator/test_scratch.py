"""The scratch folder holds what was unpacked, and after a wipe nothing, whatever was made of it."""

import os
import stat
import struct
from pathlib import Path

import pytest

from prism.evaluator import scratch
from prism.evaluator.fault import Fault, FaultError
from prism.evaluator.job import JobError


def test_files_are_unpacked_under_the_project_folder(tmp_path: Path) -> None:
    scratch.unpack({"model.py": b"1", "parts/deep/block.py": b"2"}, {}, tmp_path)

    assert (tmp_path / "project/parts/deep/block.py").read_bytes() == b"2"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["checkpoint", "project", "tmp"]
    assert not any(path.stat().st_mode & 0o222 for path in (tmp_path / "project", *(tmp_path / "project").rglob("*")))

    scratch.wipe(tmp_path)

    assert list(tmp_path.iterdir()) == []


def test_a_project_that_does_not_fit_is_not_the_evaluators_crash(tmp_path: Path) -> None:
    with pytest.raises(JobError, match="does not fit"):
        scratch.unpack({"n" * 300: b""}, {}, tmp_path)


def test_a_checkpoint_that_does_not_fit_is_the_projects_own_doing(tmp_path: Path) -> None:
    with pytest.raises(FaultError) as caught:
        scratch.unpack({"model.py": b""}, {"n" * 300: b""}, tmp_path)

    assert (caught.value.fault, caught.value.limit) == (Fault.CHECKPOINT_LIMIT, "scratch_bytes")


def test_a_nesting_deeper_than_any_path_or_recursion_is_wiped(tmp_path: Path) -> None:
    folder = os.open(tmp_path, os.O_RDONLY)
    for _ in range(3000):
        os.mkdir("down", dir_fd=folder)
        below = os.open("down", os.O_RDONLY, dir_fd=folder)
        os.close(folder)
        folder = below
    os.close(folder)

    scratch.wipe(tmp_path)

    assert list(tmp_path.iterdir()) == []


def test_links_pipes_and_locked_folders_are_wiped_and_what_links_point_at_stays(tmp_path: Path) -> None:
    outside, inside = tmp_path / "outside", tmp_path / "inside"
    outside.mkdir()
    (outside / "kept").write_text("kept")
    locked = inside / "locked" / "more"
    locked.mkdir(parents=True)
    (locked / "file").write_text("x")
    (inside / "link").symlink_to(outside)
    (inside / "loop").symlink_to("loop")
    os.mkfifo(inside / "locked" / "pipe")
    locked.chmod(0)
    (inside / "locked").chmod(0)

    scratch.wipe(inside)

    assert list(inside.iterdir()) == []
    assert (outside / "kept").read_text() == "kept"


def test_a_folder_with_room_has_no_limit_used_up(tmp_path: Path) -> None:
    assert scratch.full(tmp_path) == ()


def test_what_was_left_on_the_folder_itself_is_taken_away_too(tmp_path: Path) -> None:
    folder = tmp_path / "scratch"
    folder.mkdir()
    os.utime(folder, (10**9, 123_456))
    nobody = struct.pack("<IHHIHHIHHI", 2, 1, 0, 2**32 - 1, 4, 0, 2**32 - 1, 32, 0, 2**32 - 1)
    for name, value in (("system.posix_acl_default", nobody), ("user.carried", b"weights")):
        os.setxattr(folder, name, value)
    folder.chmod(0)

    scratch.wipe(folder)

    assert os.listxattr(folder) == []
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert (folder.stat().st_mtime, folder.stat().st_atime) == (0, 0)
    scratch.unpack({"model.py": b"1"}, {}, folder)
