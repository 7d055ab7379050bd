import os
import stat
from pathlib import Path

import pytest

from prism.cli.output_file import require_writable, write_whole
from prism.errors import UsageError


def test_a_file_is_replaced_as_a_whole(tmp_path: Path) -> None:
    target = tmp_path / "report"
    target.write_text("older and longer", encoding="utf-8")
    write_whole(target, "new ñ\n")
    assert target.read_text(encoding="utf-8") == "new ñ\n"
    assert [each.name for each in tmp_path.iterdir()] == ["report"]


def test_a_file_has_the_usual_permissions(tmp_path: Path) -> None:
    usual = os.umask(0o027)
    try:
        write_whole(tmp_path / "report", "text")
    finally:
        os.umask(usual)
    assert stat.S_IMODE((tmp_path / "report").stat().st_mode) == 0o640


def test_a_link_is_replaced_and_not_followed(tmp_path: Path) -> None:
    (tmp_path / "other").write_text("precious", encoding="utf-8")
    (tmp_path / "report").symlink_to("other")
    write_whole(tmp_path / "report", "text")
    assert (tmp_path / "other").read_text(encoding="utf-8") == "precious"
    assert not (tmp_path / "report").is_symlink()


def test_what_cannot_be_written_leaves_the_old_file_and_no_draft(tmp_path: Path) -> None:
    target = tmp_path / "report"
    target.write_text("old", encoding="utf-8")
    with pytest.raises(UnicodeEncodeError):
        write_whole(target, "half \ud800")
    assert target.read_text(encoding="utf-8") == "old"
    assert [each.name for each in tmp_path.iterdir()] == ["report"]


@pytest.mark.parametrize("name", ["x" * 300, "a/b", "."])
def test_an_impossible_name_is_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        write_whole(tmp_path / name, "text")
    assert list(tmp_path.iterdir()) == []


def test_stdout_is_always_writable() -> None:
    require_writable(None)
