"""What was observed against what was declared: any contradiction fails the run, holds the submission and shows both."""

import json
from pathlib import Path

import pytest

from prism.cli.app import run
from prism.declaration import Declaration
from prism.evaluator.job import READY_LINE
from prism.evaluator.observation import MAX_OBSERVATIONS, Kind, Observations
from prism.evaluator.process import OutputLog
from prism.policy.model import RunnerPolicy
from prism.runner.docker_broker import DockerBroker
from prism.runner.result import Reason, RunStatus
from prism.runner.run import judged
from prism.runner.tripwire import Observation, findings_of, undeclared
from tests.runner.conftest import QUICK
from tests.runner.test_run import NONCE, record, report
from tests.test_gate import policy_file

STRICT = Declaration(plugin="strict", imports=("math", "torch"))
OPEN_FILE = {"kind": "filesystem", "what": "open /etc/hostname r", "where": "model.py:3"}
IMPORT = {"kind": "dynamic-import", "what": "torch", "where": "model.py:1"}
OPENING = """\
import torch
from honest import Tiny, get_recipe, configure_optimizer, train_step


def build_model(ctx):
    open("/etc/hostname").close()
    return Tiny(ctx.vocab_size)
"""


def said(*observed: dict[str, str], **parts: object) -> str:
    return f"{READY_LINE}\n{report(observed=list(observed), **parts)}"


def seen(kind: Kind, what: str) -> Observation:
    return Observation(kind=kind, what=what, where="")


def test_what_was_declared_leaves_the_run_as_it_was() -> None:
    result = judged(record(said(IMPORT)), NONCE, RunnerPolicy(), (STRICT,))

    assert (result.reason, result.observed) == (Reason.COMPLETED, (Observation(**IMPORT),))  # type: ignore[arg-type] # text


@pytest.mark.parametrize("parts", [{}, {"fault": "project-raised"}, {"limits_hit": ["memory_bytes"]}])
def test_what_was_ruled_out_fails_the_run_and_holds_the_submission(parts: dict[str, object]) -> None:
    result = judged(record(said(IMPORT, OPEN_FILE, **parts)), NONCE, RunnerPolicy(), (STRICT,))

    assert result.reason is Reason.UNDECLARED_CAPABILITY
    assert (result.status, result.submission_status, result.metrics) == (RunStatus.FAILED, "held", {})


def test_an_error_of_ours_stays_ours_and_without_a_declaration_nothing_is_judged() -> None:
    ours = judged(record(said(OPEN_FILE, fault="evaluator-error")), NONCE, RunnerPolicy(), (STRICT,))
    unjudged = judged(record(said(OPEN_FILE)), NONCE, RunnerPolicy())
    unwatched = judged(record(), NONCE, RunnerPolicy(), (STRICT,))

    assert ours.reason is Reason.EVALUATOR_ERROR
    assert unjudged.reason is Reason.COMPLETED
    assert (unwatched.reason, unwatched.observed) == (Reason.COMPLETED, None)


def test_an_import_is_declared_by_its_name_and_anything_else_by_its_kind() -> None:
    able = Declaration(plugin="able", imports=("math",), capabilities=("dynamic-import", "network"))
    observed = (seen(Kind.IMPORT, "os"), seen(Kind.NETWORK, "x"), seen(Kind.TRIPWIRE, "closed"))

    assert undeclared(observed, (able,)) == (observed[2],)
    assert undeclared(observed, (STRICT, able)) == observed
    assert undeclared((seen(Kind.IMPORT, "math"),), (STRICT, able)) == ()


def test_the_finding_shows_both_sides_escaped_and_bounded() -> None:
    observed = (seen(Kind.FILESYSTEM, "open \x1b[2J\u202e"), *(seen(Kind.CODE, str(number)) for number in range(100)))
    (finding,) = findings_of(observed, (STRICT, Declaration(plugin="all", capabilities=tuple(map(str, Kind)))))

    assert finding.rule == "run/undeclared-capability"
    assert "open \\x1b[2J\\u202e" in finding.message
    assert "and 93 more" in finding.message
    assert "Reviewed: capabilities none; imports math, torch." in finding.message
    assert finding.message.isprintable()


def test_a_flooded_channel_is_an_observation_and_fits_into_platforms_logs() -> None:
    observations = Observations()
    observations.take(b"armed")
    for number in range(10 * MAX_OBSERVATIONS):
        observations.take(b"filesystem\n%d" % number + b"x" * 200 + b"\n" + b"y" * 200)
    for nonsense in (b"", b"\xff\n\n", b"tripwire\nfine\n", b"network\n\x1b\n", b"armed"):
        observations.take(nonsense)
    observed = observations.as_json()
    log = OutputLog(10_000)
    log.take(b"\xff" * 10_000)
    longest = said(*observed, detail="\U0001f600" * 1_000, log_tail=log.tail())

    assert {each["what"] for each in observed if each["kind"] == "tripwire"} == {"overflow", "malformed"}
    assert len(longest.encode()) < 64_000
    assert judged(record(longest), NONCE, RunnerPolicy(), (STRICT,)).reason is Reason.UNDECLARED_CAPABILITY


def test_a_tripwire_that_never_spoke_is_noted() -> None:
    observations = Observations()
    observations.require_armed()

    assert [each["what"] for each in observations.as_json()] == ["silent"]


@pytest.mark.docker
def test_a_project_that_does_more_than_was_reviewed_is_held_with_exit_code_and_both_sides(
    broker: DockerBroker, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    project = tmp_path / "project"
    project.mkdir()
    (project / "model.py").write_text(OPENING)
    (project / "honest.py").write_text((Path(__file__).parents[1] / "corpora/runs/shared/honest.py").read_text())
    evaluation = {"steps": 2, "batch_size": 4, "sequence_bytes": 16, "heldout_windows": 32}
    policy = policy_file(tmp_path, "declares_nothing", runner={"evaluation": evaluation, "image": QUICK.image})

    assert run(["run", str(project), "--policy", str(policy), "--format", "json"]) == 3
    outcome = json.loads(capsys.readouterr().out)

    assert (outcome["status"], outcome["verdict"], outcome["metrics"]) == ("held", "approved", {})
    assert outcome["run"]["reason"] == "undeclared-capability"
    assert {"kind": "filesystem", "what": "open /etc/hostname r", "where": "model.py:6"} in outcome["run"]["observed"]
    (finding,) = outcome["findings"]
    assert "open /etc/hostname r at model.py:6" in finding["message"]
    assert "Reviewed: capabilities none; imports torch." in finding["message"]
