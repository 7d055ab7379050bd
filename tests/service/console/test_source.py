"""What of a file and its findings is shown, and where; and that text becomes no markup."""

import re

import msgspec
import pytest

from prism.finding import Evidence, Finding, Severity
from prism.report.markup import Markup, element, facts, joined, lines, table, text
from prism.report.ranking import gravest
from prism.report.source import (
    AROUND,
    MOST_FINDINGS,
    MOST_LINES,
    MOST_MARKED,
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
    quoted = {3: 'os.system("id")'}
    source = "\n".join(quoted.get(number, f"line {number}") for number in range(1, 101)).encode()
    far = finding()
    page = with_findings(source, [far], title=text("x"), is_whole=False)
    assert numbers(page) == list(range(1, 3 + AROUND + 1))
    assert numbers(with_findings(source, [far], title=text("x"), is_whole=True)) == list(range(1, 101))
    assert page.index("os.system(&quot;id") < page.index("calls os.system") < page.index("line 4<")


def test_a_finding_behind_the_end_is_shown_all_the_same() -> None:
    page = with_findings(b"one", [finding()], title=text("x"), is_whole=False)
    assert "calls os.system" in page
    assert numbers(page) == [3]


def test_what_a_finding_quotes_is_shown_wherever_it_stands() -> None:
    """Far to the right, far down, or in bytes that are no UTF-8: each could hide it."""
    line = "x = 1" + " " * 900 + "; import os"
    hidden = quoting(line, line=1, column=908)
    source = line.encode() + b"\n" * (2 * MOST_LINES) + b"import sys"
    page = with_findings(
        source, [hidden, quoting("import sys", line=2 * MOST_LINES + 1)], title=text("x"), is_whole=False
    )
    assert "; import os" in page
    assert "import sys" in page
    assert str(2 * MOST_LINES + 1) in page
    assert f"beyond {MOST_LINES}" in page
    other = with_findings(b"+AGkAbQ-\xe9", [quoting("import os", line=1)], title=text("x"), is_whole=True)
    assert "import os" in other
    assert "not text in UTF-8" in other
    seen = with_findings(b"import os", [quoting("import os", line=1)], title=text("x"), is_whole=True)
    assert seen.count("import os") == 1


def test_a_long_finding_fills_no_page() -> None:
    long = quoting("", line=1, end_line=MOST_LINES)
    page = with_findings(b"\n" * MOST_LINES, [long], title=text("x"), is_whole=False)
    assert len(numbers(page)) == MOST_MARKED + AROUND


def quoting(excerpt: str, *, line: int, column: int = 1, end_line: int = 0) -> Finding:
    evidence = Evidence(excerpt=excerpt, sha256="0" * 64)
    whole = finding(evidence=evidence)
    return msgspec.structs.replace(whole, line=line, end_line=end_line or line, column=column)


def test_what_is_shown_is_bounded() -> None:
    assert len(lines_of(b"\n" * (2 * MOST_LINES))) == MOST_LINES
    notes = [finding(severity=Severity.NOTE, message=f"n{number}") for number in range(MOST_FINDINGS)]
    chosen = gravest([*notes, finding(message="the error")], MOST_FINDINGS)
    assert (len(chosen), chosen[-1].message) == (MOST_FINDINGS, "the error")
