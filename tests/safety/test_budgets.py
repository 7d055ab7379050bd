"""Bombs end in a record within the policy's time and memory, and the file that holds one is named."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from prism.gate import Gate
from prism.review import Review
from prism.verdict import Outcome
from tests.safety.attack_corpus import template
from tests.safety.recall import archive

UNPARSABLE = "project/unparsable"
REFUSED = {
    "digits": ("X = " + "9" * 1_000_000, UNPARSABLE),
    "parentheses": ("X = " + "(" * 100_000, UNPARSABLE),
    "brackets": ("X = " + "[" * 250 + "]" * 250, UNPARSABLE),
    "signs": ("X = " + "-" * 100_000 + "1", UNPARSABLE),
    "attributes": ("def f(x):\n    return x" + ".a" * 50_000, UNPARSABLE),
    "calls": ("def f(x):\n    return x" + "()" * 50_000, UNPARSABLE),
    "sum": ("X = " + "+".join(["1"] * 50_000), UNPARSABLE),
    "lambdas": ("X = " + "lambda: " * 3_000 + "1", UNPARSABLE),
    "conditions": ("def f(x):\n    return " + "1 if x else " * 5_000 + "2", UNPARSABLE),
    "open dictionaries": ("X = " + "{1:" * 150, UNPARSABLE),
    "indentation": ("".join(f"{' ' * depth}if x:\n" for depth in range(150)) + " " * 150 + "x = 1", UNPARSABLE),
    "long line": ("X = [" + "1, " * 20_000 + "]", "safety/hidden-code"),
    "huge number": ("X = 0x" + "f" * 200_000, "safety/encoded-payload"),
    "blanks": ("x = 1;" + " " * 500_000 + "y = 2", "safety/hidden-code"),
    "controls": ("# " + "\u202e" * 50_000, "safety/invisible-character"),
    "escapes": ("X = '" + "\\x41" * 100_000 + "'", "safety/encoded-payload"),
    "joined": ("def f(o):\n    return getattr(o, ''.join(['ab' * 1000] * 100000))", "safety/computed-attribute"),
    "doubled": (
        "def f(o):\n    s = 'ab'\n" + "    s = s + s\n" * 300 + "    return getattr(o, s)",
        "safety/computed-attribute",
    ),
    "replaced": (
        "def f(o):\n    return getattr(o, 'a'" + ".replace('a', 'a' * 99)" * 9 + ")",
        "safety/computed-attribute",
    ),
    "repeated": ("def f(o):\n    return getattr(o, 'ab' * 10**9)", "safety/computed-attribute"),
}
HARMLESS = {
    "text": "X = 'a' * 10**9",
    "power": "X = 9**9**9",
    "shift": "X = 1 << 10**9",
    "doubled tuples": "a0 = ('x', 'y')\n" + "\n".join(f"a{i} = a{i - 1} + a{i - 1}" for i in range(1, 60)),
    "repeated lists": "a0 = [1]\n" + "\n".join(f"a{i} = a{i - 1} * 10" for i in range(1, 60)),
    "nested f-strings": "a0 = 'x'\n" + "\n".join(f"a{i} = f'{{a{i - 1}}}{{a{i - 1}}}'" for i in range(1, 60)),
    "nested templates": "a0 = 'x'\n" + "\n".join(f"a{i} = '%s%s' % (a{i - 1}, a{i - 1})" for i in range(1, 60)),
    "nested brackets": "X = " + "[" * 150 + "]" * 150,
    "one text in pieces": "X = (" + "'a'\n" * 20_000 + ")",
    "comments": "# Größe\n" * 50_000,
    "imports": "import math\n" * 3_000,
    "branches": "def f(x):\n    match x:\n" + "        case [1, 2]:\n            pass\n" * 2_000,
}
ENDLESS = {
    "functions": "\n".join(f"def f{i}(x):\n    return f{(i + 1) % 500}(f{(i + 7) % 500}(x))" for i in range(500)),
    "shift": "def f(o):\n    return getattr(o, str(1 << 10**9))",
    "classes": "\n".join(f"class C{i}(C{(i + 1) % 300}):\n    pass" for i in range(300)),
    "names": "def f():\n" + "\n".join(f"    a{i} = [a{i - 1}, a{i - 1}]" for i in range(1, 1_000)),
}
MANY_FILES = {
    "a ring": {f"m{i}.py": f"import m{(i + 1) % 300}\nfrom m{(i + 7) % 300} import *\n" for i in range(300)},
    "stars": {f"m{i}.py": "".join(f"from m{j} import *\n" for j in range(40)) + f"V{i} = 1\n" for i in range(40)},
    "deep packages": {f"{'p/' * depth}m.py": "from . import m\n" for depth in range(9)},
}


@pytest.fixture(scope="module")
def gate() -> Iterator[Gate]:
    with Gate.from_policy("default") as opened:
        yield opened


def review(gate: Gate, files: dict[str, str]) -> Review:
    return gate.review(archive({path: text.encode() for path, text in {**template(), **files}.items()}))


def of_host(found: Review) -> list[str]:
    return [finding.rule for finding in found.findings if finding.rule.startswith("host/")]


@pytest.mark.parametrize(("source", "rule"), REFUSED.values(), ids=REFUSED.keys())
def test_a_bomb_is_refused_and_its_file_named(gate: Gate, source: str, rule: str) -> None:
    found = review(gate, {"bomb.py": source + "\n"})
    assert found.verdict is Outcome.REJECTED
    assert rule in {finding.rule for finding in found.findings if finding.path == "bomb.py"}
    assert of_host(found) == []


@pytest.mark.parametrize("source", HARMLESS.values(), ids=HARMLESS.keys())
def test_what_is_only_large_is_read_within_the_budget(gate: Gate, source: str) -> None:
    found = review(gate, {"large.py": source + "\n"})
    assert of_host(found) == []
    assert {finding.rule for finding in found.findings} <= {"contract/unimported-module", "safety/top-level-code"}


@pytest.mark.parametrize("source", ENDLESS.values(), ids=ENDLESS.keys())
def test_what_leads_to_itself_or_without_end_is_followed_within_the_budget(gate: Gate, source: str) -> None:
    found = review(gate, {"endless.py": source + "\n", "other.py": "import ctypes\n"})
    assert of_host(found) == []
    assert ("safety/forbidden-import", "other.py") in {(finding.rule, finding.path) for finding in found.findings}


@pytest.mark.parametrize("files", MANY_FILES.values(), ids=MANY_FILES.keys())
def test_many_files_are_read_within_the_budget(gate: Gate, files: dict[str, str]) -> None:
    found = review(gate, files)
    assert of_host(found) == []
    assert {finding.rule.partition("/")[0] for finding in found.findings} <= {"contract", "safety"}


def test_what_takes_longer_than_the_policy_allows_is_refused_and_named(tmp_path: Path) -> None:
    policy = tmp_path / "policy.yaml"
    policy.write_text("policy: 1\nname: short\nextends: default\nguard: {cpu_seconds: 1}\n", "utf-8")
    bomb = "def f(x):\n    return f'" + "{x}" * 100_000 + "'\n"
    with Gate.from_policy(policy) as gate:
        found = review(gate, {"bomb.py": bomb})
    assert found.verdict is not Outcome.APPROVED
    assert ("host/review-budget", "bomb.py") in {(finding.rule, finding.path) for finding in found.findings}
