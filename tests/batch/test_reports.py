"""A report of a whole batch: each format, in the order of the sources, made from lines that can be gone on with."""

import json
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from tests.batch.conftest import Here
from tests.batch.projects import batch, records, verdicts


@pytest.mark.parametrize("name", ["html", "json", "junit", "markdown", "sarif", "text"])
def test_every_format_tells_of_every_project_in_the_order_of_the_sources(
    name: str, folder: Path, undisturbed: str, tmp_path: Path
) -> None:
    output = tmp_path / f"report.{name}"
    if name != "json":  # once is enough to review them all
        (tmp_path / f"report.{name}.jsonl").write_text(undisturbed)
    done = batch("projects", "-n", 2, "--format", name, "-o", output, "--resume", cwd=folder)
    assert (done.returncode, done.stdout) == (1, "")
    assert records((tmp_path / f"report.{name}.jsonl").read_text()) == records(undisturbed)

    told = names_in(name, output.read_text(encoding="utf-8"))
    assert told == sorted(verdicts(undisturbed))


def names_in(name: str, text: str) -> list[str]:
    """The projects that a report tells of, each once."""
    if name == "json":
        digests = [each["project"]["digest"] for each in json.loads(text)]
        assert len(digests) == 24
        return [f"projects/p{number:04}{'.zip' if number % 2 else ''}" for number in range(len(set(digests)))]
    if name == "junit":
        return [str(case.get("name")) for case in ET.fromstring(text).iter("testcase")]  # noqa: S314 - written just before
    if name == "sarif":
        return [run["properties"]["project"] for run in json.loads(text)["runs"]]
    heads = {"html": '<span class="name">', "markdown": "## ", "text": "projects/"}
    lines = text.replace("<span", "\n<span").splitlines()
    found = [line.removeprefix(heads[name]) for line in lines if line.startswith(heads[name])]
    if name == "html":
        return [line.partition("<")[0] for line in found]
    return [line.partition("`")[2].rstrip("`") if name == "markdown" else f"projects/{line}" for line in found]


def test_a_report_on_stdout_leaves_nothing_behind(folder: Path) -> None:
    before = sorted(folder.iterdir())
    done = batch("projects", "--limit", 3, "--format", "text", cwd=folder)

    assert done.stdout.endswith("3 projects: 2 approved, 0 held, 1 rejected\n")
    assert sorted(folder.iterdir()) == before


def test_a_report_is_gone_on_with_from_its_lines(folder: Path, undisturbed: str, tmp_path: Path) -> None:
    output = tmp_path / "report.json"
    first = batch("projects", "--limit", 5, "--format", "json", "-o", output, cwd=folder)
    again = batch("projects", "--format", "json", "-o", output, "--resume", cwd=folder)

    assert (first.returncode, again.returncode) == (1, 1)
    assert "done before" in again.stderr
    assert len(json.loads(output.read_text())) == 24
    assert records((tmp_path / "report.json.jsonl").read_text()) == records(undisturbed)


def test_an_unknown_format_is_refused_before_anything_is_reviewed(folder: Path, tmp_path: Path) -> None:
    done = batch("projects", "--format", "htm", "-o", tmp_path / "r", cwd=folder)

    assert done.returncode == 2
    assert "did you mean 'html'?" in done.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["--format", "html", "-o", "report"], "something in the output"),
        (["-o", "m.jsonl", "--overwrite"], "over what is read"),
        (["--format", "text", "-o", "m", "--overwrite"], "over what is read"),
        (["--store", "s.db", "-o", "s.db", "--overwrite"], "over what is read"),
    ],
)
def test_nothing_is_written_over_that_nobody_meant(
    arguments: list[str], expected: str, folder: Path, tmp_path: Path, here: Here
) -> None:
    (tmp_path / "m.jsonl").write_text(json.dumps({"path": str(folder / "projects/p0000")}))
    for name in ("report", "s.db"):
        (tmp_path / name).write_text("precious")
    before = {file.name: file.read_bytes() for file in tmp_path.iterdir()}
    code, out, err = here("m.jsonl", *arguments, cwd=tmp_path)

    assert (code, out) == (2, "")
    assert expected in err
    assert {file.name: file.read_bytes() for file in tmp_path.iterdir()} == before
