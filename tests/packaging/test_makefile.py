import os
import subprocess
import sys
from pathlib import Path

from tests.packaging.conftest import ROOT, call


def test_make_lists_its_commands() -> None:
    shown = call("make", cwd=ROOT)
    for name in ("env", "demo", "test", "test-model", "lint", "bench", "docs", "image", "lock"):
        assert f"\n{name} " in f"\n{shown}"


def test_without_a_usable_python_it_says_what_is_missing(tmp_path: Path) -> None:
    old = tmp_path / "python3"
    old.write_text("#!/bin/sh\nexit 1\n", encoding="utf-8")
    old.chmod(0o755)
    asked = subprocess.run(
        ["/bin/sh", ROOT / "requirements" / "find-python.sh"],
        env={"PATH": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (asked.returncode, asked.stdout) == (1, "")
    assert asked.stderr.startswith("no usable Python found\n  where: python3, python3.13")
    assert "install Python 3.11 or newer" in asked.stderr


def test_the_python_that_is_named_is_taken(tmp_path: Path) -> None:
    named = tmp_path / "mine"
    named.symlink_to(sys.executable)
    asked = subprocess.run(
        ["/bin/sh", ROOT / "requirements" / "find-python.sh"],
        env={**os.environ, "PYTHON": str(named)},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert asked.stdout == f"{named}\n"
