"""Hostile and odd sources end in findings within the budget, never in an exception."""

import ast
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prism.finding import Finding

Review = Callable[..., list[Finding]]

DEEP = 900


def rules(found: list[Finding]) -> set[str]:
    return {finding.rule.partition("/")[2] for finding in found}


ENDLESS = {
    "attributes": "x = y" + ".a" * 2_500,
    "library attributes": "import torch\nx = torch" + ".nn" * 2_500,
    "sum": "x = " + "+".join(["1"] * 2_500),
    "text": "x = " + "+".join(["'a'"] * 2_500),
    "calls": "def f(x):\n    return x" + "()" * 2_500,
    "subscripts": "def f(x):\n    return x" + "[0]" * 2_500,
    "signs": "x = " + "-" * DEEP + "1",
    "nots": "x = " + "not " * DEEP + "1",
    "lists": "x = " + "[" * 90 + "]" * 90,
    "lambdas": "x = " + "lambda: " * DEEP + "1",
    "conditions": "def f(x):\n    return " + "1 if x else " * DEEP + "2",
    "ifs": "".join(f"{' ' * depth}if x:\n" for depth in range(90)) + " " * 90 + "x = 1",
    "names": "\n".join(f"n{i} = {i}" for i in range(5_000)),
    "aliases": "n0 = 1\n" + "\n".join(f"n{i} = n{i - 1}" for i in range(1, 5_000)),
    "aliases backwards": "def f():\n" + "\n".join(f"    n{i} = n{i + 1}" for i in range(500)),
    "its own attribute": "def f():\n    a = a.b\n    return a.c",
    "library into itself": "import torch\ndef f():\n    a = torch\n    while a:\n        a = a.nn\n    return a.x",
    "its own element": "def f():\n    a = [1]\n    a = [a, a]\n    a = a[0]\n    return a",
    "growing text": "def f():\n    s = 'a'\n    while True:\n        s = s + s\n        s += 'b'\n    return 'x' + s",
    "huge text": "def f(o):\n    return getattr(o, 'ab' * 10**9)",
    "huge shift": "def f(o):\n    return getattr(o, str(1 << 10**9))",
    "huge power": "x = 10 ** 10 ** 10",
    "huge width": "def f(o):\n    return getattr(o, 'x{:>9999999999}'.format(1))",
    "wide percent": "def f(o):\n    return getattr(o, 'x%999999999d' % 1)",
    "bad template": "def f(o):\n    return '{'.format(o), '{0.}'.format(o), '}{'.format(o), '%'.join(o)",
    "recursion": "def f(x):\n    return f(f)(f(x))\ndef g():\n    return h()\ndef h():\n    return g()",
    "mutual": "def f():\n" + "\n".join(f"    v{i} = v{(i * 7 + 3) % 60} or v{(i * 13 + 5) % 60}" for i in range(60)),
    "class bases": "class A(A):\n    pass\nclass B(C):\n    pass\nclass C(B):\n    pass\nx = B()\ny = A()",
    "bad codes": "def f(o):\n    return getattr(o, chr(-1)), chr(10**9), bytes([300]), bytes.fromhex('zz')",
    "bad bytes": "def f(o):\n    return getattr(o, b'\\xff'.decode())",
    "empty": "",
    "comment": "# nothing",
}


@pytest.mark.parametrize("source", ENDLESS.values(), ids=ENDLESS.keys())
def test_strange_sources_end_without_an_exception(source: str, review: Review) -> None:
    files = {"model.py": source + "\n"}
    assert {finding.path for finding in review(files)} <= {"model.py"}
    hidden = {"model.py": source + "\n", "other.py": "def g():\n    return eval('1')\n"}
    assert any((finding.rule, finding.path) == ("safety/dynamic-code", "other.py") for finding in review(hidden))


def test_a_deep_tree_hides_nothing_that_follows_it(review: Review) -> None:
    for name in ("attributes", "sum", "calls", "subscripts", "signs", "conditions"):
        source = ENDLESS[name] + "\n\n\ndef late():\n    return eval('1')\n"
        assert rules(review({"model.py": source})) & {"dynamic-code", "too-complex"}, name


def test_the_bottom_of_a_deep_tree_is_seen(review: Review) -> None:
    source = "def f():\n    return " + "(" * 80 + "eval" + ")('1')" * 80
    assert "dynamic-code" in rules(review({"model.py": source}))
    source = "def f():\n    return " + "[" * 80 + "eval('1')" + "]" * 80
    assert "dynamic-code" in rules(review({"model.py": source}))


def test_too_little_budget_is_a_finding_and_not_an_approval(review: Review) -> None:
    source = "\n".join(f"n{i} = {i}" for i in range(2_000))
    assert rules(review({"model.py": source}, steps_per_file=1_000)) == {"too-complex"}
    assert rules(review({"model.py": source})) == set()


def test_a_file_that_does_not_parse_does_not_hide_the_others(review: Review) -> None:
    files = {"model.py": "import broken\nimport os\n"}
    with_broken = {**files, "broken.py": "def ("}
    found = _review_parsable(review, with_broken)
    assert ("safety/forbidden-import", "model.py") in {(finding.rule, finding.path) for finding in found}


def _review_parsable(review: Review, files: dict[str, str]) -> list[Finding]:
    return [finding for finding in review(files) if finding.path != "broken.py"]


def test_files_that_import_each_other_come_to_an_end(review: Review) -> None:
    files = {
        f"m{i}.py": f"from m{(i + 1) % 20} import x, y\nfrom m{(i + 3) % 20} import *\nz = x\ny = z\n"
        for i in range(20)
    }
    files["m7.py"] += "x = eval\n"
    files["model.py"] = "from m0 import x\n\n\ndef build():\n    return x('1')\n"
    found = {(finding.rule, finding.path) for finding in review(files)}
    assert ("safety/dynamic-code", "model.py") in found or ("safety/too-complex", "model.py") in found


NAMES = st.sampled_from(["a", "b", "c", "torch", "eval", "self", "getattr", "__class__"])
EXPRESSIONS = st.recursive(
    st.one_of(NAMES, st.sampled_from(["1", "'os'", "'__globals__'", "b'x'", "None", "..."])),
    lambda inner: st.one_of(
        st.builds("({}.{})".format, inner, st.sampled_from(["a", "os", "load", "format", "__globals__"])),
        st.builds("({}({}))".format, inner, inner),
        st.builds("({}[{}])".format, inner, inner),
        st.builds("({} + {})".format, inner, inner),
        st.builds("({} % {})".format, inner, inner),
        st.builds("[{}, {}]".format, inner, inner),
        st.builds("{{{}: {}}}".format, inner, inner),
        st.builds("(lambda a={}: {})".format, inner, inner),
        st.builds("({} if {} else {})".format, inner, inner, inner),
        st.builds("[{} for b in {}]".format, inner, inner),
        st.builds("(c := {})".format, inner),
        st.builds('f"{{{}}}"'.format, NAMES),
    ),
    max_leaves=12,
)
STATEMENTS = st.one_of(
    st.builds("{} = {}".format, NAMES, EXPRESSIONS),
    st.builds("{} += {}".format, NAMES, EXPRESSIONS),
    st.builds("{}.a = {}".format, NAMES, EXPRESSIONS),
    st.builds("{}['k'] = {}".format, NAMES, EXPRESSIONS),
    st.builds("for {} in {}: pass".format, NAMES, EXPRESSIONS),
    st.builds("with {} as {}: pass".format, EXPRESSIONS, NAMES),
    st.builds("def f({}={}): return {}".format, NAMES, EXPRESSIONS, EXPRESSIONS),
    st.builds("class {}({}): a = {}".format, NAMES, EXPRESSIONS, EXPRESSIONS),
    st.builds("import torch as {}".format, NAMES),
    st.builds("match {}:\n  case {{'k': object(os=a)}}: {}".format, EXPRESSIONS, EXPRESSIONS),
    st.builds("{}".format, EXPRESSIONS),
    st.builds("del {}".format, NAMES),
)


def _parses(source: str) -> bool:
    try:
        compile(source, "generated", "exec", flags=ast.PyCF_ONLY_AST)
    except SyntaxError:
        return False
    return True


@settings(max_examples=150, deadline=None)
@given(st.lists(STATEMENTS, min_size=1, max_size=6))
def test_any_program_is_reviewed_twice_with_the_same_findings(review: Review, statements: list[str]) -> None:
    source = "\n".join(line for line in statements if _parses(line)) + "\n"
    first = review({"model.py": source})
    assert review({"model.py": source}) == first
