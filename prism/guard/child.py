"""One review inside the guarded child: intake, parsing, checks and what else plugins make, reported as they go."""

import os
import warnings
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final

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
from prism.guard.views import Views
from prism.host import Answer, Host
from prism.intake import RefusedError, take_archive, take_folder
from prism.plugin_failure import PluginFailedError
from prism.project import Project, SourceFile, UnparsableError
from prism.snapshot import Snapshot

REQUEST_BOUND = 64 * 1024
_CHECKS: Final = frozenset({"prism_check_file", "prism_check_project"})
_Work = Callable[[str, Project, Iterable[str]], str | None]
"""One plugin's work on its view of the project and the paths of the files that parse; why it failed, if it did."""


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
        views = Views(snapshot, self._policy.project.entrypoint)
        views.parsable = self._parse(views.shared)
        self._say(Opened(entrypoints=dict(views.shared.entrypoints), kind=views.shared.kind))
        host = self._host
        stages: tuple[tuple[str, Iterable[str], _Work], ...] = (
            ("check", [name for name in host.definitions if _CHECKS & set(host.hooks_of(name))], self._check),
            ("declaration", host.implementers("prism_declaration"), self._declare),
            ("fingerprint", host.implementers("prism_fingerprint"), self._fingerprint),
            ("material", host.gatherers(), self._gather),
        )
        for stage, names, work in stages:
            for name in names:
                if f"{stage}:{name}" not in self._request.skip:
                    self._do(f"{stage}:{name}", name, work, views)

    def _do(self, part: str, name: str, work: _Work, views: Views) -> None:
        """One plugin's part in one stage."""
        self._start(part)
        definition = self._host.definitions[name]
        failure = work(name, views.view(definition), views.parsable)
        self._say(Finished(failure=failure or views.broken_promise(definition)))

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

    def _check(self, name: str, project: Project, parsable: Iterable[str]) -> str | None:
        hooks = self._host.hooks_of(name)
        left = self._policy.guard.findings_per_plugin
        if "prism_check_file" in hooks:
            for file in [project.sources[path] for path in parsable]:
                boundary.begin_reading(file.path)
                answer = self._host.findings("prism_check_file", name, limit=left, file=file, project=project)
                left -= len(answer.findings)
                self._report(answer)
                if answer.failure is not None:
                    return answer.failure
        if "prism_check_project" in hooks:
            answer = self._host.findings("prism_check_project", name, limit=left, project=project)
            self._report(answer)
            return answer.failure
        return None

    def _report(self, answer: Answer) -> None:
        if answer.findings:
            self._say(Found(findings=answer.findings))

    def _declare(self, name: str, project: Project, _parsable: Iterable[str]) -> str | None:
        try:
            self._say(Declared(declaration=self._host.declaration(name, project)))
        except PluginFailedError as error:
            return f"prism_declaration raised {error}"
        return None

    def _fingerprint(self, name: str, project: Project, _parsable: Iterable[str]) -> str | None:
        try:
            self._say(Fingerprinted(fingerprint=self._host.fingerprint(name, project)))
        except PluginFailedError as error:
            return f"prism_fingerprint raised {error}"
        return None

    def _gather(self, name: str, project: Project, _parsable: Iterable[str]) -> str | None:
        try:
            self._say(Gathered(material=self._host.material(name, project)))
        except PluginFailedError as error:
            return f"prism_material raised {error}"
        return None

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
