"""The policy that a process of the service goes by, put in force anew when a file that it names has changed."""

import threading

from prism.host import Host
from prism.policy.loading import EffectivePolicy, in_force, load
from prism.rule import Rule


class PolicyInForce:
    """One policy, read when the process starts; its own file is not read again."""

    def __init__(self, reference: str) -> None:
        """Read the policy.

        Raises:
            PolicyError: it does not validate.
        """
        self._turn = threading.RLock()
        self._effective = load(reference)
        self._host: tuple[EffectivePolicy, Host] | None = None

    def current(self) -> EffectivePolicy:
        """The policy with what stands in the files that it names.

        Raises:
            PolicyError: it does not validate with that.
        """
        with self._turn:
            if self._effective.has_changed:
                self._effective = in_force(self._effective.layers)
            return self._effective

    def rules(self) -> dict[str, Rule]:
        """Every rule that can be reported now: PRISM's own and those of the policy's plugins.

        Raises:
            PluginError: a plugin cannot be used.
        """
        from prism.core_rules import CORE_RULES
        from prism.intake import INTAKE_RULES

        return {rule.id: rule for rule in (*CORE_RULES, *INTAKE_RULES)} | self.host().rules

    def host(self) -> Host:
        """The policy's plugins, registered with their settings.

        Raises:
            PluginError: one of them cannot be used.
        """
        with self._turn:
            effective = self.current()
            if self._host is None or self._host[0] is not effective:
                chosen = effective.policy.plugins
                plugins = [(definition, chosen[name].settings) for name, definition in effective.plugins.items()]
                self._host = (effective, Host(plugins, blocked=effective.policy.blocked_plugins))
            return self._host[1]
