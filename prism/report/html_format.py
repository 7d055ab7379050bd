"""Reviews as one page that stands by itself: sources with the findings in them, what is alike, filters.

It works without its script, which only hides what is not asked for; nothing is fetched, and nothing else can run.
"""

from collections import Counter
from collections.abc import Sequence
from functools import cache
from typing import Final

from prism.finding import Severity
from prism.report.alone import HERE, alone, page_style
from prism.report.escape import shorten
from prism.report.format import Report, ReportFormat, Reviewed
from prism.report.html_project import NAME, project
from prism.report.markup import Markup, badge, element, joined, table
from prism.report.painting import counted
from prism.report.run_text import run_counts
from prism.verdict import Outcome

MOST_RULES: Final = 40
VERDICTS: Final = (Outcome.REJECTED, Outcome.HELD, Outcome.APPROVED)
WIDTH: Final = 1_000
"""Of a chart, in units of its own."""


@cache
def _style() -> str:
    return page_style() + (HERE / "html.css").read_text(encoding="utf-8")


@cache
def _script() -> str:
    return (HERE / "html.js").read_text(encoding="utf-8")


def render(report: Report) -> str:
    """The whole page."""
    single = len(report.reviews) == 1
    title = f"Review of {shorten(report.reviews[0].name, NAME) if single else counted(len(report.reviews), 'project')}"
    projects = [project(each, number, is_open=single) for number, each in enumerate(report.reviews)]
    overview = () if single else (_verdicts(report.reviews), _rules(report))
    return (
        alone(title, *overview, _filter(() if single else VERDICTS), *projects, style=_style(), script=_script()) + "\n"
    )


def _verdicts(reviews: Sequence[Reviewed]) -> Markup:
    """How many of each verdict, as words and as parts of a bar."""
    counts = Counter(each.review.verdict for each in reviews)
    words = [joined([badge(verdict), f" {counts[verdict]}"]) for verdict in VERDICTS]
    words += [joined(["runs ", badge(status), f" {number}"]) for status, number in run_counts(reviews)]
    parts, at = [], 0.0
    for verdict in VERDICTS:
        width = WIDTH * counts[verdict] / len(reviews) if reviews else 0
        bar = element("rect", x=f"{at:.1f}", y=0, width=f"{width:.1f}", height=20)
        parts.append(element("g", element("title", f"{verdict}: {counts[verdict]}"), bar, class_=verdict))
        at += width
    chart = element(
        "svg", *parts, class_="bar", viewBox=f"0 0 {WIDTH} 20", preserveAspectRatio="none", role="img",
        aria_label=", ".join(f"{counts[verdict]} {verdict}" for verdict in VERDICTS),
    )  # fmt: skip
    return element("section", element("p", joined(words, " "), class_="row"), chart)


def _rules(report: Report) -> Markup:
    """Which rules matched in how many projects, the most frequent first."""
    seen = Counter(rule for each in report.reviews for rule in {finding.rule for finding in each.review.findings})
    most = max(seen.values(), default=1)
    rows = [
        (element("code", rule), report.rules[rule].title if rule in report.rules else "", count, _measure(count / most))
        for rule, count in sorted(seen.items(), key=lambda item: (-item[1], item[0]))[:MOST_RULES]
    ]
    shown = table(("Rule", "What it finds", "Projects", ""), rows, empty="No rule matched.")
    return element("details", element("summary", "Rules that matched"), shown, class_="more")


def _measure(part: float) -> Markup:
    bar = element("rect", x=0, y=4, width=f"{120 * part:.1f}", height=12)
    return element("svg", bar, width=120, height=20, aria_hidden="true", class_="bar")


def _filter(verdicts: Sequence[Outcome]) -> Markup:
    """What is shown; hidden until the script works."""
    boxes = [_box("verdict", verdict) for verdict in verdicts] + [_box("severity", severity) for severity in Severity]
    search = element("input", type="search", name="search", placeholder="Search names, rules and messages ( / )")
    keys = element("span", "keys: / search, n next finding, p previous", class_="quiet")
    return element(
        "form", search, *boxes, element("output", id="shown"), keys, class_="filter", role="search", hidden=True
    )


def _box(name: str, value: str) -> Markup:
    return element("label", element("input", type="checkbox", name=name, value=value, checked=True), badge(value))


FORMAT = ReportFormat(name="html", description="one page with sources and filters", render=render, wants_sources=True)
