"""Markdown that says what the review says, and in which nothing that a submission holds is anything but text."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prism.report.format import Report, Reviewed
from prism.report.markdown_format import code, render
from prism.report.text_format import SHOWN_FINDINGS
from prism.review import Review
from prism.verdict import Outcome
from tests.report.records import RULE, finding, reason, review

SPAN = re.compile(r"(?<!`)(`+)(?!`)(.*?)(?<!`)\1(?!`)")
"""A code span as CommonMark reads it, on one line."""


def shown(*reviews: Review, name: str = "project") -> str:
    return render(Report(reviews=tuple(Reviewed(name=name, review=each) for each in reviews), rules={RULE.id: RULE}))


def test_a_review_is_a_section_with_reasons_and_a_table() -> None:
    assert shown(review(finding(), reasons=(reason(),))) == (
        "## rejected: `project`\n"
        "\n"
        "1 error in 1 file, policy `default` `abababababab`\n"
        "\n"
        "- `safety/forbidden-call rejects: calls os.system`\n"
        "\n"
        "| place | | rule | what was found | what to do |\n"
        "|---|---|---|---|---|\n"
        "| `model.py:3:1` | error | `safety/forbidden-call` | `calls os.system, which starts a program` "
        "| `remove the call` |\n"
    )


def test_an_approval_has_no_table() -> None:
    assert shown(review(verdict=Outcome.APPROVED)) == (
        "## approved: `project`\n\nno findings in 1 file, policy `default` `abababababab`\n"
    )


def test_a_waiver_is_shown_with_its_reason() -> None:
    assert "| error waived: `agreed until spring` |" in shown(review(finding(waived="agreed until spring")))


@pytest.mark.parametrize(
    "text",
    [
        "![x](http://127.0.0.1/x.png)",
        "`` ` <script>alert(1)</script> ```",
        "@everybody look at #1",
        "a\n\n# heading",
        "| a | b |",
        "\u202egnp.ecalp",
        "\\`",
        "`",
    ],
)
def test_nothing_that_a_submission_holds_is_more_than_text(text: str) -> None:
    found = finding(path=text, message=text, remedy=text, waived=text)
    written = shown(review(found, reasons=(reason(text),)), name=text)
    for line in written.splitlines():
        outside = SPAN.sub("", line.replace("\\|", ""))
        assert re.fullmatch(r"[\w#|:, -]*", outside), line
        assert not {"\u202e"} & set(line)
    assert len(written.splitlines()) == 9


@given(st.text(max_size=60))
def test_a_code_span_ends_where_it_should(text: str) -> None:
    span = code(text, 50)
    found = SPAN.fullmatch(span)
    assert found is not None
    assert "\n" not in span


def test_a_flood_of_findings_is_cut() -> None:
    written = shown(review(*[finding()] * (SHOWN_FINDINGS + 5)))
    assert "And 5 more findings, none graver than these." in written
