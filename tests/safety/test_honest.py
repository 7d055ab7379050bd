"""Honest projects with idioms that look suspicious: nothing may be reported about them, whatever they are written like.

A case is a folder under ``tests/corpora/safety/honest/<family>``. ``known_misses.yaml`` names those that are still
reported; a case that is listed there and passes is an error, so that the list stays true.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from prism.gate import Gate

HONEST = Path(__file__).parents[1] / "corpora" / "safety" / "honest"
CASES = {f"{folder.parent.name}/{folder.name}": folder for folder in sorted(HONEST.glob("*/*")) if folder.is_dir()}
KNOWN: dict[str, str] = YAML(typ="safe", pure=True).load(HONEST / "known_misses.yaml") or {}
FEWEST = 150


@pytest.fixture(scope="module")
def gate() -> Iterator[Gate]:
    with Gate.from_policy("default") as opened:
        yield opened


@pytest.mark.parametrize("case", CASES)
def test_an_honest_project_passes(case: str, gate: Gate) -> None:
    review = gate.review(CASES[case])
    alarms = [f"{found.path}:{found.line} {found.rule} {found.message}" for found in review.findings]
    if case in KNOWN:
        assert alarms, f"{case} passes now: take it off known_misses.yaml"
    else:
        assert not alarms


def test_the_corpus_is_large_and_its_list_of_misses_is_in_order() -> None:
    assert len(CASES) >= FEWEST
    assert set(KNOWN) <= set(CASES)
    assert all(len(why.split()) > 3 for why in KNOWN.values())
