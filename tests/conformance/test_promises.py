"""Each promise is found broken in a plugin that breaks it, and kept in the plugins that come with PRISM."""

import sys
from pathlib import Path

import pytest

from prism.conformance.odd_projects import odd_projects
from prism.conformance.promises import (
    PROMISES,
    Bench,
    archive,
    core_rules,
    grouped,
    it_loads,
    it_survives_odd_projects,
    kept,
    title,
)
from prism.conformance.subject import PluginUnderTest
from prism.errors import PluginError
from prism.examiner import guard_configuration, guarded_parts
from prism.guard.client import Guard
from prism.project import PYTHON_SUFFIX
from tests.packaging.conftest import ROOT

BAD = ROOT / "tests" / "corpora" / "bad_plugins"
PLUGINS = ROOT / "tests" / "corpora" / "plugins"

BROKEN = {
    "undocumented": {
        "a misspelt setting is taken without a word",
        "the setting 'many' has no description",
        "the rule undocumented/x says nothing in 'example'",
        "the rule undocumented/x says nothing in 'instead'",
        "why the rule undocumented/x matters is its title once more",
    },
    "strays": {"strays/x names the file 'gone.py', which is not in the project"},
    "random_order": {"findings: the second time it was something else"},
    "any_kind": {"prism_broker returned object"},
    "opens_files": {"prism_check_file raised PermissionError: [Errno 1] Operation not permitted"},
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_promise_is_found(name: str) -> None:
    found = {
        problem.what for _, problems in kept(Bench(PluginUnderTest.at(BAD / f"{name}.py"))) for problem in problems
    }
    assert BROKEN[name] == {next((what for what in BROKEN[name] if what in said), said) for said in found}


@pytest.mark.parametrize("name", ["contract", "docker", "safety", "similarity"])
def test_the_plugins_that_come_with_prism_keep_their_promises(name: str) -> None:
    bench = Bench(PluginUnderTest.at(name))
    assert [(promise.__name__, problems) for promise, problems in kept(bench) if problems] == []
    assert len(bench.seen) == len(bench.projects) + 1, "one more for loading"


def test_nearly_every_odd_project_gets_through_intake_and_most_of_them_parse() -> None:
    bench = Bench(PluginUnderTest.at(PLUGINS / "honest.py"))
    parsed, refused = 0, set()
    with Guard(guard_configuration(bench.effective, bench.host), core_rules(), guarded_parts(bench.host)) as guard:
        for name, files in odd_projects().items():
            ledger = guard.review(archive(files))
            if ledger.snapshot is None:
                refused.add(name)
                continue
            assert dict(ledger.snapshot.contents) == dict(files), name
            has_code = any(path.endswith(PYTHON_SUFFIX) for path in files)
            parsed += has_code and not ledger.findings
    assert parsed >= 50
    assert refused == {"a coding cookie", "byte order mark"}, "those that only another intake policy would let through"


DIES = """
import os
from prism import hookimpl

@hookimpl
def prism_check_file(file):
    if file.path == "largest.py":
        os.abort()
    return []
"""


def test_what_dies_is_blamed_on_the_project_that_it_saw(tmp_path: Path) -> None:
    (tmp_path / "dies.py").write_text(DIES)
    bench = Bench(PluginUnderTest.at(tmp_path / "dies.py"))
    bench.projects = {"harmless": {"model.py": b"x = 1\n"}, "the one": {"largest.py": b"x = 1\n"}}
    (problem,) = it_survives_odd_projects(bench)
    assert (problem.where, problem.what) == ("dies, odd project 'the one'", "its process died of SIGABRT")


def test_noise_on_foreign_descriptors_is_no_answer() -> None:
    bench = Bench(PluginUnderTest.at(PLUGINS / "prints_garbage.py"))
    said = [problem.what for promise in PROMISES for problem in promise(bench)]
    assert "it wrote to a descriptor that it was not given" in said


def test_problems_that_differ_in_their_place_only_are_told_once() -> None:
    bench = Bench(PluginUnderTest.at(PLUGINS / "raises.py"))
    (problem,) = grouped(bench.problem("x", "y", project=name) for name in ("a", "b", "c"))
    assert problem.where == "raises, odd project 'a', and 2 more"
    assert len({title(promise) for promise in (it_loads, *PROMISES)}) == len(PROMISES) + 1


def test_a_place_without_a_plugin_is_refused(tmp_path: Path) -> None:
    (tmp_path / "two").mkdir()
    (tmp_path / "two" / "pyproject.toml").write_text('[project.entry-points.prism]\na = "m:A"\nb = "m:B"\n')
    (tmp_path / "none").mkdir()
    (tmp_path / "none" / "pyproject.toml").write_text('[project]\nname = "x"\n')
    (tmp_path / "odd").mkdir()
    (tmp_path / "odd" / "pyproject.toml").write_text("[[")
    path = list(sys.path)
    for place, what in (
        ("gone", "there is no plugin"),
        ("two", "there are 2 plugins"),
        ("none", "there are 0 plugins"),
        ("odd", "cannot be read"),
    ):
        with pytest.raises(PluginError, match=what) as refusal:
            PluginUnderTest.at(tmp_path / place)
        assert refusal.value.do
    assert sys.path == path
