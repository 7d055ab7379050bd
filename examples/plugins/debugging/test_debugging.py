"""The rule finds what it should on the line where it is, and nothing else."""

from pathlib import Path

from prism.testing import ConformanceSuite, MakeProject, PluginUnderTest

pytest_plugins = ["prism.testing"]
HERE = Path(__file__).parent
DEBUGGING = PluginUnderTest.at(HERE / "debugging.py")


def test_a_breakpoint_holds_the_project(prism_project: MakeProject) -> None:
    """A warning waits for a person."""
    outcome = prism_project("def f():\n    breakpoint()  # expect: left-in\n").review(DEBUGGING)
    outcome.assert_held("left-in")
    outcome.assert_marks()


def test_an_imported_debugger_is_found_where_it_is_used(prism_project: MakeProject) -> None:
    """The import alone does nothing."""
    prism_project("import pdb\n\npdb.set_trace()  # expect: left-in\n").review(DEBUGGING).assert_marks()


def test_words_in_texts_and_comments_are_no_calls(prism_project: MakeProject) -> None:
    """A text is not code."""
    prism_project("x = 'breakpoint()'  # pdb\n").review(DEBUGGING).assert_no_finding()


def test_the_policy_selects_it_beside_the_shipped_plugins(prism_project: MakeProject) -> None:
    """Under the policy of this folder the contract counts as well."""
    outcome = prism_project("breakpoint()\n").review(HERE / "policy.yaml")
    outcome.assert_rejected("contract/missing-function")
    assert "debugging/left-in" in {finding.rule for finding in outcome.findings}


class TestPromises(ConformanceSuite):
    """What every plugin promises."""

    plugin = DEBUGGING
