"""Holds for every test of PRISM: where all parts must be there, a skipped test is a failed one."""

import os
from collections.abc import Generator

import pytest
from hypothesis import settings

REQUIRED = os.environ.get("PRISM_TEST_REQUIRE", "").split()
"""Names of the real parts that must not be missing, set by continuous integration.

They are ``docker``, ``archive-tools``, ``postgresql`` and ``s3``.
"""

# What decides whether a change lands tries the same examples every time; everybody else's runs search for new ones.
settings.register_profile("required", derandomize=True)
if REQUIRED:
    settings.load_profile("required")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Turn the skip of a test into its failure."""
    report = yield
    if REQUIRED and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} was skipped where nothing may be ({report.longrepr})"
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(
    collector: pytest.Collector,
) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Turn the skip of a whole file into its failure."""
    report = yield
    if REQUIRED and report.skipped:
        report.outcome = "failed"
        report.longrepr = f"{collector.nodeid} was skipped where nothing may be ({report.longrepr})"
    return report
