"""Archives: what is refused and why, and what is taken."""

import msgspec
import pytest

from prism.intake import RefusedError, take_archive
from prism.policy.model import IntakePolicy
from tests.intake.archive_corpus import hostile
from tests.intake.hostile_case import Case

CASES = {case.name: case for case in hostile()}


def test_the_corpus_is_large_and_names_are_unique() -> None:
    cases = tuple(hostile())
    assert len(cases) == len(CASES)
    assert len(cases) >= 150


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_hostile_archive_is_refused_for_its_reason(case: Case) -> None:
    with pytest.raises(RefusedError) as refusal:
        take_archive(case.data, msgspec.structs.replace(IntakePolicy(), **case.limits))
    assert {finding.rule for finding in refusal.value.findings} == case.rules
    for finding in refusal.value.findings:
        assert finding.severity == "error"
        assert finding.message
        assert finding.remedy
        assert finding.path is None or (finding.path.isprintable() and len(finding.path) <= 240)
