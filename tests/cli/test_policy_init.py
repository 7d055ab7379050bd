"""``prism policy init``: questions on a terminal, options elsewhere, a policy that holds, nothing overwritten."""

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from ruamel.yaml import YAML

from prism.cli.app import run
from prism.policy.loading import load

PRISM = str(Path(sys.executable).parent / "prism")


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("base", ["default", "strict", "production"])
@pytest.mark.parametrize("more", [[], ["--allow-import", "torchaudio"], ["--archive-mib", "2"]])
@pytest.mark.parametrize(
    "weights", [[], ["--errors", "hold"], ["--notes", "hold"], ["--errors", "hold", "--notes", "pass"]]
)
def test_what_is_written_is_valid_and_commented(base: str, more: list[str], weights: list[str], here: Path) -> None:
    from prism.policy.drafting import Answers, drafted

    options = dict(zip([*more[::2], *weights[::2]], [*more[1::2], *weights[1::2]], strict=True))
    answers = Answers(
        name="house",
        base=base,
        allowed_imports=tuple(filter(None, [options.get("--allow-import")])),
        archive_bytes=int(options["--archive-mib"]) << 20 if "--archive-mib" in options else None,
        errors=options.get("--errors", "reject"),
        notes=options.get("--notes", ""),
    )
    text, effective = drafted(answers, here / "house.yaml")
    (here / "house.yaml").write_text(text)
    assert load(here / "house.yaml").digest == effective.digest
    verdict = effective.policy.verdict
    assert ("error" in verdict.hold, "error" in verdict.reject) == (
        answers.errors == "hold",
        answers.errors == "reject",
    )
    assert ("note" in verdict.hold) is (answers.notes == "hold" or (base == "strict" and answers.notes != "pass"))
    settings = effective.policy.plugins["safety"].settings
    assert ("torchaudio" in settings["allowed_imports"], "torch" in settings["allowed_imports"]) == (
        bool(answers.allowed_imports),
        True,
    )
    lines = text.splitlines()
    for number, line in enumerate(lines):
        if line.strip() and not line.strip().startswith(("#", "- ")):
            assert lines[number - 1].strip().startswith("#"), line


def test_the_command_writes_policy_and_schema_and_check_accepts_it(
    capsys: pytest.CaptureFixture[str], here: Path
) -> None:
    assert run(["policy", "init", "my-house.yaml", "--extends", "strict", "--allow-import", "torchaudio"]) == 0
    assert capsys.readouterr().out == "my-house.yaml\n"
    assert run(["policy", "check", "my-house.yaml"]) == 0
    text = (here / "my-house.yaml").read_text()
    first = text.splitlines()[0]
    assert first == "# yaml-language-server: $schema=./prism-policy.schema.json"
    schema = YAML(typ="safe").load((here / first.partition("=")[2]).read_text())
    Draft202012Validator.check_schema(schema)
    Draft202012Validator(schema).validate(YAML(typ="safe").load(text))
    with pytest.raises(Exception, match="fils"):
        Draft202012Validator(schema).validate({"policy": 1, "name": "x", "intake": {"fils": 1}})
    assert load(here / "my-house.yaml").policy.name == "my-house"


def test_the_published_schema_is_what_the_command_writes(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["policy", "schema", "--output", "s.json"]) == 0
    assert capsys.readouterr().out == ""
    assert run(["policy", "schema"]) == 0
    assert capsys.readouterr().out == (here / "s.json").read_text()


def test_nothing_is_overwritten(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "house.yaml").write_text("mine")
    (here / "link.yaml").symlink_to("elsewhere.yaml")
    (here / "prism-policy.schema.json").write_text("mine too")
    for name in ("house.yaml", "link.yaml"):
        assert run(["policy", "init", name]) == 2
        assert "nothing is overwritten" in capsys.readouterr().err
    assert run(["policy", "init", "other.yaml"]) == 0
    assert "left as it was" in capsys.readouterr().err
    assert (here / "house.yaml").read_text() == "mine"
    assert (here / "prism-policy.schema.json").read_text() == "mine too"
    assert not (here / "elsewhere.yaml").exists()


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["x.yaml", "--extends", "strct"], "did you mean 'strict'?"),
        (["x.yaml", "--name", "My House"], "use a-z"),
        (["x.yaml", "--allow-import", "a.b"], "no name of a library"),
        (["x.yaml", "--archive-mib", "99"], "less than or equal to 64"),
        (["x.txt"], "ends in .yaml"),
        (["nowhere/x.yaml"], "there is no folder"),
    ],
)
def test_a_wrong_answer_writes_nothing(
    here: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], says: str
) -> None:
    assert run(["policy", "init", *arguments]) == 2
    assert says in capsys.readouterr().err
    assert list(here.iterdir()) == []


def test_on_a_terminal_it_asks_again_until_it_is_told(here: Path) -> None:
    ours, theirs = pty.openpty()
    asked = subprocess.Popen([PRISM, "policy", "init"], stdin=theirs, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    os.close(theirs)
    os.write(ours, b"My House\nhouse\nstrct\nstrict\ntorchaudio, torchtext\n4\nhold\npass\n")
    out, err = asked.communicate(timeout=60)
    os.close(ours)
    assert (asked.returncode, out) == (0, b"policy.yaml\n"), err
    assert b"use a-z" in err
    assert b"did you mean 'strict'?" in err
    policy = load(here / "policy.yaml").policy
    assert (policy.name, policy.intake.archive_bytes) == ("house", 4 << 20)
    assert {"torchaudio", "torchtext"} <= set(policy.plugins["safety"].settings["allowed_imports"])
    assert (policy.verdict.reject, policy.verdict.hold) == ((), ("error", "warning"))
