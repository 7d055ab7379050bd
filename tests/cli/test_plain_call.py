"""A call that is read without Typer means what Typer makes of it, and every other call is left to Typer."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import typer
from hypothesis import given
from hypothesis import strategies as st
from typer.main import get_command

from prism.cli.plain_call import ReviewCall, plain_review
from prism.cli.root import own_app

NAMES = ("a.zip", "b", "strict", "json", "out.txt", "review", "-", "", "required", "off")
OPTIONS = ("--policy", "-p", "--policy=strict", "-pstrict", "--format", "-f", "--output", "-o", "--explain", "--exp")
WORDS = st.sampled_from((*NAMES, *OPTIONS, "--llm", "--help", "--", "-x"))


def by_typer(words: list[str]) -> ReviewCall:
    """What Typer makes of the words after ``review``."""
    command: Any = get_command(own_app())
    given = command.commands["review"].make_context("review", list(words)).params
    output = None if given["output"] is None else str(given["output"])
    paths = [str(path) for path in given["paths"]]
    llm = "" if given["llm"] is None else str(given["llm"])
    return ReviewCall(paths, given["policy"], given["report_format"], output, explain=given["explain"], llm=llm)


@given(st.lists(WORDS, max_size=6))
def test_a_plain_call_means_the_same_to_typer(words: list[str]) -> None:
    call = plain_review(["review", *words])
    if call is not None:
        assert call == by_typer(words)


@pytest.mark.parametrize(
    "words",
    [
        ["review"],
        ["review", "--help"],
        ["review", "a", "--policy"],
        ["review", "a", "--policy", "--explain"],
        ["review", "a", "-p", "x", "-p", "y"],
        ["review", "a", "--"],
        ["review", "a", "--llm", "sometimes"],
        ["review", ""],
        ["run", "a"],
        ["--version"],
        [],
    ],
)
def test_what_is_odd_is_left_to_typer(words: list[str]) -> None:
    assert plain_review(words) is None


def test_all_options_may_stand_anywhere() -> None:
    words = ["review", "--explain", "a", "-p", "strict", "b", "--format", "json", "-o", "x", "--llm", "off", "c"]
    assert plain_review(words) == ReviewCall(["a", "b", "c"], "strict", "json", "x", explain=True, llm="off")


def test_a_plain_call_imports_neither_typer_nor_the_validator(honest: Path) -> None:
    probe = (
        "import sys; from prism.cli.app import run; code = run(['review', sys.argv[1]])\n"
        "print(code, sorted({'typer', 'pydantic', 'jsonschema', 'rich', 'importlib.metadata'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", probe, str(honest)], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "0 []"


def test_typer_is_what_reads_the_other_calls() -> None:
    with pytest.raises(typer.TyperException):
        by_typer([])
