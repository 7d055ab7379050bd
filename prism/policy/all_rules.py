"""Every rule that can be reported under a policy: PRISM's own and those of the selected plugins."""

from prism.core_rules import CORE_RULES
from prism.host import Host
from prism.intake import INTAKE_RULES
from prism.policy.loading import EffectivePolicy
from prism.rule import Rule


def rules_under(effective: EffectivePolicy) -> dict[str, Rule]:
    """The rules by id, in order."""
    choices = effective.policy.plugins
    host = Host((definition, choices[name].settings) for name, definition in effective.plugins.items())
    found = {rule.id: rule for rule in (*CORE_RULES, *INTAKE_RULES)} | host.rules
    return {rule: found[rule] for rule in sorted(found)}
