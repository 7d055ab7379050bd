"""One project, one archive: byte for byte the same wherever it lies, and intake takes it as that project."""

import hashlib
import io
import os
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from prism.intake import RefusedError, take_archive, take_folder
from prism.packing import pack
from prism.policy.model import IntakePolicy

LIMITS = IntakePolicy()
NAMES = st.text("abcdefghij_ÄéЖ", min_size=1, max_size=8)
PATHS = st.lists(NAMES, min_size=1, max_size=3).map(lambda parts: "/".join(parts) + ".py")


def folder(root: Path, files: dict[str, bytes]) -> Path:
    for path, data in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(data)
    return root


def noise(size: int) -> bytes:
    return hashlib.shake_256(b"noise").hexdigest(size // 2).encode()


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(files=st.dictionaries(PATHS, st.text(max_size=200).map(str.encode), min_size=1, max_size=6))
def test_the_archive_is_the_same_whatever_the_order_the_times_and_the_modes(
    files: dict[str, bytes], tmp_path_factory: pytest.TempPathFactory
) -> None:
    try:
        first = pack(folder(tmp_path_factory.mktemp("first"), files), LIMITS)
    except RefusedError:  # such as two names that differ in nothing but their form
        return
    other = folder(tmp_path_factory.mktemp("other"), dict(reversed(files.items())))
    for number, file in enumerate(sorted(other.rglob("*.py"))):
        os.utime(file, (number, 10**9 - number))
        file.chmod(0o640)
    again = pack(other, LIMITS)

    assert again.archive == first.archive
    assert take_archive(first.archive, LIMITS).digest == take_folder(other, LIMITS).digest == first.digest


def test_the_bytes_are_these(tmp_path: Path) -> None:
    """Whoever changes how archives are written sees it here: a published hash would no longer be met."""
    packed = pack(folder(tmp_path, {"model.py": b"x = 1\n", "net/ä.py": b"y = 2\n"}), LIMITS)

    assert packed.sha256 == "72e18f94f752b366f3f5359a2511466dee4c37ebc6f0ae2006e30f3149f42b6d"
    assert zipfile.ZipFile(io.BytesIO(packed.archive)).namelist() == ["model.py", "net/ä.py"]


def test_what_no_archive_may_hold_is_left_out_and_named(tmp_path: Path) -> None:
    litter = (".git/config", ".env", "net/.cache/x.py", "__pycache__/model.pyc", "venv/lib/a.py", "__MACOSX/._model.py")
    root = folder(tmp_path, {"model.py": b"x = 1\n", **dict.fromkeys(litter, b"secret")})
    packed = pack(root, LIMITS)

    assert packed.left_out == (".env", ".git", "__MACOSX", "__pycache__", "net/.cache", "venv")
    assert packed.files == 1
    assert b"secret" not in packed.archive


def test_what_is_excluded_is_left_out_by_path_and_by_name(tmp_path: Path) -> None:
    root = folder(tmp_path, {"model.py": b"", "notes/a.md": b"", "notes/b.md": b"", "net/weights.bin": b""})

    packed = pack(root, LIMITS, exclude=["notes/a.md", "*.bin"])

    assert packed.left_out == ("net/weights.bin", "notes/a.md")
    assert zipfile.ZipFile(io.BytesIO(packed.archive)).namelist() == ["model.py", "notes/b.md"]


def test_a_folder_that_holds_nothing_but_a_folder_stays_the_same_project(tmp_path: Path) -> None:
    root = folder(tmp_path, {"outer/inner/model.py": b"x = 1\n"})
    packed = pack(root, LIMITS)

    assert take_archive(packed.archive, LIMITS).digest == take_folder(root, LIMITS).digest


def test_what_does_not_fit_as_it_is_is_compressed(tmp_path: Path) -> None:
    limits = IntakePolicy(archive_bytes=50_000)
    packed = pack(
        folder(tmp_path, {"model.py": b"x = 1\n", "notes.md": noise(80_000)}),
        limits,
    )

    assert len(packed.archive) < limits.archive_bytes
    assert take_archive(packed.archive, limits).digest == packed.digest


@pytest.mark.parametrize("make", ["link", "binary", "empty", "surplus"])
def test_what_intake_refuses_is_not_packed(make: str, tmp_path: Path) -> None:
    root = tmp_path / "project"
    root.mkdir()
    if make == "link":
        (root / "model.py").symlink_to("/etc/hostname")
    elif make != "empty":
        folder(root, {"model.py": b"\x7fELF" if make == "binary" else noise(40_000)})
    with pytest.raises(RefusedError):
        pack(root, IntakePolicy(archive_bytes=1_000))
