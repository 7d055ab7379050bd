"""The published schema: valid, closed, described throughout, and of the same opinion as the loader."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec
import pytest
from jsonschema import Draft202012Validator
from ruamel.yaml import YAML

from prism.document import Json
from prism.plain_schema import DIALECT
from prism.policy.filling import filled
from prism.policy.loading import load
from prism.policy.model import Policy
from prism.policy.schema import composed_schema, published_schema
from prism.policy.shipped import shipped_file, shipped_names

SETTINGS = {
    "type": "object",
    "additionalProperties": False,
    "properties": {"limit": {"$ref": "#/$defs/limit"}},
    "$defs": {"limit": {"type": "integer", "minimum": 1, "default": 3, "description": "How many."}},
}


def properties(schema: Mapping[str, Any], path: str = "$") -> Iterator[tuple[str, dict[str, Any]]]:
    for name, below in schema.get("properties", {}).items():
        yield f"{path}.{name}", below
        yield from properties(below, f"{path}.{name}")
    for key in ("additionalProperties", "items"):
        if isinstance(schema.get(key), dict):
            yield from properties(schema[key], f"{path}.*")


@pytest.mark.parametrize("make", [composed_schema, published_schema])
def test_it_is_a_closed_2020_12_schema_with_a_description_on_every_setting(
    make: Callable[[Mapping[str, Any]], dict[str, Any]],
) -> None:
    schema = make({"house": SETTINGS, "plain": None})
    Draft202012Validator.check_schema(schema)
    assert schema["$schema"] == DIALECT
    found = dict(properties(schema))
    assert {"$.intake.files", "$.runner.gpu.count", "$.waivers.*.rule", "$.plugins.house.settings"} <= found.keys()
    assert [path for path, below in found.items() if "description" not in below and "$ref" not in below] == []
    open_ended = ("$.plugins.*.settings", "$.runner.broker.settings", "$.runner.metrics_schema")
    objects = [path for path, below in found.items() if "object" in str(below.get("type")) and path not in open_ended]
    assert [path for path in objects if "additionalProperties" not in found[path]] == []
    assert not schema["additionalProperties"]


def test_defaults_are_those_of_the_model() -> None:
    stated: Json = {"policy": 1, "name": "x"}
    assert msgspec.convert(filled(stated, composed_schema({})), Policy) == msgspec.convert(stated, Policy)


def test_a_plugins_settings_are_checked_by_its_own_schema_and_its_own_definitions() -> None:
    validator = Draft202012Validator(composed_schema({"house": SETTINGS}))
    head = {"policy": 1, "name": "x"}
    assert validator.is_valid({**head, "plugins": {"house": {"settings": {"limit": 1}}}})
    assert not validator.is_valid({**head, "plugins": {"house": {"settings": {"limit": 0}}}})
    assert not validator.is_valid({**head, "plugins": {"house": {"settings": {"limits": 1}}}})


def test_a_plugin_without_settings_takes_none() -> None:
    validator = Draft202012Validator(composed_schema({"plain": None}))
    head = {"policy": 1, "name": "x"}
    assert validator.is_valid({**head, "plugins": {"plain": {}}})
    assert not validator.is_valid({**head, "plugins": {"plain": {"settings": {"x": 1}}}})


def test_an_editor_accepts_what_a_file_may_leave_out_or_take_away() -> None:
    validator = Draft202012Validator(published_schema({"house": SETTINGS}))
    file = {"policy": 1, "name": "x", "extends": "default", "plugins": {"house": None}, "rules": {"a/b": None}}
    assert list(validator.iter_errors(file)) == []
    assert not validator.is_valid({**file, "name": None})
    assert not validator.is_valid({**file, "plugins": {"house": {"settings": {"limit": None}}}})


@pytest.mark.parametrize("name", shipped_names())
def test_an_editor_accepts_every_shipped_policy(name: str) -> None:
    file = shipped_file(name)
    assert file is not None
    plugins = {plugin: definition.settings_schema for plugin, definition in load(name).plugins.items()}
    assert list(Draft202012Validator(published_schema(plugins)).iter_errors(YAML(typ="safe").load(Path(file)))) == []


def test_composing_leaves_the_core_schema_as_it_was() -> None:
    before = msgspec.json.encode(composed_schema({}))
    published_schema({"house": SETTINGS})
    assert msgspec.json.encode(composed_schema({})) == before


def test_the_published_schema_has_no_resource_inside_itself_that_an_editor_would_have_to_follow() -> None:
    own = {
        "$defs": {"word": {"type": "string"}, "list": {"type": "array", "items": {"$ref": "#/$defs/word"}}},
        "properties": {"enum": {"$ref": "#/$defs/list"}, "kept": {"const": {"$ref": "#/$defs/word"}}},
    }
    schema = published_schema({"house": own, "other": {"$defs": {"word": {"type": "integer"}}, "$ref": "#/$defs/word"}})
    settings = schema["properties"]["plugins"]["properties"]["house"]["properties"]["settings"]
    assert "$id" not in settings
    assert settings["properties"]["enum"] == {"$ref": "#/$defs/house.list"}
    assert settings["properties"]["kept"] == {"const": {"$ref": "#/$defs/word"}}
    assert schema["$defs"]["house.list"] == {"type": "array", "items": {"$ref": "#/$defs/house.word"}}
    validator = Draft202012Validator(schema)
    file = {"policy": 1, "name": "x", "plugins": {"house": {"settings": {"enum": ["a"]}}}}
    assert validator.is_valid(file)
    file["plugins"] = {"house": {"settings": {"enum": [1]}}}
    assert not validator.is_valid(file)


@pytest.mark.parametrize("reference", ["#", "#/properties/x", "#anchor"])
def test_a_plugin_schema_with_other_references_stays_as_it_is(reference: str) -> None:
    own = {"properties": {"x": {"$ref": reference}, "y": {"$anchor": "anchor", "type": "integer"}}}
    schema = published_schema({"house": own})
    settings = schema["properties"]["plugins"]["properties"]["house"]["properties"]["settings"]
    assert settings["$id"] == "prism:plugin/house"
    assert settings["properties"] == own["properties"]
