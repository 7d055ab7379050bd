"""Holds for every test of PRISM: where all parts must be there, a skipped test is a failed one.

And which tests stay together when several processes share the work (`make test`).
"""

import os
import signal
from collections.abc import Generator
from typing import Any

import pytest
from hypothesis import settings
from xdist.scheduler import LoadScopeScheduling

REQUIRED = os.environ.get("PRISM_TEST_REQUIRE", "").split()
"""Names of the real parts that must not be missing, set by continuous integration.

They are ``docker``, ``archive-tools``, ``chromium``, ``postgresql`` and ``s3``.
"""

# A shell that starts the tests in the background has them, and all that they start, ignore what Ctrl-C sends, and nohup
# what a closed terminal does. With a handler only the tests themselves ignore it.
signal.signal(signal.SIGINT, signal.default_int_handler)
if signal.getsignal(signal.SIGHUP) is signal.SIG_IGN:
    signal.signal(signal.SIGHUP, lambda *_: None)

ONE_BY_ONE = (
    "tests/docs/test_commands.py",
    "tests/runner/platform/test_broker.py",
    "tests/runner/test_attacks.py",
    "tests/runner/test_docker_broker.py",
    "tests/runner/test_engine_failures.py",
    "tests/sandbox/test_suite.py",
    "tests/service/faults/",
    "tests/service/test_faults.py",
    "tests/service/test_killed.py",
)
"""Files and folders whose tests take seconds each and share little; every other file stays in one process, with its
fixtures."""

TOGETHER = ("tests/deployment/", "tests/packaging/")
"""Folders whose files share what takes long to make."""


class Units(LoadScopeScheduling):  # type: ignore[misc]  # xdist has no types
    """Hands out the largest units first and single tests last, so that all processes end at about the same time."""

    def _split_scope(self, nodeid: str) -> str:
        path = nodeid.partition("::")[0]
        if path.startswith(ONE_BY_ONE):
            return nodeid
        return next((folder for folder in TOGETHER if path.startswith(folder)), path)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Units:  # noqa: ANN401 - the hook's own argument
    """Share the tests out in these units."""
    return Units(config, log)


# No example fails because the machine is busy. What decides whether a change lands tries the same ones every time;
# everybody else's runs search for new ones.
settings.register_profile("searching", deadline=None)
settings.register_profile("required", deadline=None, derandomize=True)
settings.load_profile("required" if REQUIRED else "searching")


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
