"""``prism batch --run`` with the real engine: who is run, what reports say of it, and that no container is left."""

import json
import signal
import subprocess
import time
from pathlib import Path

import docker
import pytest

from prism.runner.docker_broker import DockerBroker
from tests.batch.projects import COMMAND, batch
from tests.docs.blocks import ROOT
from tests.runner.conftest import broker
from tests.runner.test_docker_broker import engine
from tests.runner.test_terminated import SLOW, ours

__all__ = ["broker", "engine"]
QUICK = """\
policy: 1
name: quick
extends: default
runner:
  limits: {memory_bytes: 1073741824, pids: 64, scratch_bytes: 33554432, output_bytes: 131072, wall_seconds: 60}
  evaluation: {steps: 2, batch_size: 4, sequence_bytes: 16, heldout_windows: 32, state_bytes: 4194304}
"""
NAMES = ("hostile-eval", "honest-small")


@pytest.mark.docker
def test_approved_ones_are_run_and_every_report_says_how_that_ended(broker: DockerBroker, tmp_path: Path) -> None:
    (tmp_path / "quick.yaml").write_text(QUICK)
    rows = [{"path": str(ROOT / "examples" / name), "id": name, "hotkey": f"of {name}"} for name in NAMES]
    (tmp_path / "m.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    arguments = ["m.jsonl", "-p", "quick.yaml", "--run", "--store", "s.db", "-n", 2, "-o", "report"]
    done = batch(*arguments, "--format", "json", cwd=tmp_path)
    found = {line["id"]: line for line in json.loads((tmp_path / "report").read_text())}

    assert done.returncode == 1, done.stderr
    assert "run completed" in done.stderr, (tmp_path / "report").read_text()
    assert list(found) == list(NAMES)
    assert [found[name]["verdict"] for name in NAMES] == ["rejected", "approved"]
    assert found["hostile-eval"]["run"] is None
    assert found["honest-small"]["run"]["status"] == "completed"
    assert found["honest-small"]["run"]["metrics"]["heldout_bits_per_byte"] > 0

    again = batch(*arguments, "--format", "text", "--resume", cwd=tmp_path)
    assert (again.returncode, "2 done before" in again.stderr) == (1, True), again.stderr
    text = (tmp_path / "report").read_text()
    assert "\nhonest-small (" in text
    assert "\n    heldout_bits_per_byte = " in text
    assert text.endswith("2 projects: 1 approved, 0 held, 1 rejected, 1 run completed\n")


@pytest.mark.docker
def test_a_batch_that_is_stopped_removes_its_containers(
    broker: DockerBroker, engine: docker.DockerClient, tmp_path: Path
) -> None:
    (tmp_path / "slow").mkdir()
    (tmp_path / "slow" / "model.py").write_text(SLOW)
    (tmp_path / "quick.yaml").write_text(QUICK)
    command = [*COMMAND, "slow", "-p", "quick.yaml", "--run", "-o", "r.jsonl"]
    with subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as process:
        give_up = time.monotonic() + 60
        while not ours(engine, process.pid) and process.poll() is None and time.monotonic() < give_up:
            time.sleep(0.05)
        assert ours(engine, process.pid)
        process.send_signal(signal.SIGINT)
        said, _ = process.communicate(timeout=60)

    assert process.returncode == 130, said
    assert b"resume with:" in said
    assert ours(engine, process.pid) == []
    assert (tmp_path / "r.jsonl").read_text() == ""
