"""``prism policy``: data on stdout, exit code 2 for a policy that cannot be used, output that can be read back."""

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from prism.cli.app import run
from prism.host import Host
from prism.policy.loading import load
from prism.policy.shipped import shipped_names

BAD = "policy: 1\nname: bad\nintake:\n  fils: 3\nrules:\n  host/plugin-failed: off\n"
GOOD = "policy: 1\nname: good\nextends: strict\nintake: {files: 7}\ndescription: 'no: \u00e9 \u202e'\n"


@pytest.fixture
def bad(tmp_path: Path) -> Path:
    (tmp_path / "bad.yaml").write_text(BAD, encoding="utf-8")
    return tmp_path / "bad.yaml"


@pytest.fixture
def good(tmp_path: Path) -> Path:
    (tmp_path / "good.yaml").write_text(GOOD, encoding="utf-8")
    return tmp_path / "good.yaml"


def test_check_says_all_that_is_wrong_with_each_file(bad: Path, good: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["policy", "check", str(bad), str(good), "default"]) == 2
    captured = capsys.readouterr()
    assert captured.err == ""
    lines = captured.out.splitlines()
    assert lines[:3] == [
        f"{bad}: 2 problems",
        f"  {bad}:4: $.intake.fils: the key 'fils' is unknown",
        lines[2],
    ]
    assert lines[2].startswith("    do: did you mean 'files'? known keys: archive_bytes, ")
    assert lines[3] == (
        f"  {bad}:6: $.rules['host/plugin-failed']: "
        "the rule 'host/plugin-failed' may not be made milder: what it reports was not reviewed"
    )
    assert lines[5:] == [
        f"{good}: valid",
        f"  digest {load(good).digest}",
        "default: valid",
        f"  digest {load('default').digest}",
    ]


def test_check_of_valid_policies_ends_with_0(good: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["policy", "check", str(good), *shipped_names()]) == 0
    assert capsys.readouterr().out.count(": valid\n") == 1 + len(shipped_names())


def test_check_as_json_has_the_parts_of_each_problem(bad: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["policy", "check", "--format", "json", str(bad)]) == 2
    record = json.loads(capsys.readouterr().out)
    assert (record["policy"], record["is_valid"], record["digest"]) == (str(bad), False, None)
    first = record["problems"][0]
    assert (first["file"], first["line"], first["json_path"]) == (str(bad), 4, "$.intake.fils")
    assert first["what"] == "the key 'fils' is unknown"
    assert "did you mean 'files'?" in first["do"]
    assert run(["policy", "check", "--format", "json", str(bad), "default"]) == 2
    assert [each["is_valid"] for each in json.loads(capsys.readouterr().out)] == [False, True]


def test_check_warns_of_an_expired_waiver_and_still_ends_with_0(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    waiver = f"{{rule: contract/function-missing, file: {'a' * 64}, reason: looked at it, expires: 2020-01-31}}"
    rule = next(iter(Host([(load("default").plugins["contract"], {})]).rules))
    policy = tmp_path / "old.yaml"
    text = f"policy: 1\nname: old\nextends: default\nwaivers:\n  - {waiver}\n"
    policy.write_text(text.replace("contract/function-missing", rule), encoding="utf-8")
    assert run(["policy", "check", str(policy)]) == 0
    out = capsys.readouterr().out
    assert f"{policy}:5: $.waivers[0].expires: warning: the waiver of {rule} expired on 2020-01-31" in out


def test_a_missing_file_is_a_problem_like_any_other(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["policy", "check", str(tmp_path / "gone.yaml"), "defualt"]) == 2
    out = capsys.readouterr().out
    assert "cannot be read: No such file or directory" in out
    assert "did you mean 'default'?" in out


@pytest.mark.parametrize("name", [*shipped_names(), "good"])
def test_what_show_prints_is_the_same_policy(
    name: str, good: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    reference = str(good) if name == "good" else name
    effective = load(reference)
    assert run(["policy", "show", reference]) == 0
    shown = capsys.readouterr().out
    assert shown.isascii()
    assert shown.startswith(f"# digest: {effective.digest}\n")
    again = tmp_path / "again.yaml"
    again.write_text(shown, encoding="utf-8")
    assert load(again).digest == effective.digest
    assert load(again).policy == effective.policy


def test_show_as_json_has_the_digest_and_the_policy(good: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["policy", "show", str(good), "--format", "json"]) == 0
    record = json.loads(capsys.readouterr().out)
    assert record["digest"] == load(good).digest
    assert record["policy"]["intake"]["files"] == 7
    assert record["policy"]["guard"]["open_files"] == 64


def test_show_of_a_bad_policy_prints_nothing_and_ends_with_2(bad: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["policy", "show", str(bad)]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert f"{bad}:4: $.intake.fils" in captured.err


def test_the_schema_is_published_with_the_installed_plugins(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["policy", "schema"]) == 0
    schema = json.loads(capsys.readouterr().out)
    Draft202012Validator.check_schema(schema)
    assert schema["properties"]["plugins"]["properties"].keys() >= {"contract", "docker", "safety"}


def test_the_shipped_policies_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["policy", "list"]) == 0
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == list(shipped_names())
    assert run(["policy", "list", "--format", "json"]) == 0
    records = json.loads(capsys.readouterr().out)
    assert [record["name"] for record in records] == list(shipped_names())
    assert all(record["description"] for record in records)
