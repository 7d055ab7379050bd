"""Every rule fires exactly where its cases say, and stays silent on honest code.

A case is a file, or a folder where several files matter, under ``fires/<rule>`` or ``silent/<rule>``. A mark
``# expect: <rule>`` at the end of a line says that exactly this rule is reported there; what is not marked is silent.
"""

import re
from collections.abc import Callable, Mapping
from pathlib import Path

import msgspec
import pytest
from prism_safety.rules import RULES

from prism.finding import Finding

HERE = Path(__file__).parent
MARK = re.compile(r"#\s*expect:\s*([a-z0-9-]+(?:\s*,\s*[a-z0-9-]+)*)\s*$")
Places = set[tuple[str, str, int]]
Review = Callable[[Mapping[str, str]], list[Finding]]


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """One project with the places that its marks announce."""

    name: str
    files: dict[str, str]
    expected: Places


def cases(kind: str, rule: str) -> list[Case]:
    folder = HERE / kind / rule
    return [_case(path) for path in sorted(folder.iterdir())] if folder.is_dir() else []


def _case(path: Path) -> Case:
    if path.is_dir():
        files = {found.relative_to(path).as_posix(): found.read_text("utf-8") for found in sorted(path.rglob("*.py"))}
    else:
        files = {"model.py": path.read_text("utf-8")}
    expected = {place for name, text in files.items() for place in _marked(name, text)}
    return Case(name=f"{path.parent.name}/{path.name}", files=files, expected=expected)


def _marked(path: str, text: str) -> Places:
    found = [(number, MARK.search(line)) for number, line in enumerate(text.split("\n"), start=1)]
    return {
        (f"safety/{rule.strip()}", path, number)
        for number, match in found
        if match is not None
        for rule in match[1].split(",")
    }


def _places(found: list[Finding]) -> Places:
    return {(finding.rule, finding.path or "", finding.line or 0) for finding in found}


NAMES = [rule.id.partition("/")[2] for rule in RULES]
FIRES = [case for name in NAMES for case in cases("fires", name)]
SILENT = [case for name in NAMES for case in cases("silent", name)]


@pytest.mark.parametrize("case", FIRES, ids=lambda case: case.name)
def test_reports_exactly_what_is_marked(case: Case, review: Review) -> None:
    assert case.expected, "a case that fires needs a mark"
    assert _places(review(case.files)) == case.expected


@pytest.mark.parametrize("case", SILENT, ids=lambda case: case.name)
def test_is_silent_on_honest_code(case: Case, review: Review) -> None:
    assert not case.expected
    assert _places(review(case.files)) == set()


@pytest.mark.parametrize("name", NAMES)
def test_every_rule_has_cases_that_fire_and_cases_that_do_not(name: str) -> None:
    fired = {rule for case in cases("fires", name) for rule, _, _ in case.expected}
    assert f"safety/{name}" in fired
    assert cases("silent", name)


def test_every_folder_of_cases_belongs_to_a_rule() -> None:
    assert {folder.name for kind in ("fires", "silent") for folder in (HERE / kind).iterdir()} == set(NAMES)
