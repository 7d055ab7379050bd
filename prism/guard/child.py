"""One review inside the guarded child: intake, parsing, checks and what else plugins make, reported as they go."""

import os
import warnings
from pathlib import Path

from prism.core_rules import UNPARSABLE
from prism.finding import Finding, Span
from prism.guard import boundary
from prism.guard.frames import (
    BYTES,
    Broken,
    Channel,
    ClosedError,
    Configuration,
    Declared,
    Done,
    Exhausted,
    Fingerprinted,
    Finished,
    Found,
    GarbageError,
    Gathered,
    Message,
    Opened,
    Reading,
    Refused,
    Request,
    Started,
    Took,
)
from prism.host import Answer, Host
from prism.intake import RefusedError, take_archive, take_folder
from prism.plugin_failure import PluginFailedError
from prism.project import Project, SourceFile, UnparsableError
from prism.snapshot import Snapshot

REQUEST_BOUND = 64 * 1024


class Child:
    """The child's side of one review."""

    def __init__(self, channel: Channel, configuration: Configuration, host: Host, request: Request) -> None:
        self._channel = channel
        self._policy = configuration
        self._host = host
        self._request = request

    def run(self) -> None:
        """Review what was asked for and report it, also when memory runs out or PRISM's own code fails."""
        warnings.simplefilter("ignore")
        try:
            with boundary.guarded_here(self._say_reading):
                self._review()
            self._say(Done())
        except MemoryError:
            self._say(Exhausted())
        except (ClosedError, GarbageError):
            raise
        except Exception as error:  # noqa: BLE001 - a bug of ours is told to the parent, which fails closed
            self._say(Broken(error=_where(error)))

    def _review(self) -> None:
        try:
            snapshot = self._take()
        except RefusedError as refused:
            self._say(Refused(findings=refused.findings))
            return
        self._say(Took(files=snapshot.files))
        if self._request.send_snapshot:
            for entry in snapshot.files:
                self._channel.send(BYTES, snapshot.contents[entry.path])
        shared = self._project(snapshot)
        parsable = self._parse(shared)
        self._say(Opened(entrypoints=dict(shared.entrypoints), kind=shared.kind))
        for name in self._host.definitions:
            self._check(name, self._view(name, shared), parsable)
        for name in self._host.implementers("prism_declaration"):
            self._declare(name, self._view(name, shared))
        for name in self._host.implementers("prism_fingerprint"):
            self._fingerprint(name, self._view(name, shared))
        for name in self._host.gatherers():
            self._gather(name, self._view(name, shared))

    def _project(self, snapshot: Snapshot) -> Project:
        return Project(snapshot, default_entrypoint=self._policy.project.entrypoint)

    def _view(self, name: str, shared: Project) -> Project:
        """The project for one plugin: one that changes a tree in place must hide nothing from the next."""
        return shared if self._host.definitions[name].is_read_only else self._project(shared.snapshot)

    def _take(self) -> Snapshot:
        if self._request.folder is not None:
            return take_folder(Path(os.fsdecode(self._request.folder)), self._policy.intake)
        archive = self._channel.receive(BYTES, self._request.archive_bytes)
        return take_archive(archive, self._policy.intake)

    def _parse(self, project: Project) -> list[str]:
        """Paths of the files that parse; the others become findings, as many as one part may report."""
        self._start("parse")
        parsable: list[str] = []
        broken: list[Finding] = []
        for file in project:
            try:
                _ = file.tree
            except UnparsableError as error:
                broken.append(_unparsable(file, error))
            else:
                parsable.append(file.path)
        if "parse" not in self._request.skip:
            self._say(Found(findings=tuple(broken[: self._policy.guard.findings_per_plugin])))
        self._say(Finished())
        return parsable

    def _check(self, name: str, project: Project, parsable: list[str]) -> None:
        hooks = self._host.hooks_of(name)
        if not {"prism_check_file", "prism_check_project"} & set(hooks) or f"check:{name}" in self._request.skip:
            return
        self._start(f"check:{name}")
        left = self._policy.guard.findings_per_plugin
        if "prism_check_file" in hooks:
            for file in [project.sources[path] for path in parsable]:
                boundary.begin_reading(file.path)
                answer = self._host.findings("prism_check_file", name, limit=left, file=file, project=project)
                left -= len(answer.findings)
                if self._report(answer):
                    return
        if "prism_check_project" in hooks:
            answer = self._host.findings("prism_check_project", name, limit=left, project=project)
            if self._report(answer):
                return
        self._say(Finished())

    def _report(self, answer: Answer) -> bool:
        """Pass on what a plugin said; true when it failed and its part is over."""
        if answer.findings:
            self._say(Found(findings=answer.findings))
        if answer.failure is not None:
            self._say(Finished(failure=answer.failure))
        return answer.failure is not None

    def _declare(self, name: str, project: Project) -> None:
        if f"declaration:{name}" in self._request.skip:
            return
        self._start(f"declaration:{name}")
        try:
            declaration = self._host.declaration(name, project)
        except PluginFailedError as error:
            self._say(Finished(failure=f"prism_declaration raised {error}"))
            return
        self._say(Declared(declaration=declaration))
        self._say(Finished())

    def _fingerprint(self, name: str, project: Project) -> None:
        if f"fingerprint:{name}" in self._request.skip:
            return
        self._start(f"fingerprint:{name}")
        try:
            fingerprint = self._host.fingerprint(name, project)
        except PluginFailedError as error:
            self._say(Finished(failure=f"prism_fingerprint raised {error}"))
            return
        self._say(Fingerprinted(fingerprint=fingerprint))
        self._say(Finished())

    def _gather(self, name: str, project: Project) -> None:
        if f"material:{name}" in self._request.skip:
            return
        self._start(f"material:{name}")
        try:
            material = self._host.material(name, project)
        except PluginFailedError as error:
            self._say(Finished(failure=f"prism_material raised {error}"))
            return
        self._say(Gathered(material=material))
        self._say(Finished())

    def _start(self, part: str) -> None:
        self._say(Started(part=part))
        boundary.forget_reading()

    def _say_reading(self, path: str) -> None:
        self._say(Reading(path=path))

    def _say(self, message: Message) -> None:
        self._channel.send_message(message)


def _unparsable(file: SourceFile, error: UnparsableError) -> Finding:
    line = min(error.line, len(file.lines))
    span = Span(line=line, end_line=line, end_column=len(file.lines[line - 1]) + 1)
    return UNPARSABLE.finding(f"Python refuses this file: {error}", file=file, span=span)


def _where(error: Exception) -> str:
    """Type and innermost function of an error; no paths and no text that a submission may have shaped."""
    trace = error.__traceback__
    name = "?"
    while trace is not None:
        name = f"{trace.tb_frame.f_globals.get('__name__', '?')}.{trace.tb_frame.f_code.co_name}:{trace.tb_lineno}"
        trace = trace.tb_next
    return f"{type(error).__name__} in {name}"
