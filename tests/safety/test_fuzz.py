"""Random and broken programs end in a record with findings: no crash, no time-out, nothing hidden behind them."""

import pytest

from prism.gate import Gate
from tests.safety.fuzz.campaign import CANARY, Failure, corpus, problem_of, project, run
from tests.safety.fuzz.parsing import parses
from tests.safety.recall import archive

PROJECTS = 250


def test_random_projects_neither_crash_nor_stall_nor_blind_the_review() -> None:
    with Gate.from_policy("default") as gate:
        failures = [failure for failure in run(gate, iter(range(PROJECTS))) if failure is not None]
    assert [(failure.seed, failure.problem) for failure in failures] == []


def test_most_random_programs_parse() -> None:
    programs = corpus()
    files = [data for seed in range(60) for data in project(seed, programs).values()]
    assert sum(map(parses, files)) > len(files) * 0.6


def test_a_seed_gives_the_same_project_again() -> None:
    programs = corpus()
    assert project(7, programs) == project(7, programs) != project(8, programs)


@pytest.mark.parametrize(
    ("files", "problem"),
    [
        ({"model.py": b"x = 1" + CANARY}, ""),
        ({"model.py": b"def (" + CANARY}, ""),
        ({"model.py": b"x = 1\0" + CANARY}, ""),
        ({"model.py": b"x = 1\n"}, "the canary in model.py is not reported"),
    ],
)
def test_the_judge_of_the_campaign_judges(files: dict[str, bytes], problem: str) -> None:
    with Gate.from_policy("default") as gate:
        assert problem_of(gate.review(archive(files)), files) == problem


def test_a_failure_keeps_what_is_needed_to_make_it_again() -> None:
    files = project(3, corpus())
    failure = Failure(seed=3, problem="approved", files=files)
    assert project(failure.seed, corpus()) == failure.files
