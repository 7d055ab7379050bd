"""Reviews as Markdown, for a comment on a change or a ticket.

Whatever comes from a submission stands in code spans: nothing in them is a link, an image, a heading, a mention of
somebody, or HTML.
"""

import re
from collections.abc import Iterator

from prism.finding import Finding
from prism.report.escape import shorten
from prism.report.format import Report, ReportFormat, Reviewed
from prism.report.ranking import gravest
from prism.report.run_text import run_lines
from prism.report.text_format import SHOWN_FINDINGS, place, reason_text, scope

SHOWN_NAME = 200
SHOWN_TEXT = 500
SHOWN_REASONS = 20


def render(report: Report) -> str:
    """A section for each project: the verdict, why, and a table of findings with what to do."""
    return "\n\n".join("\n".join(_section(each)) for each in report.reviews) + "\n"


def _section(reviewed: Reviewed) -> Iterator[str]:
    review = reviewed.review
    yield f"## {review.verdict}: {code(reviewed.title, SHOWN_NAME)}"
    yield ""
    policy = " ".join(code(text, SHOWN_NAME) for text in (review.policy.name, review.policy.digest[:12]))
    yield f"{scope(review)}, policy {policy}"
    if review.reasons:
        yield ""
    yield from (f"- {code(reason_text(reason), SHOWN_TEXT)}" for reason in review.reasons[:SHOWN_REASONS])
    if len(review.reasons) > SHOWN_REASONS:
        yield f"- and {len(review.reasons) - SHOWN_REASONS} more reasons"
    if reviewed.run is not None:
        yield ""
        yield from (f"- {code(line.strip(), SHOWN_TEXT)}" for line in run_lines(reviewed.run))
    if review.findings:
        yield from ("", "| place | | rule | what was found | what to do |", "|---|---|---|---|---|")
    shown = gravest(review.findings, SHOWN_FINDINGS)
    yield from map(_row, shown)
    if len(shown) < len(review.findings):
        yield ""
        yield f"And {len(review.findings) - len(shown)} more findings, none graver than these."


def _row(finding: Finding) -> str:
    waived = "" if finding.waived is None else f" waived: {_cell(finding.waived)}"
    cells = (
        _cell(place(finding)),
        f"{finding.severity}{waived}",
        _cell(finding.rule),
        _cell(finding.message),
        _cell(finding.remedy) if finding.remedy else "",
    )
    return f"| {' | '.join(cells)} |"


def _cell(text: str) -> str:
    return code(text, SHOWN_TEXT).replace("|", "\\|")


def code(text: str, limit: int) -> str:
    """A code span that shows the text: on one line, every character visible, and no way to end it early."""
    shown = shorten(text, limit) or " "
    fence = "`" * (1 + max((len(run) for run in re.findall("`+", shown)), default=0))
    pad = " " if "`" in (shown[0], shown[-1]) else ""
    return f"{fence}{pad}{shown}{pad}{fence}"


FORMAT = ReportFormat(name="markdown", description="for a comment or a ticket", render=render)
