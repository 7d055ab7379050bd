"""From files to a policy in force: bases, defaults, plugins, texts, places."""

import os
from datetime import date
from pathlib import Path

import pytest

from prism.errors import PolicyError
from prism.finding import Severity
from prism.policy.loading import load

HEAD = "policy: 1\nname: case\n"
PLUGIN = """\
from prism.hookspecs import hookimpl


class Plugin:
    name = "house"
    settings_schema = {
        "type": "object",
        "additionalProperties": False,
        "properties": {"limit": {"type": "integer", "default": 3}, "words": {"default": ["a"]}},
    }

    def __init__(self, settings):
        self.limit = settings["limit"]

    @hookimpl
    def prism_rules(self):
        return []
"""


def write(folder: Path, files: dict[str, str]) -> Path:
    """Write files; the first one is the policy."""
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder / next(iter(files))


def test_a_policy_extends_a_shipped_one_and_a_file_beside_it(tmp_path: Path) -> None:
    files = {
        "leaf.yaml": HEAD + "extends: ./sub/base.json\nintake: {suffixes: [.py], files: null}\n",
        "sub/base.json": '{"policy": 1, "name": "base", "extends": "strict", "intake": {"files": 7, "path_depth": 3}}',
    }
    effective = load(write(tmp_path, files))
    intake = effective.policy.intake
    assert (intake.suffixes, intake.path_depth, intake.os_metadata) == ((".py",), 3, "reject")
    assert intake.files == 1000  # taken away, so PRISM's own default counts, not that of a base
    assert effective.policy.name == "case"
    assert [file.name for file in effective.sources] == ["default.yaml", "strict.yaml", "base.json", "leaf.yaml"]


def test_neither_name_nor_description_is_inherited(tmp_path: Path) -> None:
    effective = load(write(tmp_path, {"p.yaml": HEAD + "extends: strict\n"}))
    assert (effective.policy.name, effective.policy.description) == ("case", "")


def test_json_and_yaml_are_the_same_to_a_policy(tmp_path: Path) -> None:
    yaml = load(write(tmp_path, {"p.yaml": HEAD + "verdict:\n  hold: []\n"}))
    json = load(write(tmp_path, {"p.json": '{"policy": 1, "name": "case", "verdict": {"hold": []}}'}))
    assert yaml.policy == json.policy
    assert yaml.digest == json.digest
    assert yaml.policy.verdict.reject == (Severity.ERROR,)


def test_a_plugins_defaults_are_written_out(tmp_path: Path) -> None:
    policy = write(tmp_path, {"p.yaml": HEAD + "plugins: {house: {from: ./house.py}}\n", "house.py": PLUGIN})
    effective = load(policy)
    assert effective.policy.plugins["house"].settings == {"limit": 3, "words": ["a"]}
    assert effective.document["plugins"]["house"]["settings"] == {"limit": 3, "words": ["a"]}
    assert effective.plugins["house"].name == "house"


def test_a_plugin_file_is_found_beside_the_policy_that_names_it(tmp_path: Path) -> None:
    files = {
        "leaf.yaml": HEAD + "extends: base/p.yaml\nplugins: {house: {settings: {limit: 9}}}\n",
        "base/p.yaml": "policy: 1\nname: base\nplugins: {house: {from: house.py}}\n",
        "base/house.py": PLUGIN,
    }
    assert load(write(tmp_path, files)).policy.plugins["house"].settings["limit"] == 9


def test_a_plugin_can_be_deselected_with_null(tmp_path: Path) -> None:
    effective = load(write(tmp_path, {"p.yaml": HEAD + "extends: default\nplugins: {contract: null}\n"}))
    assert "contract" in load("default").plugins
    assert "contract" not in effective.plugins
    assert "contract" not in effective.policy.plugins


def test_evaluation_texts_are_found_beside_the_policy_that_names_them(tmp_path: Path) -> None:
    files = {
        "leaf.yaml": HEAD + "extends: base/p.yaml\n",
        "base/p.yaml": "policy: 1\nname: base\nrunner: {evaluation: {train_text: train.txt}}\n",
        "base/train.txt": "some text\n",
    }
    effective = load(write(tmp_path, files))
    assert effective.train_text == tmp_path / "base" / "train.txt"
    assert effective.heldout_text is None


def test_a_blocked_plugin_is_never_imported(tmp_path: Path) -> None:
    touch = f"from pathlib import Path\nPath({str(tmp_path / 'was-imported')!r}).touch()\n"
    text = HEAD + "plugins: {house: {from: house.py}}\nblocked_plugins: [house]\n"
    with pytest.raises(PolicyError):
        load(write(tmp_path, {"p.yaml": text, "house.py": touch}))
    assert not (tmp_path / "was-imported").exists()


def test_an_expired_waiver_is_a_warning_with_its_place(tmp_path: Path) -> None:
    waiver = f"waivers: [{{rule: contract/x, file: {'a' * 64}, reason: looked at it, expires: 2026-11-23}}]\n"
    rules = "import prism\nfrom prism.rule import Rule\n\n\n@prism.hookimpl\ndef prism_rules():\n    return [X]\n"
    rule = "X = Rule(id='house/x', title='t', severity='note', why='w', example='e', instead='i')\n"
    text = HEAD + "plugins: {house: {from: house.py}}\n" + waiver.replace("contract", "house")
    effective = load(write(tmp_path, {"p.yaml": text, "house.py": rules.replace("\n\n\n", f"\n\n{rule}\n\n", 1)}))
    assert effective.warnings(date(2026, 11, 23)) == ()
    (warning,) = effective.warnings(date(2026, 11, 24))
    assert warning.where == f"{tmp_path / 'p.yaml'}:4: $.waivers[0].expires"
    assert "expired on 2026-11-23" in warning.what


def test_a_policy_without_plugins_is_a_warning(tmp_path: Path) -> None:
    (warning,) = load(write(tmp_path, {"p.yaml": HEAD})).warnings(date(2026, 11, 23))
    assert "no plugin is selected" in warning.what
    assert load("default").warnings(date(2026, 11, 23)) == ()


def test_a_name_that_is_neither_shipped_nor_a_path_is_explained() -> None:
    with pytest.raises(PolicyError) as refusal:
        load("prodction")
    (problem,) = refusal.value.problems
    assert "did you mean 'production'?" in problem.do


@pytest.mark.parametrize("name", ["nowhere.yaml", ".", "nul\0.yaml", "x" * 5000 + ".yaml"])
def test_a_path_that_cannot_be_read_is_a_policy_error(name: str, tmp_path: Path) -> None:
    with pytest.raises(PolicyError) as refusal:
        load(tmp_path / name)
    assert "cannot be read" in refusal.value.what


def test_a_pipe_holds_nobody_up(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "p.yaml")
    with pytest.raises(PolicyError) as refusal:
        load(tmp_path / "p.yaml")
    assert "is not a file" in refusal.value.what
    policy = write(tmp_path, {"q.yaml": HEAD + "runner: {evaluation: {train_text: p.yaml}}\n"})
    with pytest.raises(PolicyError) as refusal:
        load(policy)
    assert "cannot be read" in refusal.value.problems[0].what


def test_an_unreadable_base_is_reported_where_it_is_named(tmp_path: Path) -> None:
    policy = write(tmp_path, {"p.yaml": HEAD + "extends: ./gone.yaml\n"})
    with pytest.raises(PolicyError) as refusal:
        load(policy)
    assert refusal.value.where == f"{policy}:3: $.extends"
