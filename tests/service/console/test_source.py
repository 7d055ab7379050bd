"""What of a file and its findings is shown, and where; and that text becomes no markup."""

import re

import pytest

from prism.finding import Severity
from prism.service.console.markup import Markup, element, facts, joined, lines, table, text
from prism.service.console.source import (
    AROUND,
    MOST_FINDINGS,
    MOST_LINES,
    gravest,
    lines_of,
    with_excerpts,
    with_findings,
)
from tests.report.records import finding
from tests.service.console.hostile import ATTEMPTS


def numbers(page: str) -> list[int]:
    return [int(each) for each in re.findall(r'class="number">(\d+)<', page)]


@pytest.mark.parametrize("attempt", [*ATTEMPTS, "\u202e", "\x00", "a\nb", "'\"&<>"])
def test_text_is_never_markup(attempt: str) -> None:
    made = joined([
        text(attempt), element("p", attempt, title=attempt), lines(attempt), facts([(attempt, attempt)]),
        table([attempt], [[attempt]], empty=""), with_excerpts([finding(attempt, message=attempt, remedy=attempt)]),
    ])  # fmt: skip
    inside = re.sub(
        r"</?(p|dl|dt|dd|div|table|thead|tbody|tr|th|td|article|h3|code|span|a)( [a-z-]+=\"[^\"<>]*\")*>", "", made
    )
    assert "<" not in inside
    assert "\u202e" not in made
    assert "\x00" not in made


def test_markup_stays_what_it_is() -> None:
    inner = element("b", 1, None, hidden=True, class_=None, data_x="y")
    assert inner == '<b hidden data-x="y">1</b>'
    assert element("p", inner) == f"<p>{inner}</p>"
    assert element("br") == "<br>"
    assert isinstance(inner, Markup)


def test_the_lines_around_a_finding_are_shown() -> None:
    source = [f"line {number}" for number in range(1, 101)]
    far = finding()
    page = with_findings(source, [far], title=text("x"), is_whole=False)
    assert numbers(page) == list(range(1, 3 + AROUND + 1))
    assert numbers(with_findings(source, [far], title=text("x"), is_whole=True)) == list(range(1, 101))
    assert page.index("line 3<") < page.index("calls os.system") < page.index("line 4<")


def test_a_finding_behind_the_end_is_shown_all_the_same() -> None:
    page = with_findings(["one"], [finding()], title=text("x"), is_whole=False)
    assert "calls os.system" in page


def test_what_is_shown_is_bounded() -> None:
    assert len(lines_of(b"\n" * (2 * MOST_LINES))) == MOST_LINES
    notes = [finding(severity=Severity.NOTE, message=f"n{number}") for number in range(MOST_FINDINGS)]
    chosen = gravest([*notes, finding(message="the error")])
    assert (len(chosen), chosen[-1].message) == (MOST_FINDINGS, "the error")
