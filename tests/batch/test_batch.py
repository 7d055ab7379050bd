"""The command on real projects: the same result however it is done, whatever happens meanwhile."""

import json
import os
import random
import resource
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from prism.batch.earlier import Earlier, Keeping
from prism.batch.gate import BatchGate
from prism.batch.item import of_path
from prism.batch.journal import begin, resume
from prism.batch.line import Line
from prism.batch.sources import find_items
from prism.errors import UsageError
from tests.batch.conftest import Here
from tests.batch.projects import APPROVED, COMMAND, batch, make, project, records, verdicts
from tests.docs.blocks import ROOT

WAITS = """
import time
from prism import Rule, Severity, hookimpl

RULE = Rule(id="waits/never", title="t", severity=Severity.ERROR, why="w", example="e", instead="i")


@hookimpl
def prism_rules():
    return [RULE]


@hookimpl
def prism_check_file(file):
    if "WAIT" in file.text:
        time.sleep(3600)
"""
NAMES = ["id", "path", "hotkey", "review_format", "verdict"]


def test_every_project_has_its_line(undisturbed: str) -> None:
    found = records(undisturbed)
    assert len(found) == 24
    assert [found[name]["verdict"] for name in sorted(found)] == ["approved", "approved", "rejected"] * 8
    validator = jsonschema.Draft202012Validator(json.loads((ROOT / "docs/reference/batch.schema.json").read_text()))
    for text in undisturbed.splitlines():
        validator.validate(json.loads(text))
        assert list(json.loads(text))[: len(NAMES)] == NAMES
        assert text.isascii()


def test_several_at_once_and_another_order_bring_the_same(folder: Path, undisturbed: str, tmp_path: Path) -> None:
    done = batch("projects", "-n", 3, "--shuffle", "--seed", 7, "-o", tmp_path / "r.jsonl", cwd=folder)
    assert (done.returncode, done.stdout) == (1, "")
    text = (tmp_path / "r.jsonl").read_text()
    assert records(text) == records(undisturbed)
    assert list(records(text)) != sorted(records(text))
    assert "projects" in done.stderr
    assert "24 of 24" in done.stderr


def test_killed_at_random_and_resumed_it_brings_the_same(folder: Path, undisturbed: str, tmp_path: Path) -> None:
    output = tmp_path / "r.jsonl"
    moments = random.Random(11)  # noqa: S311 - moments to kill at
    for _ in range(4):
        killed(["projects", "-n", "2", "-o", str(output), "--resume"], folder, moments.randrange(1, 8), output)
    with output.open("ab") as stream:
        stream.write(b'{"id":"projects/p00')  # what a kill in the middle of a write leaves
    done = batch("projects", "-o", output, "--resume", cwd=folder)
    assert done.returncode == 1, done.stderr
    assert "done before" in done.stderr
    assert records(output.read_text()) == records(undisturbed)


def killed(arguments: list[str], folder: Path, lines: int, output: Path) -> None:
    """Run a batch and kill it when it has written so many more lines, or is through."""
    before = count(output)
    process = subprocess.Popen([*COMMAND, *arguments], cwd=folder, stderr=subprocess.DEVNULL)
    while process.poll() is None and count(output) < before + lines:
        time.sleep(0.005)
    process.kill()
    process.wait()


def count(output: Path) -> int:
    return output.read_bytes().count(b"\n") if output.exists() else 0


@pytest.fixture(scope="module")
def copies(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A manifest in which some are copies of earlier ones, by others."""
    folder = tmp_path_factory.mktemp("copies")
    source = (ROOT / "examples/honest-small/model.py").read_text()
    rows = []
    for number in range(12):
        path = folder / f"c{number:02}"
        path.mkdir()
        body = source if number % 4 == 0 else f"import subprocess\nN = {number}\n"
        body = body if number % 4 < 2 else (ROOT / "examples/honest-convolutional/model.py").read_text()
        (path / "model.py").write_text(body)
        rows.append(json.dumps({"path": path.name, "id": f"s{number}", "hotkey": f"key{number}"}))
    (folder / "m.jsonl").write_text("\n".join(rows))
    return folder


def test_beside_a_store_the_order_of_the_manifest_counts(copies: Path, tmp_path: Path) -> None:
    one = batch("m.jsonl", "--store", tmp_path / "one.db", "-n", 1, cwd=copies)
    many = batch("m.jsonl", "--store", tmp_path / "many.db", "-n", 3, cwd=copies)
    assert records(one.stdout) == records(many.stdout)
    assert list(records(many.stdout)) == [f"s{number}" for number in range(12)]
    found = verdicts(one.stdout)
    assert found["s0"] == "approved"
    assert found["s4"] != "approved"
    output = tmp_path / "r.jsonl"
    store = ["m.jsonl", "--store", str(tmp_path / "killed.db"), "-o", str(output), "--resume"]
    for lines in (1, 3):
        killed([*store, "-n", "2"], copies, lines, output)
    batch(*store, cwd=copies)
    assert records(output.read_text()) == records(one.stdout)
    again = batch("m.jsonl", "--store", tmp_path / "one.db", cwd=copies)
    assert records(again.stdout) == records(one.stdout)
    kept = batch(tmp_path / "one.db", cwd=copies)
    assert {name for name, verdict in found.items() if verdict != "rejected"} == set(records(kept.stdout))


def test_a_result_that_was_not_compared_does_not_hold_beside_a_store(copies: Path, tmp_path: Path) -> None:
    rows = [{"path": str(copies / name), "id": name} for name in ("c00", "c04")]
    (tmp_path / "m.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    batch("m.jsonl", "--limit", 1, "-o", "r.jsonl", cwd=tmp_path)
    for store in ("one.db", "other.db"):  # what is in one store is compared with nothing in the other
        done = batch("m.jsonl", "-o", "r.jsonl", "--resume", "--store", store, cwd=tmp_path)
        assert "1 earlier results no longer hold" in done.stderr
        assert verdicts((tmp_path / "r.jsonl").read_text()) == {"c00": "approved", "c04": "rejected"}
    alone = batch("m.jsonl", "-o", "r.jsonl", "--resume", cwd=tmp_path)
    assert "2 earlier results no longer hold" in alone.stderr


def test_another_content_under_a_name_that_the_store_has_is_held(tmp_path: Path) -> None:
    source = project(tmp_path, 0)
    batch(source.name, "--store", "s.db", cwd=tmp_path)
    (source / "model.py").write_text(APPROVED.format(size=99))
    record = records(batch(source.name, "--store", "s.db", cwd=tmp_path).stdout)[source.name]
    assert record["verdict"] == "held"
    assert "another content" in record["findings"][0]["message"]
    assert "prism snapshots delete" in record["findings"][0]["remedy"]


def test_a_cluster_brings_the_same(folder: Path, undisturbed: str, copies: Path, tmp_path: Path) -> None:
    distributed = pytest.importorskip("distributed")
    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster:
        done = batch("projects", "--scheduler", cluster.scheduler_address, cwd=folder)
        assert done.returncode == 1, done.stderr
        assert records(done.stdout) == records(undisturbed)
        there = batch("m.jsonl", "--store", tmp_path / "a.db", "--scheduler", cluster.scheduler_address, cwd=copies)
    here = batch("m.jsonl", "--store", tmp_path / "b.db", cwd=copies)
    assert records(there.stdout) == records(here.stdout)


def test_no_scheduler_is_a_clear_error(folder: Path) -> None:
    done = batch("projects", "--scheduler", "http://127.0.0.1:1", cwd=folder)
    assert done.returncode == 2
    assert "no scheduler" in done.stderr


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_told_to_stop_it_says_how_to_resume(tmp_path: Path, number: signal.Signals) -> None:
    output = tmp_path / "it's.jsonl"
    make(tmp_path / "projects", 2)
    never_ending(tmp_path / "projects/p0002")
    (tmp_path / "waits.py").write_text(WAITS)
    (tmp_path / "waits.yaml").write_text("policy: 1\nname: w\nplugins: {waits: {from: ./waits.py}}\n")
    arguments = ["projects", "-p", "waits.yaml", "-n", "1", "-o", str(output)]
    process = subprocess.Popen([*COMMAND, *arguments], cwd=tmp_path, stderr=subprocess.PIPE, text=True)
    while count(output) < 2:
        time.sleep(0.005)
    process.send_signal(number)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 130, errors
    resume = f"prism batch projects -p waits.yaml -n 1 -o '{tmp_path}/it'\"'\"'s.jsonl' --resume"
    assert f"resume with: {resume}" in errors
    assert list(records(output.read_text())) == ["projects/p0000", "projects/p0001.zip"]
    assert "Traceback" not in errors


def never_ending(project: Path) -> None:
    """A project with which the plugin below is never done."""
    project.mkdir()
    (project / "model.py").write_text("# WAIT\n")


def test_what_is_to_outlive_its_terminal_does(folder: Path, tmp_path: Path) -> None:
    output = tmp_path / "r.jsonl"
    command = ["nohup", *COMMAND, "projects", "-n", "1", "-o", str(output)]
    process = subprocess.Popen(command, cwd=folder, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    while count(output) < 2:
        time.sleep(0.005)
    process.send_signal(signal.SIGHUP)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 1, errors
    assert count(output) == 24


def test_only_what_changed_is_reviewed_again(tmp_path: Path) -> None:
    make(tmp_path / "projects", 6)
    first = batch("projects", "-o", "r.jsonl", cwd=tmp_path)
    assert first.returncode == 1
    (tmp_path / "projects/p0000/model.py").write_text("import socket\n")
    os.utime(tmp_path / "projects/p0001.zip")
    first_lines = (tmp_path / "r.jsonl").read_text().splitlines()
    began = {json.loads(line)["id"]: json.loads(line)["timings"] for line in first_lines}
    done = batch("projects", "-o", "r.jsonl", "--only-changed", cwd=tmp_path)
    assert "5 done before" in done.stderr
    text = (tmp_path / "r.jsonl").read_text()
    assert verdicts(text)["projects/p0000"] == "rejected"
    now = {json.loads(line)["id"]: json.loads(line)["timings"] for line in text.splitlines()}
    assert [name for name in now if now[name] != began[name]] == ["projects/p0000"]
    (tmp_path / "projects/p0001.zip").unlink()
    gone = batch("projects", "-o", "r.jsonl", "--only-changed", cwd=tmp_path)
    assert "1 earlier results are of projects that are not named now" in gone.stderr
    assert sorted(verdicts((tmp_path / "r.jsonl").read_text())) == sorted(now.keys() - {"projects/p0001.zip"})


def test_resuming_notices_what_was_written_since_and_another_policy(tmp_path: Path) -> None:
    make(tmp_path / "projects", 4)
    batch("projects", "-o", "r.jsonl", cwd=tmp_path)
    assert "4 done before" in batch("projects", "-o", "r.jsonl", "--resume", cwd=tmp_path).stderr
    (tmp_path / "projects/p0000/model.py").write_text("import socket\n")
    assert "3 done before" in batch("projects", "-o", "r.jsonl", "--resume", cwd=tmp_path).stderr
    other = batch("projects", "-o", "r.jsonl", "--resume", "-p", "strict", cwd=tmp_path)
    assert "4 earlier results no longer hold" in other.stderr
    assert len(records((tmp_path / "r.jsonl").read_text())) == 4


@pytest.mark.parametrize(
    ("changed", "is_kept"),
    [
        ({}, True),
        ({"versions": {"prism": "0.0.1"}}, False),
        ({"versions": {"python": "3.11.0"}}, False),
        ({"versions": {"plugins": {"safety": "0.0.1"}}}, False),
        ({"policy": {"digest": "0" * 64}}, False),
        ({"hotkey": "somebody else"}, False),
        ({"path": "elsewhere"}, False),
        ({"timings": {"started_at": "2001-01-01T00:00:00+00:00"}}, False),
    ],
)
def test_a_line_holds_only_if_the_same_decided_about_the_same(
    changed: dict[str, Any],
    is_kept: bool,
    folder: Path,
    undisturbed: str,
    gate: BatchGate,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(folder)
    record = json.loads(undisturbed.splitlines()[0])
    for name, value in changed.items():
        record[name] = {**record[name], **value} if isinstance(value, dict) else value
    line = Line.parse(json.dumps(record).encode())
    earlier = Earlier(find_items(["projects"], ()).items, gate, Keeping.BY_NAME, with_runs=False)
    assert earlier.is_kept(line) is is_kept
    if is_kept:
        assert not earlier.is_kept(line)  # once is enough
        assert not Earlier(find_items(["projects"], ()).items, gate, Keeping.BY_NAME, with_runs=True).is_kept(line)


@pytest.mark.parametrize("keeping", Keeping)
def test_what_is_not_there_any_more_costs_its_own_line_only(
    keeping: Keeping, undisturbed: str, gate: BatchGate, tmp_path: Path
) -> None:
    line = Line.parse(undisturbed.splitlines()[0].encode())
    earlier = Earlier([of_path(tmp_path / "gone", shown=line.path)], gate, keeping, with_runs=False)
    assert not earlier.is_kept(line)


def test_one_broken_project_never_stops_the_rest(tmp_path: Path) -> None:
    good = project(tmp_path, 0)
    (tmp_path / "bad.zip").write_bytes(b"PK\x03\x04 torn")
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep/model.py").write_text("x = " + "-" * 200_000 + "1\n")
    os.mkfifo(tmp_path / "pipe")
    rows = [{"path": each} for each in (good.name, "bad.zip", "deep", "missing", "pipe")]
    rows += [{"path": good.name, "id": "twice"}, {"path": "deep", "id": "twice"}]
    (tmp_path / "m.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows) + "garbage\n")
    done = batch("m.jsonl", cwd=tmp_path)
    found = records(done.stdout)
    assert done.returncode == 1
    assert len(found) == 8
    assert found[good.name]["verdict"] == found["twice"]["verdict"] == "approved"
    for name in ("missing", "twice#7", "m.jsonl:8"):
        record = found[name]
        assert (record["verdict"], record["project"]) == ("held", None), name
        assert [each["rule"] for each in record["findings"]] == ["host/not-reviewed"], name
        assert record["findings"][0]["remedy"]
    assert "approved" not in {found[name]["verdict"] for name in ("bad.zip", "deep", "pipe")}


def test_a_limit_and_the_first_that_is_not_approved(folder: Path, tmp_path: Path) -> None:
    assert len(records(batch("projects", "--limit", 5, cwd=folder).stdout)) == 5
    done = batch("projects", "-n", 1, "--fail-fast", "-o", tmp_path / "r.jsonl", cwd=folder)
    assert done.returncode == 1
    assert verdicts((tmp_path / "r.jsonl").read_text()) == {
        "projects/p0000": "approved",
        "projects/p0001.zip": "approved",
        "projects/p0002": "rejected",
    }
    assert "resume with:" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["--resume"], "--output"),
        (["--resume", "--overwrite", "-o", "r.jsonl"], "contradict"),
        (["--store", "s.db", "--shuffle"], "order counts"),
        (["-o", "/dev/null"], "special file"),
        (["-o", "missing/r.jsonl"], "no folder"),
        (["missing"], "no such file"),
        (["-p", "nonsense"], "nonsense"),
    ],
)
def test_a_wrong_call_is_refused(folder: Path, arguments: list[str], expected: str, here: Here) -> None:
    code, out, err = here("projects", *arguments, cwd=folder)
    assert (code, out) == (2, "")
    assert expected in err
    assert "do:" in err


def test_an_output_that_exists_is_left_alone(folder: Path, tmp_path: Path, here: Here) -> None:
    output = tmp_path / "notes.txt"
    for text in ("precious", '{"other": 1}\n', "precious\n"):
        output.write_text(text)
        for mode in ((), ("--resume",), ("--only-changed",)):
            code, _, err = here("projects", "-o", output, *mode, cwd=folder)
            assert code == 2, err
            assert output.read_text() == text
    assert batch("projects", "--limit", 1, "-o", output, "--overwrite", cwd=folder).returncode == 0
    assert len(records(output.read_text())) == 1


def test_results_of_other_projects_are_not_thrown_away(folder: Path, tmp_path: Path) -> None:
    output = tmp_path / "r.jsonl"
    batch("projects", "--limit", 2, "-o", output, cwd=folder)
    text = output.read_text()
    done = batch("projects/p0004", "-o", output, "--resume", cwd=folder)
    assert (done.returncode, output.read_text()) == (2, text)
    assert "not named now" in done.stderr


def test_nobody_reads_any_more(folder: Path) -> None:
    with subprocess.Popen(
        [*COMMAND, "projects"], cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout
        assert process.stderr
        process.stdout.readline()
        process.stdout.close()
        errors = process.stderr.read().decode()
    assert process.returncode == 141
    assert "Traceback" not in errors


def test_a_full_disk_leaves_whole_lines(folder: Path, tmp_path: Path) -> None:
    output = tmp_path / "r.jsonl"
    bound = "import resource, signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN); "
    bound += f"resource.setrlimit(resource.RLIMIT_FSIZE, ({9_000}, {resource.RLIM_INFINITY})); "
    program = bound + "import sys; sys.argv[0] = 'prism'; from prism.cli.app import main; main()"
    command = [COMMAND[0], "-c", program, "batch", "projects", "-n", "1", "-o", str(output)]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 2, done.stderr
    assert "cannot be written" in done.stderr
    assert "resume with:" in done.stderr
    text = output.read_text()
    assert text.endswith("\n")
    assert 0 < len(records(text)) < 24
    resumed = batch("projects", "-o", output, "--resume", cwd=folder)
    assert resumed.returncode == 1
    assert len(records(output.read_text())) == 24


def test_two_batches_do_not_share_an_output(tmp_path: Path, gate: BatchGate) -> None:
    output = tmp_path / "r.jsonl"
    with begin(output), pytest.raises(UsageError, match="another batch"):
        begin(output)
    with begin(output), pytest.raises(UsageError, match="another batch"):
        resume(output, lambda _line: True)


def test_a_list_on_stdin_and_hostile_names(folder: Path, tmp_path: Path) -> None:
    odd = tmp_path / "odd\x1b[2J\n\u202e"
    odd.mkdir()
    (odd / "model.py").write_text("X = 1\n")
    done = batch("-", cwd=tmp_path, stdin=f"{odd}\0{folder}/projects/p0000\0{tmp_path}/gone\x1b]0;x\a\0")
    assert done.stdout.isascii()
    assert "\x1b" not in done.stdout + done.stderr
    assert Line.parse(done.stdout.splitlines()[0].encode()).path
    assert {json.loads(line)["path"] for line in done.stdout.splitlines()} >= {str(odd)}
    unknown = batch(f"{tmp_path}/\x1b[31m", cwd=tmp_path)
    assert "\x1b" not in unknown.stderr
