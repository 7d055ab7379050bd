"""Versions of the hook API: who may be loaded, and who hears that something will be gone."""

import importlib.util
import subprocess
import sys
import warnings
from pathlib import Path
from types import ModuleType

import pytest

from prism import hookspecs
from prism.errors import PluginError
from prism.hookspecs import HookDeprecationWarning
from prism.host import Host
from prism.plugin import find_plugin
from tests.packaging.conftest import ROOT

CORPORA = ROOT / "tests" / "corpora"
CHECK = "from prism import hookimpl\n{line}\n\n@hookimpl\ndef prism_check_file(file):\n    return []\n"
REVIEW = "from prism import hookimpl\n\n@hookimpl\ndef prism_review({arguments}):\n    return []\n"


def later() -> ModuleType:
    spec = importlib.util.spec_from_file_location("later_hooks", CORPORA / "later_hooks.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def host_of(text: str, folder: Path, specifications: ModuleType = hookspecs) -> Host:
    (folder / "made.py").write_text(text)
    return Host([(find_plugin("made", "made.py", folder), {})], specifications=specifications)


@pytest.mark.parametrize("line", ["", "requires_hooks = 1"])
def test_a_plugin_of_this_version_is_taken(line: str, tmp_path: Path) -> None:
    assert host_of(CHECK.format(line=line), tmp_path).hooks_of("made") == ("prism_check_file",)


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ("requires_hooks = 6", "it requires hook API 6, and this PRISM has 5: upgrade PRISM"),
        ("requires_hooks = 2", "written for hook API 2, and this PRISM has 3 and later: upgrade the plugin"),
        ("requires_hooks = '4'", "its requires_hooks is no whole number: write requires_hooks = 5"),
        ("requires_hooks = True", "its requires_hooks is no whole number"),
    ],
)
def test_a_plugin_of_another_version_is_refused(line: str, what: str, tmp_path: Path) -> None:
    with pytest.raises(PluginError, match=what):
        host_of(CHECK.format(line=line), tmp_path, later())


def test_a_deprecated_hook_or_argument_says_what_to_do(tmp_path: Path) -> None:
    with pytest.warns(
        HookDeprecationWarning, match="prism_check_file is deprecated since hook API 4 and gone in 6: imp"
    ):
        host_of(CHECK.format(line=""), tmp_path, later())
    with pytest.warns(HookDeprecationWarning, match="resemblances of prism_review .* gone in 7: leave it out"):
        host_of(REVIEW.format(arguments="resemblances"), tmp_path, later())
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        host_of(REVIEW.format(arguments="project"), tmp_path, later())


def test_such_a_warning_is_shown_without_being_asked_for() -> None:
    said = "import warnings; from prism.hookspecs import deprecated; "
    said += "warnings.warn(deprecated('x', since=1, gone_in=2, instead='y'))"
    shown = subprocess.run([sys.executable, "-c", said], capture_output=True, text=True, check=True).stderr
    assert "HookDeprecationWarning: x is deprecated since hook API 1 and gone in 2: y" in shown


def test_every_hook_says_since_when_it_is_there() -> None:
    hooks = {name: value for name, value in vars(hookspecs).items() if hasattr(value, f"{hookspecs.NAMESPACE}_spec")}
    assert len(hooks) >= 15
    for name, function in hooks.items():
        (since,) = [line for line in (function.__doc__ or "").splitlines() if "Since: hook API " in line]
        assert (
            hookspecs.OLDEST_HOOK_API <= int(since.partition("Since: hook API ")[2].rstrip(".")) <= hookspecs.HOOK_API
        ), name
    assert f"Hook API version: {hookspecs.HOOK_API}.\n" in (hookspecs.__doc__ or "")
