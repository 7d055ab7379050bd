"""What the stages of one review have brought so far, and how the policy weighs it."""

import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import msgspec

from prism.core_rules import CORPUS_INCOMPLETE, NOT_REVIEWED, PLUGIN_FAILED
from prism.errors import StoreError
from prism.finding import Finding, ordered, put_on_record
from prism.guard.ledger import Ledger
from prism.host import Answer, Host
from prism.plugin_failure import PluginFailedError, within
from prism.policy.model import Policy
from prism.policy.severities import with_severities
from prism.policy.waivers import with_waivers
from prism.review import Stage, StageStatus, Timings
from prism.snapshot import Snapshot
from prism.verdict import Verdict, decide

if TYPE_CHECKING:
    from prism.corpus import Corpus, Index, Resemblance


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """What a review has brought at a moment, for it to go on elsewhere or later."""

    found: tuple[Finding, ...]
    stages: tuple[Stage, ...]
    seconds: dict[str, float]
    started_at: datetime
    total_seconds: float
    snapshot: Snapshot | None


class Progress:
    """Findings, stages and timings of one review under way."""

    def __init__(self, policy: Policy, host: Host, earlier: Record | None = None) -> None:
        """Begin, or go on from an earlier moment; the time in between does not count."""
        self._policy = policy
        self._host = host
        self._found: list[Finding] = []
        self._seconds: dict[str, float] = {}
        self._started_at = datetime.now(UTC)
        self._began = time.monotonic()
        self.stages: list[Stage] = []
        self.resemblances: list[Resemblance] = []
        """What comparisons have left to reviewers."""
        self.snapshot: Snapshot | None = None
        if earlier is not None:
            self._found += earlier.found
            self._seconds |= earlier.seconds
            self._started_at = earlier.started_at
            self._began -= earlier.total_seconds
            self.stages += earlier.stages
            self.snapshot = earlier.snapshot

    def record(self) -> Record:
        """What there is by now; what comparisons have left to reviewers is not part of it."""
        return Record(
            found=tuple(self._found),
            stages=tuple(self.stages),
            seconds=dict(self._seconds),
            started_at=self._started_at,
            total_seconds=time.monotonic() - self._began,
            snapshot=self.snapshot,
        )

    def add(self, part: str, findings: tuple[Finding, ...]) -> None:
        """A part that ran to its end, with what it found."""
        self._found += findings
        self.stages.append(Stage(name=part, status=StageStatus.COMPLETED))

    def add_guarded(self, ledger: Ledger) -> None:
        """Everything the guarded process found."""
        self.snapshot = ledger.snapshot
        self._found += ledger.findings
        self._seconds |= ledger.seconds
        self.stages += (_guarded_stage(part, ledger) for part in ("intake", *sorted(ledger.parts - ledger.left_out)))

    def ask(
        self,
        hook: str,
        name: str,
        arguments: Mapping[str, object],
        *,
        why_not: str,
        seconds: int | None = None,
        trouble: Callable[[], str] = lambda: "",
    ) -> None:
        """Ask one plugin for findings outside the guard, or write down why it is not asked.

        It may take so many ``seconds``, by default those that the policy gives any plugin. ``trouble`` says afterwards
        what was amiss with what the plugin was given: then nothing is approved, whatever the plugin made of it, and it
        is not to blame if it failed.
        """
        part = f"{hook.removeprefix('prism_')}:{name}"
        if why_not:
            self.stages.append(Stage(name=part, status=StageStatus.SKIPPED, why=why_not))
            return
        began = time.monotonic()
        answer = self._answer(hook, name, arguments, seconds or self._policy.verdict.plugin_seconds)
        self.resemblances += answer.resemblances
        amiss = trouble()
        self._seconds[part] = time.monotonic() - began
        if amiss:
            self._found += answer.findings
            self.fail_incomplete(part, amiss)
        elif answer.failure is None:
            self.add(part, answer.findings)
        else:
            self._found += answer.findings
            self.fail(part, answer.failure)

    def ask_to_compare(self, name: str, arguments: Mapping[str, object], corpus: "Corpus") -> None:
        """Ask one plugin to compare with a corpus that may turn out to be incomplete."""
        self.ask("prism_compare", name, {**arguments, "corpus": corpus}, why_not="", trouble=lambda: _gap(corpus))

    def ask_index(self, name: str, fingerprint: Mapping[str, object]) -> "Index | None":
        """By what one plugin wants to find the project again; ``None`` when it indexes nothing, or failed."""
        try:
            return within(self._policy.verdict.plugin_seconds, lambda: self._host.index(name, fingerprint))
        except PluginFailedError as error:
            self.fail(f"index:{name}", f"prism_index brought {error}")
            return None

    def ask_reviewer(self, name: str, arguments: Mapping[str, object], *, why_not: str) -> None:
        """Ask one plugin for its opinion, and tell it how long somebody waits for that."""
        seconds = self._policy.verdict.reviewer_seconds
        timed = {**arguments, "deadline": time.monotonic() + seconds}
        self.ask("prism_review", name, timed, why_not=why_not, seconds=seconds)

    def _answer(self, hook: str, name: str, arguments: Mapping[str, object], seconds: int) -> Answer:
        limit = self._policy.guard.findings_per_plugin
        try:
            return within(seconds, lambda: self._host.findings(hook, name, limit=limit, **arguments))
        except PluginFailedError as error:
            return Answer(failure=f"{hook} brought {error}")

    def ask_verdict(self, name: str, findings: tuple[Finding, ...], proposed: Verdict) -> Verdict | None:
        """One plugin's objection to a verdict; ``None`` when it has none, or failed."""
        part = f"verdict:{name}"
        try:
            objection = within(
                self._policy.verdict.plugin_seconds, lambda: self._host.objection(name, findings, proposed)
            )
        except PluginFailedError as error:
            self.fail(part, f"prism_verdict brought {error}")
            return None
        self.stages.append(Stage(name=part, status=StageStatus.COMPLETED))
        return objection

    def fail(self, part: str, failure: str) -> None:
        """A plugin's part that did not run to its end: a finding that forbids approval, unless it is forgiven."""
        kind, _, name = part.partition(":")
        message = f"plugin {name!r}: {failure}"
        finding = PLUGIN_FAILED.finding(message)
        self._found.append(put_on_record(finding) if self._host.is_forgiven(f"prism_{kind}", name) else finding)
        self.stages.append(Stage(name=part, status=StageStatus.FAILED, why=message))

    def fail_incomplete(self, part: str, why: str) -> None:
        """A comparison that did not see every earlier submission: a finding that forbids approval."""
        self._found.append(msgspec.structs.replace(CORPUS_INCOMPLETE.finding(why), may_pass=True))
        self.stages.append(Stage(name=part, status=StageStatus.FAILED, why=why))

    def fail_unreviewed(self, what: str, do: str) -> None:
        """Nothing of the project could be looked at: a finding that forbids approval."""
        self._found.append(NOT_REVIEWED.finding(what, remedy=do))
        self.stages.append(Stage(name="intake", status=StageStatus.FAILED, why=what))

    def has_failed(self, part: str) -> bool:
        """Whether a part did not run to its end."""
        return any(stage.name == part and stage.status is StageStatus.FAILED for stage in self.stages)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """The findings as the policy weighs them: severities set, rules that are off left out, waivers applied."""
        weighed = with_severities(self._found, self._policy.rules)
        return ordered(with_waivers(weighed, self.snapshot, self._policy.waivers, self._started_at.date()))

    @property
    def verdict(self) -> Verdict:
        """What the policy draws from the findings so far."""
        return decide(self._policy.verdict, self.findings)

    @property
    def timings(self) -> Timings:
        """When the review began and how long it has taken."""
        return Timings(
            started_at=self._started_at.isoformat(timespec="milliseconds"),
            total_seconds=time.monotonic() - self._began,
            stage_seconds=self._seconds,
        )


def _guarded_stage(part: str, ledger: Ledger) -> Stage:
    if part in ledger.failed:
        return Stage(name=part, status=StageStatus.FAILED, why=ledger.failed[part])
    if part == "intake" or part in ledger.parts_over:
        return Stage(name=part, status=StageStatus.COMPLETED)
    why = "intake refused" if ledger.snapshot is None else "the review ended before"
    return Stage(name=part, status=StageStatus.SKIPPED, why=why)


def _gap(corpus: "Corpus") -> str:
    """What of the earlier submissions a comparison has not seen, and why; empty when it has seen all."""
    try:
        missing = corpus.missing
    except StoreError as error:
        return f"the store of earlier submissions failed: {error.what}"
    if corpus.failure is not None:
        return f"the store of earlier submissions failed: {corpus.failure.what}"
    return f"{missing} earlier submissions are not indexed by the plugin's present scheme yet" if missing else ""
