"""What SARIF 2.1.0 asks of a log, and what of a review has to be in it."""

import json
from typing import Any
from urllib.parse import unquote

import msgspec
import pytest

from prism.finding import Severity, Step
from prism.report.format import Report, Reviewed
from prism.report.sarif_format import render
from prism.review import Review, Stage, StageStatus
from tests.report.records import RULE, finding, review
from tests.report.sarif import require_valid, validator


def rendered(*reviews: Review) -> Any:  # noqa: ANN401 - whatever JSON holds
    text = render(Report(reviews=tuple(Reviewed(name="x", review=each) for each in reviews), rules={RULE.id: RULE}))
    assert text.isascii()
    log = json.loads(text)
    require_valid(log)
    return log


def test_the_schema_finds_mistakes() -> None:
    log = rendered(review(finding()))
    log["runs"][0]["results"][0]["level"] = "fatal"
    log["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["region"]["startLine"] = 0
    log["runs"][0]["invocations"][0]["startTimeUtc"] = "yesterday"
    log["runs"][0]["tool"]["driver"]["nickname"] = "x"
    found = {problem.json_path for problem in validator().iter_errors(log)}
    assert len(found) == 4, found


def test_each_review_is_a_run() -> None:
    log = rendered(review(finding()), review())
    assert [len(run["results"]) for run in log["runs"]] == [1, 0]
    assert [run["properties"]["verdict"] for run in log["runs"]] == ["rejected", "rejected"]


def test_a_finding_has_its_place_and_its_rule() -> None:
    run = rendered(review(finding()))["runs"][0]
    (result,) = run["results"]
    place = result["locations"][0]["physicalLocation"]
    assert place["artifactLocation"] == {"uri": "model.py", "uriBaseId": "PROJECT"}
    assert place["region"] == {"startLine": 3, "startColumn": 1, "endLine": 3, "endColumn": 16}
    assert place["contextRegion"]["snippet"]["text"] == 'os.system("id")'
    rule = run["tool"]["driver"]["rules"][result["ruleIndex"]]
    assert (rule["id"], result["ruleId"], result["level"]) == (RULE.id, RULE.id, "error")
    assert run["artifacts"][0]["hashes"] == {"sha-256": "0" * 64}


def test_the_steps_to_a_finding_are_places_too() -> None:
    found = finding(chain=(Step(path="a b.py", line=2, text="import os"),))
    related = rendered(review(found))["runs"][0]["results"][0]["relatedLocations"]
    assert related[0]["physicalLocation"]["artifactLocation"]["uri"] == "a%20b.py"


def test_every_finding_has_a_fingerprint_of_its_own_that_other_lines_do_not_change() -> None:
    first, second = finding(), finding(message="another")
    log = rendered(review(first, first, second), review(msgspec.structs.replace(first, line=9, end_line=9)))
    prints = [[each["partialFingerprints"]["prismFinding/v1"] for each in run["results"]] for run in log["runs"]]
    assert len({*prints[0]}) == 3
    assert prints[0][1] == f"{prints[0][0]}:2"
    assert prints[1] == prints[0][:1]


@pytest.mark.parametrize(
    "path", ["javascript:alert(1)", "//host/x", "a?b#c", "\u202e名.py", "a\nb", "%2e%2e/x", "\ud800"]
)
def test_a_name_is_a_path_in_the_project_and_nothing_else(path: str) -> None:
    log = rendered(review(finding(path=path)))
    uri = log["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert ":" not in uri
    assert path == "\ud800" or unquote(uri) == path


def test_a_message_can_hold_no_link() -> None:
    log = rendered(review(finding(message="see [here](javascript:alert(1))\n\x1b[31m")))
    assert "](" not in log["runs"][0]["results"][0]["message"]["text"]


def test_what_is_waived_is_suppressed_and_an_opinion_is_ranked() -> None:
    result = rendered(review(finding(waived="known", confidence=0.25)))["runs"][0]["results"][0]
    assert result["suppressions"] == [{"kind": "external", "status": "accepted", "justification": "known"}]
    assert result["rank"] == 25


def test_what_did_not_run_is_told() -> None:
    failed = Stage(name="check:safety", status=StageStatus.FAILED, why="it died")
    run = rendered(review(stages=(failed,)))["runs"][0]
    (invocation,) = run["invocations"]
    assert invocation["executionSuccessful"] is False
    assert "it died" in invocation["toolExecutionNotifications"][0]["message"]["text"]
    skipped = Stage(name="compare", status=StageStatus.SKIPPED)
    assert rendered(review(stages=(skipped,)))["runs"][0]["invocations"][0]["executionSuccessful"] is True


def test_more_than_is_shown_is_counted() -> None:
    many = tuple(finding(message=str(number), severity=Severity.NOTE) for number in range(25_003))
    report = Report(reviews=(Reviewed(name="x", review=review(*many)),), rules={})
    run = json.loads(render(report))["runs"][0]
    assert (len(run["results"]), run["properties"]["leftOut"]) == (25_000, 3)


def places(run: Any) -> list[str]:  # noqa: ANN401 - whatever JSON holds
    located = (result["locations"][0]["physicalLocation"] for result in run["results"])
    return [each["artifactLocation"]["uri"] for each in located]


@pytest.mark.parametrize(
    ("name", "shown"), [("in/a.zip", "in/a.zip"), ("/tmp/b", "tmp/b"), (".", "project"), ("a:b\x1b", "a%3Ab%5Cx1b")]
)
def test_a_finding_about_a_whole_project_has_a_place_too(name: str, shown: str) -> None:
    nowhere = msgspec.structs.replace(finding(), path=None, line=None, column=None, evidence=None)
    reviews = (review(nowhere), review(nowhere, project=None))
    report = Report(reviews=tuple(Reviewed(name=name, review=each) for each in reviews), rules={})
    log = json.loads(render(report))
    require_valid(log)
    assert [places(run) for run in log["runs"]] == [["model.py"], [shown]]


def test_a_finding_without_a_file_and_a_rule_that_is_gone() -> None:
    nowhere = dict.fromkeys(("path", "line", "column", "end_line", "end_column", "evidence"))
    found = msgspec.structs.replace(finding(), **nowhere, rule="old/gone")
    run = rendered(review(found, project=None))["runs"][0]
    assert (places(run), run["artifacts"]) == (["x"], [])
    assert run["tool"]["driver"]["rules"] == [{"id": "old/gone"}]
