"""The plugin host: refuses misfits with a clear error, calls the others one at a time in name order."""

import itertools
from pathlib import Path

import pytest

from prism.errors import PluginError
from prism.host import Host
from prism.plugin import PluginDefinition, find_plugin

CORPORA = Path(__file__).parent / "corpora"
MISFITS = CORPORA / "misfits"
PLUGINS = CORPORA / "plugins"


def plugin(name: str, folder: Path = PLUGINS) -> PluginDefinition:
    return find_plugin(name, f"{name}.py", folder)


REFUSED = {
    "misspelt_hook": "prism_chek_file",
    "unmarked_hook": "not marked as a hook",
    "unknown_argument": "does not fit the hooks",
    "wrapper": "wraps the hook prism_check_file",
    "old_wrapper": "wraps the hook prism_check_file",
    "foreign_id": "safety/mine-now",
    "twice": "twice/x",
    "no_rules": "LookupError: no catalogue",
    "import_error": "a_module_that_does_not_exist",
    "leaves_at_import": "SystemExit",
    "other_name": "calls itself 'somebody_else'",
    "settings_refused": "KeyError",
    "exits_when_made": "SystemExit: 0",
    "exits_when_asked": "SystemExit: 0",
    "odd_rule": "Expected `str`, got `null`",
    "no_rule": "a rule was expected, not str",
    "optional_hook": "marks prism_chek_file as optional",
    "unused_misspelt": "prism_reviews",
    "forgiven_misspelt": "prism_reviews",
    "forgiven_check": "prism_check_file",
    "raises_when_looked_at": "RuntimeError: not yet",
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_misfit_is_refused_with_what_where_and_what_to_do(name: str) -> None:
    with pytest.raises(PluginError) as refusal:
        Host([(plugin(name, MISFITS), {})])
    assert REFUSED[name] in refusal.value.what
    assert name in refusal.value.what
    assert name in refusal.value.where
    assert refusal.value.do


def test_every_misfit_in_the_corpus_is_expected() -> None:
    assert {path.stem for path in MISFITS.glob("*.py")} == set(REFUSED)


def test_plugins_are_called_in_name_order_whatever_the_order_of_registration() -> None:
    names = ("floods", "honest", "raises")
    for permutation in itertools.permutations(names):
        host = Host((plugin(name), {}) for name in permutation)
        assert tuple(host.definitions) == names
        assert host.implementers("prism_check_file") == ("honest", "raises")


def test_a_blocked_plugin_is_not_registered() -> None:
    host = Host([(plugin("honest"), {}), (plugin("raises"), {})], blocked=["raises"])
    assert tuple(host.definitions) == ("honest",)


def test_two_plugins_of_one_name_are_refused() -> None:
    with pytest.raises(PluginError, match="two plugins are called 'honest'"):
        Host([(plugin("honest"), {}), (plugin("honest"), {})])


def test_rules_and_hooks_are_known_by_plugin() -> None:
    host = Host([(plugin("honest"), {})])
    assert [rule.id for rule in host.rules_of("honest")] == ["honest/bad-name"]
    assert host.hooks_of("honest") == ("prism_check_file", "prism_fingerprint", "prism_rules")


def test_a_raising_plugin_does_not_touch_what_another_returns() -> None:
    host = Host([(plugin("honest"), {}), (plugin("raises"), {}), (plugin("wrong_type"), {})])
    failed = host.findings("prism_check_file", "raises", limit=10, file=None, project=None)
    assert failed.failure is not None
    assert failed.findings == ()
    assert host.call("prism_rules", "honest")[0].id == "honest/bad-name"
