"""The example broker with a real engine on its other side: a project is evaluated, or held and nothing is left."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from ruamel.yaml import YAML

from prism.gate import Gate
from prism.runner.docker_broker import DockerBroker
from prism.runner.outcome import OutcomeStatus, RunOutcome
from tests.packaging.conftest import ROOT
from tests.runner.conftest import QUICK, broker

__all__ = ["broker"]

SPOOL = ROOT / "examples" / "plugins" / "spool"


@pytest.fixture
def spool(tmp_path: Path) -> Iterator[Path]:
    """A folder that a worker serves."""
    folder = tmp_path / "spool"
    folder.mkdir(mode=0o700)
    with subprocess.Popen([sys.executable, str(SPOOL / "spool_worker.py"), str(folder)]) as worker:
        while not (folder / "records").is_dir():
            assert worker.poll() is None
        yield folder
        worker.terminate()


def outcome_of(folder: Path, **runner: object) -> RunOutcome:
    settings = {"folder": str(folder), "look_every_seconds": 0.05}
    policy = {
        "policy": 1,
        "name": "spooled",
        "extends": "default",
        "plugins": {"spool": {"from": str(SPOOL / "spool.py")}},
        "runner": {**msgspec.to_builtins(QUICK), "broker": {"kind": "spool", "settings": settings}, **runner},
    }
    path = folder.parent / "policy.yaml"
    YAML().dump(policy, path)
    with Gate.from_policy(path) as gate:
        return gate.run(gate.examine(ROOT / "examples" / "honest-small"))


@pytest.mark.docker
def test_a_project_is_evaluated_on_the_other_side(broker: DockerBroker, spool: Path) -> None:
    outcome = outcome_of(spool)
    assert (outcome.status, outcome.reason.partition(":")[0]) == (OutcomeStatus.COMPLETED, "completed")
    assert outcome.metrics
    assert not list(spool.rglob("*.json"))


@pytest.mark.docker
def test_a_refusal_of_the_other_side_holds_the_project(broker: DockerBroker, spool: Path) -> None:
    outcome = outcome_of(spool, image="prism-no-such-image:latest")
    assert (outcome.status, outcome.metrics) == (OutcomeStatus.HELD, {})
    assert outcome.reason.startswith("image-missing")
