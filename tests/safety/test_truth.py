"""The attacks really work: they are run in a container with torch, and an audit hook or their effect proves it."""

import pytest

from tests.safety.attack_corpus import Case, cases
from tests.safety.truth import Told, run_in_container

PROVEN = [case for case in cases() if case.truth is not None and not case.idle]
RUN = [case for case in cases() if not case.idle]


@pytest.fixture(scope="module")
def told() -> Told:
    return run_in_container(RUN)


@pytest.mark.docker
@pytest.mark.parametrize("case", PROVEN, ids=lambda case: case.id)
def test_attack_does_what_it_is_stopped_for(case: Case, told: Told) -> None:
    assert told[case.id]["worked"], told[case.id]["error"]


@pytest.mark.docker
@pytest.mark.parametrize("case", [case for case in RUN if case.truth is None], ids=lambda case: case.id)
def test_other_attacks_run_without_an_error(case: Case, told: Told) -> None:
    assert not told[case.id]["error"]


def test_sample_is_large() -> None:
    assert len(PROVEN) >= 60
    assert len({case.family for case in PROVEN}) >= 20
