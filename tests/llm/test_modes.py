"""The reviewer beside the other plugins of the default policy: an archive, a policy file, and a store as in service."""

import io
import json
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from prism.cli.app import run
from prism.finding import Severity
from prism.gate import Gate
from prism.review import Review, StageStatus
from prism.store import open_store
from prism.store.keep import examine_and_keep
from prism.verdict import Outcome
from tests.llm import model_server as scripted
from tests.llm.gates import CONDITION, SOURCE, reviewer
from tests.llm.model_server import Asked, ModelServer, says
from tests.llm.scripted_answers import accusation, complete, judges, read

HONEST = Path(__file__).parents[2] / "examples" / "honest-small"
PROJECT = {path.name: path.read_text() for path in HONEST.iterdir() if path.is_file()}
PLANTED = {**PROJECT, "extra.py": SOURCE}
HOSTILE = {**PROJECT, "extra.py": "import os\n\nos.system('id')\n"}


def archive(files: Mapping[str, str]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as target:
        for name, text in files.items():
            target.writestr(name, text)
    return stream.getvalue()


def policy(folder: Path, server: ModelServer, mode: str, verdict: object = None, **settings: object) -> Path:
    """The default policy with the reviewer, as an operator adds it."""
    section = {"mode": mode, "reviewers": [reviewer(server)], "attempts": 1, **settings}
    stated = {"policy": 1, "name": mode, "extends": "default", "plugins": {"llm": {"settings": section}}}
    path = folder / f"{mode}.yaml"
    YAML().dump(stated | ({"verdict": verdict} if verdict else {}), path)
    return path


def review_of(file: Path, files: Mapping[str, str]) -> Review:
    with Gate.from_policy(file) as gate:
        return gate.review(archive(files))


def rules_of(review: Review) -> set[str]:
    return {finding.rule for finding in review.findings if finding.rule.startswith(("llm/", "host/"))}


def stages_of(review: Review) -> dict[str, StageStatus]:
    return {stage.name: stage.status for stage in review.stages if stage.name.endswith(":llm")}


@pytest.mark.parametrize("mode", ["advisory", "required"])
def test_what_the_model_finds_nothing_in_is_approved(mode: str, model_server: ModelServer, tmp_path: Path) -> None:
    model_server.follow(judges("none"))
    review = review_of(policy(tmp_path, model_server, mode), PROJECT)
    assert review.verdict is Outcome.APPROVED
    assert set(stages_of(review).values()) == {StageStatus.COMPLETED}
    (usage,) = review.usage
    assert (usage.plugin, usage.model, usage.requests) == ("llm", "openai/scripted", len(model_server.requests))
    assert usage.micro_usd > 0
    assert rules_of(review) == {"llm/local-budget"}


def test_what_is_off_asks_nobody(model_server: ModelServer, tmp_path: Path) -> None:
    review = review_of(policy(tmp_path, model_server, "off"), PLANTED)
    assert (review.verdict, review.usage) == (Outcome.APPROVED, ())
    assert not model_server.requests
    assert not stages_of(review)


@pytest.mark.parametrize("mode", ["advisory", "required"])
def test_what_the_checks_reject_is_not_asked_about(mode: str, model_server: ModelServer, tmp_path: Path) -> None:
    review = review_of(policy(tmp_path, model_server, mode), HOSTILE)
    assert review.verdict is Outcome.REJECTED
    assert stages_of(review)["review:llm"] is StageStatus.SKIPPED
    assert not model_server.requests


@pytest.mark.parametrize("mode", ["advisory", "required"])
def test_an_accusation_that_stands_holds_and_names_its_line(
    mode: str, model_server: ModelServer, tmp_path: Path
) -> None:
    model_server.follow(judges("violation"))
    review = review_of(policy(tmp_path, model_server, mode), PLANTED)
    assert review.verdict is Outcome.HELD
    (found,) = (each for each in review.findings if each.rule == "llm/hidden-behaviour")
    assert (found.path, found.line, found.severity) == ("extra.py", CONDITION, Severity.WARNING)
    assert found.evidence is not None
    assert "20260131" in found.evidence.excerpt


def accuses_a_call(asked: Asked) -> dict[str, object]:
    question = read(asked)
    accused = accusation(question, "Linear(4, 4)", role="call", symbol="torch.nn.Linear")
    return complete(question, "violation", [accused])


@pytest.mark.parametrize(("mode", "outcome"), [("advisory", Outcome.HELD), ("required", Outcome.REJECTED)])
def test_only_verified_evidence_of_a_call_under_a_rule_of_that_weight_rejects(
    mode: str, outcome: Outcome, model_server: ModelServer, tmp_path: Path
) -> None:
    model_server.follow(says(accuses_a_call))
    rules = [{"id": "hidden-behaviour", "severity": "error"}]
    review = review_of(policy(tmp_path, model_server, mode, rules=rules), PLANTED)
    found = [each for each in review.findings if each.rule == "llm/hidden-behaviour"]
    assert found
    assert review.verdict is outcome


@pytest.mark.parametrize("hold", [["warning"], []])
def test_an_answer_that_is_missing_holds_where_it_is_required_whatever_else_holds(
    hold: list[str], model_server: ModelServer, tmp_path: Path
) -> None:
    model_server.follow(scripted.fails(500))
    review = review_of(policy(tmp_path, model_server, "required", verdict={"hold": hold}), PROJECT)
    assert review.verdict is Outcome.HELD
    assert {reason.rule for reason in review.reasons} == {"llm/no-answer"}
    assert rules_of(review) == {"llm/no-answer", "llm/local-budget"}


def test_an_answer_that_is_missing_is_put_on_record_where_it_is_advice(
    model_server: ModelServer, tmp_path: Path
) -> None:
    model_server.follow(scripted.fails(500))
    review = review_of(policy(tmp_path, model_server, "advisory", verdict={"hold": ["warning", "note"]}), PROJECT)
    assert review.verdict is Outcome.APPROVED
    assert {each.severity for each in review.findings if each.rule == "llm/no-answer"} == {Severity.NOTE}


@pytest.mark.parametrize(("mode", "outcome"), [("advisory", Outcome.APPROVED), ("required", Outcome.HELD)])
def test_material_that_cannot_be_gathered_changes_nothing_where_the_answer_is_advice(
    mode: str, outcome: Outcome, model_server: ModelServer, tmp_path: Path
) -> None:
    model_server.follow(judges("none"))
    files = {**PROJECT, "extra.py": "def f(x):\n    return x\n\n\n" * 2_000}
    size = sum(len(text) for text in files.values())
    file = policy(tmp_path, model_server, mode)
    stated = YAML(typ="safe", pure=True).load(file)
    # Room for the project itself, the findings and no material.
    YAML().dump({**stated, "guard": {"output_bytes": size + 20_000}}, file)
    review = review_of(file, files)
    assert review.verdict is outcome
    (finding,) = (each for each in review.findings if each.rule == "host/review-budget")
    assert finding.severity is (Severity.NOTE if mode == "advisory" else Severity.ERROR)
    assert stages_of(review)["review:llm"] is StageStatus.SKIPPED
    assert not model_server.requests


def test_a_rule_that_is_written_into_the_file_is_asked_about_at_the_next_review(
    model_server: ModelServer, tmp_path: Path
) -> None:
    model_server.follow(judges("none"))
    rules = tmp_path / "rules.yaml"
    rules.write_text("rules: [{id: first, text: Use no loops.}]\n")
    file = policy(tmp_path, model_server, "required", rules_file="rules.yaml")
    digests = []
    with Gate.from_policy(file) as gate:
        for name in ("first", "second"):
            rules.write_text(f"rules: [{{id: {name}, text: Use no loops.}}]\n")
            model_server.requests.clear()
            review = gate.review(archive(PROJECT))
            assert review.verdict is Outcome.APPROVED
            assert {rule for asked in model_server.requests for rule in read(asked).rules} == {name}
            digests.append(review.policy.digest)
    assert len(set(digests)) == 2


def test_a_store_remembers_answers_for_the_next_gate(model_server: ModelServer, tmp_path: Path) -> None:
    model_server.follow(judges("none"))
    file = policy(tmp_path, model_server, "required")
    records = []
    for _ in range(2):
        with open_store(str(tmp_path / "store.sqlite3")) as store, Gate.from_policy(file) as gate:
            records.append(examine_and_keep(store, gate, archive(PROJECT), hotkey="5Fminer").review)
    first, second = records
    assert (first.verdict, second.verdict) == (Outcome.APPROVED, Outcome.APPROVED)
    assert (first.usage[0].recalled, second.usage[0].requests) == (0, 0)
    assert second.usage[0].recalled == first.usage[0].requests
    assert rules_of(second) == set()


@pytest.mark.parametrize(("said", "code"), [("", 3), ("advisory", 0), ("off", 0), ("required", 3)])
def test_the_command_line_goes_before_the_policy(
    said: str, code: int, model_server: ModelServer, tmp_path: Path
) -> None:
    model_server.follow(scripted.fails(500))
    file = policy(tmp_path, model_server, "required")
    output = tmp_path / "review.json"
    words = ["--llm", said] if said else []
    assert run(["review", str(HONEST), "-p", str(file), "-f", "json", "-o", str(output), *words]) == code
    assert bool(model_server.requests) is (said != "off")
    record = json.loads(output.read_text())
    assert ("llm/no-answer" in {finding["rule"] for finding in record["findings"]}) is (said != "off")
