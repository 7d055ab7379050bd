"""Files that a plugin's settings name: found beside the policy, part of its digest where they decide something."""

from pathlib import Path

import pytest

from prism.errors import PolicyError
from prism.policy.loading import EffectivePolicy, load

PLUGIN = """
from pathlib import Path

import prism
from prism.schema_problems import Complaint

FILE = {"type": "string", "x-prism-file": "content"}


class Plugin:
    name = "house"
    settings_schema = {
        "type": "object",
        "additionalProperties": False,
        "properties": {
            "rules_file": {**FILE, "default": ""},
            "reviewers": {"type": "array", "items": {"$ref": "#/$defs/reviewer"}},
        },
        "$defs": {"reviewer": {"type": "object", "properties": {
            "key_file": {"type": "string", "x-prism-file": "place"}, "words_file": FILE,
        }}},
    }

    def __init__(self, settings):
        self.settings = settings

    @staticmethod
    def check_settings(settings):
        for number, reviewer in enumerate(settings.get("reviewers", ())):
            if "words_file" in reviewer and "bad" in Path(reviewer["words_file"]).read_text():
                yield Complaint(("reviewers", number, "words_file"), "a bad word", "take it out")
"""
POLICY = "policy: 1\nname: case\nplugins:\n  house:\n    from: ./house.py\n    settings: {settings}\n"


def written(folder: Path, settings: str, plugin: str = PLUGIN, **files: str) -> EffectivePolicy:
    folder.mkdir(exist_ok=True)
    (folder / "house.py").write_text(plugin)
    for name, content in files.items():
        (folder / name).write_text(content)
    (folder / "p.yaml").write_text(POLICY.replace("{settings}", settings))
    return load(folder / "p.yaml")


def test_the_plugin_gets_absolute_paths_and_the_document_keeps_what_was_stated(tmp_path: Path) -> None:
    settings = "{rules_file: rules, reviewers: [{key_file: key}, {key_file: /run/key}]}"
    effective = written(tmp_path, settings, rules="r")
    its = effective.policy.plugins["house"].settings
    assert its["rules_file"] == str(tmp_path / "rules")
    assert [each["key_file"] for each in its["reviewers"]] == [str(tmp_path / "key"), "/run/key"]
    stated = effective.document["plugins"]["house"]["settings"]
    assert (stated["rules_file"], stated["reviewers"][0]["key_file"]) == ("rules", "key")


def test_a_path_starts_from_the_policy_that_states_it(tmp_path: Path) -> None:
    written(tmp_path / "base", "{rules_file: rules}", rules="r")
    leaf = tmp_path / "leaf.yaml"
    leaf.write_text("policy: 1\nname: leaf\nextends: ./base/p.yaml\nplugins: {house: {settings: {reviewers: []}}}\n")
    assert load(leaf).policy.plugins["house"].settings["rules_file"] == str(tmp_path / "base" / "rules")


def test_what_decides_is_part_of_the_digest_and_what_is_secret_is_not(tmp_path: Path) -> None:
    settings = "{rules_file: rules, reviewers: [{key_file: key, words_file: words}]}"
    before = written(tmp_path / "one", settings, rules="r", key="k", words="w").digest
    assert written(tmp_path / "two", settings, rules="r", key="other", words="w").digest == before
    assert written(tmp_path / "two", settings, rules="R", key="k", words="w").digest != before
    assert written(tmp_path / "two", settings, rules="r", key="k", words="W").digest != before
    assert written(tmp_path / "two", settings.replace("key_file: key", "key_file: k2"), words="w").digest != before


def test_a_change_of_what_decides_is_noticed(tmp_path: Path) -> None:
    effective = written(tmp_path, "{rules_file: rules, reviewers: [{key_file: key}]}", rules="r", key="k")
    assert not effective.has_changed
    (tmp_path / "key").write_text("rotated")
    (tmp_path / "rules").write_text("r")
    assert not effective.has_changed
    (tmp_path / "rules").write_text("R")
    changed = effective.has_changed
    (tmp_path / "rules").unlink()
    assert (changed, effective.has_changed) == (True, True)


def test_a_file_that_is_not_there_is_a_problem_at_its_place(tmp_path: Path) -> None:
    with pytest.raises(PolicyError) as refusal:
        written(tmp_path, "{rules_file: nowhere}")
    (problem,) = refusal.value.problems
    assert problem.json_path == "$.plugins.house.settings.rules_file"
    assert "nowhere" in problem.what
    assert problem.line == 6


def test_a_plugin_may_complain_about_its_settings(tmp_path: Path) -> None:
    with pytest.raises(PolicyError) as refusal:
        written(tmp_path, "{reviewers: [{words_file: good}, {words_file: bad}]}", good="fine", bad="bad")
    (problem,) = refusal.value.problems
    assert (problem.json_path, problem.what) == ("$.plugins.house.settings.reviewers[1].words_file", "a bad word")


@pytest.mark.parametrize("body", ["raise SystemExit(0)", 'return ["text"]', "return 1"])
def test_a_plugin_that_cannot_check_its_settings_is_a_problem(body: str, tmp_path: Path) -> None:
    broken = PLUGIN[: PLUGIN.index("        for number")] + f"        {body}\n"
    with pytest.raises(PolicyError) as refusal:
        written(tmp_path, "{reviewers: []}", plugin=broken)
    assert "could not check its settings" in refusal.value.problems[0].what


BROKER = """\
policy: 1
name: own-profile
extends: default
runner:
  broker:
    settings: {seccomp: profile.json, lock_folder: locks}
"""


def test_a_brokers_files_start_from_the_policy_too_and_its_profile_is_part_of_the_digest(tmp_path: Path) -> None:
    profile = tmp_path / "profile.json"
    (tmp_path / "p.yaml").write_text(BROKER)
    profile.write_text("{}")
    before = load(tmp_path / "p.yaml")
    profile.write_text("{ }")
    after = load(tmp_path / "p.yaml")
    settings = before.policy.runner.broker.settings

    assert (settings["seccomp"], settings["lock_folder"]) == (str(profile), str(tmp_path / "locks"))
    assert before.digest != after.digest


def test_a_brokers_file_that_is_not_there_is_a_problem_at_its_place(tmp_path: Path) -> None:
    (tmp_path / "p.yaml").write_text(BROKER)
    with pytest.raises(PolicyError) as caught:
        load(tmp_path / "p.yaml")

    (problem,) = caught.value.problems
    assert problem.json_path == "$.runner.broker.settings.seccomp"
