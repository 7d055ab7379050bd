"""Finds, blocks, registers and calls plugins, one at a time; it never judges.

A plugin is found by name among the entry points of the group ``prism``, or by what the policy says after ``from:``:
a file (``./rules.py``) or a module (``module:house.rules``). It is a class with ``name``, ``settings_schema`` and a
constructor that takes the validated settings, or a plain module with hook functions in it.
"""

import hashlib
import inspect
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from itertools import islice
from pathlib import Path
from types import ModuleType
from typing import Any

import msgspec
import pluggy

from prism import hookspecs
from prism.errors import PluginError
from prism.finding import Finding
from prism.guard import boundary
from prism.rule import Rule

ENTRY_POINTS = "prism"
CORE_NAMES = frozenset({"host", "intake", "project"})


@dataclass(frozen=True, slots=True, kw_only=True)
class PluginDefinition:
    """A plugin that was found and imported, but not yet given its settings."""

    name: str
    version: str
    origin: str
    """Where it came from, for people: an entry point with its distribution, a file, a module."""
    source: str = ""
    base: Path = Path()
    """What :func:`find_plugin` was given, so that another process can find the same plugin."""
    implementation: Any = field(repr=False)
    """The class, or the module that is the plugin itself."""

    @property
    def settings_schema(self) -> dict[str, Any] | None:
        """JSON Schema of the plugin's settings; ``None`` when it takes none."""
        schema = getattr(self.implementation, "settings_schema", None)
        return schema if isinstance(schema, dict) else None

    def build(self, settings: Mapping[str, Any]) -> object:
        """The object to register.

        Raises:
            PluginError: the constructor raised.
        """
        if not inspect.isclass(self.implementation):
            return self.implementation
        make: Callable[[Mapping[str, Any]], object] = self.implementation
        try:
            return make(settings)
        except Exception as error:
            raise PluginError(
                f"plugin {self.name!r} refused its settings: {type(error).__name__}: {error}",
                where=self.origin,
                do="mend the settings in the policy, or the plugin's constructor",
            ) from error

    def rules(self, settings: Mapping[str, Any] | None = None) -> tuple[Rule, ...]:
        """The rules the plugin reports, asked of it with the given settings (its defaults otherwise)."""
        return Host([(self, settings or {})]).rules_of(self.name)


def installed_names() -> tuple[str, ...]:
    """Names of the installed plugins, sorted; none of them is imported."""
    return tuple(sorted(_entry_points()))


def find_plugin(name: str, source: str, base: Path) -> PluginDefinition:
    """Find and import one plugin.

    Args:
        name: its name in the policy.
        source: empty for an entry point; else a file relative to ``base``, or ``module:NAME``.
        base: folder of the policy that names it.

    Raises:
        PluginError: it does not exist, cannot be imported, or calls itself something else.
    """
    if name in CORE_NAMES:
        raise PluginError(f"the name {name!r} belongs to PRISM itself", where=source, do="give the plugin another name")
    return replace(_found(name, source, base), source=source, base=base)


def _found(name: str, source: str, base: Path) -> PluginDefinition:
    if not source:
        return _from_entry_point(name)
    if source.startswith("module:"):
        return _from_module(name, source.removeprefix("module:"))
    return _from_file(name, base / source)


def _entry_points() -> dict[str, list[Any]]:
    from importlib.metadata import entry_points

    found: dict[str, list[Any]] = {}
    for entry in entry_points(group=ENTRY_POINTS):
        same = found.setdefault(entry.name, [])
        if all(entry.value != other.value for other in same):
            same.append(entry)
    return found


def _from_entry_point(name: str) -> PluginDefinition:
    entries = _entry_points().get(name, [])
    if not entries:
        close = get_close_matches(name, installed_names(), n=1)
        hint = f"did you mean {close[0]!r}? " if close else ""
        raise PluginError(
            f"there is no plugin {name!r}",
            where=f"entry points of the group {ENTRY_POINTS!r}",
            do=f"{hint}install it, or say where it is with `from:`; installed: {', '.join(installed_names())}",
        )
    if len(entries) > 1:
        raise PluginError(
            f"two plugins are called {name!r}: {' and '.join(entry.value for entry in entries)}",
            where=f"entry points of the group {ENTRY_POINTS!r}",
            do="uninstall one of them",
        )
    (entry,) = entries
    distribution = entry.dist
    label = f"{distribution.name} {distribution.version}" if distribution else "unknown distribution"
    implementation = _imported(name, entry.value, entry.load)
    return _definition(name, distribution.version if distribution else "0", f"{entry.value} ({label})", implementation)


def _from_module(name: str, module: str) -> PluginDefinition:
    from importlib import import_module

    found = _imported(name, module, lambda: import_module(module))
    return _definition(name, str(getattr(found, "__version__", "0")), f"module {module}", _plugin_in(found))


def _from_file(name: str, path: Path) -> PluginDefinition:
    import importlib.util
    import sys

    try:
        data = path.read_bytes()
    except OSError as error:
        raise PluginError(
            f"the file of plugin {name!r} cannot be read: {error.strerror}",
            where=path.name,
            do="mend `from:` in the policy",
        ) from error
    module_name = f"prism_policy_plugin_{name}"
    spec = importlib.util.spec_from_file_location(module_name, path)
    if spec is None or spec.loader is None:
        raise PluginError(f"plugin {name!r} is not a Python file", where=path.name, do="name a file that ends in .py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[module_name] = module
    loader = spec.loader
    _imported(name, path.name, lambda: loader.exec_module(module))
    return _definition(name, f"sha256:{hashlib.sha256(data).hexdigest()}", f"file {path.name}", _plugin_in(module))


def _plugin_in(module: ModuleType) -> object:
    """A module may hold one class named ``Plugin``; otherwise it is the plugin itself."""
    return getattr(module, "Plugin", module)


def _imported(name: str, where: str, load: Callable[[], Any]) -> Any:  # noqa: ANN401 - whatever the plugin's author wrote
    try:
        return load()
    except (Exception, SystemExit) as error:
        raise PluginError(
            f"plugin {name!r} cannot be imported: {type(error).__name__}: {error}",
            where=where,
            do="mend the plugin, or take it out of the policy",
        ) from error


def _definition(name: str, version: str, origin: str, implementation: object) -> PluginDefinition:
    said = getattr(implementation, "name", name)
    if said != name:
        raise PluginError(
            f"plugin {name!r} calls itself {said!r}", where=origin, do=f"name it {said!r} in the policy as well"
        )
    return PluginDefinition(name=name, version=version, origin=origin, implementation=implementation)


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
