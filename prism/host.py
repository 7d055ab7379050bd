"""Registers and calls plugins, one at a time; it never judges.

Whatever a plugin does wrong is caught here and becomes part of its answer, so that no plugin can silence another.
"""

import copy
import inspect
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from types import ModuleType
from typing import TYPE_CHECKING, Any, Final

import msgspec
import pluggy

from prism import hookspecs
from prism.declaration import Declaration
from prism.errors import PluginError
from prism.finding import Finding
from prism.fingerprint import encoded
from prism.plugin import PluginDefinition
from prism.plugin_failure import PluginFailedError, caught, loaded
from prism.project import Project
from prism.rule import Rule
from prism.verdict import HARSHNESS, Outcome, Reason, Verdict

if TYPE_CHECKING:
    from prism.corpus import Index, Resemblance


FORGIVABLE: Final = frozenset({"prism_material", "prism_review"})
"""Hooks that give no more than advice, if their plugin says so."""
DECISIVE: Final = frozenset({"findings", "proposed", "resemblances", "submission"})
"""Arguments by which others go too: a stranger gets copies, because frozen records can be written to by force."""
MOST_RESEMBLANCES: Final = 100
MARK: Final = f"{hookspecs.NAMESPACE}_impl"
"""The attribute of a function that is marked as a hook."""


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What one plugin said in one call: its valid findings, and why it failed if it did."""

    findings: tuple[Finding, ...] = ()
    resemblances: "tuple[Resemblance, ...]" = ()
    failure: str | None = None


class Host:
    """Registered plugins, and the only way to call them."""

    def __init__(
        self,
        plugins: Iterable[tuple[PluginDefinition, Mapping[str, Any]]],
        *,
        blocked: Sequence[str] = (),
        specifications: ModuleType = hookspecs,
    ) -> None:
        """Register plugins in name order, for the hooks that ``specifications`` holds.

        Raises:
            PluginError: a hook that does not exist or takes unknown arguments, a wrapper, a rule id that is not the
                plugin's own or is reported by two.
        """
        self._manager = pluggy.PluginManager(hookspecs.NAMESPACE)
        self._manager.add_hookspecs(specifications)
        self._specifications = specifications
        for name in blocked:
            self._manager.set_blocked(name)
        self.definitions: dict[str, PluginDefinition] = {}
        self._unused: dict[str, frozenset[str]] = {}
        self._forgiven: dict[str, frozenset[str]] = {}
        for definition, settings in sorted(plugins, key=lambda pair: pair[0].name):
            if not self._manager.is_blocked(definition.name):
                self._register(definition, settings)
        self._rules = {name: self._ask_rules(name) for name in self.definitions}
        self._implementers: dict[str, tuple[str, ...]] = {}

    def _register(self, definition: PluginDefinition, settings: Mapping[str, Any]) -> None:
        if definition.name in self.definitions:
            other = self.definitions[definition.name]
            raise PluginError(
                f"two plugins are called {definition.name!r}",
                where=f"{other.origin} and {definition.origin}",
                do="drop one",
            )
        plugin = definition.build(settings)
        try:
            loaded(lambda: self._take_in(plugin, definition.name))
        except PluginFailedError as error:
            raise PluginError(
                f"plugin {definition.name!r} does not fit the hooks: {error}",
                where=definition.origin,
                do="compare its hook functions with docs/reference/hooks.md",
            ) from error
        self.definitions[definition.name] = definition

    def _take_in(self, plugin: object, name: str) -> None:
        _refuse_other_versions(plugin, self._specifications)
        _refuse_unmarked_hooks(plugin)
        try:
            self._manager.register(plugin, name=name)
            self._manager.check_pending()
        except pluggy.PluginValidationError:
            _explain_misfit(plugin, self._specifications)
            raise
        self._refuse_options(plugin)
        self._unused[name] = _named_hooks(plugin, "unused_hooks", frozenset(vars(self._specifications)))
        self._forgiven[name] = _named_hooks(plugin, "forgiven_hooks", FORGIVABLE)

    def _refuse_options(self, plugin: object) -> None:
        """Wrappers could rewrite what other plugins found; an optional hook with a misspelt name is never called."""
        for caller in self._manager.get_hookcallers(plugin) or ():
            for implementation in caller.get_hookimpls():
                if implementation.plugin is plugin and (implementation.hookwrapper or implementation.wrapper):
                    raise TypeError(f"it wraps the hook {caller.name}; no plugin may change what another returns")
                if implementation.plugin is plugin and implementation.optionalhook:
                    raise TypeError(f"it marks {caller.name} as optional; leave `optionalhook` out")

    @property
    def rules(self) -> dict[str, Rule]:
        """Every rule of every registered plugin, by id."""
        return {rule.id: rule for rules in self._rules.values() for rule in rules}

    def rules_of(self, name: str) -> tuple[Rule, ...]:
        """The rules of one plugin, by id."""
        return self._rules[name]

    def hooks_of(self, name: str) -> tuple[str, ...]:
        """The hooks one plugin implements, without those that it says its settings switch off."""
        callers = self._manager.get_hookcallers(self._manager.get_plugin(name)) or ()
        return tuple(sorted({caller.name for caller in callers} - self._unused[name]))

    def implementers(self, hook: str) -> tuple[str, ...]:
        """Names of the plugins that implement a hook, in calling order."""
        if hook not in self._implementers:  # the service asks with each upload whom to tell
            self._implementers[hook] = tuple(name for name in self.definitions if hook in self.hooks_of(name))
        return self._implementers[hook]

    def is_forgiven(self, hook: str, name: str) -> bool:
        """Whether a failure of one plugin in one hook is put on record and changes nothing."""
        return hook in self._forgiven.get(name, ())

    def gatherers(self) -> tuple[str, ...]:
        """Names of the plugins whose material is asked for: those that will be asked for an opinion, too."""
        reviewers = set(self.implementers("prism_review"))
        return tuple(name for name in self.implementers("prism_material") if name in reviewers)

    def call(self, hook: str, name: str, **arguments: object) -> Any:  # noqa: ANN401 - each hook has its own result
        """What one plugin returns for one hook, unchecked.

        Raises:
            PluginFailedError: whatever it raised; see :func:`prism.plugin_failure.caught` for what passes.
        """
        others = [plugin for other, plugin in self._manager.list_name_plugin() if other != name]
        caller = self._manager.subset_hook_caller(hook, remove_plugins=others)
        given = arguments if self.definitions[name].is_own else dict(_as_copies(arguments))
        with caught():
            results = caller(**given)
        return results[0] if results else None

    def findings(self, hook: str, name: str, *, limit: int, **arguments: object) -> Answer:
        """Call a hook that returns findings; a failure of the plugin is part of the answer."""
        found: list[Finding] = []
        resemblances: list[Resemblance] = []
        try:
            result = self.call(hook, name, **arguments)
            if isinstance(result, str | bytes | Mapping) or not isinstance(result, Iterable):
                return Answer(failure=f"{hook} returned {type(result).__name__}, not findings")
            with caught():
                for item in islice(result, limit + 1):
                    resemblance = _resemblance(item) if hook == "prism_compare" else None
                    if resemblance is None:
                        found.append(self.checked(name, item))
                    else:
                        resemblances.append(resemblance)
        except PluginFailedError as error:
            return Answer(failure=f"{hook} raised {error}")
        if len(found) + len(resemblances) > limit:
            flood = f"{hook} brought the plugin over the findings that `guard.findings_per_plugin` allows"
            return Answer(findings=tuple(found[:limit]), failure=flood)
        return Answer(findings=tuple(found), resemblances=tuple(resemblances))

    def checked(self, name: str, item: object) -> Finding:
        """A finding that is valid, of this plugin's own rules, and carries its name.

        Raises:
            TypeError: it is not a finding.
            ValueError: a field is out of bounds or cannot be written as JSON, or the rule is not one the plugin named.
        """
        if not isinstance(item, Finding):
            raise TypeError(f"a finding was expected, not {type(item).__name__}")
        own = msgspec.structs.replace(item, plugin=name, waived=None)
        finding = msgspec.json.decode(msgspec.json.encode(own), type=Finding)
        if finding.rule not in {rule.id for rule in self._rules[name]}:
            raise ValueError(f"rule {finding.rule!r} is not among those the plugin named")
        return finding

    def declaration(self, name: str, project: Project) -> Declaration:
        """What one plugin says that a project may do when it is run, with the plugin's name.

        Raises:
            PluginFailedError: it raised, or returned something that is not a valid declaration.
        """
        answer = self.call("prism_declaration", name, project=project)
        with caught():
            if not isinstance(answer, Declaration):
                raise TypeError(f"a declaration was expected, not {type(answer).__name__}")
            own = msgspec.structs.replace(answer, plugin=name)
            return msgspec.json.decode(msgspec.json.encode(own), type=Declaration)

    def fingerprint(self, name: str, project: Project) -> str:
        """What one plugin wants to remember of a project, as JSON text.

        Raises:
            PluginFailedError: it raised, or returned something that JSON cannot hold.
        """
        fingerprint = self.call("prism_fingerprint", name, project=project)
        with caught():
            return encoded(fingerprint)

    def material(self, name: str, project: Project) -> str:
        """What one plugin's review needs of a project, as JSON text.

        Raises:
            PluginFailedError: it raised, or returned something that JSON cannot hold.
        """
        material = self.call("prism_material", name, project=project)
        with caught():
            return encoded(material)

    def index(self, name: str, fingerprint: Mapping[str, Any]) -> "Index | None":
        """By what one plugin wants to find a project again; ``None`` when it has no ``prism_index``.

        Raises:
            PluginFailedError: it raised, or returned something that is not a valid index.
        """
        if "prism_index" not in self.hooks_of(name):
            return None
        from prism.corpus import Index

        answer = self.call("prism_index", name, fingerprint=fingerprint)
        with caught():
            if not isinstance(answer, Index):
                raise TypeError(f"an index was expected, not {type(answer).__name__}")
            index = msgspec.json.decode(msgspec.json.encode(answer), type=Index)
            index.check()
            return index

    def resemblances(self, name: str, **arguments: object) -> "tuple[Resemblance, ...]":
        """What one plugin says a project resembles; the first hundred.

        Raises:
            PluginFailedError: it raised, or returned something that is no resemblance.
        """
        answer = self.call("prism_resemblances", name, **arguments)
        with caught():
            found = tuple(_resemblance(item) for item in islice(answer, MOST_RESEMBLANCES))
            if None in found:
                raise TypeError("resemblances were expected, and nothing else")
            return tuple(each for each in found if each is not None)

    def objection(self, name: str, findings: tuple[Finding, ...], proposed: Verdict) -> Verdict | None:
        """What one plugin has against a verdict; ``None`` when it has nothing, or wants a milder one.

        A plugin that says no more than an outcome gets the reason that it gave none.

        Raises:
            PluginFailedError: it raised, or returned something that is not a valid verdict.
        """
        answer = self.call("prism_verdict", name, findings=findings, proposed=proposed)
        if answer is None:
            return None
        with caught():
            if not isinstance(answer, Verdict):
                raise TypeError(f"a verdict was expected, not {type(answer).__name__}")
            objection = msgspec.json.decode(msgspec.json.encode(answer), type=Verdict)
        if HARSHNESS[objection.outcome] < HARSHNESS[proposed.outcome]:
            return None
        if objection.reasons or objection.outcome is Outcome.APPROVED:
            return objection
        silence = Reason(outcome=objection.outcome, rule=f"{name}/verdict", text=f"plugin {name!r} gave no reason")
        return Verdict(outcome=objection.outcome, reasons=(silence,))

    def _ask_rules(self, name: str) -> tuple[Rule, ...]:
        if "prism_rules" not in self.hooks_of(name):
            return ()
        try:
            return loaded(lambda: _valid(self.call("prism_rules", name), name))
        except PluginFailedError as error:
            raise PluginError(
                f"plugin {name!r} could not name its rules: {error}",
                where=self.definitions[name].origin,
                do="mend its prism_rules",
            ) from error


def _as_copies(arguments: Mapping[str, object]) -> Iterator[tuple[str, object]]:
    for name, argument in arguments.items():
        yield name, copy.deepcopy(argument) if name in DECISIVE else argument


def _resemblance(item: object) -> "Resemblance | None":
    """A resemblance whose fields are what they should be; ``None`` when it is something else."""
    from prism.corpus import Resemblance

    if not isinstance(item, Resemblance):
        return None
    return msgspec.json.decode(msgspec.json.encode(item), type=Resemblance)


def _refuse_other_versions(plugin: object, specifications: ModuleType) -> None:
    """A plugin that says which hook API it was written for is not tried with one that has other hooks."""
    needs = getattr(plugin, "requires_hooks", specifications.HOOK_API)
    newest, oldest = specifications.HOOK_API, specifications.OLDEST_HOOK_API
    if not isinstance(needs, int) or isinstance(needs, bool):
        raise TypeError(f"its requires_hooks is no whole number: write requires_hooks = {newest}")
    if needs > newest:
        raise ValueError(f"it requires hook API {needs}, and this PRISM has {newest}: upgrade PRISM")
    if needs < oldest:
        raise ValueError(
            f"it was written for hook API {needs}, and this PRISM has {oldest} and later: upgrade the plugin"
        )


def _refuse_unmarked_hooks(plugin: object) -> None:
    """A hook function without its marker would never be called, and nobody would notice."""
    for attribute, function in _hook_functions(plugin):
        if not hasattr(function, MARK):
            raise TypeError(f"{attribute} is not marked as a hook: put @prism.hookimpl above it, or rename it")


def _explain_misfit(plugin: object, specifications: ModuleType) -> None:
    """What is wrong with the hooks of a plugin that pluggy has refused, in words that say what there is."""
    for attribute, function in _hook_functions(plugin):
        options = getattr(function, MARK)
        if not options["optionalhook"]:
            _refuse_misfit(options["specname"] or attribute, function, specifications)


def _hook_functions(plugin: object) -> Iterator[tuple[str, Callable[..., object]]]:
    for attribute in dir(plugin):
        function = getattr(plugin, attribute, None) if attribute.startswith("prism_") else None
        if inspect.isroutine(function):
            yield attribute, function


def _refuse_misfit(name: str, function: Callable[..., object], specifications: ModuleType) -> None:
    """A hook that does not exist, or an argument that it does not have."""
    from prism.schema_problems import did_you_mean

    specification = getattr(specifications, name, None)
    if not hasattr(specification, f"{hookspecs.NAMESPACE}_spec"):
        hint = did_you_mean(name, [each for each in vars(specifications) if each.startswith("prism_")])
        raise TypeError(f"there is no hook {name}; {hint}".rstrip("; "))
    known = inspect.signature(specification).parameters  # type: ignore[arg-type] # it is a function, as it is marked
    wanted = [each.name for each in inspect.signature(function).parameters.values() if each.default is each.empty]
    unknown = [each for each in wanted if each not in known]
    if unknown:
        has = f"it has {', '.join(known)}" if known else "it has none"
        raise TypeError(f"{name} takes an argument {unknown[0]!r} that the hook does not have; {has}")


def _named_hooks(plugin: object, attribute: str, choice: frozenset[str]) -> frozenset[str]:
    """The hooks that a plugin names in an attribute; one that is misspelt there would have no effect."""
    named = frozenset(getattr(plugin, attribute, ()))
    unknown = sorted(named - choice)
    if unknown:
        raise ValueError(f"its {attribute} name {unknown[0]!r}, which is no hook that can stand there")
    return named


def _valid(rules: Iterable[Rule], plugin: str) -> tuple[Rule, ...]:
    """The rules by id, whatever type the plugin's author gave their fields.

    Raises:
        TypeError: something else than rules.
        ValueError: a field is out of bounds, an id is not the plugin's own, or stands twice.
    """
    by_id: dict[str, Rule] = {}
    for item in rules:
        if not isinstance(item, Rule):
            raise TypeError(f"a rule was expected, not {type(item).__name__}")
        rule = msgspec.json.decode(msgspec.json.encode(item), type=Rule)
        if not rule.id.startswith(f"{plugin}/"):
            raise ValueError(f"the rule {rule.id!r} does not begin with '{plugin}/'")
        if rule.id in by_id:
            raise ValueError(f"two rules are called {rule.id!r}")
        by_id[rule.id] = rule
    return tuple(by_id[rule] for rule in sorted(by_id))
