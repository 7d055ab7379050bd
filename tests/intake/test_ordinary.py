"""What ordinary tools write is taken, and gives the same snapshot whichever tool wrote it."""

import io
import os
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest

from prism.intake import RefusedError, take_archive, take_folder
from prism.policy.model import IntakePolicy
from prism.snapshot import Snapshot
from tests.intake.ordinary_corpus import PROJECT, ordinary

LIMITS = IntakePolicy()
EXPECTED = Snapshot.of(PROJECT).digest
ORDINARY = dict(ordinary())

TOOLS: dict[str, str] = {
    "zip -r OUT .": "zip",
    "zip -r -X -9 OUT .": "zip",
    "zip -r -0 OUT model.py layers notes LICENSE": "zip",
    "zip -r -fz OUT .": "zip",
    "zip -r - . | cat > OUT": "zip",
    "7z a -tzip OUT .": "7z",
    "7z a -tzip -mx=9 OUT model.py layers notes LICENSE": "7z",
    "7z a -tzip -mm=Copy OUT .": "7z",
    "bsdtar --format zip -cf OUT .": "bsdtar",
    "bsdtar --format zip -cf OUT model.py layers notes LICENSE": "bsdtar",
    "bsdtar --format zip --options zip:compression=store -cf OUT .": "bsdtar",
    "jar cf OUT .": "jar",
    "jar cMf OUT .": "jar",
    "jar c0Mf OUT .": "jar",
    "jar cM . > OUT": "jar",
    "git archive -o OUT HEAD": "git",
    "git archive --prefix=project/ -o OUT HEAD": "git",
    "git archive -0 --format zip HEAD > OUT": "git",
}


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("ordinary") / "project"
    for path, data in PROJECT.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(data)
    return root


@pytest.fixture(scope="module")
def repository(project: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("repository") / "clone"
    shutil.copytree(project, root)
    identity = "-c user.name=a -c user.email=a@example.org -c core.autocrlf=false"
    _shell(f"git init -q . && git add -A && git {identity} commit -q -m first", root)
    return root


@pytest.mark.parametrize("data", ORDINARY.values(), ids=ORDINARY)
def test_form_of_an_ordinary_tool_is_taken(data: bytes) -> None:
    assert take_archive(data, LIMITS).digest == EXPECTED


@pytest.mark.parametrize("data", ORDINARY.values(), ids=ORDINARY)
def test_form_is_a_real_one(data: bytes) -> None:
    """Python's reader finds the same contents, so the forms above are archives and not merely what is accepted here."""
    with zipfile.ZipFile(io.BytesIO(data)) as readable:
        contents = {readable.read(info) for info in readable.infolist() if not info.is_dir()}
    assert contents >= set(PROJECT.values())


@pytest.mark.parametrize("command", TOOLS)
def test_real_tool(command: str, project: Path, repository: Path, tmp_path: Path) -> None:
    _require(TOOLS[command])
    target = tmp_path / "out.zip"
    _shell(command.replace("OUT", str(target)), repository if TOOLS[command] == "git" else project)
    assert take_archive(target.read_bytes(), LIMITS).digest == EXPECTED


def test_bsdtar_to_a_pipe_is_told_how_to_do_without_padding(project: Path, tmp_path: Path) -> None:
    _require("bsdtar")
    target = tmp_path / "out.zip"
    _shell(f"bsdtar --format zip -cf - . | cat > {target}", project)
    with pytest.raises(RefusedError) as refusal:
        take_archive(target.read_bytes(), LIMITS)
    (finding,) = refusal.value.findings
    assert finding.rule == "intake/unaccounted-bytes"
    assert "-f" in finding.remedy


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
@pytest.mark.parametrize("is_zip64", [False, True])
@pytest.mark.parametrize("is_streamed", [False, True])
def test_python(method: int, *, is_zip64: bool, is_streamed: bool) -> None:
    buffer = _Pipe() if is_streamed else io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as target:
        target.mkdir("layers")
        for path, data in PROJECT.items():
            with target.open(path, "w", force_zip64=is_zip64) as file:
                file.write(data)
    assert take_archive(buffer.getvalue(), LIMITS).digest == EXPECTED


def test_python_make_archive(project: Path, tmp_path: Path) -> None:
    made = shutil.make_archive(str(tmp_path / "out"), "zip", project)
    assert take_archive(Path(made).read_bytes(), LIMITS).digest == EXPECTED


def test_folder_gives_the_snapshot_that_its_archive_gives(project: Path) -> None:
    assert take_folder(project, LIMITS).digest == EXPECTED


class _Pipe(io.BytesIO):
    """A target that cannot seek, so that what writes to it streams."""

    def seekable(self) -> bool:
        return False

    def seek(self, *_: int) -> int:
        raise io.UnsupportedOperation("seek")

    def tell(self) -> int:
        raise io.UnsupportedOperation("tell")


def _require(tool: str) -> None:
    if shutil.which(tool):
        return
    if "archive-tools" in os.environ.get("PRISM_TEST_REQUIRE", ""):
        pytest.fail(f"{tool} is not installed, and this run requires it")
    pytest.skip(f"{tool} is not installed")


def _shell(command: str, folder: Path) -> None:
    environment = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "HOME": str(folder)}
    done = subprocess.run(
        ["sh", "-c", command], cwd=folder, env=environment, capture_output=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stderr.decode()
