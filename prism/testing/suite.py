"""The suite that every plugin can run: one test for each promise, and one for each case that the plugin brings."""

from pathlib import Path
from typing import ClassVar, Final

import pytest

from prism.conformance.promises import CPU_SECONDS, PROMISES, Bench, Promise, grouped, it_loads, title
from prism.conformance.subject import PluginUnderTest
from prism.errors import Problem
from prism.testing.marks import expectations
from prism.testing.projects import Gates, ProjectUnderTest, make_project


class ConformanceSuite:
    """Derive a class whose name begins with ``Test``, and say which plugin it is about.

    With ``cases``, a folder, each folder in it is a project and each file a project of one file. The findings of each
    must be exactly those that are marked in it, and every rule of the plugin must be marked somewhere.
    """

    plugin: ClassVar[PluginUnderTest]
    cases: ClassVar[Path | None] = None
    cpu_seconds: ClassVar[float] = CPU_SECONDS
    """Processor time that it may take for one odd project."""

    def __init_subclass__(cls) -> None:
        """Leave out the tests of cases where there are none."""
        super().__init_subclass__()
        if cls.cases is None:
            cls.test_case = cls.test_every_rule_has_a_case = None  # type: ignore[method-assign, assignment] # no tests

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        """Make a test of each promise and of each case."""
        if "promise" in metafunc.fixturenames:
            metafunc.parametrize("promise", PROMISES, ids=[each.__name__ for each in PROMISES])
        if "case" in metafunc.fixturenames:
            cases = self._cases()
            metafunc.parametrize("case", cases, ids=[each.stem for each in cases])

    @pytest.fixture
    def bench(self) -> Bench:
        """The plugin, with what it did on the odd projects."""
        return _bench(type(self))

    def test_loads(self, bench: Bench) -> None:
        """It can be imported, fits the hooks, and a policy can select it."""
        __tracebackhide__ = True
        _fail_if(grouped(it_loads(bench)), "It can be loaded")

    def test_promise(self, promise: Promise, bench: Bench) -> None:
        """It keeps one of the promises of every plugin."""
        __tracebackhide__ = True
        _fail_if(grouped(promise(bench)), title(promise))

    def test_case(self, case: Path, prism_gates: Gates) -> None:
        """It finds in one of its cases exactly what is marked there."""
        __tracebackhide__ = True
        make_project(case, prism_gates).review(type(self).plugin).assert_marks()

    def test_every_rule_has_a_case(self, bench: Bench, prism_gates: Gates) -> None:
        """Each rule is marked in one of the cases, where there are cases."""
        __tracebackhide__ = True
        name = type(self).plugin.name
        projects: list[ProjectUnderTest] = [make_project(case, prism_gates) for case in self._cases()]
        marked = {mark.rule for project in projects for mark in expectations(project.files, prefix=name)}
        rules = {rule.id for rule in bench.host.rules_of(name)}
        if rules - marked:
            pytest.fail(f"no case shows what these rules find: {', '.join(sorted(rules - marked))}", pytrace=False)

    def _cases(self) -> list[Path]:
        folder = type(self).cases
        found = sorted(each for each in folder.iterdir() if each.name[0] not in "._") if folder else []
        if folder is not None and not found:
            pytest.fail(f"there is no case in {folder}", pytrace=False)
        return found


_BENCHES: Final[dict[type[ConformanceSuite], Bench]] = {}


def _bench(suite: type[ConformanceSuite]) -> Bench:
    """One for all tests of a suite, because trying a plugin takes a while."""
    if suite not in _BENCHES:
        _BENCHES[suite] = Bench(suite.plugin, cpu_seconds=suite.cpu_seconds)
    return _BENCHES[suite]


def _fail_if(problems: tuple[Problem, ...], promise: str) -> None:
    __tracebackhide__ = True
    if problems:
        lines = [f"  {each.where}: {each.what}\n    do: {each.do}" for each in problems]
        pytest.fail(f"This is not so: {promise}\n" + "\n".join(lines), pytrace=False)
