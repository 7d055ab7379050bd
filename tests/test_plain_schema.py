"""What is decided without the validator is what the validator decides; all else is left to it."""

import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from prism.document import Json
from prism.plain_schema import DIALECT, is_certainly_valid, is_plain, matches
from prism.policy.layers import read_layers
from prism.policy.loading import load
from prism.policy.schema import composed_schema
from prism.policy.selection import select_plugins
from prism.policy.shipped import shipped_names

WORDS = st.sampled_from(["a", "b", "ab", "", "1"])
SCALARS = st.one_of(st.none(), st.booleans(), st.integers(-2, 3), st.sampled_from([0.0, 1.0, 1.5, -0.5]), WORDS)
DATA = st.recursive(
    SCALARS, lambda below: st.lists(below, max_size=3) | st.dictionaries(WORDS, below, max_size=3), max_leaves=6
)
TYPES = st.sampled_from(["array", "boolean", "integer", "null", "number", "object", "string"])
COUNTS = st.integers(-1, 3)


def schemas(below: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Schemas and things that are nearly schemas, over schemas that stand in them."""
    below = below | st.booleans()
    named = st.dictionaries(WORDS, below, max_size=3)
    keywords: dict[str, st.SearchStrategy[Any]] = {
        "type": TYPES | st.lists(TYPES, max_size=2) | SCALARS,
        "enum": st.lists(DATA, max_size=3),
        "const": DATA,
        "uniqueItems": st.booleans() | SCALARS,
        "required": st.lists(WORDS, max_size=2),
        "pattern": st.sampled_from(["^a$", "b", "a\\$", "(", "^$", "[ab]+$"]) | SCALARS,
        "properties": named,
        "$defs": st.fixed_dictionaries({"x": below}),
        "$ref": st.sampled_from(["#/$defs/x", "#/$defs/nowhere", "#", "#/properties/a"]),
        "$id": st.sampled_from(["prism:a", "prism:b", "elsewhere"]),
        "$schema": st.sampled_from([DIALECT, "http://json-schema.org/draft-04/schema#"]),
        "title": WORDS,
        "x-prism-file": WORDS,
        "default": DATA,
        "prefixItems": st.lists(below, min_size=1, max_size=2),
        "patternProperties": st.fixed_dictionaries({"a": below}),
        **dict.fromkeys(("allOf", "anyOf", "oneOf"), st.lists(below, max_size=3)),
        **dict.fromkeys(("items", "additionalProperties", "propertyNames", "not", "if", "then", "else"), below),
        **dict.fromkeys(("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"), SCALARS),
        **dict.fromkeys(("minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties"), COUNTS),
    }
    chosen = st.lists(st.sampled_from(sorted(keywords)), max_size=4, unique=True)
    return chosen.flatmap(lambda names: st.fixed_dictionaries({name: keywords[name] for name in names}))


SCHEMAS: st.SearchStrategy[dict[str, Any]] = st.recursive(st.builds(dict), schemas, max_leaves=8)


@settings(max_examples=1500, deadline=None)
@given(schema=SCHEMAS, data=DATA)
def test_what_is_certain_is_what_the_validator_says(schema: dict[str, Any], data: Json) -> None:
    if not is_plain(schema):
        assert not is_certainly_valid(data, schema)
        return
    Draft202012Validator.check_schema(schema)
    is_valid = Draft202012Validator(schema).is_valid(data)
    if is_certainly_valid(data, schema):
        assert is_valid
    elif is_valid:  # then there was something that Python and JSON compare differently
        assert set(re.findall(r"'(enum|const|uniqueItems)':", str(schema)))


def test_a_dollar_is_the_end_of_the_text() -> None:
    assert matches("^a$", "a")
    assert not matches("^a$", "a\n")
    assert matches("a\\$", "a$\n")


@pytest.mark.parametrize("name", shipped_names())
def test_the_validator_is_not_needed_for_a_shipped_policy(name: str) -> None:
    layers = read_layers(name)
    selection = select_plugins(layers, layers.data)
    schema = composed_schema(selection.schemas, broker=selection.broker)
    assert is_certainly_valid(dict(load(name).document), schema)


@pytest.mark.parametrize(
    "schema",
    [
        {"$ref": "#/$defs/a", "$defs": {"a": {"$ref": "#/$defs/a"}}},
        {"properties": {"a": {"$id": "prism:a"}, "b": {"$id": "prism:a", "type": "null"}}},
        {"$id": ["prism:a"]},
        {"items": {"format": "date"}},
        {"pattern": "("},
    ],
)
def test_what_needs_a_second_look_gets_it(schema: dict[str, Any]) -> None:
    assert not is_certainly_valid({}, schema)
