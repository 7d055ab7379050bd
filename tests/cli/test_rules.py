import json
from pathlib import Path

import pytest

from prism.cli.app import run
from prism.core_rules import CORE_RULES


def test_every_rule_is_listed_with_its_severity(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["rules", "list"]) == 0
    lines = capsys.readouterr().out.splitlines()
    listed = [line.split()[0] for line in lines]
    assert listed == sorted(listed)
    assert {rule.id for rule in CORE_RULES} <= set(listed)
    assert {rule.partition("/")[0] for rule in listed} >= {"contract", "host", "intake", "project", "safety"}
    assert all(line.split()[1] in {"error", "warning", "note", "off"} for line in lines)


def test_the_list_as_json_is_the_same_list(capsys: pytest.CaptureFixture[str]) -> None:
    run(["rules", "list"])
    listed = [line.split()[0] for line in capsys.readouterr().out.splitlines()]
    assert run(["rules", "list", "--format", "json"]) == 0
    assert [rule["id"] for rule in json.loads(capsys.readouterr().out)] == listed


def test_a_rule_is_explained(capsys: pytest.CaptureFixture[str]) -> None:
    rule = CORE_RULES[0]
    assert run(["rules", "explain", rule.id]) == 0
    text = capsys.readouterr().out
    assert text.startswith(f"{rule.id} (error)\n  {rule.title}\n")
    assert rule.why in text
    assert rule.instead in text
    assert run(["rules", "explain", rule.id, "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["id"] == rule.id


@pytest.mark.parametrize("spelt", ["host/plugin-faild", "plugin-failed", "hots/plugin-failed"])
def test_a_misspelt_rule_is_corrected(spelt: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["rules", "explain", spelt]) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    assert "did you mean 'host/plugin-failed'?" in shown.err


def test_a_policys_severity_is_the_one_listed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    policy = tmp_path / "mild.yaml"
    policy.write_text(
        "policy: 1\nname: mild\nextends: default\nrules:\n  contract/shadowed-module: note\n", encoding="utf-8"
    )
    assert run(["rules", "list", "--policy", str(policy), "--format", "json"]) == 0
    (rule,) = (each for each in json.loads(capsys.readouterr().out) if each["id"] == "contract/shadowed-module")
    assert (rule["severity"], rule["severity_under_policy"]) == ("error", "note")


def test_rules_of_a_plugin_that_the_policy_does_not_select_are_listed_as_off(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run(["rules", "list"]) == 0
    listed = dict(line.split()[:2] for line in capsys.readouterr().out.splitlines())
    assert {listed[rule] for rule in ("llm/no-answer", "llm/persuasion", "llm/hidden-behaviour")} == {"off"}
    assert run(["rules", "explain", "llm/persuasion"]) == 0
    assert capsys.readouterr().out.startswith("llm/persuasion (off)\n")


def test_the_policys_own_rules_for_the_model_are_listed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "more.yaml").write_text("rules:\n  - {id: from-the-file, text: Print nothing., severity: note}\n")
    policy = tmp_path / "own.yaml"
    policy.write_text(
        "policy: 1\nname: own\nextends: default\nplugins:\n  llm:\n    settings:\n      mode: off\n"
        "      rules: [{id: network-escape}, {id: no-recursion, text: Do not call yourself., severity: error}]\n"
        "      rules_file: more.yaml\n",
        encoding="utf-8",
    )
    assert run(["rules", "list", "--policy", str(policy)]) == 0
    listed = dict(line.split()[:2] for line in capsys.readouterr().out.splitlines())
    assert (listed["llm/no-recursion"], listed["llm/from-the-file"]) == ("error", "note")
    assert listed["llm/network-escape"] == "warning"
