import json
import os
import zipfile
from pathlib import Path

import msgspec
import pytest

from prism.cli.app import run
from prism.cli.reviewing import exit_code
from prism.review import Review
from prism.verdict import Outcome


def test_verdicts_are_exit_codes(
    honest: Path, hostile: Path, holding: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["review", str(honest)]) == 0
    assert run(["review", str(hostile)]) == 1
    assert run(["review", str(hostile), "--policy", str(holding)]) == 3
    out = capsys.readouterr().out
    assert [line.split(":")[0].strip() for line in out.splitlines() if "(policy " in line] == [
        "approved",
        "rejected",
        "held",
    ]


def test_the_whole_chain_is_shown_on_request(capsys: pytest.CaptureFixture[str]) -> None:
    shell = str(Path(__file__).parents[2] / "examples" / "hostile-shell")
    assert run(["review", shell]) == 1
    first = [line for line in capsys.readouterr().out.splitlines() if line.lstrip().startswith("via:")]
    assert run(["review", shell, "--explain"]) == 1
    whole = [line for line in capsys.readouterr().out.splitlines() if line.lstrip().startswith("via:")]
    assert len(first) == 1
    assert len(whole) > 1
    assert first[0] == whole[0]
    assert "import os as platform_tools" in whole[0]
    assert 'launch("id")' in whole[-1]


@pytest.mark.parametrize(
    ("verdicts", "code"),
    [
        ((Outcome.APPROVED, Outcome.APPROVED), 0),
        ((Outcome.APPROVED, Outcome.HELD), 3),
        ((Outcome.HELD, Outcome.REJECTED, Outcome.APPROVED), 1),
    ],
)
def test_of_several_verdicts_the_harshest_counts(verdicts: tuple[Outcome, ...], code: int) -> None:
    assert exit_code(verdicts) == code


def test_text_shows_a_finding_with_its_reason(hostile: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(["review", str(hostile)])
    shown = capsys.readouterr()
    assert shown.err == ""
    block = shown.out.split("\n\n")[0].splitlines()
    assert block[0] == str(hostile)
    assert "  error  contract/" in block[1]
    assert block[1].startswith("  math.py")
    assert any(line.startswith("    why:  ") for line in block)
    assert any(line.startswith("    do:   ") for line in block)


def test_json_is_one_object_for_one_project(hostile: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["review", str(hostile), "--format", "json"]) == 1
    shown = capsys.readouterr()
    assert shown.err == ""
    record = json.loads(shown.out)
    assert record["verdict"] == "rejected"
    assert {"rule", "severity", "path", "line", "message"} <= record["findings"][0].keys()
    assert msgspec.json.decode(shown.out, type=Review).verdict is Outcome.REJECTED


def test_json_is_an_array_for_several(honest: Path, hostile: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["review", str(honest), str(hostile), "--format", "json"]) == 1
    assert [record["verdict"] for record in json.loads(capsys.readouterr().out)] == ["approved", "rejected"]


def test_an_archive_and_its_folder_are_the_same_project(hostile: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(["review", str(hostile), "examples/hostile-shadow", "--format", "json"])
    archive, folder = json.loads(capsys.readouterr().out)
    assert archive["project"] == folder["project"]
    assert archive["findings"] == folder["findings"]


def test_output_is_written_whole_and_nothing_else_is_printed(
    honest: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / "report.json"
    target.write_text("an older report", encoding="utf-8")
    assert run(["review", str(honest), "--format", "json", "--output", str(target)]) == 0
    shown = capsys.readouterr()
    assert (shown.out, shown.err) == ("", "")
    assert json.loads(target.read_text(encoding="utf-8"))["verdict"] == "approved"
    assert sorted(each.name for each in tmp_path.iterdir()) == ["honest", "report.json"]


@pytest.mark.parametrize(
    ("target", "what"),
    [(".", "is a folder"), ("/dev/null", "is a special file"), ("missing/report.json", "there is no folder")],
)
def test_an_output_that_cannot_be_is_refused_before_any_work(
    target: str, what: str, honest: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["review", str(honest), "--output", str(honest / target)]) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    assert what in shown.err
    assert [each.name for each in honest.iterdir()] == ["model.py"]


def test_missing_paths_are_all_named_and_nothing_is_reviewed(
    honest: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    assert run(["review", str(honest), str(tmp_path / "gone.zip"), str(pipe)]) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    assert f"{tmp_path / 'gone.zip'}: there is no such file or folder" in shown.err
    assert f"{pipe}: neither a folder nor an ordinary file" in shown.err


def test_a_missing_path_alone_is_a_short_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["review", "gone\x1b[31m.zip"]) == 2
    assert capsys.readouterr().err == (
        "usage: there is no such file or folder\n"
        "  where: gone\\x1b[31m.zip\n"
        "  do:    check the spelling; a project is a folder or a ZIP archive\n"
    )


def test_a_policy_that_does_not_exist_is_corrected(honest: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["review", str(honest), "--policy", "strikt"]) == 2
    assert "strict" in capsys.readouterr().err


def test_an_unknown_format_lists_the_known_ones(honest: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["review", str(honest), "--format", "jsn"]) == 2
    assert (
        "did you mean 'json'? choose one of: html, json, jsonl, junit, markdown, sarif, text" in capsys.readouterr().err
    )


@pytest.mark.parametrize("report_format", ["text", "json", "sarif"])
def test_names_and_lines_of_a_submission_cannot_steer_the_terminal(
    report_format: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    named, written = tmp_path / "named.zip", tmp_path / "written.zip"
    with zipfile.ZipFile(named, "w") as archive:
        archive.writestr("\x1b[2J\u202eyp.ledom", "")
    with zipfile.ZipFile(written, "w") as archive:
        archive.writestr("model.py", "import os; x = os.system('\u202e \x9b31m \u2066')\n")
    assert run(["review", str(named), str(written), "--format", report_format]) == 1
    shown = capsys.readouterr()
    assert shown.err == ""
    assert "\\u202e" in shown.out
    assert "\\u2066" in shown.out
    assert shown.out.replace("\n", "").isprintable()


def test_what_is_not_an_archive_is_rejected_not_an_error(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bogus = tmp_path / "bogus.zip"
    bogus.write_bytes(b"\x00" * 100)
    assert run(["review", str(bogus), "--format", "json"]) == 1
    record = json.loads(capsys.readouterr().out)
    assert (record["verdict"], record["project"]) == ("rejected", None)
    assert record["findings"][0]["rule"].startswith("intake/")
