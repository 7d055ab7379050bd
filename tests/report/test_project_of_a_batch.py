"""What reports of a batch say besides: who handed a project in, where it is, and how its run ended."""

import json
from xml.etree import ElementTree as ET

import pytest

from prism.report.format import Report, Reviewed, built_in
from prism.runner.outcome import OutcomeStatus, RunOutcome
from prism.runner.result import Reason, RunResult
from prism.verdict import Outcome
from tests.report.records import RULE, finding, review
from tests.report.sarif import require_valid

HOSTILE = "]]></x><script>alert(1)</script>`|![x](http://127.0.0.1/)\x1b[2J\u202e\x00"
COMPLETED = RunOutcome(
    status=OutcomeStatus.COMPLETED,
    reason="completed: scored",
    metrics={"bits": 1.5},
    result=RunResult(reason=Reason.COMPLETED, limits_hit=(), unknown_metrics=("flops",)),
)
FAILED = RunOutcome(
    status=OutcomeStatus.FAILED, reason=f"failed: {HOSTILE}", findings=(finding(message=f"opened {HOSTILE}"),)
)
HELD = RunOutcome(status=OutcomeStatus.HELD, reason="engine-unavailable: no engine")
APPROVED = review(verdict=Outcome.APPROVED)
PROJECTS = (
    Reviewed(name="one", path="in/a.zip", hotkey="5Alice", review=APPROVED, run=COMPLETED),
    Reviewed(name="two", path=HOSTILE, hotkey=HOSTILE, review=APPROVED, run=FAILED),
    Reviewed(name="three", path="three", review=APPROVED, run=HELD),
    Reviewed(name="four", path="four", review=review(finding())),
)


def rendered(name: str) -> str:
    return built_in()[name].render(Report(reviews=PROJECTS, rules={RULE.id: RULE}, is_batch=True))


@pytest.mark.parametrize("name", ["text", "markdown", "html", "junit", "sarif", "json", "jsonl"])
def test_every_format_tells_of_it_and_nothing_in_it_is_more_than_text(name: str) -> None:
    text = rendered(name)
    for part in ("one", "run failed" if name == "junit" else "completed", "failed", "held", "no engine"):
        assert part in text
    assert not {"\x1b", "\u202e", "\x00"} & set(text)
    assert ("in/a.zip" in text, "5Alice" in text) == (name != "junit", name != "junit")
    if name in {"html", "junit"}:
        assert "<script>alert" not in text


def test_a_run_is_part_of_what_people_read() -> None:
    text = rendered("text")
    assert text.startswith(
        "one (in/a.zip, by 5Alice)\n  approved: no findings in 1 file (policy default abababababab)\n"
    )
    assert "\n  run completed: scored\n    bits = 1.5\n    flops is unknown\n" in text
    assert text.endswith("4 projects: 3 approved, 0 held, 1 rejected, 1 run completed, 1 run failed, 1 run held\n")


def test_a_run_that_did_not_complete_is_a_failure_or_for_want_of_ours_an_error() -> None:
    cases = ET.fromstring(rendered("junit")).iter("testcase")  # noqa: S314 - written just before
    assert [(case.get("name"), *(each.tag for each in case)) for case in cases] == [
        ("one",),
        ("two", "failure"),
        ("three", "error"),
        ("four", "failure"),
    ]


def test_what_a_run_has_shown_is_a_result() -> None:
    log = json.loads(rendered("sarif"))
    require_valid(log)
    assert [len(run["results"]) for run in log["runs"]] == [0, 1, 0, 1]
    assert log["runs"][0]["properties"]["run"] == {
        "status": "completed",
        "reason": "completed: scored",
        "metrics": {"bits": 1.5},
    }
    assert "run" not in log["runs"][3]["properties"]


def test_json_of_a_batch_is_an_array_of_its_lines() -> None:
    lines = [json.loads(line) for line in rendered("jsonl").splitlines()]
    assert json.loads(rendered("json")) == lines
    assert [(line["id"], line["path"]) for line in lines[:1]] == [("one", "in/a.zip")]
    single = built_in()["json"].render(Report(reviews=PROJECTS[:1], rules={}, is_batch=True))
    assert json.loads(single) == lines[:1]
