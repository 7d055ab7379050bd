"""``prism run`` with the real engine: what it says of a limit, and that its container ends with it."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import docker
import pytest

from prism.runner import owner
from prism.runner.docker_broker import DockerBroker
from tests.runner.test_docker_broker import engine

__all__ = ["engine"]
SLOW = """\
from torch import nn


def build_model(ctx):
    number = 0
    while True:
        number = number + 1
    return nn.Linear(4, 4)


def get_recipe(ctx):
    return {"learning_rate": 0.001}
"""
POLICY = """\
policy: 1
name: hurried
extends: default
runner:
  limits: {wall_seconds: 60}
"""


def ours(engine: docker.DockerClient, pid: int) -> list[str]:
    """The containers that a process has started."""
    found = engine.api.containers(all=True, filters={"label": owner.OWNER_LABEL})
    return [container["Id"] for container in found if container["Labels"][owner.OWNER_LABEL].split("/")[3] == str(pid)]


@pytest.mark.docker
def test_a_run_that_reached_a_limit_says_which_and_what_it_used(broker: DockerBroker, tmp_path: Path) -> None:
    (tmp_path / "slow").mkdir()
    (tmp_path / "slow" / "model.py").write_text(SLOW)
    (tmp_path / "p.yaml").write_text(POLICY.replace("60", "6"))
    command = [sys.executable, "-m", "prism", "run", str(tmp_path / "slow"), "--policy", str(tmp_path / "p.yaml")]
    text = subprocess.run(command, capture_output=True, text=True, check=False)
    done = subprocess.run([*command, "--format", "json"], capture_output=True, text=True, check=False)
    outcome = json.loads(done.stdout)

    assert (text.returncode, done.returncode, outcome["status"]) == (1, 1, "failed")
    assert "run failed: time-limit: The run took longer" in text.stdout
    assert "  limits reached: wall_seconds\n" in text.stdout
    assert (outcome["run"]["reason"], outcome["run"]["limits_hit"]) == ("time-limit", ["wall_seconds"])
    assert 0 < outcome["run"]["cpu_seconds"] < outcome["run"]["wall_seconds"] * 1.2
    assert outcome["run"]["peak_memory_bytes"] > 10e6


@pytest.mark.docker
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_what_ends_prism_ends_its_container(
    broker: DockerBroker, engine: docker.DockerClient, tmp_path: Path, number: signal.Signals
) -> None:
    (tmp_path / "slow").mkdir()
    (tmp_path / "slow" / "model.py").write_text(SLOW)
    (tmp_path / "p.yaml").write_text(POLICY)
    command = [sys.executable, "-m", "prism", "run", str(tmp_path / "slow"), "--policy", str(tmp_path / "p.yaml")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=os.environ) as prism:
        give_up = time.monotonic() + 60
        while not ours(engine, prism.pid) and prism.poll() is None and time.monotonic() < give_up:
            time.sleep(0.05)
        assert ours(engine, prism.pid), prism.communicate()[0]
        prism.send_signal(number)
        said, _ = prism.communicate(timeout=60)

    assert prism.returncode == 130, said
    assert ours(engine, prism.pid) == []
