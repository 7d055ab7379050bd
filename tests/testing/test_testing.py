"""The kit that plugins are tested with: what it accepts, and how a failure reads."""

from collections import Counter
from pathlib import Path

import pytest

from prism.testing import ConformanceSuite, Expectation, MakeProject, PluginUnderTest, expectations
from prism.testing.projects import ENTRYPOINT, Gates
from tests.packaging.conftest import ROOT

pytest_plugins = ["prism.testing"]
PLUGINS = ROOT / "tests" / "corpora" / "plugins"
HONEST = PluginUnderTest.at(PLUGINS / "honest.py")
RAISES = PluginUnderTest.at(PLUGINS / "raises.py")
HARSHER = PluginUnderTest.at(PLUGINS / "harsher.py")


def failure_of(call: object, *arguments: str) -> str:
    assert callable(call)
    with pytest.raises(AssertionError) as failure:
        call(*arguments)
    return str(failure.value)


def test_assertions_that_hold(prism_project: MakeProject) -> None:
    held = prism_project("bad").review(HONEST)
    held.assert_held()
    held.assert_held("bad-name")
    held.assert_held("honest/bad-name")
    clean = prism_project("x = 1").review(HONEST)
    clean.assert_approved()
    clean.assert_no_finding()
    clean.assert_no_finding("bad-name")
    clean.assert_marks()
    prism_project("x = 1").review(HARSHER).assert_rejected()
    prism_project("x = 1").review(RAISES).assert_held("host/plugin-failed")


def test_failures_show_what_was_expected_and_the_whole_review(prism_project: MakeProject) -> None:
    held, clean = prism_project("bad").review(HONEST), prism_project("x = 1").review(HONEST)
    text = failure_of(held.assert_approved)
    assert text.startswith("approved was expected, and it is held\n")
    assert "model.py:1" in text
    assert "honest/bad-name" in text
    assert failure_of(clean.assert_rejected, "bad-name").startswith("rejected was expected, and it is approved\n")
    assert failure_of(held.assert_no_finding).startswith("found what should not be: honest/bad-name\n")
    assert failure_of(held.assert_held, "bad-nam") == (
        "there is no rule 'honest/bad-nam'; did you mean 'honest/bad-name'?"
    )
    assert failure_of(held.assert_held, "project/unparsable").startswith(
        "it is held, and project/unparsable was not found\n"
    )


def test_a_check_that_failed_has_found_nothing_and_proves_nothing(prism_project: MakeProject) -> None:
    failed = prism_project("x = 1").review(RAISES)
    for call in (failed.assert_held, failed.assert_marks):
        assert "plugin 'raises': prism_check_file raised RuntimeError" in failure_of(call)
    assert "found what should not be: host/plugin-failed" in failure_of(failed.assert_no_finding)


def test_marks_are_compared_line_by_line_both_ways(prism_project: MakeProject) -> None:
    prism_project("bad = bad  # expect: bad-name, honest/bad-name\n").review(HONEST).assert_marks()
    text = failure_of(
        prism_project({"a.py": "bad\nx = 1  # expect: bad-name\n", "b.py": "bad\n"}).review(HONEST).assert_marks
    )
    shown = text.splitlines()[:4]
    assert shown == [
        "the findings are not those that are marked:",
        "  missing  a.py:2: honest/bad-name",
        "  surplus  a.py:1: honest/bad-name",
        "  surplus  b.py:1: honest/bad-name",
    ]
    misspelt = prism_project("bad  # expect: bad-nam\n").review(HONEST)
    assert "did you mean 'honest/bad-name'" in failure_of(misspelt.assert_marks)


@pytest.mark.parametrize("ending", [b"\n", b"\r\n", b"\r"])
def test_lines_are_counted_as_python_counts_them(ending: bytes, prism_project: MakeProject) -> None:
    text = ending.join([b"x = 1", b"'''\x0c \xe2\x80\xa8'''", b"bad  # expect: bad-name", b""])
    prism_project({"model.py": text}).review(HONEST).assert_marks()


def test_what_has_no_line_is_listed_beside_the_project() -> None:
    listed = b"# a comment\n\ncontract/entrypoint-missing\nproject/odd a file.json\nx data.json:3\n"
    assert expectations({"expect.txt": listed, "a.py": b"x\n"}, prefix="own") == Counter(
        [
            Expectation("contract/entrypoint-missing"),
            Expectation("project/odd", "a file.json"),
            Expectation("own/x", "data.json", 3),
        ]
    )
    with pytest.raises(ValueError, match=r"a\.py:1: the mark names no rule"):
        expectations({"a.py": b"x  # expect: \n"})


def test_the_list_is_no_file_of_the_project(prism_project: MakeProject) -> None:
    prism_project({"other.py": "x = 1\n", "expect.txt": "# nothing\n"}).review(HONEST).assert_no_finding()


def test_a_project_can_be_a_file_or_a_folder(prism_project: MakeProject, tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "er.py").write_text("bad  # expect: bad-name\n")
    assert set(prism_project(tmp_path).files) == {"deep/er.py"}
    prism_project(tmp_path).review(HONEST).assert_marks()
    assert set(prism_project(tmp_path / "deep" / "er.py").files) == {ENTRYPOINT}
    prism_project({"../x.py": "x"}).review(HONEST).assert_rejected()


def test_a_policy_can_be_a_name_a_file_or_data(prism_project: MakeProject, tmp_path: Path) -> None:
    project = prism_project("bad")
    project.review().assert_rejected("contract/missing-function")
    project.review(HONEST.policy(verdict={"reject": ["error", "warning"], "hold": []})).assert_rejected("bad-name")
    (tmp_path / "policy.yaml").write_text("policy: 1\nname: p\nplugins: {gone: {from: gone.py}}\n")
    assert "the file of plugin 'gone' cannot be read" in failure_of(project.review, str(tmp_path / "policy.yaml"))


def test_gates_are_shared_until_something_changes(tmp_path: Path) -> None:
    copy = tmp_path / "honest.py"
    copy.write_bytes((PLUGINS / "honest.py").read_bytes())
    plugin, gates = PluginUnderTest.at(copy), Gates()
    try:
        first = gates.gate(plugin)
        assert gates.gate(plugin) is first
        copy.write_text(copy.read_text() + "\n# another version\n")
        assert gates.gate(plugin) is not first
    finally:
        gates.close()


class TestHonest(ConformanceSuite):
    plugin = HONEST
    cases = Path(__file__).parent / "corpora"


BROKEN = """
from pathlib import Path
from prism.testing import ConformanceSuite, PluginUnderTest

pytest_plugins = ["prism.testing"]


class TestUndocumented(ConformanceSuite):
    plugin = PluginUnderTest.at({plugin!r})
    cases = Path({cases!r})
"""


def test_a_plugin_that_breaks_its_promises_fails_its_suite(tmp_path: Path) -> None:
    import subprocess
    import sys

    (tmp_path / "cases").mkdir()
    (tmp_path / "cases" / "one.py").write_text("x = 1  # expect: x\n")
    plugin = ROOT / "tests" / "corpora" / "bad_plugins" / "undocumented.py"
    text = BROKEN.format(plugin=str(plugin), cases=str(tmp_path / "cases"))
    (tmp_path / "test_it.py").write_text(text)
    run = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-W", "error"]
    chosen = ["-k", "documented or described or case"]
    done = subprocess.run([*run, *chosen, str(tmp_path)], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 1, done.stdout
    assert "This is not so: Its settings schema is valid, describes each setting" in done.stdout
    assert "undocumented: the setting 'many' has no description" in done.stdout
    assert "  missing  model.py:1: undocumented/x" in done.stdout
    assert "3 failed, " in done.stdout
