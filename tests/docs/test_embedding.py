"""Every Python example of the page about embedding runs as it stands there."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "how-to" / "embed.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```python\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
SCRIPTS = [block for block in BLOCKS if "\napp = " not in block]


@pytest.mark.parametrize("number", range(len(SCRIPTS)))
def test_the_example_runs(number: int) -> None:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", SCRIPTS[number]],
        cwd=ROOT / "examples",
        env={**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout


def test_there_are_examples_of_both_kinds() -> None:
    """What is mounted is tried in ``tests/test_asgi.py``."""
    assert (len(SCRIPTS), len(BLOCKS)) == (5, 6)
