"""What the parent knows about a review that is under way: every message is checked before it is believed."""

import enum
import hashlib
import math
import time
from typing import Any

from prism.core_rules import PLUGIN_FAILED, REVIEW_BUDGET, REVIEW_CRASHED, UNPARSABLE
from prism.declaration import Declaration
from prism.finding import Finding, Severity, put_on_record
from prism.fingerprint import decoded
from prism.guard.frames import (
    BYTES,
    Broken,
    Channel,
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
    Started,
    Took,
)
from prism.review import ProjectRecord
from prism.rule import Rule
from prism.snapshot import Snapshot


class Ending(enum.Enum):
    """How a child ended."""

    DONE = "done"
    DIED = "died"
    GARBAGE = "sent garbage"
    BROKEN = "failed in PRISM's own code"
    HUNG = "hung in one plugin"
    OVERTIME = "time by the clock"
    CPU = "processor time"
    MEMORY = "memory"
    OUTPUT = "output"


MAX_REFUSALS = 1_000
SPENT = {Ending.OVERTIME, Ending.CPU, Ending.MEMORY, Ending.OUTPUT}


class Ledger:
    """Everything one review has brought to light so far."""

    def __init__(
        self,
        configuration: Configuration,
        known_rules: frozenset[str],
        parts: frozenset[str],
        left_out: frozenset[str] = frozenset(),
        forgiven: frozenset[str] = frozenset(),
    ) -> None:
        """Begin with nothing known.

        Args:
            configuration: what the server was started with.
            known_rules: ids that may be reported.
            parts: what the child must have finished before its word that it is done counts.
            left_out: those of the parts that are not asked for.
            forgiven: those whose failure is put on record and changes nothing.
        """
        self._guard = configuration.guard
        self._intake = configuration.intake
        self._known_rules = known_rules
        self.parts = parts
        self.left_out = left_out
        self._forgiven = forgiven
        self._left_bytes = configuration.guard.output_bytes
        self._part: str | None = None
        self._part_findings: list[Finding] = []
        self._started = 0.0
        self._reading: str | None = None
        self._detail = ""
        self.snapshot: Snapshot | None = None
        self.entrypoints: dict[str, str] = {}
        self.kind = ""
        self.findings: list[Finding] = []
        self.declarations: dict[str, Declaration] = {}
        self.fingerprints: dict[str, dict[str, Any]] = {}
        self.materials: dict[str, dict[str, Any]] = {}
        self.failed: dict[str, str] = {}
        """Parts that did not finish, and why."""
        self.seconds: dict[str, float] = {}
        self._over: set[str] = set(left_out)
        self.child_done = False
        self.closed = False
        self.last_word = Ending.DONE
        self.part_deadline = math.inf

    @property
    def parts_over(self) -> tuple[str, ...]:
        """Parts that need not be done again, because they finished or a child ended in them."""
        return tuple(sorted(self._over))

    def project_record(self) -> ProjectRecord | None:
        """Which bytes were reviewed; ``None`` when intake refused."""
        if self.snapshot is None:
            return None
        return ProjectRecord(
            digest=self.snapshot.digest,
            files=self.snapshot.files,
            entrypoints=self.entrypoints,
            kind=self.kind,
            declarations=tuple(self.declarations[name] for name in sorted(self.declarations)),
        )

    def take(self, channel: Channel) -> None:
        """Receive one message and believe what of it can be checked.

        Raises:
            GarbageError: it does not fit what may come next, or exceeds a limit.
        """
        message, size = channel.receive_message(self._left_bytes)
        self._left_bytes -= size
        match message:
            case Reading():
                self._read(message.path)
            case Took():
                self._take_snapshot(channel, message)
            case Opened():
                self._open(message)
            case Started():
                self._start(message.part)
            case Finished():
                self._finish(message.failure)
            case _:
                self._take_result(message)

    def _read(self, path: str) -> None:
        if self.snapshot is None or path not in self.snapshot.contents:
            raise GarbageError("a file that is not in the snapshot")
        self._reading = path

    def _take_result(self, message: Message) -> None:
        match message:
            case Refused():
                self._refuse(message.findings)
            case Found():
                self._part_findings.extend(self._accept(message.findings, self._plugin_of_part()))
            case Declared():
                self._take_declaration(message.declaration)
            case Fingerprinted():
                self.fingerprints[self._plugin_of_part()] = _mapping(message.fingerprint)
            case Gathered():
                self.materials[self._plugin_of_part()] = _mapping(message.material)
            case Exhausted():
                self._end(Ending.MEMORY)
            case Broken():
                self._detail = message.error[:200]
                self._end(Ending.BROKEN)
            case Done():
                self._end(Ending.DONE)

    def _take_declaration(self, declaration: Declaration) -> None:
        if declaration.plugin != self._plugin_of_part():
            raise GarbageError("a declaration in another plugin's name")
        self.declarations[declaration.plugin] = declaration

    def _refuse(self, findings: tuple[Finding, ...]) -> None:
        """Believe that intake refused: only before anything was taken, and only with a cause that forbids approval."""
        if self.snapshot is not None or not any(finding.severity is Severity.ERROR for finding in findings):
            raise GarbageError("a refusal without a cause")
        self._accept(findings, "intake")

    def _end(self, ending: Ending) -> None:
        self.child_done = True
        self.last_word = ending

    def _take_snapshot(self, channel: Channel, took: Took) -> None:
        if self.snapshot is not None:
            if took.files != self.snapshot.files:
                raise GarbageError("the project changed while it was read")
            return
        if len(took.files) > self._intake.files or sum(entry.size for entry in took.files) > self._intake.total_bytes:
            raise GarbageError("a snapshot beyond the policy's limits")
        contents: dict[str, bytes] = {}
        for entry in took.files:
            data = channel.receive(BYTES, entry.size)
            if len(data) != entry.size or hashlib.sha256(data).hexdigest() != entry.sha256 or entry.path in contents:
                raise GarbageError("a snapshot that contradicts itself")
            contents[entry.path] = data
        self.snapshot = Snapshot(took.files, contents)

    def _open(self, opened: Opened) -> None:
        if self.snapshot is None or not set(opened.entrypoints.values()) <= set(self.snapshot.contents):
            raise GarbageError("an entrypoint that is not in the snapshot")
        self.entrypoints = {str(part): path for part, path in opened.entrypoints.items()}
        self.kind = str(opened.kind)

    def _start(self, part: str) -> None:
        if part not in self.parts or self._part is not None or (part in self._over and part != "parse"):
            raise GarbageError("a part that may not begin here")
        self._part, self._reading, self._part_findings = part, None, []
        self._started = time.monotonic()
        self.part_deadline = math.inf if part == "parse" else self._started + self._guard.plugin_seconds

    def _finish(self, failure: str | None) -> None:
        part = self._part
        if part is None:
            raise GarbageError("a part that ends without having begun")
        if failure is None and part.startswith("fingerprint:") and self._plugin_of_part() not in self.fingerprints:
            raise GarbageError("a fingerprint that is missing")
        if failure is None and part.startswith("declaration:") and self._plugin_of_part() not in self.declarations:
            raise GarbageError("a declaration that is missing")
        if failure is None and part.startswith("material:") and self._plugin_of_part() not in self.materials:
            raise GarbageError("material that is missing")
        if failure is not None:
            self._fail(PLUGIN_FAILED, f"plugin {self._plugin_of_part()!r}: {failure}")
        self._leave(part)

    def _leave(self, part: str) -> None:
        self.seconds[part] = self.seconds.get(part, 0.0) + time.monotonic() - self._started
        self._over.add(part)
        self._part, self.part_deadline = None, math.inf

    def _plugin_of_part(self) -> str:
        if self._part is None:
            raise GarbageError("a result outside of any part")
        return "project" if self._part == "parse" else self._part.partition(":")[2]

    def _accept(self, findings: tuple[Finding, ...], plugin: str) -> tuple[Finding, ...]:
        bound = MAX_REFUSALS if plugin == "intake" else self._guard.findings_per_plugin
        if len(self._part_findings) + len(findings) > bound:
            raise GarbageError("more findings than the policy allows")
        for finding in findings:
            own = finding.rule == UNPARSABLE.id if plugin == "project" else finding.rule.startswith(f"{plugin}/")
            if not own or finding.rule not in self._known_rules or finding.plugin != plugin or finding.waived:
                raise GarbageError("a finding that this part may not report")
        self.findings.extend(findings)
        return findings

    def note_garbage(self, detail: str) -> None:
        """Remember what was wrong with the message that ended a child."""
        self._detail = detail[:200]

    def end_child(self, ending: Ending) -> None:
        """Draw the consequences of a child's end: close the ledger, or leave the rest to another child."""
        self.child_done = False
        if ending is Ending.DONE and not self._is_whole():
            self._detail, ending = "it claimed to be done too early", Ending.GARBAGE
        if ending is Ending.DONE:
            self.closed = True
        elif ending in SPENT:
            self.close_over_budget(ending.value)
        elif ending is Ending.HUNG:
            self._hung()
            self._leave_or_close()
        else:
            self._crashed(ending)
            self._leave_or_close()

    def _leave_or_close(self) -> None:
        """After a plugin's part another child can do the rest, if any is left; without the files there is no rest."""
        if self._part is None or self._part == "parse":
            self.closed = True
        else:
            self._leave(self._part)
            self.closed = self._is_whole()

    def _hung(self) -> None:
        seconds = self._guard.plugin_seconds
        self._fail(PLUGIN_FAILED, f"plugin {self._plugin_of_part()!r} took longer than {seconds} s and was ended")

    def _crashed(self, ending: Ending) -> None:
        doing = f" during {self._part}" if self._part else ""
        detail = f" ({self._detail})" if self._detail else ""
        self._fail(REVIEW_CRASHED, f"the guarded process {ending.value}{doing}{detail}")

    def close_over_budget(self, what: str) -> None:
        """End the review because the policy's limit on ``what`` is spent."""
        if not self.closed:
            doing = f" during {self._part}" if self._part else ""
            spent = f"reading the project took more {what} than the policy gives{doing}"
            self._fail(REVIEW_BUDGET, spent, is_forgiven=self._costs_only_forgiven())
            self.closed = True

    def _fail(self, rule: Rule, message: str, *, is_forgiven: bool | None = None) -> None:
        """Note a failure; unless said otherwise it is forgiven where the part is that it befell."""
        finding = rule.finding(message, path=self._reading)  # bounds the message
        self.failed[self._part or "intake"] = finding.message
        if is_forgiven is None:
            is_forgiven = self._part in self._forgiven or self._costs_only_forgiven()
        self.findings.append(put_on_record(finding) if is_forgiven else finding)

    def _costs_only_forgiven(self) -> bool:
        """Whether nothing would be lost with this child but parts that are forgiven."""
        left = self.parts - self._over
        return bool(left and self.kind) and left <= self._forgiven

    def _is_whole(self) -> bool:
        """Whether a child that says it is done has done everything, or intake has refused."""
        refused = self.snapshot is None and bool(self.findings)
        return self._part is None and (refused or (bool(self.kind) and self.parts <= self._over))


def _mapping(text: str) -> dict[str, Any]:
    try:
        return decoded(text)
    except ValueError as error:
        raise GarbageError(f"a fingerprint or material that is none: {error}") from error
