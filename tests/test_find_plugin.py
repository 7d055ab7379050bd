"""Finding a plugin: by entry point, file or module, with a version, or with an error that says what to do."""

import os
import sys
from pathlib import Path

import pytest

from prism.errors import PluginError
from prism.plugin import PluginDefinition, find_plugin, installed_names

PLUGINS = Path(__file__).parent / "corpora" / "plugins"


def plugin(name: str) -> PluginDefinition:
    return find_plugin(name, f"{name}.py", PLUGINS)


def test_the_built_in_plugins_come_through_the_entry_points() -> None:
    assert {"contract", "docker", "platform", "safety"} <= set(installed_names())
    definition = find_plugin("safety", "", Path())
    assert definition.settings_schema is not None
    assert "prism_safety" in definition.origin
    assert "prism-gate" in definition.origin


def test_a_missing_plugin_is_named_with_its_nearest_neighbour() -> None:
    with pytest.raises(PluginError) as refusal:
        find_plugin("saftey", "", Path())
    assert "did you mean 'safety'?" in refusal.value.do


@pytest.mark.parametrize("name", ["host", "intake", "project"])
def test_prism_keeps_its_own_names(name: str) -> None:
    with pytest.raises(PluginError, match="belongs to PRISM"):
        find_plugin(name, "x.py", PLUGINS)


def test_a_missing_file_and_a_missing_module_are_plugin_errors() -> None:
    with pytest.raises(PluginError, match="cannot be read"):
        find_plugin("nowhere", "nowhere.py", PLUGINS)
    with pytest.raises(PluginError, match="cannot be imported"):
        find_plugin("nowhere", "module:nowhere.at.all", PLUGINS)


def test_a_file_plugin_is_versioned_by_its_content() -> None:
    first, second = plugin("honest"), plugin("raises")
    assert first.version.startswith("sha256:")
    assert first.version != second.version


def test_a_pipe_is_no_plugin_and_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.py")
    with pytest.raises(PluginError, match="No such file"):
        find_plugin("pipe", "pipe.py", tmp_path)


def test_a_file_plugin_is_the_code_that_its_version_names_and_leaves_nothing_behind(tmp_path: Path) -> None:
    path = tmp_path / "mine.py"
    for number in (1, 2):
        path.write_text(f"NUMBER = {number}\n")
        os.utime(path, (0, 0))  # equal times and sizes would make a byte-code cache lie
        assert vars(find_plugin("mine", "mine.py", tmp_path).implementation)["NUMBER"] == number
    assert list(tmp_path.iterdir()) == [path]


def test_what_a_constructor_does_to_its_settings_changes_no_policy() -> None:
    class Plugin:
        def __init__(self, settings: dict[str, list[int]]) -> None:
            settings.pop("list").append(3)

    settings = {"list": [1, 2]}
    PluginDefinition(name="taker", version="0", origin="test", implementation=Plugin).build(settings)
    assert settings == {"list": [1, 2]}


def test_a_module_on_the_path_is_a_plugin_by_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "house_rules.py").write_text("__version__ = '7'\nclass Plugin:\n    name = 'house'\n")
    monkeypatch.syspath_prepend(tmp_path)
    definition = find_plugin("house", "module:house_rules", Path())
    assert (definition.name, definition.version, definition.origin) == ("house", "7", "module house_rules")
    assert definition.implementation.name == "house"


def test_a_plugin_file_that_fails_leaves_no_half_made_module_behind(tmp_path: Path) -> None:
    (tmp_path / "broken.py").write_text("raise LookupError\n")
    with pytest.raises(PluginError, match="LookupError"):
        find_plugin("broken", "broken.py", tmp_path)
    assert not [name for name in sys.modules if "broken" in name and name.startswith("prism_")]
