"""Each example comes to the verdict that its folder and its README name."""

import re
from collections.abc import Iterator

import pytest

from prism.gate import Gate
from prism.verdict import Outcome
from tests.packaging.conftest import ROOT

EXAMPLES = ROOT / "examples"
NAMES = sorted(each.name for each in EXAMPLES.iterdir() if (each / "model.py").is_file())
REPORTED = re.compile(r"^- Reported as: `([a-z/-]+)` in `([a-z_./]+)`$", re.MULTILINE)


@pytest.fixture(scope="module")
def gate() -> Iterator[Gate]:
    with Gate.from_policy("default") as open_gate:
        yield open_gate


@pytest.mark.parametrize("name", [name for name in NAMES if name.startswith(("honest-", "flawed-"))])
def test_a_project_that_means_no_harm_is_approved_without_a_finding(name: str, gate: Gate) -> None:
    review = gate.review(EXAMPLES / name)
    assert (review.verdict, review.findings) == (Outcome.APPROVED, ())


@pytest.mark.parametrize("name", [name for name in NAMES if name.startswith("hostile-")])
def test_a_hostile_project_is_rejected_for_what_its_readme_says(name: str, gate: Gate) -> None:
    expected = set(REPORTED.findall((EXAMPLES / name / "README.md").read_text(encoding="utf-8")))
    review = gate.review(EXAMPLES / name)
    assert review.verdict is Outcome.REJECTED
    assert expected
    assert expected <= {(finding.rule, finding.path) for finding in review.findings}


def test_every_example_is_honest_flawed_or_hostile_and_listed() -> None:
    listed = (EXAMPLES / "README.md").read_text(encoding="utf-8")
    assert len(NAMES) >= 7
    for name in NAMES:
        verdict = {"honest": "approved", "flawed": "approved", "hostile": "rejected"}[name.partition("-")[0]]
        assert f"| `{name}` | {verdict} |" in listed
