import io
import sys

import pytest

from prism.cli import rendering
from prism.cli.table import table
from prism.errors import PolicyError, Problem, UsageError
from prism.report.excerpt import width


def test_an_error_says_what_where_and_what_to_do() -> None:
    error = UsageError("no such thing", where="a\nb", do="mend it")
    assert rendering.error_lines(error) == ["usage: no such thing", "  where: a\\nb", "  do:    mend it"]


def test_every_problem_of_a_document_is_shown_within_bounds() -> None:
    problems = tuple(Problem(where=f"p.yaml:{line}: $.x", what="wrong", do="mend it") for line in range(1, 151))
    lines = rendering.error_lines(PolicyError("p.yaml does not validate", problems=problems))
    assert lines[1:3] == ["  p.yaml:1: $.x: wrong", "    do: mend it"]
    assert lines[-1] == "  ... and 50 more problems"
    assert len(lines) == 1 + 2 * 100 + 1


def test_a_single_problem_is_not_told_twice() -> None:
    problems = (Problem(where="p.yaml:1: $", what="wrong", do="mend it"),)
    error = PolicyError("wrong", where="p.yaml:1: $", do="mend it", problems=problems)
    assert rendering.error_lines(error) == ["policy-invalid: wrong", "  where: p.yaml:1: $", "  do:    mend it"]


def test_a_terminal_without_unicode_still_gets_the_text(monkeypatch: pytest.MonkeyPatch) -> None:
    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw, encoding="ascii"))
    rendering.data("名前\n")
    assert raw.getvalue() == b"\\u540d\\u524d\n"


@pytest.mark.parametrize(
    ("text", "shown"), [("abc", "abc"), ("名" * 9, "名名名.."), ("a\x1b[2Jb" + "c" * 20, "a\\x...cc"), ("", "")]
)
def test_a_line_that_will_be_taken_away_fits_its_terminal(text: str, shown: str) -> None:
    fitted = rendering.fitting(text, 8)
    assert fitted == shown
    assert width(fitted) <= 8


def test_columns_line_up_also_under_wide_characters() -> None:
    assert table([("名", "x"), ("abc", "y\x1b")]) == "名   x\nabc  y\\x1b\n"


def test_no_rows_are_no_text() -> None:
    assert table([]) == ""
