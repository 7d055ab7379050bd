"""The shipped policies: valid, complete, explained line by line, and as strict as their names say."""

from pathlib import Path

import msgspec
import pytest

from prism.document import Json
from prism.policy.filling import filled
from prism.policy.layers import value_at
from prism.policy.loading import load
from prism.policy.model import Policy
from prism.policy.shipped import shipped_file, shipped_names


def text_of(name: str) -> str:
    file = shipped_file(name)
    assert file is not None
    return Path(file).read_text(encoding="utf-8")


def test_these_are_shipped() -> None:
    assert shipped_names() == ("default", "production", "strict")
    assert shipped_file("nowhere") is None


@pytest.mark.parametrize("name", shipped_names())
def test_a_shipped_policy_is_valid_and_bears_its_name(name: str) -> None:
    effective = load(name)
    assert effective.policy.name == name
    assert effective.policy.description


@pytest.mark.parametrize("name", shipped_names())
def test_every_line_of_a_shipped_policy_has_a_comment_above_it(name: str) -> None:
    lines = text_of(name).splitlines()
    for above, line in zip(["", *lines], lines, strict=False):
        if line.strip(" []") and not line.strip().startswith("#"):
            assert above.strip().startswith("#"), line


def test_the_default_policy_states_every_core_setting_with_its_default() -> None:
    effective = load("default").policy
    blank = Policy(policy=1, name="default", description=effective.description, plugins=effective.plugins)
    assert effective == blank
    stated = text_of("default")
    for section in (effective.intake, effective.guard, effective.verdict, effective.runner.limits):
        for field in msgspec.structs.fields(section):
            assert f"{field.encode_name}: " in stated


@pytest.mark.parametrize("name", ["contract", "safety"])
def test_the_default_policy_states_every_setting_of_a_built_in_plugin_with_its_default(name: str) -> None:
    effective = load("default")
    stated = effective.layers.files[0].document.data
    settings = value_at(stated, ("plugins", name, "settings"))
    schema = effective.plugins[name].settings_schema
    assert schema is not None
    assert isinstance(settings, dict)
    assert settings.keys() == schema["properties"].keys()
    assert in_any_order(filled(settings, schema)) == in_any_order(filled({}, schema)), "policies/default.yaml is stale"


def in_any_order(value: Json) -> Json:
    """The value with its lists of words sorted; the policy groups some of them."""
    if isinstance(value, dict):
        return {key: in_any_order(item) for key, item in value.items()}
    return sorted(value, key=str) if isinstance(value, list) else value


def test_strict_and_production_allow_no_more_of_an_archive_than_default() -> None:
    default = load("default").policy
    for name in ("strict", "production"):
        policy = load(name).policy
        for limits, bounds in ((policy.intake, default.intake), (policy.guard, default.guard)):
            for field in msgspec.structs.fields(limits):
                value, bound = getattr(limits, field.name), getattr(bounds, field.name)
                assert not isinstance(value, int) or value <= bound
        assert set(policy.verdict.reject) >= set(default.verdict.reject)
        assert {*policy.verdict.reject, *policy.verdict.hold} >= {*default.verdict.reject, *default.verdict.hold}
        assert set(policy.plugins) >= set(default.plugins)
        assert not policy.rules
        assert not policy.waivers


@pytest.mark.parametrize("name", shipped_names())
def test_no_shipped_policy_gives_a_container_a_network_or_root(name: str) -> None:
    runner = load(name).policy.runner
    assert runner.network == "none"
    assert not runner.user.startswith("0")
