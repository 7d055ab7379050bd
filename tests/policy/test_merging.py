"""Objects merge, lists are replaced, null takes away."""

from hypothesis import given, settings
from hypothesis import strategies as st

from prism.document import Json
from prism.policy.filling import filled
from prism.policy.merging import merged

KEYS = st.sampled_from("abc")
LEAVES: st.SearchStrategy[Json] = st.integers(0, 3) | st.lists(st.integers(0, 3), max_size=2)
# One shape for every value of a key: "a" and "b" hold leaves, "c" holds an object. Policies are like that.
OBJECTS: st.SearchStrategy[Json] = st.recursive(
    st.dictionaries(st.sampled_from("ab"), LEAVES),
    lambda below: st.builds(
        lambda flat, deep: {**flat, "c": deep}, st.dictionaries(st.sampled_from("ab"), LEAVES), below
    ),
    max_leaves=4,
)


def test_objects_merge_lists_are_replaced_and_null_takes_away() -> None:
    base: Json = {"a": {"x": 1, "y": 2}, "list": [1, 2, 3], "gone": {"z": 1}, "kept": 1}
    over: Json = {"a": {"y": 3, "z": 4}, "list": [4], "gone": None, "never-there": None}
    assert merged(base, over) == {"a": {"x": 1, "y": 3, "z": 4}, "list": [4], "kept": 1}
    assert base == {"a": {"x": 1, "y": 2}, "list": [1, 2, 3], "gone": {"z": 1}, "kept": 1}


def test_null_means_as_if_not_written_even_where_nothing_is_inherited() -> None:
    assert merged({}, {"a": {"b": None, "c": 1}, "d": None}) == {"a": {"c": 1}}


@given(OBJECTS, OBJECTS, OBJECTS)
@settings(max_examples=100, deadline=None)
def test_a_chain_may_be_merged_from_either_end(first: Json, second: Json, third: Json) -> None:
    assert merged(merged(first, second), third) == merged(first, merged(second, third))


@given(OBJECTS)
@settings(max_examples=50, deadline=None)
def test_a_policy_merged_with_itself_or_with_nothing_is_itself(policy: Json) -> None:
    assert merged(policy, policy) == policy
    assert merged(policy, {}) == policy
    assert merged({}, policy) == policy


SCHEMA = {
    "properties": {
        "first": {"default": 1},
        "section": {"default": {}, "properties": {"size": {"default": 5}, "optional": {}}},
        "referred": {"$ref": "#/$defs/size"},
        "list": {"items": {"properties": {"size": {"default": 7}}}},
        "plugin": {
            "$id": "prism:plugin/x",
            "default": {},
            "properties": {"size": {"$ref": "#/$defs/size"}},
            "$defs": {"size": {"default": 9}},
        },
    },
    "additionalProperties": {"properties": {"size": {"default": 2}}},
    "$defs": {"size": {"default": 3}},
}


def test_defaults_are_written_out_at_every_depth() -> None:
    assert filled({"list": [{}], "other": {}}, SCHEMA) == {
        "first": 1,
        "section": {"size": 5},
        "referred": 3,
        "list": [{"size": 7}],
        "plugin": {"size": 9},
        "other": {"size": 2},
    }


def test_what_is_stated_stays_whatever_its_type() -> None:
    stated: Json = {"first": "x", "section": [], "referred": 0, "plugin": {"size": 0}}
    assert filled(stated, SCHEMA) == stated
    assert filled("text", SCHEMA) == "text"


def test_filling_twice_changes_nothing() -> None:
    once = filled({"list": [{}]}, SCHEMA)
    assert filled(once, SCHEMA) == once


def test_a_schema_whose_defaults_call_for_themselves_comes_to_an_end() -> None:
    endless = {"properties": {"again": {"$ref": "#", "default": {}}}}
    depth = 0
    value = filled({}, endless)
    while isinstance(value, dict) and "again" in value:
        value, depth = value["again"], depth + 1
    assert 1 <= depth <= 32
    assert filled({"a": 1}, {"properties": {"a": {"$ref": "#/properties/a"}}}) == {"a": 1}
