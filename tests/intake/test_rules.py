"""Every rule of intake is complete, and something shows that it fires."""

import re

from prism.finding import Severity
from prism.intake import INTAKE_RULES
from tests.intake.archive_corpus import hostile

ONLY_OF_FOLDERS = {"intake/unreadable-file"}


def test_rules_are_unique_complete_errors() -> None:
    ids = [rule.id for rule in INTAKE_RULES]
    assert ids == sorted(set(ids))
    for rule in INTAKE_RULES:
        assert re.fullmatch(r"intake/[a-z0-9-]+", rule.id)
        assert rule.severity is Severity.ERROR
        assert rule.title
        assert rule.why
        assert rule.example
        assert rule.instead


def test_every_rule_has_a_hostile_archive() -> None:
    fired = {rule for case in hostile() for rule in case.rules}
    assert fired == {rule.id for rule in INTAKE_RULES} - ONLY_OF_FOLDERS
