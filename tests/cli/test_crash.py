import os
import subprocess
import sys
from pathlib import Path

import pytest

from prism.cli.crash import report_crash
from prism.crash import crash_id

# A plugin is code that PRISM trusts to run, so one that tears a core function out is a bug of ours to survive.
SABOTAGE = """\
import prism
from prism.cli import plugins

def fail(entry):
    raise RuntimeError("secret \\x1b[31m" + __file__)

plugins._entry_text = fail
"""


def boom(text: str) -> Exception:
    def fail() -> None:
        raise ValueError(text)

    try:
        fail()
    except ValueError as error:
        return error
    raise AssertionError


def test_a_bug_is_an_id_and_not_a_traceback(capsys: pytest.CaptureFixture[str]) -> None:
    assert report_crash(boom("/secret/path")) == 70
    shown = capsys.readouterr()
    assert shown.out == ""
    assert shown.err.splitlines()[0].startswith("internal: internal error ")
    assert "secret" not in shown.err
    assert "Traceback" not in shown.err


def test_the_same_bug_has_the_same_id_whatever_its_text() -> None:
    assert crash_id(boom("one")) == crash_id(boom("other"))


def test_the_traceback_is_there_for_whoever_asks(tmp_path: Path) -> None:
    (tmp_path / "sabotage.py").write_text(SABOTAGE, encoding="utf-8")
    (tmp_path / "policy.yaml").write_text(
        "policy: 1\nname: sabotaged\nplugins:\n  sabotage:\n    from: ./sabotage.py\n", encoding="utf-8"
    )

    def listed(**environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "prism", "plugins", "list", "--policy", str(tmp_path / "policy.yaml")],
            env={**os.environ, **environment},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    quiet, loud = listed(), listed(PRISM_DEBUG="1")
    assert (quiet.returncode, quiet.stdout) == (70, "")
    assert "secret" not in quiet.stderr
    assert "RuntimeError: secret \\x1b[31m" in loud.stderr
    assert quiet.stderr.splitlines()[0] == loud.stderr.splitlines()[0]


@pytest.mark.parametrize(
    ("arguments", "module", "extra"),
    [
        (["serve", "--check"], "fastapi", "service"),
        (["review", ".", "--store", "postgresql://127.0.0.1:1/prism"], "psycopg", "postgres"),
    ],
)
def test_what_a_plain_installation_does_without_is_no_bug(
    arguments: list[str], module: str, extra: str, tmp_path: Path
) -> None:
    (tmp_path / "model.py").write_text("x = 1\n", encoding="utf-8")
    # Python takes None there for a module that is not installed.
    start = f"import sys; sys.modules[{module!r}] = None; from prism.cli.app import run; sys.exit(run(sys.argv[1:]))"
    done = subprocess.run(
        [sys.executable, "-c", start, *arguments],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"usage: {module} is not installed\n")
    assert f"pip install 'prism-gate[{extra}]'" in done.stderr
