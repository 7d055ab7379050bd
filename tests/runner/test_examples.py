"""The approved examples in the real container: numbers of their own, that repeat and show what is wrong with some."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import msgspec
import pytest

from prism.policy.model import RunnerPolicy
from prism.runner.docker_broker import DockerBroker
from prism.runner.metrics import KNOWN_METRICS
from prism.runner.result import Reason, RunResult
from prism.runner.run import Texts, run_snapshot
from prism.snapshot import Snapshot
from tests.runner.conftest import QUICK
from tests.runner.test_attacks import ENTRYPOINTS

pytestmark = pytest.mark.docker

EXAMPLES = Path(__file__).parents[2] / "examples"
SETTINGS = msgspec.structs.replace(QUICK.evaluation, steps=15, batch_size=16, sequence_bytes=64, heldout_windows=128)
ARCHITECTURES = ("honest-transformer", "honest-convolutional", "honest-small")
FLAWED = ("flawed-look-ahead", "flawed-memorising")
CALLS = [(example, seed, attempt) for example in ARCHITECTURES for seed, attempt in ((0, 0), (0, 1), (1, 0))]
CALLS += [(example, 0, 0) for example in FLAWED]
STEADY = ("heldout_bits_per_byte", "train_bits_per_byte", "parameters", "state_bytes", "train_tokens")

Results = dict[tuple[str, int, int], RunResult]


def result_of(example: str, seed: int, broker: DockerBroker) -> RunResult:
    policy: RunnerPolicy = msgspec.structs.replace(QUICK, evaluation=msgspec.structs.replace(SETTINGS, seed=seed))
    folder = EXAMPLES / example
    files = {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*.py")}
    return run_snapshot(Snapshot.of(files), ENTRYPOINTS, policy, broker, texts=Texts())


@pytest.fixture(scope="module")
def results(broker: DockerBroker) -> Results:
    """Every run that the tests look at, each made once: by example, seed and attempt."""
    with ThreadPoolExecutor(2) as pool:
        ended = pool.map(lambda call: result_of(call[0], call[1], broker), CALLS)
        return dict(zip(CALLS, ended, strict=True))


def steady(result: RunResult) -> dict[str, float]:
    assert result.reason is Reason.COMPLETED, result.log_tail
    return {name: result.metrics[name] for name in STEADY}


@pytest.mark.parametrize("example", ARCHITECTURES)
def test_the_same_seed_gives_the_same_numbers(example: str, results: Results) -> None:
    first, again = (steady(results[example, 0, attempt]) for attempt in (0, 1))

    assert first == again
    assert first["heldout_bits_per_byte"] < 5.5  # has learnt something, and the same of both texts
    assert abs(first["heldout_bits_per_byte"] - first["train_bits_per_byte"]) < 1
    assert first["train_tokens"] == 15 * 16 * 64


@pytest.mark.parametrize("example", ARCHITECTURES)
def test_another_seed_gives_other_numbers(example: str, results: Results) -> None:
    first, other = (steady(results[example, seed, 0]) for seed in (0, 1))

    assert first["heldout_bits_per_byte"] != other["heldout_bits_per_byte"]
    assert first["parameters"] == other["parameters"]


def test_every_metric_is_measured_or_said_to_be_unknown(results: Results) -> None:
    for example in ARCHITECTURES:
        result = results[example, 0, 0]
        assert {*result.metrics, *result.unknown_metrics} == KNOWN_METRICS
        assert result.unknown_metrics == ("train_flops", "predict_flops")


def test_parameters_are_those_of_the_architecture(results: Results) -> None:
    small, transformer, convolutional = (
        steady(results[example, 0, 0]) for example in ("honest-small", "honest-transformer", "honest-convolutional")
    )

    assert small["parameters"] == 96 * 256 + 2 * 3 * 96 * 97 + 97 * 256
    assert convolutional["parameters"] == 64 * 256 + 4 * 128 * (3 * 64 + 1) + 65 * 256
    assert transformer["parameters"] not in (small["parameters"], convolutional["parameters"])
    assert 0 < transformer["state_bytes"] - 4 * transformer["parameters"] < 10_000  # names and shapes


def test_a_model_that_looks_ahead_is_caught_though_it_takes_the_last_position_by_itself(results: Results) -> None:
    result = results["flawed-look-ahead", 0, 0]

    assert (result.reason, result.metrics) == (Reason.NOT_CAUSAL, {})


def test_a_model_that_memorises_is_shown_by_the_text_it_was_trained_on(results: Results) -> None:
    metrics = steady(results["flawed-memorising", 0, 0])

    assert metrics["train_bits_per_byte"] < 0.1
    assert metrics["heldout_bits_per_byte"] > 7
