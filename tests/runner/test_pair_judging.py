"""What a pair's container has printed becomes scores only where nothing speaks against it; all else holds the pair."""

import json
from dataclasses import replace
from typing import Any

import msgspec
import pytest

from prism.declaration import Declaration
from prism.errors import RunnerError
from prism.evaluator.frames import Inbox
from prism.evaluator.job import READY_LINE, RESULT_MARK, JobError
from prism.evaluator.pair import Noted
from prism.evaluator.pair_job import unpacked_pair
from prism.policy.model import EvaluationPolicy, PairPolicy, RunnerPolicy
from prism.runner.broker import ContainerRecord, Ending, RunningJob
from prism.runner.pair import Side, compare_pair, judged_pair, make_pair
from prism.runner.pair_result import DECIDING, SCORES, PairResult, ReviewedSide, Scores
from prism.runner.result import Reason
from prism.runner.spec import COMPARE, RunSpec
from prism.snapshot import Snapshot

NONCE = "5f" * 32
POLICY = PairPolicy(behaviour=True)
EVIDENCE: dict[str, Any] = {
    "sizes": {"first": {"definitions": 3}, "second": {"definitions": 4, "modules": 2}},
    "unread": {"first": [], "second": []},
    "matches": [
        {"first": {"path": "model.py", "lines": [1, 2]}, "second": {"path": "net.py", "lines": [2, 3]}, "likeness": 0.7}
    ],
    "tensors": [{"first": "a.weight", "second": "b.weight", "shape": [2, 3]}],
    "copied": 1.0,
}
UNALIKE = {"first_in_second": 0.1, "second_in_first": 0.2, "modules": 1.0, "shapes": 1.0, "outputs": 0.25}


def side(source: bytes = b"one\ntwo", *, name: str = "model.py", may_run: bool = True) -> Side:
    snapshot = Snapshot.of({name: source})
    reviewed = ReviewedSide(project_digest=snapshot.digest, verdict="approved", may_run=may_run)
    return Side(snapshot=snapshot, architecture=name, reviewed=reviewed)


SIDES = (side(), side(b"one\ntwo\nthree", name="net.py"))


def line(nonce: str = NONCE, **parts: object) -> str:
    document: dict[str, object] = {"fault": None, "detail": "", "side": None, "scores": UNALIKE, "evidence": EVIDENCE}
    document |= {"limits_hit": [], "usage": {}, "log_tail": "", "observed": {"first": [], "second": []}}
    return f"{RESULT_MARK} {nonce} {json.dumps(document | parts)}\n"


def judged(printed: str, *, sides: tuple[Side, Side] = SIDES, **parts: object) -> PairResult:
    whole: dict[str, Any] = {
        "ending": Ending.BY_ITSELF,
        "exit_code": 0,
        "out_of_memory": False,
        "stdout": f"{READY_LINE}\n{printed}".encode(),
        "stderr": b"",
        "wall_seconds": 1.0,
    }
    return judged_pair(ContainerRecord(**(whole | parts)), NONCE, sides, POLICY).result


def test_a_whole_report_completes_with_its_scores_and_evidence() -> None:
    result = judged(line())

    assert (result.status, result.code, result.alike) == ("completed", Reason.COMPLETED, ())
    assert msgspec.to_builtins(result.scores) == UNALIKE
    assert result.evidence.matches[0].second.lines == (2, 3)


@pytest.mark.parametrize("score", sorted(DECIDING))
def test_a_likeness_that_counts_holds_the_pair(score: str) -> None:
    result = judged(line(scores=UNALIKE | {score: POLICY.hold}))

    assert (result.status, result.code, result.alike) == ("held", Reason.COMPLETED, (score,))
    assert score in result.reason


SEEN = {"kind": "network", "what": "socket.connect", "where": "model.py:1"}


def declaring(*capabilities: str) -> tuple[Declaration, ...]:
    return (Declaration(plugin="safety", imports=("torch",), capabilities=capabilities),)


def test_code_that_does_what_its_review_ruled_out_holds_the_pair_and_is_named() -> None:
    printed = line(observed={"first": [], "second": [SEEN]})
    watched = (SIDES[0], replace(SIDES[1], declarations=declaring()))

    result = judged(printed, sides=watched)

    assert (result.status, result.code, result.side) == ("held", Reason.UNDECLARED_CAPABILITY, "second")
    assert result.scores.first_in_second == UNALIKE["first_in_second"]
    assert judged(printed, sides=(SIDES[0], replace(SIDES[1], declarations=declaring("network")))).status == "completed"


def changed(**parts: object) -> dict[str, object]:
    return EVIDENCE | parts


FORGED = {
    "nothing": "",
    "another nonce": line("0" * 64),
    "two lines": line() + line(),
    "no object": f"{RESULT_MARK} {NONCE} []\n",
    "a name twice": line().replace('"modules": 1.0', '"modules": 1.0, "modules": 0.0'),
    "an unknown score": line(scores=UNALIKE | {"likeness": 0.0}),
    "a score above one": line(scores=UNALIKE | {"outputs": 1.01}),
    "a score below zero": line(scores=UNALIKE | {"outputs": -0.01}),
    "a score that is infinite": line().replace('"outputs": 0.25', '"outputs": 1e999'),
    "a score that is no number": line().replace('"outputs": 0.25', '"outputs": NaN'),
    "a score that is a word": line().replace('"outputs": 0.25', '"outputs": "low"'),
    "a side that is none": line(side="third"),
    "an unknown field": line(verdict="completed"),
    "too much seen": line(observed={"first": [SEEN] * 200, "second": []}),
    "a field too few": line().replace('"side": null, ', ""),
    "lines beyond the file": line(evidence=changed(matches=[EVIDENCE["matches"][0] | {"likeness": 2}])),
    "a file of the other side": line(evidence=changed(unread={"first": ["net.py"], "second": []})),
    "too much evidence": line(evidence=changed(tensors=EVIDENCE["tensors"] * 21)),
    "a line too long": line(detail="x" * 70_000),
}


@pytest.mark.parametrize("case", FORGED)
def test_a_report_that_is_none_has_no_scores_and_holds(case: str) -> None:
    result = judged(FORGED[case])

    assert result.status == "held"
    assert result.code in {Reason.NO_RESULT, Reason.BAD_METRICS}
    assert (result.scores, result.alike, result.evidence.matches) == (Scores(), (), ())


@pytest.mark.parametrize("lines", [[1, 3], [2, 1], [0, 1]])
def test_evidence_that_does_not_stand_in_the_projects_is_none(lines: list[int]) -> None:
    match = EVIDENCE["matches"][0] | {"first": {"path": "model.py", "lines": lines}}

    assert judged(line(evidence=changed(matches=[match]))).code is Reason.BAD_METRICS


@pytest.mark.parametrize(
    ("parts", "code"),
    [
        ({"exit_code": 1}, Reason.NO_RESULT),
        ({"out_of_memory": True}, Reason.MEMORY_LIMIT),
        ({"ending": Ending.TIME_LIMIT}, Reason.TIME_LIMIT),
        ({"ending": Ending.OUTPUT_LIMIT}, Reason.OUTPUT_LIMIT),
        ({"stdout": line().encode()}, Reason.EVALUATOR_ERROR),
    ],
)
def test_what_the_engine_knows_goes_before_what_was_said_inside(parts: dict[str, Any], code: Reason) -> None:
    result = judged(line(), **parts)

    assert (result.status, result.code, result.scores) == ("held", code, Scores())


def test_whose_code_failed_is_said_and_what_was_read_before_is_kept() -> None:
    scores = {"first_in_second": 0.5, "second_in_first": 0.4}
    result = judged(line(fault="project-raised", side="second", scores=scores))

    assert (result.status, result.code, result.side) == ("held", Reason.PROJECT_RAISED, "second")
    assert "the second project" in result.reason
    assert msgspec.to_builtins(result.scores) == scores


def test_nobody_is_blamed_for_our_own_failure() -> None:
    result = judged(line(fault="evaluator-error", side="second", scores={}))

    assert (result.status, result.code, result.side) == ("held", Reason.EVALUATOR_ERROR, None)


def test_what_was_not_compared_holds() -> None:
    unread = {"first": [], "second": ["net.py"]}
    barred = (SIDES[0], side(b"one\ntwo\nthree", name="net.py", may_run=False))
    code_only = {"first_in_second": 0.1, "second_in_first": 0.2}

    assert "could not be read" in judged(line(evidence=changed(unread=unread))).reason
    assert "does not let its code run" in judged(line(scores=code_only), sides=barred).reason
    assert "too little code" in judged(line(scores={"modules": 0.1})).reason


def test_the_longest_output_of_a_comparison_fits_into_what_platforms_broker_keeps_of_a_log() -> None:
    noted = Noted()
    place = {"path": "\U0001f600" * 60, "lines": [1, 1]}
    noted.matches = [{"first": place, "second": place, "likeness": 0.123456789}] * 40
    noted.tensors = [{"first": "\x00" * 100, "second": "\x00" * 100, "shape": [2**40] * 8}] * 20
    noted.unread = {name: ["\x7f" * 240] * 20 for name in ("first", "second")}
    tail = "\n".join(["\U0001f600" * 700] * 2)
    longest = line(fault="project-raised", detail="\U0001f600" * 1_000, evidence=noted.evidence(), log_tail=tail)

    assert len(f"{READY_LINE}\n\n{longest}\n".encode()) < 64_000
    assert noted.matches  # what is shown is cut, and not left out


class Recorder:
    """A broker that notes what it is asked for and has no engine."""

    def __init__(self) -> None:
        self.specs: list[RunSpec] = []

    def run(self, spec: RunSpec) -> ContainerRecord:
        self.specs.append(spec)
        raise RunnerError("there is no image", where=spec.image, do="build one", code="image-missing")

    def cleanup(self, job_id: str) -> int:
        raise RunnerError("there is nothing to clean up", where=job_id)

    def list(self) -> tuple[RunningJob, ...]:
        return ()


def test_the_container_has_no_network_and_gets_both_projects_by_its_input_alone() -> None:
    broker = Recorder()
    policy = RunnerPolicy(network="inside", pair=POLICY, evaluation=EvaluationPolicy(seed=5))
    outcome = compare_pair(*SIDES, policy, broker)
    (spec,) = broker.specs
    inbox = Inbox(len(spec.payload))
    inbox.feed(spec.payload)
    job = unpacked_pair(inbox.message())

    assert (outcome.result.status, outcome.result.code) == ("held", Reason.IMAGE_MISSING)
    assert (spec.network, spec.command) == ("none", COMPARE)
    assert (job.first.files, job.second.files) == (SIDES[0].snapshot.contents, SIDES[1].snapshot.contents)
    assert (job.first.settings.has_network, job.comparison.is_run) == (False, True)
    assert job.first.train_text == job.first.heldout_text == b""
    assert job.first.nonce not in " ".join((spec.job_id, spec.image, *spec.command))


def test_code_runs_only_if_the_policy_and_both_reviews_say_so() -> None:
    barred = side(may_run=False)
    for policy, pair, is_run in (
        (RunnerPolicy(), SIDES, False),
        (RunnerPolicy(pair=POLICY), SIDES, True),
        (RunnerPolicy(pair=POLICY), (barred, SIDES[1]), False),
        (RunnerPolicy(pair=POLICY), (SIDES[1], barred), False),
    ):
        assert make_pair(*pair, policy, nonce=NONCE).comparison.is_run is is_run


def test_the_numbers_depend_on_the_two_projects_and_the_seed_in_no_order() -> None:
    one, other = SIDES
    policy, reseeded = RunnerPolicy(), RunnerPolicy(evaluation=EvaluationPolicy(seed=1))
    seed = make_pair(one, other, policy, nonce=NONCE).comparison.seed

    assert make_pair(other, one, policy, nonce="0").comparison.seed == seed
    assert make_pair(other, one, reseeded, nonce=NONCE).comparison.seed != seed
    assert make_pair(one, one, policy, nonce=NONCE).comparison.seed != seed


def test_a_job_of_another_form_is_not_taken() -> None:
    spec_of = Recorder()
    compare_pair(*SIDES, RunnerPolicy(), spec_of)
    inbox = Inbox(len(spec_of.specs[0].payload))
    inbox.feed(spec_of.specs[0].payload)
    message = inbox.message()

    for name in message.header:
        whole = dict(message.header)
        whole[name] = None
        with pytest.raises(JobError):
            unpacked_pair(type(message)(header=whole, body=message.body))


def test_every_score_is_a_field_of_the_record() -> None:
    assert set(SCORES) == set(Scores.__struct_fields__)
    assert set(SCORES) > DECIDING
