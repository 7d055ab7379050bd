"""Every way a policy can be wrong is said with its place, what is wrong, and what to do: all of them, in order."""

from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from prism.errors import PolicyError
from prism.policy.loading import load

CASES = sorted((Path(__file__).parents[1] / "corpora" / "policies").iterdir())


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_bad_policy_is_refused_with_every_problem(case: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    expected: Any = YAML(typ="safe", pure=True).load(case / "expect.yaml")
    monkeypatch.chdir(case)
    (file,) = case.glob("policy.*")
    with pytest.raises(PolicyError) as refusal:
        load(Path(file.name))
    problems = refusal.value.problems
    assert [problem.where for problem in problems] == [each["where"] for each in expected["problems"]]
    for problem, each in zip(problems, expected["problems"], strict=True):
        for words in each["says"]:
            assert words in f"{problem.what} | {problem.do}"
        assert problem.do
        assert f"{problem.where}{problem.what}{problem.do}".isprintable()
    assert refusal.value.exit_code == 2


def test_the_corpus_is_large_and_every_case_expects_something() -> None:
    assert len(CASES) >= 40
    for case in CASES:
        assert YAML(typ="safe", pure=True).load(case / "expect.yaml")["problems"], case.name
