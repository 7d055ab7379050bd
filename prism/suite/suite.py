"""Which suites a name on the command line means, and the trial of each under its policy."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Final

import msgspec

from prism.document import shown
from prism.errors import PluginError, PolicyError, PrismError, Problem, UsageError
from prism.gate import Gate
from prism.policy.layers import POLICY_SUFFIXES, Layers, read_layers
from prism.policy.loading import in_force
from prism.policy.shipped import shipped_file
from prism.suite.case import cases_in
from prism.suite.trial import Standing, Trial, try_case

SUFFIX: Final = ".cases"
"""What a suite's folder is called after its policy: ``house.yaml`` has ``house.cases``."""


class Suite(msgspec.Struct, frozen=True, kw_only=True):
    """A policy and the folder with its cases."""

    policy: str
    folder: Path


class Tried(msgspec.Struct, frozen=True, kw_only=True):
    """What came of a suite."""

    policy: str
    digest: str = ""
    trials: tuple[Trial, ...] = ()
    exercised: tuple[str, ...] = ()
    """Rules of the policy's plugins that a case names, and that came as it says."""
    unexercised: tuple[str, ...] = ()
    """Rules of the policy's plugins that no case exercises; what the policy has switched off is not among them."""
    problems: tuple[Problem, ...] = ()
    """Why it could not be tried, if it could not."""

    @property
    def standing(self) -> Standing:
        """How the worst of it ended."""
        ends = {trial.standing for trial in self.trials}
        if self.problems or Standing.BROKEN in ends:
            return Standing.BROKEN
        return Standing.FAILED if Standing.FAILED in ends else Standing.PASSED


def suites_of(place: str, policy: str = "") -> tuple[Suite | Tried, ...]:
    """The suites at a place; one that cannot be tried comes with why.

    Args:
        place: a folder with policies that have cases, a policy, or a shipped policy's name.
        policy: the one policy under which the cases in the folder are to be tried.

    Raises:
        UsageError: there is nothing to try.
    """
    folder = Path(place)
    if policy:
        if not folder.is_dir():
            raise UsageError("there is no such folder of cases", where=place, do="name the folder that holds the cases")
        return (Suite(policy=policy, folder=folder),)
    if folder.is_dir():
        return _suites_in(folder)
    file = shipped_file(place) or folder
    cases = file.with_suffix(SUFFIX)
    if cases.is_dir():
        return (Suite(policy=place, folder=cases),)
    do = f"make a folder {cases.name} beside it, with a case a folder, or name the folder of cases and the --policy"
    raise UsageError("there are no cases beside this policy", where=place, do=do)


def _suites_in(folder: Path) -> tuple[Suite | Tried, ...]:
    try:
        entries = sorted(folder.iterdir())
    except OSError as error:
        raise UsageError(
            f"the folder cannot be read: {error.strerror}", where=str(folder), do="name another"
        ) from error
    found = [
        _suite(cases, [each for each in entries if each.suffix in POLICY_SUFFIXES and each.stem == cases.stem])
        for cases in entries
        if cases.suffix == SUFFIX and cases.is_dir()
    ]
    if not found:
        do = f"make a folder POLICY{SUFFIX} beside POLICY.yaml, or name the policy of these cases with --policy"
        raise UsageError("no policy in this folder has cases", where=str(folder), do=do)
    return tuple(found)


def _suite(cases: Path, policies: list[Path]) -> Suite | Tried:
    if len(policies) == 1:
        return Suite(policy=str(policies[0]), folder=cases)
    names = " and ".join(shown(each.name) for each in policies)
    what = f"the cases belong to {names}" if policies else "these cases have no policy beside them"
    do = "rename all but one" if policies else f"add {cases.stem}.yaml, or rename the folder"
    return Tried(policy=str(cases), problems=(Problem(where=str(cases), what=what, do=do),))


def try_suite(
    suite: Suite, layered: Callable[[Layers], Layers], during: Callable[[str], AbstractContextManager[None]]
) -> Tried:
    """What comes of every case of a suite.

    Args:
        suite: the suite.
        layered: puts something over the policy for a while.
        during: is at hand while the case of a name is tried.

    Raises:
        GuardError, StoreError: PRISM could not do its work.
    """
    try:
        gate = Gate(in_force(layered(read_layers(suite.policy))))
    except (PolicyError, PluginError) as error:
        return Tried(policy=suite.policy, problems=_problems(error, suite.policy))
    with gate:
        trials = []
        for case in cases_in(suite.folder):
            with during(case.name):
                trials.append(try_case(gate, case, suite.policy))
        return _tried(suite, gate, trials)


def _tried(suite: Suite, gate: Gate, trials: list[Trial]) -> Tried:
    here = {rule for rule in gate.host.rules if gate.policy.rules.get(rule) != "off"}
    named = here.intersection(rule for trial in trials for rule in trial.rules)
    what = Problem(where=str(suite.folder), what="there is no case in it", do="add a folder with an `expect.yaml`")
    return Tried(
        policy=suite.policy,
        digest=gate.effective.digest,
        trials=tuple(trials),
        exercised=tuple(sorted(named)),
        unexercised=tuple(sorted(here - named)),
        problems=() if trials else (what,),
    )


def _problems(error: PrismError, policy: str) -> tuple[Problem, ...]:
    return error.problems or (Problem(where=error.where or policy, what=error.what, do=error.do),)
