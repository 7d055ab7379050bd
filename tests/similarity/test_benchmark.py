"""The benchmark on a part of its material: what it promises holds, and it measures what it says."""

from dataclasses import replace

import pytest

from prism.store import open_store
from tests.benchmarks.similarity.copies import Copy, copies
from tests.benchmarks.similarity.material import Material, Model, material, related
from tests.benchmarks.similarity.measuring import Outcome, measured
from tests.benchmarks.similarity.systems import PlainMinHash, Prism, Result

HARDEST = {"half-everything", "class"}


@pytest.fixture(scope="module")
def part() -> Material:
    """A fifth of the earlier submissions."""
    whole = material()
    return replace(whole, priors=whole.priors[::5], innocents=whole.innocents[::4])


@pytest.fixture(scope="module")
def made(part: Material) -> list[Copy]:
    return list(copies(part, 1))


@pytest.fixture(scope="module")
def system(part: Material, tmp_path_factory: pytest.TempPathFactory) -> Prism:
    store = open_store(str(tmp_path_factory.mktemp("store") / "store.sqlite3"))
    return Prism(part.priors, store)


def outcome(system: Prism | PlainMinHash, part: Material, made: list[Copy]) -> Outcome:
    return measured(system, part, made, lambda _: None)


def test_copies_are_found_with_their_lines(system: Prism, part: Material, made: list[Copy]) -> None:
    figures = outcome(system, part, made).mean
    assert figures.copies == len(made) >= 24
    assert figures.detected_unrelated >= 0.95
    assert figures.ranked_first >= 0.95
    assert figures.precision >= 0.85
    assert figures.recall >= 0.85


def test_a_plain_signature_finds_fewer(system: Prism, part: Material, made: list[Copy]) -> None:
    assert outcome(PlainMinHash(part.priors), part, made).mean.detected < outcome(system, part, made).mean.detected


def test_a_copy_scores_as_high_as_any_honest_pair(system: Prism, part: Material, made: list[Copy]) -> None:
    honest = max(best_unrelated(system, model, part) for model in part.innocents)
    for copy in made:
        if copy.kind not in HARDEST:
            result = system.query(copy.files)
            assert min(result.scores.get(source, 0.0) for source in copy.sources) >= honest, copy.kind


def best_unrelated(system: Prism, model: Model, part: Material) -> float:
    result: Result = system.query({"model.py": model.text})
    strange = {prior.name for prior in part.priors if not related(prior, model)}
    return max((score for name, score in result.scores.items() if name in strange), default=0.0)


def test_asking_again_gives_the_same_answer(system: Prism, part: Material, made: list[Copy]) -> None:
    for copy in made[::5]:
        assert system.query(copy.files).scores == system.query(copy.files).scores
