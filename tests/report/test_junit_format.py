"""What a server for continuous integration reads of a review."""

from xml.etree import ElementTree as ET

from prism.report.format import Report, Reviewed
from prism.report.junit_format import render
from prism.review import Review, Stage, StageStatus
from prism.verdict import Outcome
from tests.report.records import RULE, finding, reason, review


def suite(*reviews: Review, name: str = "project") -> ET.Element:
    named = tuple(Reviewed(name=f"{name} {number}", review=each) for number, each in enumerate(reviews, start=1))
    root = ET.fromstring(render(Report(reviews=named, rules={RULE.id: RULE})))  # noqa: S314 - written just before
    found = root.find("testsuite")
    assert found is not None
    return found


def test_what_is_not_approved_fails_with_its_reasons_and_findings() -> None:
    failed = suite(
        review(verdict=Outcome.APPROVED), review(finding(), reasons=(reason(),)), review(verdict=Outcome.HELD)
    )

    assert (failed.get("tests"), failed.get("failures"), failed.get("errors")) == ("3", "2", "0")
    good, bad, held = failed.findall("testcase")
    assert list(good) == []
    assert [(each.tag, each.get("message")) for each in bad] == [("failure", "rejected: 1 error in 1 file")]
    text = "".join(bad.itertext())
    for part in ("safety/forbidden-call rejects: calls os.system", "model.py:3:1", "do:   remove the call"):
        assert part in text
    assert held[0].get("message") == "held: no findings in 1 file"
    assert {each.get("name"): each.get("value") for each in failed.iter("property")} == {"policy default": "ab" * 32}


def test_what_could_not_be_looked_at_is_an_error_and_no_failure() -> None:
    stages = (Stage(name="check:safety", status=StageStatus.FAILED, why="it hung"),)
    failed = suite(review(verdict=Outcome.HELD, stages=stages))

    assert (failed.get("failures"), failed.get("errors")) == ("0", "1")


def test_what_a_submission_holds_is_text() -> None:
    hostile = "]]></failure><x a='\"&\x00\x1b\u202e"
    failed = suite(review(finding(hostile, path=hostile, message=hostile), reasons=(reason(hostile),)), name=hostile)

    assert len(list(failed.iter())) == 5  # suite, properties, property, case, failure
    shown = ET.tostring(failed, encoding="unicode")
    assert not {"\x00", "\x1b", "\u202e"} & set(shown)
