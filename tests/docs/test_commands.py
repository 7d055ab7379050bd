"""Every command that the documentation shows is run and prints what the documentation says."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.docs.blocks import ROOT, Block, blocks, matches

NOT_RUN_HERE = {
    "make demo": "tests/packaging/test_demo.py runs what it runs, without making an environment inside an environment",
    "make test": "it is what runs this test",
}


def runnable() -> list[Block]:
    return [block for block in blocks() if any(command.line not in NOT_RUN_HERE for command in block.commands)]


@pytest.mark.parametrize("block", runnable(), ids=lambda block: block.place)
def test_the_documented_commands_work(block: Block, tmp_path: Path) -> None:
    work = tmp_path / "examples"
    shutil.copytree(ROOT / "examples", work)
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    code = 0
    for position, command in enumerate(block.commands):
        if command.line == "echo $?":
            assert command.output == (str(code),)
            continue
        done = subprocess.run(
            ["sh", "-c", command.line],
            cwd=work,
            env=environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        code = done.returncode
        following = block.commands[position + 1].line if position + 1 < len(block.commands) else ""
        assert code == 0 or following == "echo $?", f"{command.line}: exit code {code}\n{done.stderr}"
        assert matches(command.output, done.stdout), f"{command.line} printed:\n{done.stdout}"


def test_every_exception_is_still_documented() -> None:
    shown = {command.line for block in blocks() for command in block.commands}
    assert NOT_RUN_HERE.keys() <= shown


def test_there_are_blocks_and_each_has_commands() -> None:
    found = list(blocks())
    assert len(found) >= 5
    assert all(block.commands for block in found)
