"""Pairs of projects in the real container: scores for what can be compared, and held with a reason for what cannot."""

import secrets

import msgspec
import pytest

from prism.policy.model import PairPolicy, RunnerPolicy
from prism.runner.docker_broker import DockerBroker
from prism.runner.pair import PairOutcome, Side, compare_pair
from prism.runner.pair_result import ReviewedSide
from prism.runner.result import Reason
from prism.snapshot import Snapshot
from tests.runner.conftest import QUICK, RUNS

PAIRS = RUNS.parent / "pairs"
RUN = msgspec.structs.replace(QUICK, pair=PairPolicy(behaviour=True, contexts=16))


def files_of(case: str) -> dict[str, bytes]:
    """One project of the corpus, whose README says what is what."""
    hostile = PAIRS / "hostile" / f"{case}.py"
    if hostile.exists():
        files = files_of("original")
        return files | {"honest.py": files["model.py"], "model.py": hostile.read_bytes()}
    return {path.name: path.read_bytes() for path in (PAIRS / case).glob("*.py")}


def side(case: str, *, may_run: bool = True, change: tuple[bytes, bytes] = (b"\0", b"")) -> Side:
    snapshot = Snapshot.of({path: data.replace(*change) for path, data in files_of(case).items()})
    reviewed = ReviewedSide(project_digest=snapshot.digest, verdict="approved", may_run=may_run)
    return Side(snapshot=snapshot, architecture="model.py", reviewed=reviewed)


def compared(first: Side, second: Side, broker: DockerBroker, policy: RunnerPolicy = RUN) -> PairOutcome:
    job_id = f"pair-{secrets.token_hex(8)}"
    outcome = compare_pair(first, second, policy, broker, job_id=job_id)
    assert job_id not in {job.job_id for job in broker.list()}
    assert "BREACH" not in outcome.log_tail
    assert outcome.log_tail.replace("\n", "").isprintable()
    return outcome


@pytest.mark.docker
def test_a_renamed_and_reordered_copy_is_alike_by_code_and_by_what_it_predicts(broker: DockerBroker) -> None:
    result = compared(side("original"), side("reordered"), broker).result
    scores = result.scores

    assert (result.status, result.code) == ("held", Reason.COMPLETED), result
    assert result.alike == ("first_in_second", "second_in_first", "outputs_by_shape")
    assert (scores.modules, scores.shapes, scores.outputs_by_shape) == (1, 1, 1)
    assert scores.outputs is not None
    assert scores.outputs < 0.5  # the n-th layer of a shape is another one there
    assert result.evidence.copied == 1
    assert {(match.first.path, match.second.path) for match in result.evidence.matches} >= {("layers.py", "model.py")}


@pytest.mark.docker
def test_the_same_architecture_in_other_sizes_is_alike_by_code_and_modules_only(broker: DockerBroker) -> None:
    resized = side("original", change=(b"width=16, depth=2", b"width=24, depth=3"))
    result = compared(side("original"), resized, broker).result

    assert result.alike == ("first_in_second", "second_in_first")
    assert result.scores.modules == pytest.approx(0.8, abs=0.2)
    assert result.scores.shapes == pytest.approx(0, abs=0.1)
    assert result.scores.outputs is result.scores.outputs_by_shape is None


@pytest.mark.docker
def test_unrelated_projects_are_not_alike_and_end_completed(broker: DockerBroker) -> None:
    outcome = compared(side("original"), side("unrelated"), broker)
    result = outcome.result

    assert (result.status, result.code, result.alike) == ("completed", Reason.COMPLETED, ()), outcome
    assert max(value for value in msgspec.to_builtins(result.scores).values()) < 0.3
    assert result.evidence.sizes.second.modules is not None
    assert result.cpu_seconds is not None


SPOILERS = {
    "crashing": Reason.CONTESTANT_ENDED,
    "flooding": Reason.OUTPUT_LIMIT,
    "forging": Reason.PROTOCOL_BROKEN,
    "hanging": Reason.TIME_LIMIT,
}


@pytest.mark.docker
@pytest.mark.parametrize("case", SPOILERS)
def test_whoever_spoils_the_comparison_is_named_and_the_pair_is_held(case: str, broker: DockerBroker) -> None:
    policy = msgspec.structs.replace(RUN, limits=msgspec.structs.replace(RUN.limits, wall_seconds=20))
    outcome = compared(side(case), side("original"), broker, policy if case == "hanging" else RUN)
    result = outcome.result

    assert (result.status, result.code, result.side) == ("held", SPOILERS[case], "first"), outcome
    assert "the first project" in result.reason
    assert result.scores.first_in_second is not None  # was read before any of its code could run
    assert result.scores.second_in_first is not None
    assert result.scores.second_in_first > 0.9  # it holds the other one's code
    assert (result.scores.modules, result.scores.outputs) == (None, None)


@pytest.mark.docker
def test_who_lies_about_his_model_lowers_what_its_run_says_and_not_what_its_code_says(broker: DockerBroker) -> None:
    result = compared(side("original"), side("lying"), broker).result

    assert result.scores.outputs is result.scores.outputs_by_shape is None
    assert result.scores.shapes == 0
    assert "first_in_second" in result.alike


@pytest.mark.docker
def test_code_that_its_review_does_not_let_run_is_only_read_which_holds_the_pair(broker: DockerBroker) -> None:
    outcome = compared(side("crashing", may_run=False), side("unrelated"), broker)
    result = outcome.result

    assert (result.status, result.code, result.side) == ("held", Reason.COMPLETED, None), outcome
    assert "the review of the first project does not let its code run" in result.reason
    assert set(msgspec.to_builtins(result.scores)) <= {"first_in_second", "second_in_first"}


@pytest.mark.docker
def test_where_the_policy_wants_no_code_run_it_is_only_read(broker: DockerBroker) -> None:
    result = compared(side("hanging"), side("unrelated"), broker, QUICK).result

    assert (result.status, result.code, result.is_run) == ("completed", Reason.COMPLETED, False)
    assert result.evidence.sizes.first.modules is None
