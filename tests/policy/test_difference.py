"""What is different in meaning between two policies, and which way."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prism.document import Json
from prism.policy.all_rules import rules_under
from prism.policy.difference import Change, changes
from prism.policy.directions import COMPARED_OTHERWISE, OWN, UNDIRECTED, Direction
from prism.policy.layers import read_layers
from prism.policy.loading import EffectivePolicy, in_force, load
from prism.policy.schema import composed_schema
from prism.policy.severities import with_severities
from prism.policy.waivers import with_waivers
from prism.snapshot import Snapshot
from prism.verdict import HARSHNESS, decide

TODAY = date(2026, 6, 1)
FILE = "5d" * 32
SAFETY, SIMILARITY = "plugins.safety.settings.", "plugins.similarity.settings."


def found(folder: Path, old: str, new: str) -> dict[str, Change]:
    for name, text in (("old", old), ("new", new)):
        (folder / f"{name}.yaml").write_text(f"policy: 1\nname: {name}\nextends: default\n{text}", encoding="utf-8")
    listed = changes(load(folder / "old.yaml"), load(folder / "new.yaml"), TODAY)
    return {each.what: each for each in listed}


def waiver(*last_days: str, reason: str = "looked at by two people") -> str:
    each = [f"  - {{rule: safety/process, file: {FILE}, reason: {reason}, expires: {day}}}\n" for day in last_days]
    return f"waivers:\n{''.join(each)}"


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
        (waiver("2026-06-01"), waiver("2026-06-01", reason="looked at again"), "waiver of safety/process", "changed"),
        (waiver("2026-07-01", "2026-06-01"), waiver("2026-06-01"), "waiver of safety/process", "stricter"),
        (waiver("2026-06-01"), waiver("2026-06-01", "2026-07-01"), "waiver of safety/process", "looser"),
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
        (waiver("2026-07-01"), waiver("2026-06-01", "2026-07-01")),
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


SNAPSHOT = Snapshot.of({"model.py": b"x = 1\n"})
WEIGHED = ("safety/process", "safety/global-seed", "contract/misspelt-hook", "host/plugin-failed", "intake/deep-path")
CHOICES = {
    rule: ["error"] if rule.startswith(("host/", "intake/")) else ["error", "warning", "note", "off"]
    for rule in WEIGHED
}
SEVERITIES = st.sampled_from(
    [
        {"reject": order[:rejecting], "hold": order[rejecting:counting]}
        for order in (["error", "warning", "note"], ["error", "note", "warning"])
        for counting in (1, 2, 3)
        for rejecting in range(counting + 1)
    ]
)
OTHER_POLICIES = st.fixed_dictionaries(
    {},
    optional={
        "rules": st.fixed_dictionaries({}, optional={rule: st.sampled_from(CHOICES[rule]) for rule in WEIGHED}),
        "verdict": SEVERITIES,
        "waivers": st.lists(
            st.fixed_dictionaries(
                {
                    "rule": st.sampled_from(WEIGHED[:3]),
                    "file": st.sampled_from([SNAPSHOT.files[0].sha256, FILE]),
                    "reason": st.just("looked at by two people"),
                    "expires": st.sampled_from(["2026-05-31", "2026-06-01", "2026-07-01"]),
                }
            ),
            max_size=3,
        ),
    },
)


@settings(max_examples=30)
@given(policies=st.tuples(OTHER_POLICIES, OTHER_POLICIES), rules=st.sets(st.sampled_from(WEIGHED), min_size=1))
def test_under_a_policy_that_is_only_stricter_no_findings_have_a_milder_verdict(
    policies: tuple[Json, Json], rules: set[str]
) -> None:
    base = read_layers("default")
    old, new = (in_force(base.over(each, said_by="the test")) for each in policies)
    pages = rules_under(old)
    found = [pages[rule].finding("m", path="model.py") for rule in rules]

    def harshness(effective: EffectivePolicy) -> int:
        weighed = with_severities(found, effective.policy.rules)
        waived = with_waivers(weighed, SNAPSHOT, effective.policy.waivers, TODAY)
        return HARSHNESS[decide(effective.policy.verdict, waived).outcome]

    directions = {each.direction for each in changes(old, new, TODAY)}
    if Direction.LOOSER not in directions:
        assert harshness(new) >= harshness(old)
    if Direction.STRICTER not in directions:
        assert harshness(new) <= harshness(old)


OWN_PLUGIN = """\
class Plugin:
    name = "own"
    settings_schema = {"properties": {"list": {"type": "string", "x-prism-file": "content"}}}

    def __init__(self, settings):
        self.settings = settings
"""
NAMING = """\
policy: 1
name: p
extends: default
plugins: {own: {from: own.py, settings: {list: FILE}}}
runner: {evaluation: {train_text: train.txt}}
"""


@pytest.mark.parametrize(
    ("file", "more", "what"),
    [
        ("own.py", "# changed\n", "plugin own"),
        ("list.txt", "one more\n", "plugins.own.settings.list"),
        ("train.txt", "one more\n", "runner.evaluation.train_text"),
    ],
)
def test_a_file_that_holds_something_else_is_a_change_and_one_that_lies_elsewhere_is_none(
    file: str, more: str, what: str, tmp_path: Path
) -> None:
    contents = {"own.py": OWN_PLUGIN, "list.txt": "a\n", "else.txt": "a\n", "train.txt": "text " * 1000}
    for folder, named in (("a", "list.txt"), ("b", "else.txt"), ("c", "list.txt")):
        (tmp_path / folder).mkdir()
        for name, text in contents.items():
            (tmp_path / folder / name).write_text(text + (more if (folder, name) == ("c", file) else ""))
        (tmp_path / folder / "p.yaml").write_text(NAMING.replace("FILE", named))
    a, b, c = (load(tmp_path / folder / "p.yaml") for folder in "abc")
    assert (a.digest, changes(a, b, TODAY)) == (b.digest, ())
    (change,) = changes(a, c, TODAY)
    assert a.digest != c.digest
    assert (change.what, change.direction) == (what, Direction.OTHER)
    assert file in change.old
    assert change.old != change.new


def test_another_module_is_another_plugin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(tmp_path)
    for name in ("house_a", "house_b"):
        (tmp_path / f"{name}.py").write_text("from prism import hookimpl\n")
    listed = found(tmp_path, "plugins: {own: {from: 'module:house_a'}}", "plugins: {own: {from: 'module:house_b'}}")
    assert {name: (each.old, each.new) for name, each in listed.items()} == {
        "plugin own": ("module house_a, 0", "module house_b, 0")
    }


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
