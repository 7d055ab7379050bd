"""An explanation names the line of the policy behind everything, and only ways that were tried."""

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from prism.explanation.explanation import Explanation, explained
from prism.explanation.ways import Way
from prism.gate import Gate
from prism.policy.all_rules import rules_under
from prism.policy.layers import value_at
from prism.policy.loading import load
from prism.suite.case import Case, cases_in
from prism.verdict import Outcome

POLICIES = Path(__file__).parents[2] / "policies"
BODY = "\n\ndef build_model(ctx):\n    return None\n\n\ndef get_recipe(ctx):\n    return {}\n"
PROJECTS = {
    "clean": {"model.py": BODY},
    "noted": {"model.py": BODY, "spare.py": "WIDTH = 4\n"},
    "shell": {"model.py": "import os\n\nos.system('id')\nos.system('id')\n" + BODY},
    "warned": {"model.py": BODY + "\n\ndef train_steps(model, batch, optimizer, ctx):\n    return 0\n"},
    "mixed": {"model.py": "import os\n" + BODY + "\n\ndef train_steps(model, batch, optimizer, ctx):\n    return 0\n"},
}
HOUSE = """\
policy: 1
name: house
extends: base.yaml
rules:
  safety/process: warning
"""
BASE = """\
policy: 1
name: base
extends: strict
verdict:
  reject:
    - error
plugins:
  safety:
    settings:
      allowed_imports: [torch, math]
"""


class Place:
    """A policy that extends another, and the projects."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "base.yaml").write_text(BASE)
        (folder / "house.yaml").write_text(HOUSE)
        for name, files in PROJECTS.items():
            (folder / name).mkdir()
            for path, text in files.items():
                (folder / name / path).write_text(text)
        self.gates = {
            name: Gate.from_policy(ref) for name, ref in (("house", folder / "house.yaml"), ("default", "default"))
        }

    def explain(self, project: str, policy: str = "default") -> Explanation:
        gate = self.gates[policy]
        source = self.folder / project
        examination = gate.examine(source if source.is_dir() else b"no archive")
        return explained(gate.effective, gate.rules, examination)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    made = Place(tmp_path_factory.mktemp("explanation"))
    yield made
    for gate in made.gates.values():
        gate.close()


def test_each_link_names_the_file_and_line_through_extends(place: Place) -> None:
    explanation = place.explain("shell", "house")
    links = {link.rule: link for link in explanation.chain}
    imported, process = links["safety/forbidden-import"], links["safety/process"]
    assert imported.severity_line is None
    assert imported.threshold is not None
    assert (imported.threshold.file, imported.threshold.line) == (str(place.folder / "base.yaml"), 6)
    assert {each.json_path: (Path(each.file).name, each.line) for each in imported.settings}[
        "$.plugins.safety.settings.allowed_imports"
    ] == ("base.yaml", 10)
    assert process.severity_line is not None
    assert (Path(process.severity_line.file).name, process.severity_line.line) == ("house.yaml", 5)
    assert process.threshold is not None
    assert Path(process.threshold.file).name == "strict.yaml"
    assert len(process.findings) == 2
    lines = Path(process.threshold.file).read_text().splitlines()
    assert "hold: [warning, note]" in lines[(process.threshold.line or 0) - 1]


def test_the_harshest_comes_first_and_what_does_not_count_is_there(place: Place) -> None:
    assert [link.outcome for link in place.explain("shell", "house").chain] == [Outcome.REJECTED, Outcome.HELD]
    (link,) = place.explain("noted").chain
    assert (link.outcome, link.why) == (Outcome.APPROVED, "this severity neither rejects nor holds")


def written(way: Way, extends: str, file: Path) -> Path:
    """A policy with the statements of a way."""
    data: dict[str, object] = {"policy": 1, "name": "tried", "extends": extends}
    for edit in way.edits:
        section, _, rest = edit.json_path.removeprefix("$.").partition("[")
        key = rest.strip("]'") if rest else section.partition(".")[2]
        if key:
            data.setdefault(section.partition(".")[0], {})[key] = edit.then  # type: ignore[index] # a section
        else:
            data[section] = edit.then
    file.write_bytes(msgspec.json.encode(data))
    return file


@pytest.mark.parametrize("project", [*PROJECTS, "no archive"])
@pytest.mark.parametrize("policy", ["default", "house"])
def test_every_way_that_is_shown_leads_to_its_verdict(place: Place, project: str, policy: str, tmp_path: Path) -> None:
    """Put each way into a policy file and review again: what is promised is what comes."""
    explanation = place.explain(project, policy)
    source = place.folder / project
    assert [each.verdict for each in explanation.alternatives] == [
        each for each in Outcome if each is not explanation.verdict
    ]
    for alternative in explanation.alternatives:
        for number, way in enumerate(alternative.ways):
            (tmp_path / "base.yaml").write_text(BASE)
            (tmp_path / "house.yaml").write_text(HOUSE)
            extends = "house.yaml" if policy == "house" else policy
            file = written(way, extends, tmp_path / f"{alternative.verdict}{number}.json")
            with Gate.from_policy(file) as gate:
                review = gate.review(source if source.is_dir() else b"no archive")
            assert review.verdict is alternative.verdict, way


def test_every_way_that_is_shown_for_the_cases_of_a_shipped_policy_leads_to_its_verdict(tmp_path: Path) -> None:
    tried = 0
    folder = POLICIES / "strict.cases"
    with Gate.from_policy("strict") as gate:
        explanations = {
            case.name: (case.source, explained(gate.effective, gate.rules, gate.examine(case.source)))
            for case in cases_in(folder)
            if isinstance(case, Case)
        }
    for name, (source, explanation) in explanations.items():
        for alternative in explanation.alternatives:
            for way in alternative.ways:
                file = written(way, "strict", tmp_path / f"{tried}.json")
                with Gate.from_policy(file) as gate:
                    assert gate.review(source).verdict is alternative.verdict, (name, way)
                tried += 1
    assert tried >= 10


def test_the_fewest_statements_are_one_for_a_rule_and_two_for_all_of_a_severity(place: Place) -> None:
    held = next(each for each in place.explain("mixed").alternatives if each.verdict is Outcome.HELD)
    assert [way.about for way in held.ways] == ["this project alone", "every project"]
    assert [edit.json_path for edit in held.ways[1].edits] == ["$.rules['safety/forbidden-import']"]
    assert [(each.rule, each.line) for each in held.findings] == [("safety/forbidden-import", 1)]
    assert held.in_code == "these must be gone"


def test_code_cannot_make_held_what_nothing_holds(place: Place) -> None:
    held = next(each for each in place.explain("shell").alternatives if each.verdict is Outcome.HELD)
    assert held.in_code == "nothing in it asks for held: without these it is approved"


def test_what_prism_itself_reports_is_softened_by_no_policy(place: Place) -> None:
    explanation = place.explain("no archive")
    approved = next(each for each in explanation.alternatives if each.verdict is Outcome.APPROVED)
    assert (approved.ways, approved.in_policy) == ((), "no severity and no waiver softens intake/not-a-zip")
    assert explanation.project == ""


def test_a_setting_that_decides_whether_a_rule_of_prism_itself_fires_is_named(place: Place, tmp_path: Path) -> None:
    (tmp_path / ".DS_Store").write_bytes(b"")
    (tmp_path / "model.py").write_text(BODY)
    gate = place.gates["house"]
    explanation = explained(gate.effective, gate.rules, gate.examine(tmp_path))
    approved = next(each for each in explanation.alternatives if each.verdict is Outcome.APPROVED)
    assert approved.in_policy.endswith("intake/os-metadata; whether it fires is decided by intake.os_metadata")


def test_a_waiver_is_named_with_its_line(place: Place, tmp_path: Path) -> None:
    digest = place.explain("noted").project
    waiver = f"{{rule: contract/unimported-module, project: {digest}, reason: looked at it, expires: 2999-01-01}}"
    policy = tmp_path / "waiving.yaml"
    policy.write_text(f"policy: 1\nname: waiving\nextends: strict\nwaivers:\n  - {waiver}\n")
    with Gate.from_policy(policy) as gate:
        explanation = explained(gate.effective, gate.rules, gate.examine(place.folder / "noted"))
    (link,) = explanation.chain
    assert explanation.verdict is Outcome.APPROVED
    assert link.waiver is not None
    assert (link.waiver.file, link.waiver.line) == (str(policy), 5)


def test_the_settings_that_rules_name_are_settings() -> None:
    effective = load("default")
    for rule in rules_under(effective).values():
        for name in rule.settings:
            assert value_at(dict(effective.document), tuple(name.split("."))) is not None, (rule.id, name)
            owner = rule.id.partition("/")[0]
            assert name.startswith(f"plugins.{owner}.settings.") or not name.startswith("plugins."), rule.id
