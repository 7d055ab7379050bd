"""Folders of this machine: the same rules, nothing followed, nothing left out silently."""

import os
import socket
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from prism.intake import RefusedError, read_bounded, take_folder
from prism.policy.model import IntakePolicy
from prism.snapshot import Snapshot

SOURCE = b"x = 1\n"
IS_ROOT = os.geteuid() == 0
_ENVIRONMENT = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    root = tmp_path / "project"
    (root / "layers").mkdir(parents=True)
    (root / "model.py").write_bytes(SOURCE)
    (root / "layers" / "block.py").write_bytes(SOURCE)
    return root


def refusals(root: Path, **limits: object) -> set[tuple[str, str | None]]:
    with pytest.raises(RefusedError) as refusal:
        take_folder(root, msgspec.structs.replace(IntakePolicy(), **limits))
    return {(finding.rule, finding.path) for finding in refusal.value.findings}


def test_folder_is_taken(project: Path) -> None:
    (project / "empty").mkdir()
    expected = Snapshot.of({"model.py": SOURCE, "layers/block.py": SOURCE})
    assert take_folder(project, IntakePolicy()).digest == expected.digest


def test_root_may_be_named_by_a_link(project: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(project)
    assert len(take_folder(tmp_path / "link", IntakePolicy()).files) == 2


def _socket(path: Path) -> None:
    here = os.open(path.parent, os.O_RDONLY)
    with socket.socket(socket.AF_UNIX) as server:  # through the open folder: the address has room for short paths only
        server.bind(f"/proc/self/fd/{here}/{path.name}")
    os.close(here)


SPECIAL: dict[str, tuple[Callable[[Path], object], str]] = {
    "link to a file": (lambda path: path.symlink_to("/etc/hostname"), "link-entry"),
    "link to a folder": (lambda path: path.symlink_to("/etc"), "link-entry"),
    "link to nothing": (lambda path: path.symlink_to("nowhere"), "link-entry"),
    "link to itself": (lambda path: path.symlink_to(path), "link-entry"),
    "link inside the project": (lambda path: path.symlink_to("model.py"), "link-entry"),
    "FIFO": (os.mkfifo, "special-file"),
    "socket": (_socket, "special-file"),
    "set-user-id": (lambda path: os.close(os.open(path, os.O_CREAT, 0o4755)), "special-file"),
    "ELF": (lambda path: path.write_bytes(b"\x7fELF" + bytes(60)), "disguised-content"),
    "UTF-16": (lambda path: path.write_bytes("x = 1\n".encode("utf-16")), "text-encoding"),
}


@pytest.mark.parametrize("kind", SPECIAL)
def test_what_is_no_plain_source_file_is_refused(kind: str, project: Path) -> None:
    make, rule = SPECIAL[kind]
    make(project / "layers" / "b.py")
    assert refusals(project) == {(f"intake/{rule}", "layers/b.py")}


@pytest.mark.skipif(not IS_ROOT, reason="only root may make a device")
def test_device_is_refused(project: Path) -> None:
    os.mknod(project / "b.py", 0o020644, os.makedev(1, 3))
    assert refusals(project) == {("intake/special-file", "b.py")}


def test_hard_link_is_refused(project: Path, tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_bytes(b"secret\n")
    os.link(tmp_path / "secret.txt", project / "b.txt")
    assert refusals(project) == {("intake/link-entry", "b.txt")}


def test_a_name_that_is_being_exchanged_never_gives_a_file_from_elsewhere(project: Path, tmp_path: Path) -> None:
    """In a second process, by turns: an honest file, and a hard link to one outside that is gone before it is read."""
    (tmp_path / "secret.txt").write_bytes(b"secret\n")
    command = [sys.executable, "-c", EXCHANGE, str(project / "b.txt"), str(tmp_path / "secret.txt")]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as other:
        assert other.stdout
        other.stdout.readline()
        taken: Counter[bytes | None] = Counter()
        while min(taken[SOURCE], taken[None]) < 500:  # the two have really met
            taken[_taken(project)] += 1
        other.kill()
    assert set(taken) == {SOURCE, None}


EXCHANGE = """
import os, sys, time
target, secret = sys.argv[1:]
print(flush=True)
while True:
    with open(secret + ".new", "wb") as file:
        file.write(b"x = 1\\n")
    os.rename(secret + ".new", target)
    time.sleep(0.0002)
    os.link(secret, secret + ".new")
    os.rename(secret + ".new", target)
"""


def _taken(project: Path) -> bytes | None:
    try:
        return take_folder(project, IntakePolicy()).contents.get("b.txt")
    except RefusedError:
        return None


def test_leftovers_are_named_once_each(project: Path) -> None:
    for folder in (".git/objects", "layers/__pycache__", ".venv/lib"):
        (project / folder).mkdir(parents=True)
        (project / folder / "a").write_bytes(b"\0")
        (project / folder / "b").write_bytes(b"\0")
    assert refusals(project) == {
        ("intake/hidden-name", ".git"),
        ("intake/hidden-name", ".venv"),
        ("intake/tool-leftover", "layers/__pycache__"),
    }


def test_names_are_judged(project: Path) -> None:
    (project / "b\x1b[31m.py").write_bytes(SOURCE)
    (project / "Model.py").write_bytes(SOURCE)
    (project / "weights.pt").write_bytes(SOURCE)
    Path(os.fsdecode(bytes(project / "caf") + b"\xe9.py")).write_bytes(SOURCE)
    assert refusals(project) == {
        ("intake/control-character", "b\\x1b[31m.py"),
        ("intake/colliding-name", "model.py"),
        ("intake/unsupported-type", "weights.pt"),
        ("intake/name-encoding", "caf\\xe9.py"),
    }


def test_limits(project: Path) -> None:
    assert refusals(project, files=1) == {("intake/too-many-files", None)}
    assert refusals(project, total_bytes=len(SOURCE)) == {("intake/total-too-large", None)}
    both = {("intake/file-too-large", "model.py"), ("intake/file-too-large", "layers/block.py")}
    assert refusals(project, file_bytes=len(SOURCE) - 1) == both
    assert refusals(project, path_depth=1) == {("intake/deep-path", "layers/block.py")}


def test_many_folders_are_too_many(project: Path) -> None:
    for number in range(20):
        (project / f"f{number}").mkdir()
    assert refusals(project, files=10) == {("intake/too-many-files", None)}


def test_refusals_are_bounded(project: Path) -> None:
    for number in range(100):
        (project / f"f{number}.so").write_bytes(SOURCE)
    assert len(refusals(project)) == 20


def test_empty_folder_is_refused(tmp_path: Path) -> None:
    assert refusals(tmp_path) == {("intake/empty-archive", None)}


def test_macos_bookkeeping_follows_the_policy(project: Path) -> None:
    (project / ".DS_Store").write_bytes(b"\0\0\0\1Bud1")
    assert len(take_folder(project, IntakePolicy()).files) == 2
    assert refusals(project, os_metadata="reject") == {("intake/os-metadata", ".DS_Store")}


def test_wrapping_folder_is_taken_off(project: Path) -> None:
    assert {file.path for file in take_folder(project.parent, IntakePolicy()).files} == {"model.py", "layers/block.py"}


def test_package_is_no_wrapper(project: Path) -> None:
    (project / "__init__.py").write_bytes(b"")
    paths = {file.path for file in take_folder(project.parent, IntakePolicy()).files}
    assert paths == {"project/__init__.py", "project/model.py", "project/layers/block.py"}


def test_missing_root_and_file_as_root(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(SOURCE)
    assert {rule for rule, _ in refusals(tmp_path / "nothing")} == {"intake/unreadable-file"}
    assert refusals(tmp_path / "file") == {("intake/unreadable-file", "file")}


UNREADABLE = """
import os, sys
from pathlib import Path
from prism.intake import RefusedError, take_folder
from prism.policy.model import IntakePolicy
limits = IntakePolicy()
import prism.intake.content, prism.intake.tree
if os.geteuid() == 0:
    os.setgroups([]); os.setgid(65534); os.setuid(65534)
try:
    take_folder(Path("."), limits)
except RefusedError as refusal:
    print(sorted((finding.rule, finding.path) for finding in refusal.findings))
"""


def test_unreadable_files_and_folders_are_refused(project: Path) -> None:
    """In a process of its own that is not root's, because root may read everything."""
    (project / "b.py").write_bytes(SOURCE)
    (project / "b.py").chmod(0)
    (project / "closed").mkdir(mode=0)
    (project / "listed").mkdir()
    (project / "listed" / "c.py").write_bytes(SOURCE)
    (project / "listed").chmod(0o444)
    done = subprocess.run(
        [sys.executable, "-c", UNREADABLE], cwd=project, capture_output=True, text=True, check=True, env=_ENVIRONMENT
    )
    expected = [("intake/unreadable-file", path) for path in ("b.py", "closed", "listed/c.py")]
    assert done.stdout.strip() == str(expected)


class TestReadBounded:
    def test_file_within_the_limit(self, tmp_path: Path) -> None:
        (tmp_path / "a.zip").write_bytes(b"x" * 10)
        assert read_bounded(tmp_path / "a.zip", IntakePolicy(archive_bytes=10)) == b"x" * 10

    @pytest.mark.parametrize(
        ("make", "rule"),
        [
            (lambda path: path.write_bytes(b"x" * 11), "archive-too-large"),
            (lambda path: path.symlink_to("/etc/hostname"), "link-entry"),
            (os.mkfifo, "special-file"),
            (Path.mkdir, "special-file"),
            (lambda _: None, "unreadable-file"),
        ],
        ids=["too large", "link", "FIFO", "folder", "missing"],
    )
    def test_anything_else_is_refused(self, make: Callable[[Path], object], rule: str, tmp_path: Path) -> None:
        make(tmp_path / "a.zip")
        with pytest.raises(RefusedError) as refusal:
            read_bounded(tmp_path / "a.zip", IntakePolicy(archive_bytes=10))
        (finding,) = refusal.value.findings
        assert finding.rule == f"intake/{rule}"
        assert str(tmp_path) not in finding.message

    def test_endless_device_is_not_read(self) -> None:
        with pytest.raises(RefusedError) as refusal:
            read_bounded(Path("/dev/zero"), IntakePolicy())
        assert refusal.value.findings[0].rule == "intake/special-file"
