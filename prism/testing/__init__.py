"""What the tests of a plugin or a policy are written with.

A test file, or the ``conftest.py`` at the root of the tests, says ``pytest_plugins = ["prism.testing"]``. Nothing is
registered by installing PRISM, so that whoever runs pytest for something else neither waits for PRISM nor meets it.

    SEEDS = PluginUnderTest.at(Path(__file__).with_name("seeds.py"))

    def test_a_seed_is_held(prism_project: MakeProject) -> None:
        outcome = prism_project("torch.manual_seed(0)").review(SEEDS)
        outcome.assert_held("own-seed")

    class TestConformance(ConformanceSuite):
        plugin = SEEDS

Its assertions say by themselves what is wrong, and it may be imported before pytest knows it (PYTEST_DONT_REWRITE).
"""

from prism.conformance.subject import PluginUnderTest
from prism.testing.fixtures import prism_gates, prism_project
from prism.testing.marks import Expectation, expectations
from prism.testing.outcome import Outcome
from prism.testing.projects import Gates, MakeProject, ProjectUnderTest
from prism.testing.suite import ConformanceSuite

__all__ = [
    "ConformanceSuite",
    "Expectation",
    "Gates",
    "MakeProject",
    "Outcome",
    "PluginUnderTest",
    "ProjectUnderTest",
    "expectations",
    "prism_gates",
    "prism_project",
]
