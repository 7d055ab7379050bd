"""The honest examples in the real container: their numbers are their own, repeat, and depend on model and seed."""

from pathlib import Path

import msgspec
import pytest

from prism.policy.model import RunnerPolicy
from prism.runner.docker_broker import DockerBroker
from prism.runner.metrics import KNOWN_METRICS
from prism.runner.result import Reason
from prism.runner.run import Texts, run_snapshot
from prism.snapshot import Snapshot
from tests.runner.conftest import QUICK
from tests.runner.test_attacks import ENTRYPOINTS

pytestmark = pytest.mark.docker

EXAMPLES = Path(__file__).parents[2] / "examples"
SETTINGS = msgspec.structs.replace(QUICK.evaluation, steps=15, batch_size=16, sequence_bytes=64, heldout_windows=128)
STEADY = ("heldout_bits_per_byte", "parameters", "state_bytes")


def metrics_of(example: str, broker: DockerBroker, *, seed: int = 0) -> dict[str, float]:
    policy: RunnerPolicy = msgspec.structs.replace(QUICK, evaluation=msgspec.structs.replace(SETTINGS, seed=seed))
    folder = EXAMPLES / example
    files = {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*.py")}
    result = run_snapshot(Snapshot.of(files), ENTRYPOINTS, policy, broker, texts=Texts())
    assert result.reason is Reason.COMPLETED, result.log_tail
    assert set(result.metrics) == KNOWN_METRICS
    return {name: result.metrics[name] for name in STEADY}


def test_real_metrics_repeat_and_differ_with_the_model_and_the_seed(broker: DockerBroker) -> None:
    small, again = (metrics_of("honest-small", broker) for _ in range(2))
    other_seed = metrics_of("honest-small", broker, seed=1)
    transformer = metrics_of("honest-transformer", broker)

    assert small == again
    assert small["heldout_bits_per_byte"] != other_seed["heldout_bits_per_byte"]
    assert small["parameters"] == 96 * 256 + 2 * 3 * 96 * 97 + 97 * 256
    assert transformer["parameters"] != small["parameters"]
    assert 0 < transformer["state_bytes"] - 4 * transformer["parameters"] < 10_000  # names and shapes
    assert all(metrics["heldout_bits_per_byte"] < 5.5 for metrics in (small, transformer))
