"""What is different in meaning between two policies, and which way."""

from datetime import date
from pathlib import Path

import pytest

from prism.policy.difference import Change, changes
from prism.policy.directions import COMPARED_OTHERWISE, OWN, UNDIRECTED, Direction
from prism.policy.loading import load
from prism.policy.schema import composed_schema

TODAY = date(2026, 6, 1)
FILE = "5d" * 32
SAFETY, SIMILARITY = "plugins.safety.settings.", "plugins.similarity.settings."


def found(folder: Path, old: str, new: str) -> dict[str, Change]:
    for name, text in (("old", old), ("new", new)):
        (folder / f"{name}.yaml").write_text(f"policy: 1\nname: {name}\nextends: default\n{text}", encoding="utf-8")
    listed = changes(load(folder / "old.yaml"), load(folder / "new.yaml"), TODAY)
    return {each.what: each for each in listed}


def waiver(expires: str, reason: str = "looked at by two people") -> str:
    return f"waivers:\n  - {{rule: safety/process, file: {FILE}, reason: {reason}, expires: {expires}}}\n"


@pytest.mark.parametrize(
    ("old", "new", "what", "direction"),
    [
        ("", "intake: {files: 7}", "intake.files", "stricter"),
        ("intake: {files: 7}", "", "intake.files", "looser"),
        ("", "intake: {suffixes: [.py]}", "intake.suffixes", "stricter"),
        ("intake: {suffixes: [.py]}", "intake: {suffixes: [.md]}", "intake.suffixes", "changed"),
        ("", "intake: {root_folder: refuse}", "intake.root_folder", "stricter"),
        ("", "intake: {os_metadata: reject}", "intake.os_metadata", "stricter"),
        ("", "project: {entrypoint: net.py}", "project.entrypoint", "changed"),
        ("", "runner: {network: lab}", "runner.network", "looser"),
        ("runner: {network: a}", "runner: {network: b}", "runner.network", "changed"),
        ("", "runner: {evaluation: {parameters: 5}}", "runner.evaluation.parameters", "stricter"),
        ("runner: {evaluation: {parameters: 5}}", "", "runner.evaluation.parameters", "looser"),
        ("", "runner: {gpu: {count: 1}}", "runner.gpu", "changed"),
        ("", "runner: {verification: {required: [all]}}", "runner.verification.required", "stricter"),
        ("", "rules: {safety/global-seed: warning}", "rule safety/global-seed", "stricter"),
        ("", "rules: {safety/process: warning}", "rule safety/process", "looser"),
        ("", "rules: {safety/process: 'off'}", "rule safety/process", "looser"),
        ("", "rules: {safety/global-seed: 'off'}", "rule safety/global-seed", "changed"),
        ("", "verdict: {hold: [warning, note]}", "severity note", "stricter"),
        ("", "verdict: {reject: [], hold: [error, warning]}", "severity error", "looser"),
        ("", "verdict: {reject: [error, warning], hold: []}", "severity warning", "stricter"),
        ("", "plugins: {contract: null}", "plugin contract", "looser"),
        ("plugins: {contract: null}", "", "plugin contract", "stricter"),
        ("", "plugins: {safety: {settings: {allowed_imports: [torch]}}}", SAFETY + "allowed_imports", "stricter"),
        ("", "plugins: {safety: {settings: {extra_forbidden: [torch.x]}}}", SAFETY + "extra_forbidden", "stricter"),
        ("", "plugins: {safety: {settings: {python: '3.12'}}}", SAFETY + "python", "changed"),
        ("", "plugins: {similarity: {settings: {hold: 0.3}}}", SIMILARITY + "hold", "looser"),
        ("", "plugins: {similarity: {settings: {candidates: 90}}}", SIMILARITY + "candidates", "stricter"),
        ("", waiver("2026-06-01"), "waiver of safety/process", "looser"),
        (waiver("2026-06-01"), "", "waiver of safety/process", "stricter"),
        (waiver("2026-06-01"), waiver("2026-07-01"), "waiver of safety/process", "looser"),
        (waiver("2026-07-01"), waiver("2026-06-01"), "waiver of safety/process", "stricter"),
        (waiver("2026-06-01"), waiver("2026-06-01", "looked at once more"), "waiver of safety/process", "changed"),
        ("", "score: {best: 0.5}", "score.best", "changed"),
    ],
)  # fmt: skip
def test_a_change_is_found_alone_with_its_direction(
    tmp_path: Path, old: str, new: str, what: str, direction: str
) -> None:
    listed = found(tmp_path, f"{old}\n", f"{new}\n")
    assert {name: each.direction.value for name, each in listed.items()} == {what: direction}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("", "description: another"),
        ("", waiver("2026-05-31")),
        ("", "intake: {files: 1000}"),
        ("", "rules: {safety/process: error}"),
        ("verdict: {hold: [warning, note]}", "verdict: {hold: [note, warning]}"),
    ],
)
def test_what_decides_nothing_is_no_change(tmp_path: Path, old: str, new: str) -> None:
    assert found(tmp_path, f"{old}\n", f"{new}\n") == {}


def test_a_change_names_both_lines_and_the_rules_it_concerns(tmp_path: Path) -> None:
    change = found(tmp_path, "", "intake:\n  files: 7\n")["intake.files"]
    assert change.rules == ("intake/too-many-files",)
    assert change.new_line is not None
    assert change.old_line is not None
    assert (change.new_line.file, change.new_line.line) == (str(tmp_path / "new.yaml"), 5)
    assert Path(change.old_line.file).name == "default.yaml"
    noted = found(tmp_path, "", "verdict: {hold: [warning, note]}\n")["severity note"]
    assert {"safety/global-seed", "contract/unimported-module"} <= set(noted.rules)
    assert (noted.old, noted.new) == ("approved", "held")


def test_what_is_taken_away_is_named_where_that_is_said(tmp_path: Path) -> None:
    plugin = found(tmp_path, "", "plugins:\n  contract: null\n")["plugin contract"]
    assert plugin.new_line is not None
    assert (Path(plugin.new_line.file).name, plugin.new_line.line) == ("new.yaml", 5)
    files = found(tmp_path, "intake: {files: 7}\n", "intake: null\n")["intake.files"]
    assert files.new_line is not None
    assert (Path(files.new_line.file).name, files.new_line.line, files.new) == ("new.yaml", 4, 1000)


def test_a_plugin_file_that_holds_something_else_is_a_change(tmp_path: Path) -> None:
    for folder, text in (("a", "x = 1\n"), ("b", "x = 2\n")):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "own.py").write_text(text)
        (tmp_path / folder / "p.yaml").write_text(
            "policy: 1\nname: p\nextends: default\nplugins: {own: {from: ./own.py}}\n"
        )
    (change,) = changes(load(tmp_path / "a/p.yaml"), load(tmp_path / "b/p.yaml"), TODAY)
    assert (change.what, change.direction) == ("plugin own", Direction.OTHER)


def test_of_every_setting_of_prism_is_known_which_way_is_stricter() -> None:
    leaves = set(_leaves(composed_schema({}), ""))
    known = {*OWN, *UNDIRECTED, *COMPARED_OTHERWISE}
    assert leaves == known
    assert not OWN.keys() & UNDIRECTED


def _leaves(schema: dict[str, object], path: str) -> list[str]:
    properties = schema.get("properties")
    if not isinstance(properties, dict) or not properties:
        return [path]
    return [leaf for key, below in properties.items() for leaf in _leaves(below, f"{path}.{key}".lstrip("."))]
