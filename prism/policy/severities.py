"""The policy's own severities: what a rule's findings weigh here, or that they do not count at all."""

from collections.abc import Iterable, Mapping
from typing import Final

import msgspec

from prism.finding import Finding, Severity
from prism.policy.model import RuleChoice

CORE_PREFIXES: Final = ("host/", "intake/", "project/", "run/")
"""Rules of PRISM itself. What they report was not reviewed, so no policy makes them milder or waives them."""

_WEIGHTS: Final[Mapping[str, int]] = {"off": 0, "note": 1, "warning": 2, "error": 3}
RULE_CHOICES: Final = frozenset(_WEIGHTS)


def with_severities(findings: Iterable[Finding], choices: Mapping[str, RuleChoice]) -> tuple[Finding, ...]:
    """The findings with the severities a policy gives them by rule id, without those it switches off."""
    return tuple(weighed for finding in findings if (weighed := _weighed(finding, choices)) is not None)


def is_milder(choice: str, severity: Severity) -> bool:
    """Whether a policy's choice takes weight off a rule."""
    return _WEIGHTS[choice] < _WEIGHTS[severity.value]


def is_harsher(choice: str, severity: Severity) -> bool:
    """Whether a policy's choice adds weight to a rule."""
    return _WEIGHTS[choice] > _WEIGHTS[severity.value]


def _weighed(finding: Finding, choices: Mapping[str, RuleChoice]) -> Finding | None:
    choice = choices.get(finding.rule)
    if choice is None or (finding.rule.startswith(CORE_PREFIXES) and is_milder(choice, finding.severity)):
        return finding
    if finding.at_most == "approved" and choice != "off":
        return finding  # what is only on record stays what it is
    return None if choice == "off" else msgspec.structs.replace(finding, severity=Severity(choice))
