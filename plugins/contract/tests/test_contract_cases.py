"""Projects kept as data, each with what the plugin must say about it.

A case is a folder with the project in ``project/``, or, where file names do not suit every checkout, in ``files.yaml``.
``# expect: RULE`` ends a line that must have exactly one finding; ``expect.yaml`` lists findings without a line.
"""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import msgspec
import pytest
from prism_contract.plugin import ContractPlugin
from prism_contract.rules import RULES

from prism.document import load_document
from prism.guard.boundary import guarded_here
from prism.project import Project
from prism.rule import Rule
from prism.snapshot import Snapshot

HERE = Path(__file__).parent
_MARK = re.compile(r"# expect: (\S+)\s*$")

Place = tuple[str, str | None, int | None]


class _Unplaced(msgspec.Struct, forbid_unknown_fields=True):
    rule: str
    path: str | None = None


@dataclass(frozen=True)
class Case:
    folder: Path

    @property
    def rule(self) -> str:
        return f"contract/{self.folder.parent.name}"

    @property
    def name(self) -> str:
        return f"{self.folder.parent.name}/{self.folder.name}"

    def files(self) -> Mapping[str, str]:
        listed = self.folder / "files.yaml"
        if listed.exists():
            return msgspec.convert(load_document(listed.read_text(), name=listed.name).data, dict[str, str])
        root = self.folder / "project"
        found = (path for path in root.rglob("*") if path.is_file() and path.parent.name != "__pycache__")
        return {path.relative_to(root).as_posix(): path.read_text() for path in found}

    def expected(self) -> Counter[Place]:
        places: Counter[Place] = Counter()
        for path, text in self.files().items():
            for number, line in enumerate(text.split("\n"), 1):
                found = _MARK.search(line)
                if found:
                    places[found[1], path, number] += 1
        listed = self.folder / "expect.yaml"
        if listed.exists():
            data = load_document(listed.read_text(), name=listed.name).data
            for item in msgspec.convert(data, list[_Unplaced]):
                places[item.rule, item.path, None] += 1
        return places


def cases(kind: str) -> list[Case]:
    return [Case(folder) for folder in sorted((HERE / kind).glob("*/*"))]


def reported(files: Mapping[str, str]) -> Counter[Place]:
    project = Project(Snapshot.of({path: text.encode() for path, text in files.items()}))
    with guarded_here():
        findings = tuple(ContractPlugin({}).prism_check_project(project))
    return Counter((finding.rule, finding.path, finding.line) for finding in findings)


FIRES = cases("fires")
SILENT = cases("silent")


@pytest.mark.parametrize("case", FIRES, ids=lambda case: case.name)
def test_reports_exactly_what_the_case_expects(case: Case) -> None:
    assert case.rule in {rule for rule, _, _ in case.expected()}
    assert reported(case.files()) == case.expected()


@pytest.mark.parametrize("case", SILENT, ids=lambda case: case.name)
def test_says_nothing_about_an_honest_project(case: Case) -> None:
    assert case.files()
    assert reported(case.files()) == {}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_every_rule_has_a_case_that_fires_and_one_that_does_not(rule: Rule) -> None:
    assert any(case.rule == rule.id for case in FIRES)
    assert any(case.rule == rule.id for case in SILENT)


def test_every_case_belongs_to_a_rule() -> None:
    assert {case.rule for case in (*FIRES, *SILENT)} == {rule.id for rule in RULES}
    assert len(FIRES) >= 80
    assert len(SILENT) >= 25


def test_no_case_holds_a_file_that_is_not_read() -> None:
    strays = [
        path
        for case in (*FIRES, *SILENT)
        for path in case.folder.iterdir()
        if path.name not in {"project", "files.yaml", "expect.yaml"}
    ]
    assert strays == list[Path]()
