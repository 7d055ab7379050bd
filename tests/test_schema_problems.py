"""Disagreements with a schema in words; exact for each keyword, bounded for hostile data."""

from typing import Any

import pytest

from prism.document import Json, load_document
from prism.schema_problems import MAX_PROBLEMS, complaints_of, did_you_mean, problems_of

EXPECTED: list[tuple[dict[str, Any], Json, str, str]] = [
    ({"type": "integer"}, "12", "expected a whole number, not '12'", "take the quotes off"),
    ({"type": "boolean"}, "true", "expected true or false, not 'true'", "take the quotes off"),
    ({"type": "string"}, 3, "expected text, not 3", "write text"),
    ({"type": ["string", "null"]}, [], "expected text or null, not a list of 0", "write text or null"),
    ({"enum": ["off", "error"]}, "of", "expected one of off, error, not 'of'", "did you mean 'off'?"),
    ({"enum": [1]}, 2, "expected 1, not 2", "write 1"),
    ({"const": "x"}, "y", "expected 'x', not 'y'", "write 'x'"),
    ({"minimum": 3}, 2, "expected a number of at least 3, not 2", "write a number of at least 3"),
    ({"exclusiveMaximum": 3}, 3, "expected a number less than 3, not 3", "write"),
    ({"multipleOf": 4}, 6, "expected a multiple of 4, not 6", "write"),
    ({"maxLength": 2}, "abc", "expected text of at most 2 characters, not 'abc'", "write"),
    ({"maxItems": 1}, [1, 2], "expected a list of at most 1, not a list of 2", "write"),
    ({"minProperties": 1}, {}, "expected an object with at least 1 keys, not an object with 0 keys", "write"),
    ({"uniqueItems": True}, [1, 1], "expected every entry once, not a list of 2", "drop the repeated one"),
    ({"pattern": "^a$"}, "b", "expected text of the form ^a$, not 'b'", "mend"),
    ({"pattern": "^a$"}, "a\n", "expected text of the form ^a$, not 'a\\n'", "mend"),
    ({"not": {}}, 1, "expected something else here, not 1", "see 'not' in the schema"),
    ({"type": "integer", "description": "How many."}, None, "expected a whole number, not null", "(How many)"),
]


@pytest.mark.parametrize(("schema", "value", "what", "do"), EXPECTED)
def test_each_keyword_has_its_words(schema: dict[str, Any], value: Json, what: str, do: str) -> None:
    (complaint,) = complaints_of(value, schema)
    assert complaint.path == ()
    assert complaint.what == what
    assert do in complaint.do


def test_valid_data_has_no_complaints() -> None:
    assert complaints_of({"a": "a$"}, {"properties": {"a": {"pattern": r"^a\$"}}}) == ()


def test_keys_are_reported_at_their_own_place() -> None:
    schema = {
        "additionalProperties": False,
        "required": ["name", "depth"],
        "properties": {"name": {"description": "What it is called."}, "depth": {}},
        "patternProperties": {"^x-": {}},
    }
    document = load_document("x-mine: 1\nnane: 1\nother: 2\n", name="m.yaml")
    assert [(problem.where, problem.what, problem.do) for problem in problems_of(document, schema)] == [
        ("m.yaml:1: $", "the key 'name' is missing", "add 'name' (What it is called)"),
        ("m.yaml:1: $", "the key 'depth' is missing", "add 'depth'"),
        ("m.yaml:2: $.nane", "the key 'nane' is unknown", "did you mean 'name'? known keys: depth, name"),
        ("m.yaml:3: $.other", "the key 'other' is unknown", "known keys: depth, name"),
    ]
    first = problems_of(document, schema)[2]
    assert (first.file, first.line, first.json_path) == ("m.yaml", 2, "$.nane")


def test_of_alternatives_the_nearest_one_complains() -> None:
    either = {"anyOf": [{"type": "string"}, {"type": "object", "properties": {"n": {"type": "integer"}}}]}
    (complaint,) = complaints_of({"n": "x"}, either)
    assert (complaint.path, complaint.what) == (("n",), "expected a whole number, not 'x'")


def test_a_key_that_breaks_the_naming_rule_is_named() -> None:
    (complaint,) = complaints_of({"A": 1}, {"propertyNames": {"pattern": "^[a-z]$"}})
    assert (complaint.path, complaint.what) == (("A",), "the key 'A' is not allowed")


def test_hostile_data_is_escaped_cut_and_counted() -> None:
    data: Json = {f"\x1b[2J\u202e{number}": "x" * 10_000 for number in range(1000)}
    complaints = complaints_of(data, {"additionalProperties": {"type": "integer"}, "maxProperties": 3})
    assert len(complaints) == MAX_PROBLEMS
    assert all(f"{c.what}{c.do}".isprintable() and len(c.what) < 400 for c in complaints)


@pytest.mark.parametrize(
    "schema",
    [{"$ref": "#/$defs/none"}, {"$ref": "#"}, {"$ref": "http://127.0.0.1:9/x.json"}, {"pattern": "("}],
)
def test_a_schema_that_cannot_be_applied_is_a_complaint_and_nothing_is_fetched(schema: dict[str, Any]) -> None:
    (complaint,) = complaints_of("text", schema)
    assert complaint.what.startswith("a schema cannot be applied")


def test_did_you_mean_ignores_case_and_stays_silent_without_a_neighbour() -> None:
    assert did_you_mean("FILES", ["files", "other"]) == "did you mean 'files'? "
    assert did_you_mean("zzz", ["files"]) == ""
    assert did_you_mean(3, ["3"]) == ""
