"""One project from bytes to findings to a verdict, a call a step, under one policy in force."""

import copy
import os
import platform
import stat
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from prism import __version__
from prism.core_rules import CORE_RULES, UNPARSABLE
from prism.errors import GuardError, Problem, UsageError
from prism.guard.client import Guard
from prism.guard.frames import Configuration, PluginLoad
from prism.guard.ledger import Ledger
from prism.guard.process import ServerProcess
from prism.host import Host
from prism.intake import INTAKE_RULES, RefusedError
from prism.policy.loading import EffectivePolicy
from prism.progress import Progress, Record
from prism.project import Project
from prism.review import PolicyReference, ProjectRecord, Review, Versions
from prism.rule import Rule
from prism.snapshot import Snapshot
from prism.verdict import Outcome, Verdict

if TYPE_CHECKING:
    from prism.corpus import CorpusSource, Features, Resemblance
    from prism.notebook import NotebookSource, Usage


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """What the guarded process brought of one project, before anything is compared, asked or decided."""

    progress: Record
    project: ProjectRecord | None
    """Absent when intake refused."""
    parts: frozenset[str]
    """What the guarded process was to do."""
    fingerprints: dict[str, dict[str, Any]]
    materials: dict[str, dict[str, Any]]
    features: "dict[str, Features]"


class Examination(msgspec.Struct, frozen=True, kw_only=True):
    """A review with the snapshot it is about, which a run needs; no snapshot when intake refused."""

    review: Review
    snapshot: Snapshot | None
    features: "Mapping[str, Features]" = msgspec.field(default_factory=dict)
    """By plugin, what later comparisons need; empty without a corpus, or when nothing had to be compared."""
    fingerprints: "Mapping[str, Mapping[str, Any]]" = msgspec.field(default_factory=dict)
    """By plugin, as the guarded process made them; also of what is rejected, and so compared with nothing."""
    resemblances: "tuple[Resemblance, ...]" = ()
    """Earlier submissions that comparisons suspect to be the source, the likest first; part of no record."""


class Examiner:
    """Everything that works under one policy in force: its plugins, and the guarded process with the same plugins."""

    def __init__(self, effective: EffectivePolicy, server: ServerProcess | None = None) -> None:
        """Load the policy's plugins, here and in the guarded process, which may have been launched before.

        Raises:
            PluginError: a plugin does not fit the hooks or refused its settings.
        """
        self.effective = effective
        self.policy = effective.policy
        self.host = Host(
            ((definition, self.policy.plugins[name].settings) for name, definition in effective.plugins.items()),
            blocked=self.policy.blocked_plugins,
        )
        self.rules: Mapping[str, Rule] = {rule.id: rule for rule in (*CORE_RULES, *INTAKE_RULES)} | self.host.rules
        self._is_settled = False
        self._guard = Guard(
            guard_configuration(effective, self.host),
            frozenset(self.rules),
            guarded_parts(self.host),
            server,
            forgiven_parts(self.host),
        )

    def settle(self) -> bool:
        """Whether all have read the same in the files that the policy names: wait for the guarded process if need be.

        Raises:
            GuardError: the guarded process cannot be had.
        """
        if not self._is_settled and self.effective.contents:
            try:
                self._guard.wait_until_ready()
            except GuardError:
                if not self.effective.has_changed:
                    raise
        self._is_settled = not self.effective.has_changed
        return self._is_settled

    def close(self) -> None:
        """End the guarded process."""
        self._guard.close()

    def examine(
        self,
        source: bytes | Path,
        corpus: "CorpusSource | None",
        notebooks: "NotebookSource | None",
        *,
        exclude: Sequence[str] | None = None,
    ) -> Examination:
        """See :meth:`prism.gate.Gate.examine`; without notebooks no reviewer is asked.

        With patterns to ``exclude``, a folder is taken as it would be packed without what they match.
        """
        needless = frozenset() if notebooks else self._parts("material")
        reading = self.read(source, to_be_compared=corpus is not None, leave_out=needless, exclude=exclude)
        return self.conclude(reading, corpus, notebooks)

    def read(
        self,
        source: bytes | Path,
        *,
        to_be_compared: bool,
        leave_out: frozenset[str] = frozenset(),
        exclude: Sequence[str] | None = None,
    ) -> Reading:
        """The guarded half of an examination, but for the guarded parts that are left out."""
        progress = Progress(self.policy, self.host)
        needless = leave_out | (frozenset() if to_be_compared else self._parts("fingerprint"))
        ledger = self._read(source, progress, leave_out=needless, exclude=exclude)
        is_wanted = to_be_compared and not self._reason_to_stop(progress)
        features = self._features(ledger, progress) if ledger and ledger.snapshot and is_wanted else {}
        return Reading(
            progress=progress.record(),
            project=ledger.project_record() if ledger else None,
            parts=ledger.parts if ledger else frozenset(),
            fingerprints=ledger.fingerprints if ledger else {},
            materials=ledger.materials if ledger else {},
            features=features,
        )

    def conclude(
        self, reading: Reading, corpus: "CorpusSource | None", notebooks: "NotebookSource | None"
    ) -> Examination:
        """The other half of an examination: comparisons, reviewers and the verdict."""
        progress = Progress(self.policy, self.host, reading.progress)
        features: Mapping[str, Features] = {}
        if progress.snapshot is not None:
            features = self._compare(progress.snapshot, reading, corpus, progress)
            self._ask_reviewers(progress.snapshot, reading, notebooks, progress)
        verdict = self._verdict(progress)
        review = self._record(verdict, reading.project, progress, notebooks.usages() if notebooks else {})
        likest = tuple(progress.resemblances)
        return Examination(
            review=review,
            snapshot=progress.snapshot,
            features=features,
            fingerprints=reading.fingerprints,
            resemblances=likest,
        )

    def digest_of(self, source: bytes | Path) -> str:
        """The digest of a project that is read and not checked; empty when intake refuses it."""
        progress = Progress(self.policy, self.host)
        self._read(source, progress, leave_out=guarded_parts(self.host) - {"parse"})
        return progress.snapshot.digest if progress.snapshot else ""

    def features_of(self, source: bytes | Path) -> "tuple[Snapshot, dict[str, Features]]":
        """See :meth:`prism.gate.Gate.features_of`."""
        progress = Progress(self.policy, self.host)
        ledger = self._read(source, progress, leave_out=self._parts("check", "declaration", "material"))
        features = self._features(ledger, progress) if ledger else {}
        return _whole(source, progress), features

    def materials_of(self, source: bytes | Path) -> "tuple[Snapshot, dict[str, dict[str, Any]]]":
        """See :meth:`prism.gate.Gate.materials_of`."""
        progress = Progress(self.policy, self.host)
        ledger = self._read(source, progress, leave_out=self._parts("check", "declaration", "fingerprint"))
        return _whole(source, progress), ledger.materials if ledger else {}

    def _read(
        self,
        source: bytes | Path,
        progress: Progress,
        *,
        leave_out: frozenset[str] = frozenset(),
        exclude: Sequence[str] | None = None,
    ) -> Ledger | None:
        """Intake, parsing, checks and fingerprints, all of it in the guarded process."""
        try:
            readable = self._readable(source, exclude)
        except RefusedError as refused:
            progress.add("intake", refused.findings)
            return None
        ledger = self._guard.review(readable, leave_out=leave_out)
        progress.add_guarded(ledger)
        return ledger

    def _parts(self, *kinds: str) -> frozenset[str]:
        """The guarded parts of some kinds."""
        return frozenset(part for part in guarded_parts(self.host) if part.partition(":")[0] in kinds)

    def _readable(self, source: bytes | Path, exclude: Sequence[str] | None) -> bytes | Path:
        """An archive's bytes, or a folder's path."""
        if isinstance(source, bytes):
            return source[: self.policy.intake.archive_bytes + 1]  # intake refuses that, whatever follows
        try:
            is_folder = stat.S_ISDIR(source.stat().st_mode)
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or "it is no path"
            do = "name a project: a folder or a ZIP archive"
            raise UsageError(f"the project cannot be read: {reason}", where=str(source), do=do) from error
        if is_folder and exclude is not None:
            from prism.packing import pack

            return pack(source, self.policy.intake, exclude=exclude).archive
        if is_folder:
            return source
        from prism.intake import read_bounded

        return read_bounded(source, self.policy.intake)

    def _compare(
        self, snapshot: Snapshot, reading: Reading, corpus: "CorpusSource | None", progress: Progress
    ) -> "Mapping[str, Features]":
        """Compare with earlier submissions, each plugin with the fingerprint it made; what is to be kept of them."""
        stop = "there is no corpus to compare with" if corpus is None else self._reason_to_stop(progress)
        features = {} if stop else reading.features
        for name in self.host.implementers("prism_compare"):
            why_not = stop or _what_it_lacks(name, reading, progress)
            if why_not or corpus is None:
                progress.ask("prism_compare", name, {}, why_not=why_not)
                continue
            made = features.get(name)
            fingerprint, index = (self._to_give(name, made.fingerprint), made.index) if made else ({}, None)
            arguments = {"project": self._view(name, snapshot), "fingerprint": fingerprint, "index": index}
            scheme = index.scheme if index else None
            progress.ask_to_compare(name, arguments, corpus.corpus(name, scheme))
        return features

    def _features(self, ledger: Ledger, progress: Progress) -> "dict[str, Features]":
        """What each plugin wants kept; one whose index failed is not among them."""
        from prism.corpus import Features

        made = {
            name: Features(fingerprint=fingerprint, index=progress.ask_index(name, self._to_give(name, fingerprint)))
            for name, fingerprint in ledger.fingerprints.items()
        }
        return {name: each for name, each in made.items() if not progress.has_failed(f"index:{name}")}

    def _view(self, name: str, snapshot: Snapshot) -> Project:
        """The project for one plugin: what it does to it reaches nobody else."""
        own = snapshot if self.host.definitions[name].is_own else copy.deepcopy(snapshot)
        return Project(own, default_entrypoint=self.policy.project.entrypoint)

    def _to_give(self, name: str, fingerprint: "Mapping[str, Any]") -> "Mapping[str, Any]":
        """A fingerprint that a plugin may do anything to, because what is kept is another one."""
        return fingerprint if self.host.definitions[name].is_own else copy.deepcopy(fingerprint)

    def _ask_reviewers(
        self, snapshot: Snapshot, reading: Reading, notebooks: "NotebookSource | None", progress: Progress
    ) -> None:
        """Ask reviewers last, because they may cost money."""
        stop = "only the gate asks it" if notebooks is None else self._reason_to_stop(progress)
        known = {"findings": progress.findings, "resemblances": tuple(progress.resemblances)}
        for name in self.host.implementers("prism_review"):
            lacks_material = f"material:{name}" in reading.parts and name not in reading.materials
            why_not = stop or ("its material failed" if lacks_material else "")
            notebook = notebooks.notebook(name) if notebooks else None
            own = {"material": reading.materials.get(name, {}), "notebook": notebook}
            arguments = {"project": self._view(name, snapshot), **known, **own}
            progress.ask_reviewer(name, arguments, why_not=why_not)

    def _reason_to_stop(self, progress: Progress) -> str:
        rejected = self.policy.verdict.stop_when_rejected and progress.verdict.outcome is Outcome.REJECTED
        return "the project is rejected already" if rejected else ""

    def _verdict(self, progress: Progress) -> Verdict:
        """The policy's verdict, made harsher where a plugin asks for it, never milder."""
        findings, proposed = progress.findings, progress.verdict
        objections = [
            progress.ask_verdict(name, findings, proposed) for name in self.host.implementers("prism_verdict")
        ]
        verdict = progress.verdict  # again: a plugin that failed has added a finding
        for objection in objections:
            verdict = verdict.harsher(objection) if objection else verdict
        return verdict

    def _record(
        self,
        verdict: Verdict,
        project: ProjectRecord | None,
        progress: Progress,
        usages: "Mapping[str, Sequence[Usage]]",
    ) -> Review:
        return Review(
            verdict=verdict.outcome,
            reasons=verdict.reasons,
            findings=progress.findings,
            project=project,
            policy=PolicyReference(name=self.policy.name, digest=self.effective.digest),
            versions=self.versions(),
            stages=tuple(progress.stages),
            usage=tuple(
                msgspec.structs.replace(usage, plugin=name) for name in sorted(usages) for usage in usages[name]
            ),
            timings=progress.timings,
        )

    def versions(self) -> Versions:
        """What decides, beside the policy."""
        return Versions(
            prism=__version__,
            python=platform.python_version(),
            plugins={name: definition.version for name, definition in self.host.definitions.items()},
        )

    def not_reviewed(self, what: str, do: str) -> Review:
        """The record of a project that could not be looked at: held, and why."""
        progress = Progress(self.policy, self.host)
        progress.fail_unreviewed(what, do)
        return self._record(progress.verdict, None, progress, {})


def guard_configuration(effective: EffectivePolicy, host: Host) -> Configuration:
    """What a guarded process is told of a policy and its plugins."""
    policy = effective.policy
    loads = tuple(
        PluginLoad(
            name=name,
            version=definition.version,
            source=definition.source,
            base=os.fsencode(definition.base.absolute()),
            settings=msgspec.Raw(msgspec.json.encode(policy.plugins[name].settings)),
            contents=tuple((os.fsencode(file), content) for file, content in effective.contents.get(name, {}).items()),
        )
        for name, definition in host.definitions.items()
    )
    return Configuration(plugins=loads, guard=policy.guard, intake=policy.intake, project=policy.project)


def _whole(source: bytes | Path, progress: Progress) -> Snapshot:
    """The snapshot of a project that was read as it has to be.

    Raises:
        UsageError: it was not; what is amiss is listed.
    """
    amiss = [finding for finding in progress.findings if finding.rule != UNPARSABLE.id]
    if progress.snapshot is None or amiss:
        where = "the archive" if isinstance(source, bytes) else str(source)
        problems = tuple(Problem(where=each.path or where, what=each.message, do=each.remedy) for each in amiss)
        raise UsageError("this project cannot be read as the policy asks", where=where, problems=problems)
    return progress.snapshot


def guarded_parts(host: Host) -> frozenset[str]:
    """What a guarded child has to finish under these plugins before its word counts."""
    checks = {*host.implementers("prism_check_file"), *host.implementers("prism_check_project")}
    parts = {
        "check": checks,
        "declaration": host.implementers("prism_declaration"),
        "fingerprint": host.implementers("prism_fingerprint"),
        "material": host.gatherers(),
    }
    return frozenset({"parse", *(f"{kind}:{name}" for kind, names in parts.items() for name in names)})


def forgiven_parts(host: Host) -> frozenset[str]:
    """Those whose failure changes nothing."""
    return frozenset(f"material:{name}" for name in host.gatherers() if host.is_forgiven("prism_material", name))


def _what_it_lacks(name: str, reading: Reading, progress: Progress) -> str:
    """Why a plugin cannot compare: what it would have had to make before failed."""
    if f"fingerprint:{name}" in reading.parts and name not in reading.fingerprints:
        return "its fingerprint failed"
    return "its index failed" if progress.has_failed(f"index:{name}") else ""
