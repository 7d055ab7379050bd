"""Reviews as JUnit XML: a case for each project, which fails unless it is approved and its run, if any, completed."""

from collections.abc import Iterator

from prism.report.format import Report, ReportFormat, Reviewed
from prism.report.junit import JunitCase, JunitSuite, junit_xml
from prism.report.ranking import gravest
from prism.report.run_text import run_head, run_lines
from prism.report.text_format import SHOWN_FINDINGS, finding_lines, reason_text, scope
from prism.review import StageStatus
from prism.verdict import Outcome


def render(report: Report) -> str:
    """One suite with all projects, in the order asked for."""
    policies = dict.fromkeys((each.review.policy.name, each.review.policy.digest) for each in report.reviews)
    properties = tuple((f"policy {name}", digest) for name, digest in policies)
    suite = JunitSuite(name="prism", cases=tuple(_case(each, report) for each in report.reviews), properties=properties)
    return junit_xml("prism review", [suite])


def _case(reviewed: Reviewed, report: Report) -> JunitCase:
    """A failure says what was decided against the project; an error, that something could not look at it or run it."""
    review = reviewed.review
    said, is_ours = _said_against(reviewed)
    return JunitCase(
        name=reviewed.name,
        group=f"prism.{review.policy.name}",
        seconds=review.timings.total_seconds,
        error=said if is_ours else "",
        failure="" if is_ours else said,
        details=tuple(_details(reviewed, report)) if said else (),
    )


def _said_against(reviewed: Reviewed) -> tuple[str, bool]:
    """What the review or the run says against a project, and whether that is for want of something of ours."""
    review, run = reviewed.review, reviewed.run
    if review.verdict is not Outcome.APPROVED:
        is_unseen = any(stage.status is StageStatus.FAILED for stage in review.stages)
        return f"{review.verdict}: {scope(review)}", is_unseen
    if run is not None and run.status != "completed":
        return run_head(run), run.status == "held" and not run.findings
    return "", False


def _details(reviewed: Reviewed, report: Report) -> Iterator[str]:
    yield from map(reason_text, reviewed.review.reasons)
    yield from run_lines(reviewed.run) if reviewed.run is not None else ()
    for finding in gravest(reviewed.review.findings, SHOWN_FINDINGS):
        yield from finding_lines(finding, report)


FORMAT = ReportFormat(name="junit", description="JUnit XML, for continuous integration", render=render)
