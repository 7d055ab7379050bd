import pytest
from hypothesis import given
from hypothesis import strategies as st

from prism.finding import Evidence
from prism.report.excerpt import WINDOW, excerpt, width
from tests.report.records import finding


@pytest.mark.parametrize(
    ("line", "begin", "end", "source", "underline"),
    [
        ("os.system(x)", 1, 10, "os.system(x)", "^^^^^^^^^"),
        ("\tos.system(x)", 2, 11, "    os.system(x)", "    ^^^^^^^^^"),
        ("a\tb", 3, 4, "a   b", "    ^"),
        ("名前 = f(x)", 6, 10, "名前 = f(x)", "       ^^^^"),
        ("f('名前')", 1, 8, "f('名前')", "^^^^^^^^^"),
        ("e\u0301 = f", 6, 7, "e\u0301 = f", "    ^"),
        ("\x1b[2J; f()", 7, 10, "\\x1b[2J; f()", "         ^^^"),
        ("\u202ef()", 2, 5, "\\u202ef()", "      ^^^"),
        ("f()", 4, 4, "f()", "   ^"),
    ],
    ids=["plain", "tab", "tab-inside", "wide-before", "wide-inside", "combining", "ansi", "bidi", "behind-the-end"],
)
def test_the_underline_stands_below_its_span(line: str, begin: int, end: int, source: str, underline: str) -> None:
    assert excerpt(finding(line, begin, end)) == (source, underline)


def test_a_long_line_is_cut_around_its_span() -> None:
    drawn = excerpt(finding("x = " + "1 + " * 300 + "f()", 1205, 1208))
    assert drawn is not None
    source, underline = drawn
    assert source.startswith("... ")
    assert source.endswith("f()")
    assert source[underline.index("^") :] == "f()"
    assert width(source) <= WINDOW + 8


def test_a_span_over_several_lines_is_underlined_to_the_end_of_its_first() -> None:
    drawn = excerpt(finding("f(\n  x)", 1, 4, end_line=4, evidence=Evidence(excerpt="f(\n  x)", sha256="0" * 64)))
    assert drawn == ("f(", "^^")


def test_without_source_there_is_nothing_to_draw() -> None:
    assert excerpt(finding(evidence=None)) is None
    assert excerpt(finding("short", 4000, 4001)) is None


@given(st.text(max_size=400), st.integers(1, 400), st.integers(1, 400))
def test_whatever_the_line_the_drawing_is_two_bounded_lines(line: str, begin: int, length: int) -> None:
    drawn = excerpt(finding(line, begin, begin + length))
    if drawn is not None:
        source, underline = drawn
        assert all(part.isprintable() for part in drawn)
        assert width(source) <= WINDOW + 8
        assert set(underline) <= {" ", "^"}
        assert "^" in underline
