"""The guard against plugins and inputs that crash, hang, lie, flood and eat: contained, named, never approved."""

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import msgspec
import pytest

from prism.core_rules import CORE_RULES
from prism.examiner import guarded_parts
from prism.finding import Finding
from prism.guard.client import Guard
from prism.guard.frames import Configuration, PluginLoad
from prism.host import Host
from prism.intake import INTAKE_RULES
from prism.plugin import find_plugin
from prism.policy.model import GuardPolicy, IntakePolicy, ProjectPolicy

PLUGINS = Path(__file__).parents[1] / "corpora" / "plugins"
KIB = 1024
MIB = 1024 * KIB
QUICK = GuardPolicy(cpu_seconds=5, wall_seconds=20, plugin_seconds=1, memory_bytes=256 * MIB, findings_per_plugin=2_000)


def guard_with(*names: str, policy: GuardPolicy = QUICK) -> AbstractContextManager[Guard]:
    return guard_of(Host((find_plugin(name, f"{name}.py", PLUGINS), {}) for name in names), policy)


@contextmanager
def guard_of(host: Host, policy: GuardPolicy = QUICK) -> Iterator[Guard]:
    loads = tuple(
        PluginLoad(
            name=name,
            version=definition.version,
            source=definition.source,
            base=os.fsencode(definition.base),
            settings=msgspec.Raw(b"{}"),
        )
        for name, definition in host.definitions.items()
    )
    configuration = Configuration(plugins=loads, guard=policy, intake=IntakePolicy(), project=ProjectPolicy())
    known = {rule.id for rule in (*CORE_RULES, *INTAKE_RULES)} | set(host.rules)
    with Guard(configuration, frozenset(known), guarded_parts(host)) as guard:
        yield guard


def folder(root: Path, files: Mapping[str, str]) -> Path:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    return root


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return folder(tmp_path, {"first.py": "x = bad\n", "second.py": "y = 1\n"})


def rules_of(findings: list[Finding]) -> set[tuple[str, str | None]]:
    return {(finding.rule, finding.path) for finding in findings}


HONEST = ("honest/bad-name", "first.py")

FAILING = {
    "raises": ("host/plugin-failed", "first.py", "RuntimeError: cannot cope with first.py"),
    "hangs": ("host/plugin-failed", "first.py", "took longer than 3 s"),
    "wrong_type": ("host/plugin-failed", None, "returned str, not findings"),
    "wrong_items": ("host/plugin-failed", None, "a finding was expected, not dict"),
    "foreign_rule": ("host/plugin-failed", None, "'honest/bad-name' is not among those"),
    "invalid_finding": ("host/plugin-failed", None, "ValidationError"),
    "floods": ("host/plugin-failed", None, "over the findings that `guard.findings_per_plugin` allows"),
    "odd_fingerprint": ("host/plugin-failed", None, "not JSON compliant"),
    "exits": ("host/plugin-failed", "first.py", "SystemExit: 0"),
    "stops": ("host/plugin-failed", "first.py", "Stop: enough"),
    "unspeakable": ("host/plugin-failed", "first.py", "UnspeakableError: its text cannot be read"),
    "half_pair": ("host/plugin-failed", "first.py", "UnicodeEncodeError"),
    "loses_a_file": ("host/plugin-failed", None, "gone with <object object somewhere>: 'catalogue.json'"),
    "no_mapping": ("host/plugin-failed", None, "a mapping was expected, not list"),
    "dies": ("host/review-crashed", "second.py", "died during check:dies"),
    "dies_elsewhere": ("host/review-crashed", "second.py", "died during check:dies_elsewhere"),
    "leaves": ("host/review-crashed", "first.py", "died during check:leaves"),
    "overflows_stack": ("host/review-crashed", "first.py", "died during check:overflows_stack"),
    "prints_garbage": ("host/review-crashed", "first.py", "sent garbage"),
    "lies": ("host/review-crashed", "first.py", "sent garbage"),
}


@pytest.mark.parametrize("name", FAILING)
def test_a_failing_plugin_is_named_and_the_others_still_count(name: str, project: Path) -> None:
    rule, path, words = FAILING[name]
    # The others may be slow on a busy machine: what is theirs must not be taken for a plugin that hangs.
    seconds = 3 if name == "hangs" else 15
    policy = msgspec.structs.replace(QUICK, memory_bytes=2048 * MIB, cpu_seconds=15, plugin_seconds=seconds)
    with guard_with(name, "honest", policy=policy) as guard:
        ledger = guard.review(project)
    own = [finding for finding in ledger.findings if finding.rule == rule]
    assert [(finding.path, words in finding.message) for finding in own] == [(path, True)]
    assert name in own[0].message
    assert HONEST in rules_of(ledger.findings)
    assert ledger.fingerprints["honest"] == {"files": 2}
    assert ledger.snapshot is not None


SPENDING = {
    "burns_cpu": (msgspec.structs.replace(QUICK, cpu_seconds=1, plugin_seconds=10), "processor time"),
    "eats_memory": (QUICK, "memory"),
    "hangs": (msgspec.structs.replace(QUICK, wall_seconds=1, plugin_seconds=10), "time by the clock"),
    "prints_much": (msgspec.structs.replace(QUICK, output_bytes=1 * MIB), "output"),
}


@pytest.mark.parametrize("name", SPENDING)
def test_a_spent_budget_ends_the_review_and_names_the_file(name: str, project: Path) -> None:
    policy, words = SPENDING[name]
    with guard_with(name, "honest", policy=policy) as guard:
        ledger = guard.review(project)
        again = guard.review(project)
    for each in (ledger, again):
        spent = [finding for finding in each.findings if finding.rule == "host/review-budget"]
        assert [(finding.path, words in finding.message) for finding in spent] == [("first.py", True)]


def test_findings_before_a_late_failure_still_count(project: Path) -> None:
    with guard_with("dies", "raises_late", "honest") as guard:
        ledger = guard.review(project)
    assert {finding.rule for finding in ledger.findings} == {
        "host/review-crashed",
        "host/plugin-failed",
        "honest/bad-name",
    }


def test_a_plugin_cannot_waive_its_own_finding_or_use_another_name(project: Path) -> None:
    with guard_with("forges_waiver") as guard:
        (finding,) = guard.review(project).findings
    assert (finding.waived, finding.plugin) == (None, "forges_waiver")


def test_the_child_has_no_environment_and_no_descriptors(
    project: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PRISM_TEST_SECRET", "never to be seen")
    with (tmp_path / "first.py").open() as inherited, guard_with("tells") as guard:
        messages = {finding.message for finding in guard.review(project).findings}
        assert inherited.readable()
    assert messages == {"environment []", "descriptors ['socket']", "files (64, 64)", "core (0, 0)"}


def test_a_tighter_limit_of_the_machine_stays(project: Path) -> None:
    script = (
        "import pathlib, resource, sys\n"
        "from tests.guard.test_guard import guard_with\n"
        "resource.setrlimit(resource.RLIMIT_NOFILE, (40, 40))\n"
        "with guard_with('tells') as guard:\n"
        "    print([finding.message for finding in guard.review(pathlib.Path(sys.argv[1])).findings])\n"
    )
    done = subprocess.run([sys.executable, "-c", script, str(project)], capture_output=True, text=True, check=True)
    assert "files (40, 40)" in done.stdout


def test_what_a_plugin_does_to_its_view_of_the_project_hides_nothing_from_the_next(project: Path) -> None:
    with guard_with("blanks", "honest") as guard:
        ledger = guard.review(project)
    assert rules_of(ledger.findings) == {HONEST}
    assert ledger.fingerprints["honest"] == {"files": 2}


def test_a_folder_need_not_have_a_name_in_utf8(tmp_path: Path) -> None:
    odd = Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff"))
    with guard_with("honest") as guard:
        assert rules_of(guard.review(folder(odd, {"first.py": "bad\n"})).findings) == {HONEST}


def test_many_broken_files_are_rejected_as_such(tmp_path: Path) -> None:
    broken = folder(tmp_path, {f"f{number}.py": "(\n" for number in range(5)})
    with guard_with("honest", policy=msgspec.structs.replace(QUICK, findings_per_plugin=3)) as guard:
        findings = guard.review(broken).findings
    assert [finding.rule for finding in findings] == ["project/unparsable"] * 3


def test_of_a_flood_the_first_findings_are_kept(tmp_path: Path) -> None:
    files = folder(tmp_path, {f"f{number}.py": "bad; bad\n" for number in range(4)})
    with guard_with("honest", policy=msgspec.structs.replace(QUICK, findings_per_plugin=5)) as guard:
        findings = guard.review(files).findings
    places = [(finding.rule, finding.path) for finding in findings]
    assert places[:5] == [("honest/bad-name", f"f{number // 2}.py") for number in range(5)]
    assert places[5:] == [("host/plugin-failed", "f2.py")]


def test_a_file_that_does_not_parse_is_a_finding_and_the_rest_is_checked(tmp_path: Path) -> None:
    broken = folder(tmp_path, {"broken.py": "x = 1\ndef f(:\n", "good.py": "bad\n"})
    with guard_with("honest") as guard:
        ledger = guard.review(broken)
    (unparsable,) = (finding for finding in ledger.findings if finding.rule == "project/unparsable")
    assert (unparsable.path, unparsable.line) == ("broken.py", 2)
    assert ("honest/bad-name", "good.py") in rules_of(ledger.findings)


DEEP = {
    "parentheses": "(" * 5_000 + ")" * 5_000,
    "unary": "x = " + "-" * 50_000 + "1",
    "terms": "x = " + "1+" * 100_000 + "1",
    "attributes": "x = a" + ".b" * 50_000,
    "calls": "x = f" + "()" * 50_000,
    "brackets": "x = " + "[" * 150 + "]" * 150,
    "lambda": "x = " + "lambda: " * 20_000 + "1",
    "indent": "".join(f"{' ' * depth}if x:\n" for depth in range(99)) + " " * 99 + "pass\n",
    "f-string": "x = " + "f'{" * 150 + "1" + "}'" * 150,
    "digits": "x = " + "9" * 10_000,
}


@pytest.mark.parametrize("shape", DEEP)
def test_deep_sources_end_in_a_finding_or_a_tree_never_in_silence(shape: str, tmp_path: Path) -> None:
    source = folder(tmp_path, {"deep.py": DEEP[shape], "good.py": "bad\n"})
    with guard_with("honest", policy=msgspec.structs.replace(QUICK, memory_bytes=1024 * MIB)) as guard:
        ledger = guard.review(source)
    finished = "check:honest" in ledger.parts_over and not ledger.failed
    assert finished or any(finding.rule.startswith("host/") for finding in ledger.findings)
    if finished:
        assert ("honest/bad-name", "good.py") in rules_of(ledger.findings)


def test_equal_reviews_are_equal(project: Path) -> None:
    with guard_with("honest", "raises") as guard:
        first, second = guard.review(project), guard.review(project)
    assert first.findings == second.findings
    assert first.project_record() == second.project_record()
