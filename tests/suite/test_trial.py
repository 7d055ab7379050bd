"""What came compared with what was expected: exact, and independent of order."""

from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prism.finding import Finding, Severity
from prism.gate import Gate
from prism.suite.case import cases_in
from prism.suite.expectation import ExpectedFinding
from prism.suite.trial import Standing, Trial, compared, try_case
from prism.verdict import Outcome

MODEL = """\
import os

os.system("id")


def build_model(ctx):
    return None


def get_recipe(ctx):
    return {}
"""


def finding(rule: str, path: str | None = None, line: int | None = None, waived: str | None = None) -> Finding:
    return Finding(rule=rule, severity=Severity.ERROR, message="m", path=path, line=line, waived=waived)


def test_who_says_more_chooses_first() -> None:
    came = [finding("a/b", "x.py", 1), finding("a/b", "x.py", 2), finding("a/b", "y.py", 1)]
    expected = [ExpectedFinding(rule="a/b"), ExpectedFinding(rule="a/b", path="x.py")]
    expected += [ExpectedFinding(rule="a/b", path="x.py", line=1)]
    assert compared(expected, came) == ((), ())


def test_each_expectation_is_one_finding() -> None:
    one = ExpectedFinding(rule="a/b")
    assert compared([one, one], [finding("a/b")]) == ((one,), ())
    assert compared([one], [finding("a/b"), finding("a/b")]) == ((), (finding("a/b"),))


def test_a_waived_finding_is_another_one() -> None:
    plain, waived = ExpectedFinding(rule="a/b"), ExpectedFinding(rule="a/b", waived=True)
    assert compared([plain], [finding("a/b", waived="fine")]) == ((plain,), (finding("a/b", waived="fine"),))
    assert compared([waived], [finding("a/b", waived="fine")]) == ((), ())


places = st.tuples(st.sampled_from("ab"), st.sampled_from("xy"), st.integers(1, 2))


@given(st.lists(places, max_size=6), st.randoms())
def test_leaving_out_places_never_makes_what_fits_differ(came: list[tuple[str, str, int]], random: Random) -> None:
    findings = [finding(f"{rule}/r", path, line) for rule, path, line in came]
    expected = []
    for rule, path, line in came:
        keep = random.choice([0, 1, 2])
        expected.append(
            ExpectedFinding(rule=f"{rule}/r", path=path if keep else None, line=line if keep == 2 else None)
        )
    random.shuffle(findings)
    random.shuffle(expected)
    assert compared(expected, findings) == ((), ())


@pytest.fixture(scope="module")
def gate() -> Iterator[Gate]:
    with Gate.from_policy("default") as opened:
        yield opened


def tried(gate: Gate, folder: Path, expectation: str, model: str = MODEL) -> Trial:
    case = folder / "case"
    (case / "project").mkdir(parents=True)
    (case / "project" / "model.py").write_text(model, encoding="utf-8")
    (case / "expect.yaml").write_text(expectation, encoding="utf-8")
    (only,) = cases_in(folder)
    return try_case(gate, only, "default")


def test_a_case_that_is_as_expected_exercises_what_it_names(gate: Gate, tmp_path: Path) -> None:
    text = "verdict: rejected\nfindings:\n  - {rule: safety/process, path: model.py, line: 3}\n"
    trial = tried(gate, tmp_path, text + "  - {rule: safety/forbidden-import, path: model.py, line: 1}\n")
    assert (trial.standing, trial.fitting) == (Standing.PASSED, 2)
    assert trial.rules == {"safety/process", "safety/forbidden-import"}


def test_a_case_that_differs_says_how_and_exercises_nothing(gate: Gate, tmp_path: Path) -> None:
    trial = tried(gate, tmp_path, "verdict: held\nfindings:\n  - {rule: safety/process, path: model.py, line: 4}\n")
    assert trial.standing is Standing.FAILED
    assert (trial.expected_verdict, trial.verdict) == (Outcome.HELD, Outcome.REJECTED)
    assert [each.line for each in trial.missing] == [4]
    assert [(each.rule, each.line) for each in trial.unexpected] == [
        ("safety/forbidden-import", 1),
        ("safety/process", 3),
    ]
    assert trial.reasons
    assert not trial.rules


def test_a_verdict_alone_leaves_findings_open(gate: Gate, tmp_path: Path) -> None:
    trial = tried(gate, tmp_path, "verdict: rejected\n")
    assert (trial.standing, trial.rules) == (Standing.PASSED, frozenset())


def test_marks_are_expected_exactly(gate: Gate, tmp_path: Path) -> None:
    marked = MODEL.replace("import os", "import os  # expect: safety/forbidden-import")
    trial = tried(gate, tmp_path, "marked: true\n", marked)
    assert [(each.rule, each.line) for each in trial.unexpected] == [("safety/process", 3)]


def test_a_mark_of_no_rule_breaks_the_case(gate: Gate, tmp_path: Path) -> None:
    trial = tried(gate, tmp_path, "marked: true\n", "import os  # expect: safety/forbiden-import\n")
    assert trial.standing is Standing.BROKEN
    assert trial.problems[0].where == "model.py:1"
    assert "did you mean 'safety/forbidden-import'?" in trial.problems[0].do


def test_a_project_that_intake_refuses_is_a_case_like_any_other(gate: Gate, tmp_path: Path) -> None:
    case = tmp_path / "case"
    case.mkdir()
    (case / "broken.zip").write_bytes(b"no archive")
    (case / "expect.yaml").write_text("verdict: rejected\nmarked: true\nfindings:\n  - rule: intake/not-a-zip\n")
    (only,) = cases_in(tmp_path)
    assert try_case(gate, only, "default").standing is Standing.PASSED


def test_a_case_is_compared_with_what_others_handed_in_before(gate: Gate, tmp_path: Path) -> None:
    text = "verdict: rejected\nfindings:\n  - rule: similarity/duplicate\nearlier: [project]\n"
    plain = MODEL.replace('import os\n\nos.system("id")\n\n\n', "")
    assert tried(gate, tmp_path, text, plain).standing is Standing.PASSED
