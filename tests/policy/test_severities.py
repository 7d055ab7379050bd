"""A policy weighs rules as it likes, but takes no weight off what PRISM itself could not review."""

import pytest

from prism.finding import Finding, Severity
from prism.policy.model import RuleChoice
from prism.policy.severities import is_milder, with_severities


def finding(rule: str, severity: Severity = Severity.ERROR) -> Finding:
    return Finding(rule=rule, severity=severity, message="m")


def test_choices_change_or_drop_findings_by_rule() -> None:
    findings = [finding("a/off"), finding("a/soft"), finding("a/hard", Severity.NOTE), finding("a/untouched")]
    choices: dict[str, RuleChoice] = {"a/off": "off", "a/soft": "note", "a/hard": "error"}
    weighed = with_severities(findings, choices)
    assert [(each.rule, each.severity) for each in weighed] == [
        ("a/soft", Severity.NOTE),
        ("a/hard", Severity.ERROR),
        ("a/untouched", Severity.ERROR),
    ]


@pytest.mark.parametrize("rule", ["host/plugin-failed", "intake/not-a-zip", "project/unparsable"])
@pytest.mark.parametrize("choice", ["off", "note", "warning"])
def test_prisms_own_rules_keep_their_weight(rule: str, choice: RuleChoice) -> None:
    assert with_severities([finding(rule)], {rule: choice}) == (finding(rule),)


def test_prisms_own_rules_may_be_made_harsher() -> None:
    (weighed,) = with_severities([finding("project/x", Severity.NOTE)], {"project/x": "error"})
    assert weighed.severity is Severity.ERROR


def test_milder_means_less_weight() -> None:
    assert is_milder("off", Severity.NOTE)
    assert is_milder("warning", Severity.ERROR)
    assert not is_milder("warning", Severity.WARNING)
    assert not is_milder("error", Severity.WARNING)
