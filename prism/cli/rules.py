"""``prism rules``: what is looked for, and why."""

from collections.abc import Mapping
from difflib import get_close_matches
from typing import TYPE_CHECKING, Annotated, Any

import msgspec
import typer

from prism.cli import rendering
from prism.cli.options import ListFormat, ListFormatOption, PolicyOption
from prism.errors import UsageError

if TYPE_CHECKING:
    from prism.policy.loading import EffectivePolicy
    from prism.rule import Rule

rules_app = typer.Typer(help="Look at the rules.")

RuleId = Annotated[str, typer.Argument(metavar="ID", help="A rule's id, such as safety/forbidden-import.")]


@rules_app.command("list")
def list_rules(policy: PolicyOption = "default", output_format: ListFormatOption = ListFormat.TEXT) -> None:
    """List every rule with the severity it has under a policy: off, if the policy does not select its plugin."""
    from prism.cli.table import table
    from prism.policy.loading import load

    effective = load(policy)
    rules = known_rules(effective)
    if output_format is ListFormat.JSON:
        from prism.report.json_format import encode

        rendering.data(encode([rule_record(effective, rule) for rule in rules.values()]))
    else:
        rendering.data(table([(rule.id, severity_under(effective, rule), rule.title) for rule in rules.values()]))


@rules_app.command()
def explain(
    rule_id: RuleId, policy: PolicyOption = "default", output_format: ListFormatOption = ListFormat.TEXT
) -> None:
    """Explain one rule: why it matters, an example, what to write instead, and what it misses."""
    from prism.policy.loading import load

    effective = load(policy)
    rules = known_rules(effective)
    if rule_id not in rules:
        raise _unknown(rule_id, rules)
    if output_format is ListFormat.JSON:
        from prism.report.json_format import encode

        rendering.data(encode(rule_record(effective, rules[rule_id])))
    else:
        rendering.data(rule_text(rules[rule_id], severity_under(effective, rules[rule_id])))


def known_rules(effective: "EffectivePolicy") -> dict[str, "Rule"]:
    """Every rule under a policy, and those of the other plugins that are installed and not blocked, by id in order."""
    from prism.cli.installed import load_installed
    from prism.policy.all_rules import rules_under

    selected = effective.plugins.keys()
    others = [each.host for each in load_installed({*effective.policy.blocked_plugins, *selected}) if each.host]
    found = {rule: page for host in others for rule, page in host.rules.items()} | rules_under(effective)
    return {rule: found[rule] for rule in sorted(found)}


def severity_under(effective: "EffectivePolicy", rule: "Rule") -> str:
    """What a match of the rule weighs under a policy, or ``off``: also if the policy does not select its plugin."""
    from prism.policy.severities import CORE_PREFIXES

    if rule.id.startswith(CORE_PREFIXES) or rule.id.partition("/")[0] in effective.plugins:
        return str(effective.policy.rules.get(rule.id, rule.severity))
    return "off"


def rule_record(effective: "EffectivePolicy", rule: "Rule") -> dict[str, Any]:
    """A rule as data, with the severity it has under a policy beside its own."""
    return {**msgspec.to_builtins(rule), "severity_under_policy": severity_under(effective, rule)}


def rule_text(rule: "Rule", severity: str) -> str:
    """A rule's page for a terminal."""
    from prism.report.escape import escape

    parts = [
        ("why", rule.why),
        ("example", rule.example),
        ("instead", rule.instead),
        ("known misses", rule.known_misses),
        ("settings", "\n".join(rule.settings)),
    ]
    text = [f"{rule.id} ({severity})", f"  {escape(rule.title)}"]
    for label, content in parts:
        if content:
            text += ["", f"  {label}:", *(f"    {escape(line)}".rstrip() for line in content.split("\n"))]
    return "\n".join(text) + "\n"


def _unknown(rule_id: str, rules: Mapping[str, "Rule"]) -> UsageError:
    names = {rule.partition("/")[2]: rule for rule in rules}
    close = get_close_matches(rule_id, rules, n=1) or [
        names[name] for name in get_close_matches(rule_id.rpartition("/")[2], names, n=1)
    ]
    hint = f"did you mean {close[0]!r}? " if close else ""
    return UsageError(
        f"there is no rule {rule_id!r}",
        where="prism rules explain",
        do=f"{hint}see: prism rules list",
    )
