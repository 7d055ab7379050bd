"""A fingerprint is what JSON can hold, on both sides of the guard."""

from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prism.fingerprint import MAX_DEPTH, decoded, encoded

SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
VALUES = st.recursive(SCALARS, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=20)


@given(st.dictionaries(st.text(), VALUES))
def test_what_json_can_hold_comes_back(fingerprint: dict[str, Any]) -> None:
    assert decoded(encoded(fingerprint)) == fingerprint


def test_other_mappings_and_tuples_become_plain() -> None:
    assert decoded(encoded(MappingProxyType({"a": (1, MappingProxyType({}))}))) == {"a": [1, {}]}


def nested(levels: int) -> dict[str, Any]:
    value: dict[str, Any] = {}
    for _ in range(levels - 1):
        value = {"in": value}
    return value


CYCLE: dict[str, Any] = {}
CYCLE["self"] = CYCLE

ODD: dict[str, object] = {
    "nothing": None,
    "pairs": [("a", 1)],
    "empty list": [],
    "number as key": {1: "a"},
    "null as key": {"deep": [{None: 1}]},
    "bytes": {"a": b"x"},
    "set": {"a": {1}},
    "not a number": {"a": float("nan")},
    "infinite": {"a": [float("inf")]},
    "half a pair": {"a": "\ud800"},
    "half a pair as key": {"\udfff": 1},
    "too deep": nested(MAX_DEPTH + 1),
    "cycle": CYCLE,
    "endless number": {"a": 10**5000},
}


@pytest.mark.parametrize("name", ODD)
def test_anything_else_is_refused(name: str) -> None:
    with pytest.raises((TypeError, ValueError)):
        encoded(ODD[name])


def test_the_deepest_fingerprint_comes_back() -> None:
    assert decoded(encoded(nested(MAX_DEPTH))) == nested(MAX_DEPTH)


@pytest.mark.parametrize("text", ["[]", "null", '{"a": NaN}', '{"a": 1e999}', '{"a": "\\ud800"}', "[" * 100_000, "{"])
def test_what_is_no_mapping_in_json_is_refused_when_it_comes_back(text: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        decoded(text)
