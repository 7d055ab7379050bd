"""Every attack of the corpus is stopped, by the rule and at the line that it names."""

import pytest

from prism.gate import Gate
from prism.verdict import Outcome
from tests.safety.attack_corpus import Case, cases, known_misses, template
from tests.safety.recall import Sight, archive, see

CASES = cases()
MISSED = known_misses()


@pytest.fixture(scope="module")
def seen() -> dict[str, Sight]:
    return see(CASES)


@pytest.mark.parametrize("case", [case for case in CASES if case.id not in MISSED], ids=lambda case: case.id)
def test_attack_is_found_exactly_where_it_is(case: Case, seen: dict[str, Sight]) -> None:
    assert case.expected, "an attack names what must be found"
    assert seen[case.id].places == case.expected
    assert not seen[case.id].is_approved


def test_known_misses_are_still_missed(seen: dict[str, Sight]) -> None:
    expected = {case.id: case.expected for case in CASES}
    assert set(MISSED) <= set(expected)
    assert [name for name in MISSED if seen[name].places == expected[name]] == [], "take them off known_misses.yaml"
    assert all(why.strip() for why in MISSED.values())


def test_few_attacks_are_missed() -> None:
    assert len(MISSED) <= len(CASES) * 0.02


def test_names_are_not_used_twice() -> None:
    assert len({case.id for case in CASES}) == len(CASES)
    assert len({tuple(sorted(case.files.items())) for case in CASES}) == len(CASES)


def test_template_alone_is_approved() -> None:
    with Gate.from_policy("default") as gate:
        review = gate.review(archive({path: text.encode() for path, text in template().items()}))
    assert review.verdict is Outcome.APPROVED
    assert review.findings == ()
