"""The chain behind a verdict: rule, evidence, severity, threshold, each with the line of the policy that says so."""

from collections.abc import Iterable, Mapping
from typing import Final

import msgspec

from prism.document import JsonPath
from prism.finding import Finding, Severity
from prism.policy.lines import PolicyLine, line_of
from prism.policy.loading import EffectivePolicy
from prism.policy.model import Waiver
from prism.rule import Rule
from prism.verdict import HARSHNESS, Outcome, consequence

NO_RULE: Final = "a plugin's own objection"


class Link(msgspec.Struct, frozen=True, kw_only=True):
    """Findings of one rule that weigh the same, and all that makes them count as they do."""

    rule: str
    title: str
    outcome: Outcome
    """What they ask for."""
    findings: tuple[Finding, ...]
    severity: Severity
    severity_line: PolicyLine | None = None
    """What gives the rule this severity in the policy; ``None`` where it is the rule's own."""
    threshold: PolicyLine | None = None
    """What makes the severity count as it does; ``None`` where PRISM says so, whatever the policy is."""
    why: str = ""
    """In words what the threshold does, or why there is none."""
    selected: PolicyLine | None = None
    """What selects the plugin; ``None`` for the rules of PRISM itself."""
    settings: tuple[PolicyLine, ...] = ()
    """What decides whether the rule fires."""
    waiver: PolicyLine | None = None


def chain_of(effective: EffectivePolicy, rules: Mapping[str, Rule], findings: Iterable[Finding]) -> tuple[Link, ...]:
    """A link for each rule and consequence, the harshest first."""
    groups: dict[tuple[Outcome, str, Severity, str | None], list[Finding]] = {}
    for finding in findings:
        outcome = consequence(effective.policy.verdict, finding)
        groups.setdefault((outcome, finding.rule, finding.severity, finding.waived), []).append(finding)
    ordered = sorted(
        groups.items(), key=lambda item: (-HARSHNESS[item[0][0]], item[0][1], item[0][2], item[0][3] or "")
    )
    return tuple(_link(effective, rules.get(key[1]), key[0], tuple(group)) for key, group in ordered)


def _link(effective: EffectivePolicy, rule: Rule | None, outcome: Outcome, findings: tuple[Finding, ...]) -> Link:
    first = findings[0]
    threshold, why = _threshold(effective, first, outcome)
    plugin = first.rule.partition("/")[0]
    weighed = effective.policy.rules.get(first.rule)
    return Link(
        rule=first.rule,
        title=rule.title if rule else "",
        outcome=outcome,
        findings=findings,
        severity=first.severity,
        severity_line=line_of(effective, ("rules", first.rule)) if weighed == first.severity else None,
        threshold=threshold,
        why=why,
        selected=line_of(effective, ("plugins", plugin)) if plugin in effective.plugins else None,
        settings=tuple(line_of(effective, tuple(name.split("."))) for name in (rule.settings if rule else ())),
        waiver=_waiver(effective, first),
    )


def _threshold(effective: EffectivePolicy, finding: Finding, outcome: Outcome) -> tuple[PolicyLine | None, str]:
    verdict = effective.policy.verdict
    if finding.rule.startswith("host/") and finding.severity is Severity.ERROR:
        return None, "a check did not run to its end, and no policy approves what was not looked at"
    if finding.waived is not None:
        return None, "a waiver of the policy covers it"
    if finding.at_most == Outcome.APPROVED.value:
        return None, "it is only put on record, whatever its severity is"
    if finding.severity in verdict.reject:
        line = _listed(effective, "reject", finding.severity)
        held = outcome is Outcome.HELD
        return line, "this severity rejects; an opinion holds at most" if held else "this severity rejects"
    if finding.severity in verdict.hold:
        return _listed(effective, "hold", finding.severity), "this severity holds"
    return line_of(effective, ("verdict", "hold")), "this severity neither rejects nor holds"


def _listed(effective: EffectivePolicy, name: str, severity: Severity) -> PolicyLine:
    index = getattr(effective.policy.verdict, name).index(severity)
    entry: JsonPath = ("verdict", name, index)
    whole = line_of(effective, ("verdict", name))
    said = line_of(effective, entry)
    return msgspec.structs.replace(whole, file=said.file, line=said.line) if said.line else whole


def _waiver(effective: EffectivePolicy, finding: Finding) -> PolicyLine | None:
    if finding.waived is None:
        return None
    index = next(i for i, each in enumerate(effective.policy.waivers) if _is_meant(each, finding))
    return line_of(effective, ("waivers", index))


def _is_meant(waiver: Waiver, finding: Finding) -> bool:
    return waiver.rule == finding.rule and waiver.reason == finding.waived
