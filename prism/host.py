"""Registers and calls plugins, one at a time; it never judges.

Whatever a plugin does wrong is caught here and becomes part of its answer, so that no plugin can silence another.
"""

import inspect
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from types import ModuleType
from typing import Any

import msgspec
import pluggy

from prism import hookspecs
from prism.errors import PluginError
from prism.finding import Finding
from prism.guard import boundary
from prism.plugin import PluginDefinition
from prism.rule import Rule


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What one plugin said in one call: its valid findings, and why it failed if it did."""

    findings: tuple[Finding, ...] = ()
    failure: str | None = None


class Host:
    """Registered plugins, and the only way to call them."""

    def __init__(
        self, plugins: Iterable[tuple[PluginDefinition, Mapping[str, Any]]], *, blocked: Sequence[str] = ()
    ) -> None:
        """Register plugins in name order.

        Raises:
            PluginError: a hook that does not exist or takes unknown arguments, a wrapper, a rule id that is not the
                plugin's own or is reported by two.
        """
        self._manager = pluggy.PluginManager(hookspecs.NAMESPACE)
        self._manager.add_hookspecs(hookspecs)
        for name in blocked:
            self._manager.set_blocked(name)
        self.definitions: dict[str, PluginDefinition] = {}
        for definition, settings in sorted(plugins, key=lambda pair: pair[0].name):
            if not self._manager.is_blocked(definition.name):
                self._register(definition, settings)
        self._rules = {name: self._ask_rules(name) for name in self.definitions}

    def _register(self, definition: PluginDefinition, settings: Mapping[str, Any]) -> None:
        if definition.name in self.definitions:
            other = self.definitions[definition.name]
            raise PluginError(
                f"two plugins are called {definition.name!r}",
                where=f"{other.origin} and {definition.origin}",
                do="drop one",
            )
        plugin = definition.build(settings)
        _refuse_unmarked_hooks(definition, plugin)
        try:
            self._manager.register(plugin, name=definition.name)
            self._manager.check_pending()
        except (pluggy.PluginValidationError, ValueError) as error:
            raise PluginError(
                f"plugin {definition.name!r} does not fit the hooks: {error}",
                where=definition.origin,
                do="compare its hook functions with prism/hookspecs.py",
            ) from error
        self._refuse_options(definition, plugin)
        self.definitions[definition.name] = definition

    def _refuse_options(self, definition: PluginDefinition, plugin: object) -> None:
        """Wrappers could rewrite what other plugins found, so there are none."""
        for caller in self._manager.get_hookcallers(plugin) or ():
            for implementation in caller.get_hookimpls():
                if implementation.plugin is plugin and (implementation.hookwrapper or implementation.wrapper):
                    raise PluginError(
                        f"plugin {definition.name!r} wraps the hook {caller.name}",
                        where=definition.origin,
                        do="return findings of its own instead; no plugin may change another's",
                    )

    @property
    def rules(self) -> dict[str, Rule]:
        """Every rule of every registered plugin, by id."""
        return {rule.id: rule for rules in self._rules.values() for rule in rules}

    def rules_of(self, name: str) -> tuple[Rule, ...]:
        """The rules of one plugin, by id."""
        return self._rules[name]

    def hooks_of(self, name: str) -> tuple[str, ...]:
        """The hooks one plugin implements."""
        callers = self._manager.get_hookcallers(self._manager.get_plugin(name)) or ()
        return tuple(sorted(caller.name for caller in callers))

    def implementers(self, hook: str) -> tuple[str, ...]:
        """Names of the plugins that implement a hook, in calling order."""
        return tuple(name for name in self.definitions if hook in self.hooks_of(name))

    def call(self, hook: str, name: str, **arguments: object) -> Any:  # noqa: ANN401 - each hook has its own result
        """What one plugin returns for one hook; whatever it raises passes through."""
        others = [plugin for other, plugin in self._manager.list_name_plugin() if other != name]
        caller = self._manager.subset_hook_caller(hook, remove_plugins=others)
        results = caller(**arguments)
        return results[0] if results else None

    def findings(self, hook: str, name: str, *, limit: int, **arguments: object) -> Answer:
        """Call a hook that returns findings; a failure of the plugin is part of the answer.

        Raises:
            MemoryError: memory ran out, and the process is inside the guard: the project's budget is spent, which is
                not the plugin's fault. Elsewhere it is a failure like any other.
        """
        found: list[Finding] = []
        try:
            result = self.call(hook, name, **arguments)
            if isinstance(result, str | bytes | Mapping) or not isinstance(result, Iterable):
                return Answer(failure=f"{hook} returned {type(result).__name__}, not findings")
            found.extend(self.checked(name, item) for item in islice(result, limit + 1))
        except (Exception, SystemExit, GeneratorExit) as error:
            if isinstance(error, MemoryError) and boundary.is_guarded():
                raise
            return Answer(failure=f"{hook} raised {type(error).__name__}: {error}"[:500])
        if len(found) > limit:
            return Answer(findings=tuple(found[:limit]), failure=f"{hook} reported more than {limit} findings")
        return Answer(findings=tuple(found))

    def checked(self, name: str, item: object) -> Finding:
        """A finding that is valid, of this plugin's own rules, and carries its name.

        Raises:
            TypeError: it is not a finding.
            ValueError: a field is out of bounds, or the rule is not one the plugin named.
        """
        if not isinstance(item, Finding):
            raise TypeError(f"a finding was expected, not {type(item).__name__}")
        if item.rule not in {rule.id for rule in self._rules[name]}:
            raise ValueError(f"rule {item.rule!r} is not among those the plugin named")
        return msgspec.convert(msgspec.to_builtins(msgspec.structs.replace(item, plugin=name, waived=None)), Finding)

    def _ask_rules(self, name: str) -> tuple[Rule, ...]:
        definition = self.definitions[name]
        if "prism_rules" not in self.hooks_of(name):
            return ()
        try:
            rules = tuple(self.call("prism_rules", name))
        except Exception as error:
            raise PluginError(
                f"plugin {name!r} could not name its rules: {type(error).__name__}: {error}",
                where=definition.origin,
                do="mend its prism_rules",
            ) from error
        wrong = [rule for rule in rules if not isinstance(rule, Rule) or not rule.id.startswith(f"{name}/")]
        ids = [rule.id for rule in rules if isinstance(rule, Rule)]
        if wrong or len(set(ids)) != len(ids):
            culprit = wrong[0] if wrong else next(rule for rule in ids if ids.count(rule) > 1)
            raise PluginError(
                f"plugin {name!r} names a rule it may not have: {culprit!r}"[:500],
                where=definition.origin,
                do=f"use prism.Rule, each id once, beginning with '{name}/'",
            )
        return tuple(sorted(rules, key=lambda rule: rule.id))


def _refuse_unmarked_hooks(definition: PluginDefinition, plugin: object) -> None:
    """A hook function without its marker would never be called, and nobody would notice."""
    for attribute in dir(plugin):
        if not attribute.startswith("prism_") or isinstance(getattr(plugin, attribute, None), ModuleType):
            continue
        function = getattr(plugin, attribute, None)
        if inspect.isroutine(function) and not hasattr(function, f"{hookspecs.NAMESPACE}_impl"):
            raise PluginError(
                f"{attribute} of plugin {definition.name!r} is not marked as a hook",
                where=definition.origin,
                do="put @prism.hookimpl above it, or rename it",
            )
