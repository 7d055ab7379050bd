"""Keys that may be used, and prices that somebody knows."""

from pathlib import Path

import pytest
from prism_llm.exchange import Reviewer
from prism_llm.keys import KeyTrouble, key_of
from prism_llm.one_object import NoObjectError, one_object
from prism_llm.prices import price_of


def test_a_key_file_is_read_anew_each_time(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.touch(mode=0o600)
    reviewer = Reviewer(model="openai/x", key_file="key")
    for key in ("first", "second"):
        file.write_text(f"{key}\n")
        assert key_of(reviewer, tmp_path) == key


@pytest.mark.parametrize(
    ("content", "mode", "said"),
    [
        ("k", 0o644, "open to others"),
        ("k", 0o640, "open to others"),
        ("", 0o600, "is empty"),
        ("a\nb", 0o600, "more than"),
    ],
)
def test_a_key_file_that_cannot_be_trusted_is_refused(tmp_path: Path, content: str, mode: int, said: str) -> None:
    file = tmp_path / "key"
    file.write_text(content)
    file.chmod(mode)
    with pytest.raises(KeyTrouble, match=said):
        key_of(Reviewer(model="openai/x", key_file="key"), tmp_path)


def test_prices_come_from_the_list_and_the_policy_goes_before_it() -> None:
    listed = price_of(Reviewer(model="openai/gpt-4o"))
    assert listed is not None
    assert listed.micro_usd(1_000_000, 0) == listed.input * 1_000_000
    assert price_of(Reviewer(model="openai/no-such-model")) is None
    own = price_of(Reviewer(model="openai/gpt-4o", usd_per_million_input=0.0, usd_per_million_output=0.0))
    assert own is not None
    assert own.micro_usd(5, 5) == 0


def test_one_object_is_found_and_two_are_none() -> None:
    assert one_object('<think>{"x": 1}</think> Sure: {"a": {"b": 1}} Bye') == '{"a": {"b": 1}}'
    assert one_object('Of {these}, one: {"a": 1}') == '{"a": 1}'
    for broken in ('{"x": "a\nb", "y": {"z": 1}}', '{"x": [{"y": 1}', '```json\n{"x": 01, "y": {"z": 1}}\n```'):
        with pytest.raises(NoObjectError):
            one_object(broken)
    for text in ("", "{", '{"a": NaN}', "{} {}", "{" * 300_000, '{"a":' * 50_000):
        with pytest.raises(NoObjectError):
            one_object(text)
