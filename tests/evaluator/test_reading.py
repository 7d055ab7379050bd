"""What is read of code: operations, whatever they are called and wherever they stand; and nothing stops a reader."""

import sys
from itertools import combinations
from pathlib import Path

import pytest

from prism.evaluator.frames import Message
from prism.evaluator.likeness import code_scores
from prism.evaluator.reading import Unit, answer, request, units_of
from prism.evaluator.statements import checked_units

CORPORA = Path(__file__).parents[1] / "corpora"
HONEST = CORPORA / "safety" / "honest"


def grams(source: str, *own: str) -> set[int]:
    return {gram for unit in units_of(source.encode(), frozenset(own)) for gram in unit.grams}


def read(files: dict[str, bytes]) -> tuple[Unit, ...]:
    units, unread = checked_units(answer(request(files)), [path for path in files if path.endswith(".py")])
    assert unread == ()
    return units


ORIGINAL = """
import torch
from torch.nn import functional as F

def attend(query, key, value):
    scores = torch.matmul(query, key.transpose(-2, -1)) / query.shape[-1] ** 0.5
    weights = F.softmax(scores.masked_fill(scores == 0, -1e9), dim=-1)
    return torch.matmul(weights, value)
"""
RENAMED = '''
"""Documented, annotated, commented."""
import torch as library
import torch.nn.functional as ops

def f(a: "x", b: int, c: float = None) -> "y":
    """Another one."""
    d: float = library.matmul(a, b.transpose(-2, -1)) / a.shape[-1] ** 0.5  # a comment
    e = ops.softmax(d.masked_fill(d == 0, -1e9), dim=-1)
    return library.matmul(e, c)
'''


def test_names_layout_comments_and_annotations_leave_no_trace() -> None:
    assert grams(ORIGINAL)
    assert grams(RENAMED) >= grams(ORIGINAL)
    assert len(grams(RENAMED)) <= len(grams(ORIGINAL)) + 1  # the default value


def test_the_order_of_definitions_and_statements_leaves_no_trace() -> None:
    lines = ["  a = t.sin(t.cos(x))", "  b = t.exp(t.log(x))"]
    end = "  return t.add(a, b, alpha=2)\n"
    one, other = ("\n".join(["import torch as t", "def f(x):", *order, end]) for order in (lines, lines[::-1]))

    assert grams(one) == grams(other)
    assert grams(f"{one}\n{RENAMED}") == grams(f"{RENAMED}\n{other}")


def test_what_is_computed_leaves_one() -> None:
    assert not grams(ORIGINAL.replace("softmax", "sigmoid")) >= grams(ORIGINAL)
    assert not grams(ORIGINAL.replace("transpose", "reshape")) >= grams(ORIGINAL)


def test_a_module_of_the_project_is_no_library() -> None:
    source = "import layers\ndef f(x):\n  return layers.first(layers.second(x), layers.third(x))\n"

    assert grams(source, "layers") == grams(source.replace("layers", "parts"), "parts")
    assert grams(source, "layers") != grams(source)


def test_each_definition_has_its_lines() -> None:
    units = read({"model.py": ORIGINAL.encode(), "README.md": b"not code"})

    assert [(unit.path, unit.lines) for unit in units] == [("model.py", (5, 8))]


@pytest.mark.parametrize(
    "source",
    [
        b"def f(:",
        b"\x00",
        b"# -*- coding: no-such-codec -*-\n",
        b"x = '\xff'",
        b"(" * 500 + b")" * 500,
        b"x = " + b"-" * 100_000 + b"1",
        b"f(" * 90 + b"1" + b")" * 90,
        b"\n".join(b" " * depth + b"if x:" for depth in range(200)),
        b"x" + b".a" * 5_000,
    ],
)
def test_what_cannot_be_read_is_named_and_stops_nothing(source: bytes) -> None:
    paths = ["bad.py", "good.py"]
    units, unread = checked_units(answer(request({"bad.py": source, "good.py": ORIGINAL.encode()})), paths)

    assert {unit.path for unit in units} >= {"good.py"}
    assert unread in {(), ("bad.py",)}


def test_more_than_is_compared_is_not_read() -> None:
    message = request({"much.py": ORIGINAL.encode(), "more.py": b"import m\nx = m.a(m.b(), m.c())\n"})
    units, unread = checked_units(answer(message, most=5), ["much.py", "more.py"])

    assert unread == ("much.py",)
    assert {unit.path for unit in units} == {"more.py"}


def test_parsing_imports_nothing(tmp_path: Path) -> None:
    before = set(sys.modules)
    assert read({"model.py": b"import antigravity, this\nfrom turtle import *\nantigravity.fly(this.s, this.d)\n"})
    assert set(sys.modules) - before <= {"ast"}


def test_honest_projects_are_far_below_and_copies_far_above_what_holds_a_pair() -> None:
    projects = [folder for kind in HONEST.iterdir() if kind.is_dir() for folder in kind.iterdir() if folder.is_dir()]
    read_ones = [units for folder in projects if (units := read_folder(folder))]
    scores = sorted(max(code_scores(one, other).values(), default=0.0) for one, other in combinations(read_ones, 2))
    copy = code_scores(read_folder(CORPORA / "pairs" / "original"), read_folder(CORPORA / "pairs" / "reordered"))

    assert len(scores) > 10_000
    assert scores[int(len(scores) * 0.999)] < 0.4
    assert min(copy.values()) > 0.75


def read_folder(folder: Path) -> tuple[Unit, ...]:
    return read({path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*.py"))})


def test_a_request_holds_python_files_only() -> None:
    message = request({"a.py": b"1", "b.txt": b"2", "c/d.py": b"345"})

    assert message == Message(header={"kind": "read", "files": [["a.py", 1], ["c/d.py", 3]]}, body=b"1345")
