"""``expect.yaml``: what it may say, and what is said about one that is wrong."""

from pathlib import Path

import pytest

from prism.errors import DocumentError
from prism.snapshot import Snapshot
from prism.suite.expectation import ExpectedFinding, marked, read_expectation
from prism.verdict import Outcome


def written(folder: Path, text: str) -> Path:
    (folder / "expect.yaml").write_text(text, encoding="utf-8")
    return folder / "expect.yaml"


def test_an_object_says_verdict_findings_and_places(tmp_path: Path) -> None:
    text = "verdict: held\nfindings:\n  - {rule: a/b, path: model.py, line: 3}\n  - {rule: a/c, waived: true}\n"
    said = read_expectation(written(tmp_path, text)).expectation
    assert said.verdict is Outcome.HELD
    assert said.findings == (
        ExpectedFinding(rule="a/b", path="model.py", line=3),
        ExpectedFinding(rule="a/c", waived=True),
    )


def test_a_list_is_the_findings(tmp_path: Path) -> None:
    said = read_expectation(written(tmp_path, '- rule: a/b\n  path: "x.py"\n')).expectation
    assert (said.verdict, said.findings) == (None, (ExpectedFinding(rule="a/b", path="x.py"),))


@pytest.mark.parametrize(
    ("text", "where", "says"),
    [
        ("verdict: aproved\n", ":1: $.verdict", "did you mean 'approved'?"),
        ("verdikt: held\n", ":1: $.verdikt", "did you mean 'verdict'?"),
        ("findings:\n  - {rul: a/b}\n", ":2: $.findings[0]", "'rule' is missing"),
        ("findings:\n  - {rule: a/b, line: 3}\n", ":2: $.findings[0].line", "without its file"),
        ("- {rule: a/b, line: 3}\n", ":1: $[0].line", "without its file"),
        ("- {rule: a/b, path: x.py, line: 0}\n", ":1: $[0].line", "at least 1"),
        ("findings: none\n", ":1: $.findings", "a list"),
        ("description: nothing else\n", ":1: $", "`findings: []` is no finding"),
        ("verdict: held\nverdict: approved\n", ":2: $.verdict", "stands twice"),
        ("verdict: &a held\n", ":1", "anchor"),
        ("verdict: [held\n", ":", "mend"),
        ("", ":1:1", "empty"),
        ("verdict: \x1b[2J\n", ":1:10", "U+001B"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(tmp_path: Path, text: str, where: str, says: str) -> None:
    file = written(tmp_path, text)
    with pytest.raises(DocumentError) as refusal:
        read_expectation(file)
    told = [f"{each.where} | {each.what} | {each.do}" for each in refusal.value.problems]
    assert any(f"{file}{where}" in each and says in each for each in told), told
    assert all(each.isprintable() for each in told)


def test_a_file_that_is_none_is_refused(tmp_path: Path) -> None:
    (tmp_path / "expect.yaml").mkdir()
    with pytest.raises(DocumentError, match=r"is not a file|cannot be read"):
        read_expectation(tmp_path / "expect.yaml")
    (tmp_path / "latin.yaml").write_bytes(b"verdict: \xff\n")
    with pytest.raises(DocumentError, match="not UTF-8 at byte 9"):
        read_expectation(tmp_path / "latin.yaml")
    (tmp_path / "large.yaml").write_text("#" * 300_000)
    with pytest.raises(DocumentError, match="larger than"):
        read_expectation(tmp_path / "large.yaml")


def test_unknown_rules_are_named_with_their_line_and_the_nearest(tmp_path: Path) -> None:
    stated = read_expectation(written(tmp_path, "findings:\n  - {rule: a/b}\n  - {rule: safety/proces}\n"))
    (first, second) = stated.unknown_rules({"safety/process", "x/y"}, "house")
    assert first.where.endswith("expect.yaml:2: $.findings[0].rule")
    assert second.where.endswith("expect.yaml:3: $.findings[1].rule")
    assert "did you mean 'safety/process'?" in second.do


def test_marks_are_read_at_the_end_of_lines_only() -> None:
    text = (
        b"x = 1  # expect: a/b, a/c\r\ny = '# expect: a/c'\r# expect: a/d\nz = 1 # expect: a/e # no\nw # expect: a b\n"
    )
    assert marked(Snapshot.of({"m.py": text})) == (
        ExpectedFinding(rule="a/b", path="m.py", line=1),
        ExpectedFinding(rule="a/c", path="m.py", line=1),
        ExpectedFinding(rule="a/d", path="m.py", line=3),
        ExpectedFinding(rule="a b", path="m.py", line=5),
    )


def test_a_mark_without_a_rule_is_no_rule_of_anybody() -> None:
    assert marked(Snapshot.of({"m.py": b"x = 1  # expect: \n"})) == (ExpectedFinding(rule="", path="m.py", line=1),)
