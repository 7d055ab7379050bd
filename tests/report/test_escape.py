import json
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prism.report.escape import INVISIBLE, ascii_json, escape, shorten


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("model.py", "model.py"),
        ("naïve 名前 ñ", "naïve 名前 ñ"),
        ("a\nb\r\tc", "a\\nb\\r\\tc"),
        ("\x1b[31mred", "\\x1b[31mred"),
        ("\x9b31m", "\\x9b31m"),
        ("\x7f\x00", "\\x7f\\x00"),
        ("a\u202eb\u2066c", "a\\u202eb\\u2066c"),
        ("a\u200bb\ufeff", "a\\u200bb\\ufeff"),
        ("\u2028\u2029\u0085", "\\u2028\\u2029\\x85"),
        ("a\u00a0b\u3000", "a\\xa0b\\u3000"),
        ("\ud800", "\\ud800"),
        ("\U000e0041", "\\U000e0041"),
        ("\u3164\uffa0", "\\u3164\\uffa0"),
        ("e\u0301", "e\u0301"),
        ("\u0301e", "\\u0301e"),
        ("e" + "\u0301" * 5, "e\u0301\u0301\\u0301\\u0301\\u0301"),
        ("🙂", "🙂"),
    ],
)
def test_what_is_shown(text: str, shown: str) -> None:
    assert escape(text) == shown


def harmless(text: str) -> bool:
    """Whether nothing in the text steers a terminal or hides from a reader; judged without the code under test."""
    return not any(
        unicodedata.category(character) in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
        or (unicodedata.category(character) == "Zs" and character != " ")
        for character in text
    )


@given(st.text())
def test_no_control_or_format_character_survives(text: str) -> None:
    assert harmless(escape(text))
    assert not INVISIBLE.intersection(escape(text))


@given(st.text())
def test_escaping_twice_changes_nothing_more(text: str) -> None:
    assert escape(escape(text)) == escape(text)


@given(st.text(max_size=300), st.integers(min_value=10, max_value=60))
def test_shortened_text_keeps_within_its_limit(text: str, limit: int) -> None:
    shown = shorten(text, limit)
    assert len(shown) <= limit
    assert harmless(shown)


def test_shortened_text_keeps_both_ends() -> None:
    assert shorten("packages/" + "x" * 10_000 + "/model.py", 30) == "packages/xxxxxxxx...x/model.py"


@pytest.mark.parametrize("text", ["plain", "\x7f", "\x9b2J", "\u202e", "é", "\U0001f600", 'a\\u0041\n"\x00'])
def test_json_in_ascii_means_the_same(text: str) -> None:
    whole = json.dumps({"a": [text], text: 1}, ensure_ascii=False).encode()
    shown = ascii_json(whole)
    assert json.loads(shown) == json.loads(whole)
    assert all(32 <= byte < 127 for byte in shown)
