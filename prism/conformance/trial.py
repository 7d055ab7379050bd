"""A plugin's hooks called on one project outside of the guard, with a look at everything that it was given."""

from collections.abc import Callable
from pathlib import Path

import msgspec

from prism.conformance.odd_projects import Files
from prism.conformance.probe import Seen
from prism.conformance.subject import PluginUnderTest
from prism.finding import Finding
from prism.guard.boundary import guarded_here
from prism.guard.seal import Seal, first_broken, seals
from prism.host import Host
from prism.plugin import find_plugin
from prism.plugin_failure import PluginFailedError
from prism.project import Project, UnparsableError
from prism.snapshot import Snapshot
from prism.verdict import Outcome, Reason, Verdict

MOST_FINDINGS = 100_000


class Trial:
    """One plugin, loaded, and called on one project after another."""

    def __init__(self, plugin: PluginUnderTest) -> None:
        """Load it.

        Raises:
            PluginError: it cannot be.
        """
        self._name = plugin.name
        self._host = Host([(find_plugin(plugin.name, plugin.source, Path()), plugin.settings)])
        self._hooks = self._host.hooks_of(plugin.name)
        if "prism_prepare" in self._hooks:
            self._host.call("prism_prepare", plugin.name)

    def on(self, name: str, files: Files) -> Seen:
        """What it does with one project."""
        seen = Seen(project=name)
        with guarded_here():
            project = Project(Snapshot.of(files))
            parsable = _parsable(project)
            before = _Given(project, parsable)
            findings = self._check(project, parsable, seen)
            self._gather(project, seen)
            seen.changed = before.changes()
        self._judge(findings, seen)
        return seen

    def _check(self, project: Project, parsable: list[str], seen: Seen) -> list[Finding]:
        found: list[Finding] = []
        files = [project.sources[path] for path in parsable] if "prism_check_file" in self._hooks else []
        calls = [("prism_check_file", {"file": file, "project": project}) for file in files]
        calls += [("prism_check_project", {"project": project})] if "prism_check_project" in self._hooks else []
        for hook, arguments in calls:
            answer = self._host.findings(hook, self._name, limit=MOST_FINDINGS, **arguments)
            found += answer.findings
            if answer.failure is not None:
                seen.failures[hook] = answer.failure
        if calls:
            seen.answers["findings"] = msgspec.json.encode(found).decode()
        seen.strays = tuple(stray for finding in found if (stray := _stray(finding, project)))
        return found

    def _gather(self, project: Project, seen: Seen) -> None:
        """Everything else that is made in the guard, and the index of the fingerprint."""
        host, name = self._host, self._name
        makers: tuple[tuple[str, Callable[[], str]], ...] = (
            ("prism_declaration", lambda: msgspec.json.encode(host.declaration(name, project)).decode()),
            ("prism_fingerprint", lambda: host.fingerprint(name, project)),
            ("prism_material", lambda: host.material(name, project)),
        )
        for hook, make in makers:
            if hook in self._hooks:
                try:
                    seen.answers[hook] = make()
                except PluginFailedError as error:
                    seen.failures[hook] = f"{hook} raised {error}"
        if "prism_index" in self._hooks and "prism_fingerprint" in seen.answers:
            self._index(seen)

    def _index(self, seen: Seen) -> None:
        given = msgspec.json.decode(seen.answers["prism_fingerprint"])
        try:
            seen.answers["prism_index"] = msgspec.json.encode(self._host.index(self._name, given)).decode()
        except PluginFailedError as error:
            seen.failures["prism_index"] = f"prism_index raised {error}"

    def _judge(self, findings: list[Finding], seen: Seen) -> None:
        if "prism_verdict" not in self._hooks:
            return
        for outcome in Outcome:
            reasons = () if outcome is Outcome.APPROVED else (Reason(outcome=outcome, rule="trial/x", text="a trial"),)
            proposed = Verdict(outcome=outcome, reasons=reasons)
            try:
                objection = self._host.objection(self._name, tuple(findings), proposed)
            except PluginFailedError as error:
                seen.failures["prism_verdict"] = f"prism_verdict raised {error}"
                return
            seen.answers[f"prism_verdict on {outcome}"] = msgspec.json.encode(objection).decode()


class _Given:
    """What a plugin is given, as it was before."""

    def __init__(self, project: Project, parsable: list[str]) -> None:
        self._project = project
        self._seals: dict[str, Seal] = seals(project, parsable)
        self._files = {path: (file.path, file.data, file.tree) for path in parsable for file in [project.sources[path]]}
        self._sources_before = dict(project.sources)

    def changes(self) -> tuple[str, ...]:
        """What is not as it was."""
        project = self._project
        if project.sources != self._sources_before:
            return ("project.sources",)
        moved = [
            path
            for path, (own, data, tree) in self._files.items()
            if (file := project.sources[path]).path != own or file.data != data or file.tree is not tree
        ]
        if moved:
            return (f"the file {moved[0]}",)
        changed = first_broken(project, self._seals)
        return (f"the tree of {changed}",) if changed else ()


def _parsable(project: Project) -> list[str]:
    paths = []
    for file in project:
        try:
            _ = file.tree
        except UnparsableError:
            continue
        paths.append(file.path)
    return paths


def _stray(finding: Finding, project: Project) -> str:
    """What is wrong with the place that a finding names; empty when nothing is."""
    if finding.path is None:
        return f"{finding.rule} names a line of no file" if finding.line is not None else ""
    if finding.path not in project.snapshot.contents:
        return f"{finding.rule} names the file {finding.path!r}, which is not in the project"
    file = project.sources.get(finding.path)
    if file is not None and finding.line is not None and finding.line > len(file.lines):
        return f"{finding.rule} names line {finding.line} of {finding.path}, which has {len(file.lines)}"
    return ""
