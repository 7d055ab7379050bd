"""Every project of the corpus, hostile or honest, in the real container: contained, with the right ending."""

import secrets
from typing import Any

import msgspec
import pytest

from prism.policy.model import RunnerPolicy
from prism.runner.broker import Broker
from prism.runner.docker_broker import DockerBroker
from prism.runner.result import Reason, RunResult, RunStatus
from prism.runner.run import Texts, run_snapshot
from prism.snapshot import Snapshot
from tests.runner.conftest import QUICK, RUNS

CASES = sorted(path.parent.name for path in RUNS.glob("*/expect.yaml"))
ENTRYPOINTS = {"architecture": "model.py", "training": "model.py"}


class Expectation(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What ``expect.yaml`` says; the corpus's README explains it."""

    what: str
    reason: Reason
    forges: str = ""
    entrypoints: dict[str, str] = msgspec.field(default_factory=lambda: ENTRYPOINTS)
    limits: dict[str, Any] = msgspec.field(default_factory=dict)
    evaluation: dict[str, Any] = msgspec.field(default_factory=dict)
    limits_hit: tuple[str, ...] = ()
    contained: int = 0
    observed: tuple[str, ...] = ()
    log: str = ""
    least: dict[str, float] = msgspec.field(default_factory=dict)

    @property
    def policy(self) -> RunnerPolicy:
        """The quick policy with this case's own settings, checked as those of an operator are."""
        settings = msgspec.to_builtins(QUICK)
        settings["limits"] |= self.limits
        settings["evaluation"] |= self.evaluation
        return msgspec.convert(settings, RunnerPolicy)


def expectation(case: str) -> Expectation:
    from ruamel.yaml import YAML

    return msgspec.convert(YAML(typ="safe").load(RUNS / case / "expect.yaml"), Expectation)


def project(case: str, **more: str) -> Snapshot:
    files = {f"{name}.txt": text.encode() for name, text in more.items()}
    for folder in (RUNS / "shared", RUNS / case / "project"):
        for path in folder.rglob("*.py"):
            files[path.relative_to(folder).as_posix()] = path.read_bytes()
    return Snapshot.of(files)


@pytest.mark.docker
@pytest.mark.parametrize("case", CASES)
def test_the_run_ends_as_expected_and_nothing_gets_out(
    case: str, broker: DockerBroker, listener: tuple[int, list[str]]
) -> None:
    require_expected(case, broker, listener)


def require_expected(case: str, broker: Broker, listener: tuple[int, list[str]]) -> None:
    """Run a case through a broker and compare everything that can be seen of it."""
    expected = expectation(case)
    port, connected = listener

    job_id = f"attack-{secrets.token_hex(8)}"

    result = run_snapshot(
        project(case, port=str(port)), expected.entrypoints, expected.policy, broker, texts=Texts(), job_id=job_id
    )

    shown = msgspec.json.format(msgspec.json.encode(result)).decode()
    assert result.reason is expected.reason, shown
    assert result.limits_hit == expected.limits_hit, shown
    assert "BREACH" not in result.log_tail, shown
    assert result.log_tail.count("CONTAINED") == expected.contained, shown
    assert expected.log in result.log_tail, shown
    assert result.log_tail.replace("\n", "").isprintable()
    sentences = [each.sentence for each in result.observed or ()]
    assert [part for part in expected.observed if not any(part in sentence for sentence in sentences)] == [], shown
    assert len(connected) == 1, connected
    assert job_id not in {job.job_id for job in broker.list()}
    check_metrics(result, expected)


def check_metrics(result: RunResult, expected: Expectation) -> None:
    if result.status is not RunStatus.COMPLETED:
        assert result.metrics == {}
        return
    assert 0 < result.metrics["heldout_bits_per_byte"] < 100
    assert all(result.metrics[name] > least for name, least in expected.least.items()), result.metrics
    assert result.metrics["parameters"] > 0
    assert result.exit_code == 0
    assert result.cpu_seconds is not None
    assert result.cpu_seconds < result.wall_seconds * expected.policy.limits.cpus + 1


def forgeries() -> dict[str, Expectation]:
    """The cases that fake or poison a metric."""
    return {case: expected for case in CASES if (expected := expectation(case)).forges}


def test_at_least_twenty_ways_to_fake_or_poison_metrics_fail_or_leave_the_honest_numbers() -> None:
    ignored = {case for case, expected in forgeries().items() if expected.reason is Reason.COMPLETED}

    assert len(forgeries()) >= 20, sorted(forgeries())
    assert all(expectation(case).least for case in ignored), "a run that completes says which numbers it must have"


def test_every_case_says_what_it_tries() -> None:
    assert len(CASES) > 30
    assert all(len(expectation(case).what) > 10 for case in CASES)


def test_every_fault_a_submission_can_commit_is_in_the_corpus_but_those_only_a_broken_container_shows() -> None:
    from prism.evaluator.fault import Fault

    assert {Reason(fault) for fault in Fault} <= {expectation(case).reason for case in CASES}
