"""``prism sandbox verify`` as an operator calls it, and ``prism run`` under a policy that requires it."""

import json
from pathlib import Path

import pytest

from prism.cli.app import run
from prism.runner.docker_broker import DockerBroker
from prism.sandbox.catalogue import attacks
from tests.runner.conftest import broker
from tests.sandbox.conftest import state

__all__ = ["broker", "state"]

EXAMPLE = Path(__file__).parents[2] / "examples" / "honest-small"
REQUIRING = """\
policy: 1
name: requiring
extends: default
runner:
  evaluation: {steps: 1, batch_size: 1, sequence_bytes: 8, heldout_windows: 16}
  verification:
    required: [io-uring, host-loopback]
"""


@pytest.fixture
def requiring(tmp_path: Path) -> Path:
    policy = tmp_path / "requiring.yaml"
    policy.write_text(REQUIRING, encoding="utf-8")
    return policy


@pytest.mark.docker
def test_what_is_tried_is_listed_and_counted(broker: DockerBroker, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["sandbox", "verify", "--only", "io-uring", "--only", "not-a-number"]) == 0
    shown = capsys.readouterr()
    assert shown.out.splitlines()[0].startswith("kept  io-uring ")
    assert "2 promises: 2 kept, 0 BROKEN, 0 not testable here; " in shown.out
    assert "only a part was tried" in shown.err


@pytest.mark.docker
def test_a_part_that_was_tried_is_no_proof(
    broker: DockerBroker, requiring: Path, honest: Path, state: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["sandbox", "verify", "--policy", str(requiring), "--only", "io-uring", "--format", "json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert not state.exists()
    assert [(each["id"], each["outcome"], each["required"]) for each in found["promises"]] == [
        ("io-uring", "kept", True)
    ]
    assert found["binding"]["broker"] == "docker"
    assert found["binding"]["broker.image_digest"].startswith("sha256:")
    assert all(found["promises"][0][name] for name in ("group", "promise", "detail", "mend"))

    assert run(["run", "--policy", str(requiring), "--format", "json", str(honest)]) == 3
    assert json.loads(capsys.readouterr().out)["reason"].startswith("broker-unverified: nobody has verified")


@pytest.mark.docker
def test_a_broker_that_keeps_every_promise_may_run_what_was_approved(
    broker: DockerBroker, requiring: Path, state: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = run(["sandbox", "verify", "--policy", str(requiring), "--format", "json"])
    promises = json.loads(capsys.readouterr().out)["promises"]
    assert [promise for promise in promises if promise["outcome"] != "kept"] == []
    assert code == 0
    assert [promise["id"] for promise in promises] == [attack.id for attack in attacks()]
    assert [job for job in broker.list() if job.job_id.startswith("verify-") and job.is_abandoned] == []
    assert len(list(state.iterdir())) == 1

    assert run(["run", "--policy", str(requiring), "--format", "json", str(EXAMPLE)]) == 0
    assert json.loads(capsys.readouterr().out)["status"] == "completed"


def test_a_promise_that_there_is_not_is_a_usage_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["sandbox", "verify", "--only", "none-such"]) == 2
    assert "there is no promise 'none-such'" in capsys.readouterr().err


def test_a_policy_that_requires_what_there_is_not_is_an_error(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    policy = tmp_path / "wrong.yaml"
    policy.write_text(REQUIRING.replace("io-uring", "none-such"), encoding="utf-8")
    assert run(["sandbox", "verify", "--policy", str(policy)]) == 70
    assert "broker-unverified: there is no promise 'none-such'" in capsys.readouterr().err


def test_without_an_engine_nothing_is_tried(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    policy = tmp_path / "no-engine.yaml"
    settings = "broker: {settings: {base_url: 'unix:///nonexistent/engine.sock'}}"
    policy.write_text(f"policy: 1\nname: no-engine\nextends: default\nrunner:\n  {settings}\n", encoding="utf-8")
    assert run(["sandbox", "verify", "--policy", str(policy)]) == 70
    shown = capsys.readouterr()
    assert shown.out == ""
    assert "engine-unavailable: no Docker engine answers" in shown.err
