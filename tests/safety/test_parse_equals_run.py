"""What the gate reads is what Python would run, or it is refused: bytes, line endings, encodings, places, versions."""

import ast
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from prism_safety.encoding import declared_otherwise
from prism_safety.obfuscation_text import SourceText

from prism.gate import Gate
from prism.guard.boundary import guarded_here
from prism.intake.content import check_content
from prism.intake.refusal import RefusedError
from prism.project import SourceFile, UnparsableError
from prism.verdict import Outcome
from tests.safety.attack_corpus import template
from tests.safety.recall import archive

COOKIES = (
    "utf-8",
    "UTF_8",
    "utf8",
    "latin-1",
    "ascii",
    "utf-7",
    "utf-16",
    "cp1252",
    "utf-8-sig",
    "rot13",
    "raw_unicode_escape",
)
LINES = (
    *("x = 1", "y = '\u00e9'", "s = 'a\u2028b'", "# c", "\u017fum = 2", "\u212b = 3", "if x:\n  z = 4", "\fw = 5"),
    *("v = '''a\rb'''", "t = 'a\\\rb'", "u = 1 + \\\r\n 2", "#!python", "", "  # indented", "pass; pass"),
    *("\x1a", "\x85", "+ADs-", "\ufeff", "'''", "\v", "\\"),
    *(f"# -*- coding: {cookie} -*-" for cookie in COOKIES),
    *(f"#coding={cookie}" for cookie in COOKIES),
)
ENDS = ("\n", "\n", "\r\n", "\r", "\n\r", "\f\n")
MARKS = (b"", b"", b"", b"\xef\xbb\xbf", b"\xff\xfe")
TEXTS = st.lists(st.builds(str.__add__, st.sampled_from(LINES), st.sampled_from(ENDS)), max_size=5).map("".join)
SOURCES = st.builds(bytes.__add__, st.sampled_from(MARKS), TEXTS.map(str.encode))


@pytest.fixture(scope="module")
def gate() -> Iterator[Gate]:
    with Gate.from_policy("default") as opened:
        yield opened


def as_read_here(data: bytes) -> str | None:
    """The tree that plugins look at; ``None`` where the file is refused."""
    try:
        check_content("model.py", data)
        with guarded_here(), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            file = SourceFile("model.py", data)
            is_declared_otherwise = any(declared_otherwise(SourceText(file)))
            return None if is_declared_otherwise else ast.dump(file.tree, include_attributes=True)
    except (RefusedError, UnparsableError):
        return None


def as_run(data: bytes) -> str | None:
    """The tree that Python makes of the same bytes when it imports them; ``None`` where it refuses."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.dump(ast.parse(data), include_attributes=True)
    except (SyntaxError, ValueError):
        return None


@settings(max_examples=800, deadline=None)
@given(SOURCES)
def test_bytes_mean_here_what_they_mean_to_python(data: bytes) -> None:
    here = as_read_here(data)
    assert here is None or here == as_run(data)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_line_ending_is_read_as_python_reads_it(end: str) -> None:
    data = end.join(["x = 1", "# a comment", "y = '''a", "b'''", "def f():", "    return x", ""]).encode()
    assert as_read_here(data) == as_run(data) is not None


@pytest.mark.parametrize(
    ("path", "data"),
    [
        ("model.pyc", b"\xa7\r\r\n\0\0\0\0"),
        ("__pycache__/helper.cpython-311.pyc", b"\xa7\r\r\n\0\0\0\0"),
        ("helper.pyw", b"import ctypes\n"),
        ("helper.so", b"\x7fELF"),
        ("helper.cpython-311-x86_64-linux-gnu.so", b"\x7fELF"),
        ("helper.pyd", b"MZ"),
        ("site.pth", b"import ctypes\n"),
        ("pkg.egg", b"PK\5\6" + b"\0" * 18),
        ("pkg.zip", b"PK\5\6" + b"\0" * 18),
        ("helper.PY", b"import ctypes\n"),
        ("helper.py", b"\xef\xbb\xbfx = 1\n"),
        ("helper.py", b"# coding: utf-7\nx = 1\n+AAo-import ctypes\n"),
        ("helper.py", "x = 1\n".encode("utf-16")),
        ("helper.py", b"x = 1\0\nimport ctypes\n"),
        ("helper.py", b"x = 1 # \xff\n"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_python_might_run_and_this_gate_does_not_read_is_refused(gate: Gate, path: str, data: bytes) -> None:
    files = {name: text.encode() for name, text in template().items()} | {path: data}
    review = gate.review(archive(files))
    assert review.verdict is Outcome.REJECTED
    assert any(finding.rule.startswith(("intake/", "project/", "safety/")) for finding in review.findings)


@pytest.mark.parametrize(
    "path", ["pkg/__init__.py", "pkg/inner/deep.py", "a.b.py", "pkg/__main__.py", "1.py", "no module/x.py"]
)
def test_a_python_file_is_read_wherever_it_lies(gate: Gate, path: str) -> None:
    files = {name: text.encode() for name, text in template().items()} | {path: b"import ctypes\n"}
    found = {(finding.rule, finding.path) for finding in gate.review(archive(files)).findings}
    assert ("safety/forbidden-import", path) in found


@pytest.mark.parametrize(
    ("python", "source", "is_read_in_two_ways"),
    [
        ("3.11", 'def f(x):\n    return f"{x:\\x3e9}"\n', True),
        ("3.11", "def f(x):\n    return 'plain', f'{x}'\n", False),
        ("3.12", 'def f(x):\n    return f"{x:\\x3e9}"\n', True),
        ("3.12", 'def f(x):\n    return rf"{x:\\x41}"\n', True),
        ("3.12", "def f(x, w):\n    return f\"{x!r:>{w}}{{}}{x['a']}{x:#x}\"\n", False),
        ("3.13", "def f(x):\n    return f'''{\n    x:\n    >9}'''\n", False),
    ],
)
def test_what_the_evaluators_python_reads_differently_is_refused(
    tmp_path: Path, python: str, source: str, is_read_in_two_ways: bool
) -> None:
    policy = tmp_path / "policy.yaml"
    settings_text = f'plugins: {{safety: {{settings: {{python: "{python}"}}}}}}'
    policy.write_text(f"policy: 1\nname: versions\nextends: default\n{settings_text}\n", "utf-8")
    with Gate.from_policy(policy) as gate:
        review = gate.review(archive({"helper.py": source.encode()}))
    is_refused = "safety/version-dependent-syntax" in {finding.rule for finding in review.findings}
    is_another_tokenizer = (python != "3.11") is not (sys.version_info >= (3, 12))
    assert is_refused is (is_read_in_two_ways and is_another_tokenizer)


def test_syntax_newer_than_the_evaluators_python_is_refused(gate: Gate) -> None:
    for source in ("type Pair = tuple[int, int]\n", "def f[T](x: T) -> T:\n    return x\n", 'print(f"{x["a"]}")\n'):
        found = {finding.rule for finding in gate.review(archive({"helper.py": source.encode()})).findings}
        assert found & {"project/unparsable", "safety/version-dependent-syntax"}, source
