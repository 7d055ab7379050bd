"""The tutorial, word for word, by somebody who has nothing but Python and a clone."""

import os
import re
import subprocess
import sys
from pathlib import Path

from tests.docs.blocks import ROOT, matches

PAGE = ROOT / "docs" / "tutorial" / "index.md"
BLOCK = re.compile(r"^```console\n(.*?)^```", re.MULTILINE | re.DOTALL)
ENDED = re.compile(r"=-=-=-=-= (\d+) (\d+)\n")


def commands() -> list[tuple[str, tuple[str, ...]]]:
    """Each command, with the lines of what it reads itself, and the output shown below it."""
    found = []
    for block in BLOCK.findall(PAGE.read_text(encoding="utf-8")):
        for part in re.split(r"(?m)^\$ ", block)[1:]:
            line, *rest = part.rstrip("\n").split("\n")
            size = rest.index("END") + 1 if line.endswith("<<'END'") else 0
            found.append(("\n".join([line, *rest[:size]]), tuple(rest[size:])))
    return found


def test_the_tutorial_works_as_it_is_written(tmp_path: Path) -> None:
    (tmp_path / "prism").symlink_to(ROOT)
    home = tmp_path / "home"
    home.mkdir()
    script = "".join(
        f"{command}\n__code=$?; printf '\\n=-=-=-=-= {number} %s\\n' $__code; (exit $__code)\n"
        for number, (command, _) in enumerate(commands())
    )
    variables = {name: value for name, value in os.environ.items() if name.startswith(("PIP_", "UV_"))}
    path = os.pathsep.join([str(Path(sys.base_prefix) / "bin"), "/usr/bin", "/bin"])
    done = subprocess.run(
        ["bash", "-c", script],
        cwd=tmp_path,
        env={**variables, "PATH": path, "HOME": str(home), "LC_ALL": "C.UTF-8"},
        capture_output=True,
        text=True,
        timeout=400,
        check=False,
    )
    printed = ENDED.split(done.stdout)[:-1]
    assert len(printed) == 3 * len(commands()), done.stdout + done.stderr
    following = [command for command, _ in commands()[1:]] + [""]
    for (command, shown), text, code, after in zip(commands(), printed[0::3], printed[2::3], following, strict=True):
        assert matches(shown, text.removesuffix("\n")), f"{command} printed:\n{text}\n{done.stderr}"
        assert code == "0" or after == "echo $?", f"{command} ended with {code}\n{done.stderr}"


def test_it_teaches_something() -> None:
    assert len(commands()) > 15
