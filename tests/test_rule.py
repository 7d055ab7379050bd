"""Findings made by rules: what is filled in, and what is kept of long lines."""

import hashlib

import pytest

from prism.finding import MAX_EXCERPT, MAX_MESSAGE, Severity, Span
from prism.project import SourceFile
from prism.report.excerpt import excerpt
from prism.rule import Rule

RULE = Rule(id="test/x", title="t", severity=Severity.WARNING, why="w", example="e", instead="write y")


def span(column: int, width: int, line: int = 1) -> Span:
    return Span(line=line, column=column, end_line=line, end_column=column + width)


def test_a_finding_takes_from_its_rule_what_is_not_said() -> None:
    finding = RULE.finding("m" * 3_000, path="data.json")
    assert (finding.rule, finding.severity, finding.remedy, finding.plugin) == ("test/x", "warning", "write y", "test")
    assert (finding.path, finding.line, finding.evidence) == ("data.json", None, None)
    assert len(finding.message) == MAX_MESSAGE


def test_evidence_is_the_whole_line_with_its_digest() -> None:
    file = SourceFile("a.py", b"first\r\nsecond = bad\n")
    evidence = RULE.finding("m", file=file, span=span(10, 3, line=2)).evidence
    assert evidence is not None
    assert (evidence.excerpt, evidence.first_column) == ("second = bad", 1)
    assert evidence.sha256 == hashlib.sha256(b"second = bad").hexdigest()


@pytest.mark.parametrize("column", [1, 900, 1_001, 1_950, 5_000, 99_990])
def test_code_far_to_the_right_is_in_the_excerpt_and_underlined(column: int) -> None:
    line = " " * (column - 1) + "bad" + " " * (100_000 - column)
    finding = RULE.finding("m", file=SourceFile("a.py", line.encode()), span=span(column, 3))
    assert finding.evidence is not None
    assert len(finding.evidence.excerpt) <= MAX_EXCERPT
    assert finding.evidence.sha256 == hashlib.sha256(line.encode()).hexdigest()
    drawn = excerpt(finding)
    assert drawn is not None
    source, underline = drawn
    assert source[len(underline) - 3 : len(underline)] == "bad"
    assert underline.strip() == "^^^"
