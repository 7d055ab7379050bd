"""Who else gets at a file with a secret: by its rights, its owner, a link or a folder on the way."""

import os
from pathlib import Path

import pytest

from prism.service.secret_files import exposures


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    folder = tmp_path / "secrets"
    folder.mkdir(mode=0o700)
    file = folder / "token"
    file.write_text("x")
    file.chmod(0o600)
    return file


def ways(file: Path) -> list[bool]:
    return [each.is_readable for each in exposures(file)]


@pytest.mark.parametrize(
    ("mode", "found"), [(0o600, []), (0o400, []), (0o604, [True]), (0o640, [True]), (0o620, [True]), (0o666, [True])]
)
def test_rights_of_others_are_named(secret: Path, mode: int, found: list[bool]) -> None:
    secret.chmod(mode)
    assert ways(secret) == found


def test_a_link_is_no_way_around(secret: Path, tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(secret)
    assert ways(link) == []
    secret.chmod(0o644)
    assert ways(link) == [True]
    secret.chmod(0o600)
    secret.parent.chmod(0o777)
    assert ways(link) == [False]
    secret.parent.chmod(0o1777)
    assert ways(link) == []


def test_a_link_in_an_open_folder_can_be_replaced(secret: Path, tmp_path: Path) -> None:
    open_folder = tmp_path / "open"
    open_folder.mkdir()
    open_folder.chmod(0o777)
    (open_folder / "link").symlink_to(secret)
    assert ways(open_folder / "link") == [False]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
def test_what_is_another_users_is_named(secret: Path, tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(secret)
    os.chown(link, 65_534, 65_534, follow_symlinks=False)
    assert ways(link) == [False]
    os.chown(secret, 65_534, 65_534)
    secret.chmod(0o440)
    assert ways(secret) == [False]


def test_what_is_not_there_exposes_nothing(tmp_path: Path) -> None:
    circle = tmp_path / "circle"
    circle.symlink_to(circle)
    assert (ways(tmp_path / "absent"), ways(circle)) == ([], [])
