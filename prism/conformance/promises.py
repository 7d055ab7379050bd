"""The promises of a plugin, and how each is tried: what happened, where, and what to do about it.

A promise is a function from a plugin to problems. :func:`kept` tries all of them; the tests of a plugin try them one at
a time (:class:`prism.testing.ConformanceSuite`).
"""

import io
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import msgspec

from prism.conformance.odd_projects import Files, odd_projects
from prism.conformance.probe import Broken, Seen, probe
from prism.conformance.subject import PluginUnderTest, write_policy
from prism.errors import PluginError, PolicyError, Problem
from prism.host import Host
from prism.plugin import PluginDefinition, find_plugin
from prism.plugin_failure import PluginFailedError, loaded

if TYPE_CHECKING:
    from prism.policy.loading import EffectivePolicy

CPU_SECONDS: Final = 5.0
"""Processor time that a plugin may take for one odd project."""
ENOUGH: Final = 3
"""Problems of one kind that are looked for in the guard, where each may have to wait for a time limit."""
UNKNOWN_KIND: Final = "no-such-kind"
TRIED: Final = frozenset(
    {
        *("prism_rules", "prism_prepare", "prism_check_file", "prism_check_project", "prism_declaration"),
        *("prism_fingerprint", "prism_material", "prism_index", "prism_verdict", "prism_broker"),
        "prism_report_formats",
    }
)
"""Hooks that are called. The others cost money, tell somebody something, or need a store or a service."""


class Bench:
    """One plugin on which promises are tried; what several of them need is made once."""

    def __init__(self, plugin: PluginUnderTest, *, cpu_seconds: float = CPU_SECONDS) -> None:
        self.plugin = plugin
        self.cpu_seconds = cpu_seconds
        self.projects: Mapping[str, Files] = odd_projects()

    @cached_property
    def definition(self) -> PluginDefinition:
        """The plugin, imported here.

        Raises:
            PluginError: it cannot be.
        """
        return find_plugin(self.plugin.name, self.plugin.source, Path())

    @cached_property
    def effective(self) -> "EffectivePolicy":
        """The smallest policy that selects it.

        Raises:
            PolicyError: the plugin or its settings cannot be used.
        """
        from prism.policy.loading import load

        with tempfile.TemporaryDirectory() as folder:
            return load(write_policy(self.plugin.policy(), Path(folder)))

    @cached_property
    def host(self) -> Host:
        """The plugin, registered with its settings and the defaults of those that are left out.

        Raises:
            PluginError: it does not fit.
            PolicyError: the plugin or its settings cannot be used.
        """
        return Host([(self.definition, self.effective.policy.plugins[self.plugin.name].settings)])

    @property
    def hooks(self) -> tuple[str, ...]:
        """The hooks that it has."""
        return self.host.hooks_of(self.plugin.name)

    @property
    def untried(self) -> tuple[str, ...]:
        """Those of its hooks that nobody calls here."""
        return tuple(hook for hook in self.hooks if hook not in TRIED)

    @cached_property
    def seen(self) -> tuple[Seen | Broken, ...]:
        """What it did with the odd projects."""
        return self._probed(self.projects, hash_seed=1)

    @cached_property
    def seen_again(self) -> tuple[Seen | Broken, ...]:
        """What it did with them in another process, with other hashes, in the other order."""
        turned = {name: self.projects[name] for name in reversed(list(self.projects))}
        return self._probed(turned, hash_seed=2)

    def _probed(self, projects: Mapping[str, Files], *, hash_seed: int) -> tuple[Seen | Broken, ...]:
        settings = self.effective.policy.plugins[self.plugin.name].settings
        filled = msgspec.structs.replace(self.plugin, settings=settings)
        return tuple(probe(filled, projects, cpu_seconds=self.cpu_seconds, hash_seed=hash_seed))

    def problem(self, what: str, do: str, *, project: str = "") -> Problem:
        """Something that is wrong with the plugin, and perhaps with which odd project it showed."""
        where = self.plugin.name + (f", odd project {project!r}" if project else "")
        return Problem(where=where, what=what, do=do)


Promise = Callable[[Bench], Iterator[Problem]]


def it_loads(bench: Bench) -> Iterator[Problem]:
    """It can be imported, fits the hooks, names its rules, and a policy can select it."""
    try:
        _ = bench.host
    except PolicyError as error:
        yield from (
            msgspec.structs.replace(each, where=f"{bench.plugin.name}: {each.json_path}") for each in error.problems
        )
    except PluginError as error:
        yield Problem(where=error.where, what=error.what, do=error.do)


def its_settings_are_described(bench: Bench) -> Iterator[Problem]:
    """Its settings schema is valid, describes each setting, and takes no setting that it does not know."""
    from prism.policy.checks import schema_fault

    schema = bench.definition.settings_schema
    if schema is None:
        return
    if fault := schema_fault(schema):
        yield bench.problem(f"settings_schema is no JSON Schema (2020-12): {fault}", "mend the schema")
        return
    if schema.get("type") != "object":
        yield bench.problem("settings_schema does not describe an object", 'write "type": "object"')
    if schema.get("additionalProperties") is not False and "unevaluatedProperties" not in schema:
        yield bench.problem("a misspelt setting is taken without a word", 'write "additionalProperties": false')
    for name, described in schema.get("properties", {}).items():
        if not isinstance(described, Mapping) or not str(described.get("description", "")).strip():
            yield bench.problem(f"the setting {name!r} has no description", 'write "description": "..." for it')


def its_rules_are_documented(bench: Bench) -> Iterator[Problem]:
    """It has a rule for whatever it reports, and each says why it matters, shows an example, and what to do instead."""
    rules = bench.host.rules_of(bench.plugin.name)
    reports = {"prism_check_file", "prism_check_project", "prism_compare", "prism_review"} & set(bench.hooks)
    if reports and not rules:
        yield bench.problem(f"it has {min(reports)} and no rules: it can report nothing", "name them in prism_rules")
    for rule in rules:
        for field in ("title", "why", "example", "instead"):
            text = str(getattr(rule, field)).strip()
            if not text or "TODO" in text:
                yield bench.problem(f"the rule {rule.id} says nothing in {field!r}", "write it: authors read it")
        if rule.why.strip() == rule.title.strip():
            yield bench.problem(f"why the rule {rule.id} matters is its title once more", "say what goes wrong")


def it_survives_odd_projects(bench: Bench) -> Iterator[Problem]:
    """It raises on no odd project, and its findings point at places that are there."""
    for seen in bench.seen:
        if isinstance(seen, Broken):
            if not _is_about_time(seen):
                yield bench.problem(seen.why, "run its hooks on this project and mend it", project=seen.project)
            continue
        for failure in seen.failures.values():
            yield bench.problem(failure, "mend the hook: what it raises holds every such project", project=seen.project)
        for stray in seen.strays[:1]:
            yield bench.problem(stray, "make findings with rule.finding(file=..., span=...)", project=seen.project)


def it_works_in_the_guard(bench: Bench) -> Iterator[Problem]:
    """It does the same in the guarded process: without files, sockets, processes, threads or an environment."""
    from prism.examiner import forgiven_parts, guard_configuration, guarded_parts
    from prism.guard.client import Guard

    host = bench.host
    known = frozenset(host.rules) | core_rules()
    configuration = guard_configuration(bench.effective, host)
    with Guard(configuration, known, guarded_parts(host), forgiven=forgiven_parts(host)) as guard:
        failures = (
            (seen.project, finding.message)
            for seen in bench.seen
            if isinstance(seen, Seen) and seen.project and not seen.failures
            for finding in guard.review(archive(bench.projects[seen.project])).findings
            if finding.rule.startswith("host/")
        )
        for project, why in islice(failures, ENOUGH):
            yield bench.problem(why, "see docs/reference/hooks.md for what a guarded hook may do", project=project)


def it_is_in_time(bench: Bench) -> Iterator[Problem]:
    """It takes no more processor time for an odd project than it may."""
    for seen in bench.seen:
        if isinstance(seen, Broken) and _is_about_time(seen):
            yield bench.problem(seen.why, "bound the work it does for one project", project=seen.project)


def it_is_deterministic(bench: Bench) -> Iterator[Problem]:
    """It says the same twice: in another process, in another order, with other hashes."""
    again = {seen.project: seen for seen in bench.seen_again if isinstance(seen, Seen)}
    for seen in bench.seen:
        other = again.get(seen.project)
        if not isinstance(seen, Seen) or other is None or other.answers == seen.answers:
            continue
        hook = next(
            name for name in {**seen.answers, **other.answers} if seen.answers.get(name) != other.answers.get(name)
        )
        yield bench.problem(
            f"{hook}: the second time it was something else",
            "sort what comes out of sets, keep no state between projects, ask neither clock nor random numbers",
            project=seen.project,
        )


def it_changes_nothing(bench: Bench) -> Iterator[Problem]:
    """It writes to nothing that it is given."""
    for seen in bench.seen:
        for changed in seen.changed if isinstance(seen, Seen) else ():
            yield bench.problem(f"it changed {changed}", "change a copy (copy.deepcopy)", project=seen.project)


def it_prints_nothing(bench: Bench) -> Iterator[Problem]:
    """It leaves the standard output to PRISM."""
    for seen in bench.seen:
        if isinstance(seen, Seen) and seen.printed:
            do = "take the print out; what somebody is to know is a finding"
            when = "while it was loaded" if not seen.project else ""
            yield bench.problem(f"it printed {seen.printed!r} {when}".rstrip(), do, project=seen.project)


def it_keeps_to_its_kind(bench: Bench) -> Iterator[Problem]:
    """Asked for a broker of another's kind it has none, and its report formats are formats."""
    for hook, arguments, is_fit, do in (
        ("prism_broker", {"kind": UNKNOWN_KIND, "settings": {}}, _is_none, "return None unless `kind` is your own"),
        ("prism_report_formats", {}, _are_formats, "return prism.report.format.ReportFormat objects"),
    ):
        if hook in bench.hooks:
            try:
                answer = loaded(lambda: bench.host.call(hook, bench.plugin.name, **arguments))  # noqa: B023 - at once
                is_right = is_fit(answer)
            except PluginFailedError as error:
                yield bench.problem(f"{hook} raised {error}", do)
                continue
            if not is_right:
                yield bench.problem(f"{hook} returned {type(answer).__name__}", do)


PROMISES: Final[tuple[Promise, ...]] = (
    its_settings_are_described,
    its_rules_are_documented,
    it_survives_odd_projects,
    it_works_in_the_guard,
    it_is_in_time,
    it_is_deterministic,
    it_changes_nothing,
    it_prints_nothing,
    it_keeps_to_its_kind,
)
"""What is tried of a plugin that loads (:func:`it_loads`)."""


def grouped(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Problems that differ in their place only, as one that says how many more there are."""
    groups: dict[tuple[str, str], list[Problem]] = {}
    for problem in problems:
        groups.setdefault((problem.what, problem.do), []).append(problem)
    return tuple(
        first if not more else msgspec.structs.replace(first, where=f"{first.where}, and {len(more)} more")
        for first, *more in groups.values()
    )


def title(promise: Promise) -> str:
    """What is promised, in a line."""
    return (promise.__doc__ or "").partition("\n")[0].rstrip(".")


def kept(bench: Bench) -> Iterator[tuple[Promise, tuple[Problem, ...]]]:
    """Each promise with what is wrong about it; only the first one if the plugin does not load."""
    problems = tuple(it_loads(bench))
    yield it_loads, problems
    if not problems:
        yield from ((promise, grouped(promise(bench))) for promise in PROMISES)


def archive(files: Files) -> bytes:
    """A project as the bytes of an archive; the same for the same files."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as target:
        for path, data in files.items():
            target.writestr(zipfile.ZipInfo(path), data)
    return stream.getvalue()


def _is_about_time(broken: Broken) -> bool:
    return "processor time" in broken.why or "did nothing" in broken.why


def core_rules() -> frozenset[str]:
    """Ids of PRISM's own rules."""
    from prism.core_rules import CORE_RULES
    from prism.intake import INTAKE_RULES

    return frozenset(rule.id for rule in (*CORE_RULES, *INTAKE_RULES))


def _is_none(answer: Any) -> bool:  # noqa: ANN401 - whatever a plugin returned
    return answer is None


def _are_formats(answer: Any) -> bool:  # noqa: ANN401 - whatever a plugin returned
    from prism.report.format import ReportFormat

    return all(isinstance(each, ReportFormat) for each in tuple(answer))
