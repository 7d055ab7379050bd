"""Attacks are found however they are rewritten, and rewriting alone makes nothing suspicious."""

import importlib
import random
import sys
from collections.abc import Sequence
from pathlib import Path

import msgspec
import pytest

from tests.safety.attack_corpus import cases
from tests.safety.mutation.mutants import Original, is_valid, mutants
from tests.safety.mutation.program import Program
from tests.safety.mutation.recall import (
    RUNS_ON_IMPORT,
    Outcome,
    Reviewer,
    found_originals,
    original_of,
    outcome_of,
    written_out,
)
from tests.safety.mutation.rewrites import REWRITES
from tests.safety.test_honest import CASES as HONEST
from tests.safety.truth import run_in_container

SEED = 20
COUNT = 1_500
SEEDS = 12
LEAST_RECALL = 0.97
PROVEN_COUNT = 120
FEWEST_PROVEN = 100
HONEST_COUNT = 500
# A name or a path that goes astray on a detour is rightly unknown: a checkpoint's path out of a property or a list that
# is filled, a ``setattr`` that is handed to another function.
# Seeds 20 to 25 give 4 to 7 of 500.
MOST_ALARMS = 0.02
PROGRAM = Path(__file__).parents[1] / "corpora" / "safety" / "rewritten" / "model.py"


@pytest.fixture(scope="module")
def reviewer() -> Reviewer:
    return Reviewer()


@pytest.fixture(scope="module")
def originals(reviewer: Reviewer) -> list[Original]:
    return found_originals(cases(), reviewer)


@pytest.fixture(scope="module")
def outcomes(originals: list[Original], reviewer: Reviewer) -> list[Outcome]:
    return [outcome_of(mutant, reviewer) for mutant in mutants(originals, SEED, COUNT)]


def _result(files: dict[str, str], folder: Path) -> object:
    """What a program leaves in ``result``; its modules are forgotten afterwards."""
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, "utf-8")
    before = set(sys.modules)
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(folder)
        patch.setattr(sys, "dont_write_bytecode", True)
        result = importlib.import_module("model").result
    for name in set(sys.modules) - before:
        del sys.modules[name]
    return result


@pytest.mark.parametrize("name", REWRITES)
def test_rewritten_program_gives_the_same_result(name: str, tmp_path: Path) -> None:
    original = {"model.py": PROGRAM.read_text("utf-8")}
    wanted = _result(original, tmp_path / "original")
    rewritten = 0
    for seed in range(SEEDS):
        program = Program(original, (), random.Random(seed))  # noqa: S311 - a seed makes mutants repeatable
        if REWRITES[name](program):
            files = program.files()
            rewritten += files != original
            assert is_valid(files)
            assert _result(files, tmp_path / str(seed)) == wanted, files
    assert rewritten


def test_same_seed_gives_the_same_mutants() -> None:
    originals = [one for case in cases()[:40] if (one := original_of(case)) is not None]
    first, second, other = (list(mutants(originals, seed, 30)) for seed in (3, 3, 4))
    assert first == second
    assert first != other


def test_mutants_differ_from_their_originals_and_from_each_other() -> None:
    originals = [one for case in cases()[::9] if (one := original_of(case)) is not None]
    made = list(mutants(originals, SEED, 100))
    assert len({tuple(sorted(one.files.items())) for one in made}) == len(made) == 100
    assert all(is_valid(one.files) and one.files != one.original.files for one in made)


def test_most_mutants_are_found(outcomes: Sequence[Outcome]) -> None:
    assert len(outcomes) == COUNT
    missed = [(one.mutant.original.id, one.mutant.rewrites) for one in outcomes if not one.is_found]
    assert len(missed) <= (1 - LEAST_RECALL) * COUNT, missed


@pytest.mark.docker
def test_rewritten_attacks_do_what_their_originals_do() -> None:
    proven = {case.id: case for case in cases() if case.truth is not None and not case.idle}
    originals = [one for case in proven.values() if (one := original_of(case)) is not None]
    made = {f"mutant/{number}": one for number, one in enumerate(mutants(originals, SEED, PROVEN_COUNT))}
    attacks = [
        msgspec.structs.replace(proven[one.original.id], family="mutant", name=name.partition("/")[2], texts=one.files)
        for name, one in made.items()
    ]
    told = run_in_container([*attacks, *(proven[name] for name in {one.original.id for one in made.values()})])
    working = {name: one for name, one in made.items() if told[one.original.id]["worked"]}
    assert len(working) >= FEWEST_PROVEN
    idle = {name: (one.original.id, one.rewrites) for name, one in working.items() if not told[name]["worked"]}
    assert not idle, [(what, told[name]["error"]) for name, what in idle.items()]


def test_rewriting_honest_projects_makes_them_no_more_suspicious(reviewer: Reviewer) -> None:
    honest = [one for one in _honest_originals() if not reviewer.errors(written_out(one))]
    made = list(mutants(honest, SEED, HONEST_COUNT))
    alarms = [(one.original.id, one.rewrites, rules) for one in made if (rules := _rules(one.files, reviewer))]
    assert len(made) == HONEST_COUNT
    assert len(alarms) <= MOST_ALARMS * HONEST_COUNT, alarms


def _rules(files: dict[str, str], reviewer: Reviewer) -> set[str]:
    return {finding.rule for finding in reviewer.errors(files)} - {RUNS_ON_IMPORT}


def _honest_originals() -> list[Original]:
    return [
        Original(
            id=name,
            family=folder.parent.name,
            files={path.relative_to(folder).as_posix(): path.read_text("utf-8") for path in folder.rglob("*.py")},
            focus=(),
        )
        for name, folder in HONEST.items()
    ]


def test_every_rewrite_and_every_family_takes_part(outcomes: Sequence[Outcome], originals: list[Original]) -> None:
    assert {name for one in outcomes for name in one.mutant.rewrites} == set(REWRITES)
    assert {one.mutant.original.family for one in outcomes} == {one.family for one in originals}
