"""What a policy may say about the reviewer, and what it is told before anybody is asked."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from prism_llm.intents import SHIPPED
from prism_llm.rules import OWN_RULES
from prism_llm.settings import SCHEMA, Mode

from prism.errors import PolicyError, Problem
from prism.finding import Severity
from prism.gate import Gate
from prism.policy.loading import EffectivePolicy, load

ROOT = Path(__file__).parents[2]
MODEL = "{model: openai/gpt-4o}"


def policy(folder: Path, settings: str, *rest: str) -> Path:
    """A policy that extends the default one, with the reviewer's settings in YAML's short form."""
    file = folder / "policy.yaml"
    lines = ["policy: 1", "name: case", "extends: default", "plugins:", "  llm:", f"    settings: {settings}", *rest]
    file.write_text("\n".join(lines) + "\n")
    return file


def loaded(folder: Path, settings: str, *rest: str) -> EffectivePolicy:
    return load(policy(folder, settings, *rest))


def problem_of(folder: Path, settings: str) -> Problem:
    with pytest.raises(PolicyError) as refusal:
        loaded(folder, settings)
    (problem,) = refusal.value.problems
    return problem


@pytest.mark.parametrize(
    ("mode", "hooks"),
    [
        (Mode.OFF, set()),
        (Mode.ADVISORY, {"prism_prepare", "prism_material", "prism_review"}),
        (Mode.REQUIRED, {"prism_prepare", "prism_material", "prism_review", "prism_verdict"}),
    ],
)
def test_a_mode_has_the_hooks_that_it_needs_and_no_others(mode: Mode, hooks: set[str], tmp_path: Path) -> None:
    with Gate.from_policy(policy(tmp_path, f"{{mode: {mode}, reviewers: [{MODEL}]}}")) as gate:
        asking = {"prism_prepare", "prism_material", "prism_review", "prism_verdict"}
        assert asking & set(gate.host.hooks_of("llm")) == hooks
        is_advice = mode is Mode.ADVISORY
        assert gate.host.is_forgiven("prism_material", "llm") is is_advice
        assert gate.host.is_forgiven("prism_review", "llm") is is_advice


def test_a_key_file_that_others_can_read_is_refused_with_what_to_do(tmp_path: Path) -> None:
    key = tmp_path / "key"
    key.write_text("sk-not-a-key\n")
    settings = "{mode: required, reviewers: [{model: openai/gpt-4o, key_file: key}]}"
    key.chmod(0o644)
    problem = problem_of(tmp_path, settings)
    assert problem.where.endswith("policy.yaml:6: $.plugins.llm.settings.reviewers[0].key_file")
    assert "open to others (-rw-r--r--)" in problem.what
    assert "chmod 600" in problem.do
    key.chmod(0o600)
    assert loaded(tmp_path, settings).digest


def test_what_a_key_file_holds_is_no_part_of_the_policy(tmp_path: Path) -> None:
    key = tmp_path / "key"
    key.touch(mode=0o600)
    digests = set()
    for content in ("first", "second"):
        key.write_text(content)
        effective = loaded(tmp_path, "{mode: required, reviewers: [{model: openai/gpt-4o, key_file: key}]}")
        assert not effective.has_changed
        digests.add(effective.digest)
    assert len(digests) == 1


def test_what_a_rules_file_holds_is_a_part_of_the_policy(tmp_path: Path) -> None:
    rules = tmp_path / "rules.yaml"
    digests = set()
    for text in ("First.", "Second."):
        rules.write_text(f"rules: [{{id: own, text: {text}}}]\n")
        digests.add(loaded(tmp_path, f"{{mode: required, reviewers: [{MODEL}], rules_file: rules.yaml}}").digest)
    assert len(digests) == 2


def test_a_model_that_does_not_exist_is_refused_and_a_stated_price_is_believed(tmp_path: Path) -> None:
    problem = problem_of(tmp_path, "{mode: advisory, reviewers: [{model: openai/gpt-4oo}]}")
    assert "no price is known for the model 'openai/gpt-4oo'" in problem.what
    assert "did you mean 'openai/gpt-4o'?" in problem.do
    assert "usd_per_million_input" in problem.do
    priced = "{model: openai/own, usd_per_million_input: 0, usd_per_million_output: 0}"
    assert loaded(tmp_path, f"{{mode: advisory, reviewers: [{priced}]}}").digest


@pytest.mark.parametrize("address", ["https://user:sk-secret@example.com/v1", "https://sk-secret@example.com"])
def test_a_key_in_an_address_is_refused_and_not_repeated(tmp_path: Path, address: str) -> None:
    priced = f"{{model: openai/gpt-4o, api_base: '{address}'}}"
    problem = problem_of(tmp_path, f"{{mode: advisory, reviewers: [{priced}]}}")
    assert problem.where.endswith("reviewers[0].api_base")
    assert "key_env" in problem.do
    assert "sk-secret" not in problem.what + problem.do
    assert loaded(
        tmp_path, "{mode: advisory, reviewers: [{model: openai/gpt-4o, api_base: 'https://h/v1?a@b'}]}"
    ).digest


def test_models_are_not_looked_at_where_none_is_asked(tmp_path: Path) -> None:
    assert loaded(tmp_path, "{mode: off, reviewers: [{model: nowhere/none, key_file: none}]}").digest


def test_a_person_may_waive_a_doubt_and_harden_what_is_missing(tmp_path: Path) -> None:
    waiver = f"[{{rule: llm/persuasion, file: {'a' * 64}, reason: looked at it, expires: 2030-01-01}}]"
    rules = "{llm/no-answer: error, llm/hidden-behaviour: error}"
    effective = loaded(tmp_path, f"{{mode: required, reviewers: [{MODEL}]}}", f"rules: {rules}", f"waivers: {waiver}")
    assert effective.policy.rules["llm/no-answer"] == "error"


def test_in_advisory_mode_a_rule_weighs_no_more_than_a_warning(tmp_path: Path) -> None:
    rules = "rules: [{id: own, text: Mine., severity: error}, {id: other, text: Yours., severity: note}]"
    with Gate.from_policy(policy(tmp_path, f"{{mode: advisory, reviewers: [{MODEL}], {rules}}}")) as gate:
        assert gate.rules["llm/own"].severity is Severity.WARNING
        assert gate.rules["llm/other"].severity is Severity.NOTE


def test_the_section_that_the_production_policy_shows_can_be_used(tmp_path: Path) -> None:
    text = (ROOT / "policies" / "production.yaml").read_text()
    shown = re.search(r"^#   extends: production\n(?:#   .*\n)+", text, re.MULTILINE)
    assert shown is not None
    (tmp_path / "keys").mkdir()
    (tmp_path / "keys" / "openai").touch(mode=0o600)
    (tmp_path / "keys" / "openai").write_text("sk-not-a-key")
    file = tmp_path / "mine.yaml"
    file.write_text("policy: 1\nname: mine\n" + re.sub(r"^#   ", "", shown[0], flags=re.MULTILINE))
    assert load(file).policy.plugins["llm"].settings["mode"] == "required"


def test_the_readme_names_every_setting_rule_and_module() -> None:
    folder = ROOT / "plugins" / "llm"
    text = (folder / "README.md").read_text(encoding="utf-8")
    names = [*SCHEMA["properties"], *(rule.id for rule in OWN_RULES), *(f"llm/{name}" for name in SHIPPED)]
    names += [file.stem for file in (folder / "prism_llm").glob("*.py") if file.stem != "__init__"]
    assert [name for name in names if f"`{name}`" not in text] == []


IMPORTED = """
import sys
from pathlib import Path
from prism.gate import Gate

with Gate.from_policy(sys.argv[1]) as gate:
    stages = {stage.name for stage in gate.review(Path(sys.argv[2])).stages}
assert not [stage for stage in stages if stage.endswith(":llm")], stages
print(*sorted(name for name in sys.modules if name.startswith(("prism_llm.", "litellm"))))
"""


def test_what_is_off_is_neither_run_nor_imported(tmp_path: Path) -> None:
    (tmp_path / "project").mkdir()
    (tmp_path / "project" / "model.py").write_text("x = 1\n")
    file = policy(tmp_path, f"{{mode: off, reviewers: [{MODEL}]}}")
    done = subprocess.run(
        [sys.executable, "-c", IMPORTED, file, tmp_path / "project"],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    about_settings = {"plugin", "bounds", "rules", "rules.outcome", "settings", "exchange", "asked", "intents"}
    assert set(done.stdout.split()) <= {f"prism_llm.{name}" for name in about_settings}
