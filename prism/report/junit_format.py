"""Reviews as JUnit XML: a case for each project, which fails unless the project is approved."""

from collections.abc import Iterator

from prism.report.format import Report, ReportFormat, Reviewed
from prism.report.junit import JunitCase, JunitSuite, junit_xml
from prism.report.ranking import gravest
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
    """A failure says what was decided against the project; an error, that something could not look at it."""
    review = reviewed.review
    said = f"{review.verdict}: {scope(review)}"
    is_unseen = any(stage.status is StageStatus.FAILED for stage in review.stages)
    is_approved = review.verdict is Outcome.APPROVED
    return JunitCase(
        name=reviewed.name,
        group=f"prism.{review.policy.name}",
        seconds=review.timings.total_seconds,
        error=said if is_unseen and not is_approved else "",
        failure="" if is_unseen or is_approved else said,
        details=() if is_approved else tuple(_details(reviewed, report)),
    )


def _details(reviewed: Reviewed, report: Report) -> Iterator[str]:
    yield from map(reason_text, reviewed.review.reasons)
    for finding in gravest(reviewed.review.findings, SHOWN_FINDINGS):
        yield from finding_lines(finding, report)


FORMAT = ReportFormat(name="junit", description="JUnit XML, for continuous integration", render=render)
