"""A finding: one place where a rule matched, with what a person needs to agree."""

import enum
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

MAX_MESSAGE = 2_000
MAX_EXCERPT = 2_000
EXCERPT_LEAD = 200
"""Characters kept before a span that begins too far to the right for an excerpt from the beginning of its line."""


class Severity(enum.StrEnum):
    """How much a finding weighs; the policy's ``verdict`` section says what follows from it."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


class Span(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where in a text file: lines and columns count from 1, columns in code points; the end column is exclusive."""

    line: Annotated[int, Meta(ge=1)]
    column: Annotated[int, Meta(ge=1)] = 1
    end_line: Annotated[int, Meta(ge=1)]
    end_column: Annotated[int, Meta(ge=1)]


class Evidence(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The source lines a finding points at, as they stand in the snapshot: untrusted text, escape it when showing."""

    excerpt: Annotated[str, Meta(max_length=MAX_EXCERPT)]
    """The lines from the span's first to its last, cut to a bound."""
    first_column: Annotated[int, Meta(ge=1)] = 1
    """Column of the excerpt's first character: beyond 1 where a very long line was cut at its beginning as well."""
    sha256: Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]
    """Digest of the whole lines in UTF-8, joined by newlines, before any cut."""


class Step(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One link of the chain that led to a finding: an import, an alias, an assignment, the use."""

    path: str
    """File inside the project."""
    line: Annotated[int, Meta(ge=1)]
    """Line of that file, counted from 1."""
    text: Annotated[str, Meta(max_length=MAX_MESSAGE)]
    """What happens there, in words."""


class Finding(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One place where a rule matched.

    Plugins make findings with :meth:`prism.rule.Rule.finding`, which fills in what the rule already knows.
    ``plugin`` is set by the host; whatever a plugin writes there is overwritten.
    """

    rule: Annotated[str, Meta(pattern="^[a-z][a-z0-9_]*/[a-z0-9][a-z0-9-]*$", max_length=100)]
    """Id of the rule, ``PLUGIN/NAME``."""
    severity: Severity
    """``error``, ``warning`` or ``note``, as the policy has it."""
    message: Annotated[str, Meta(max_length=MAX_MESSAGE)]
    """What is wrong at this place; it may quote the project, so escape it when showing."""
    path: Annotated[str, Meta(max_length=4096)] | None = None
    """File inside the project, or an archive entry's name; ``None`` when it concerns the whole project."""
    line: Annotated[int, Meta(ge=1)] | None = None
    """First line, counted from 1; null when it concerns the whole file."""
    column: Annotated[int, Meta(ge=1)] | None = None
    """First column in that line, counted from 1 in characters."""
    end_line: Annotated[int, Meta(ge=1)] | None = None
    """Last line."""
    end_column: Annotated[int, Meta(ge=1)] | None = None
    """Column after the last character."""
    evidence: Evidence | None = None
    """The source lines; null when there are none to show."""
    remedy: Annotated[str, Meta(max_length=MAX_MESSAGE)] = ""
    """What the author can do about it."""
    plugin: Annotated[str, Meta(max_length=100)] = ""
    """Which plugin found it; set by the host."""
    confidence: Annotated[float, Meta(ge=0, le=1)] | None = None
    """Only where a model said it."""
    chain: Annotated[tuple[Step, ...], Meta(max_length=50)] = ()
    """How the use was traced: an import, an alias, an assignment, the use."""
    waived: Annotated[str, Meta(max_length=MAX_MESSAGE)] | None = None
    """The reason of the policy's waiver; a waived finding does not count towards the verdict."""
    at_most: Literal["approved", "held"] | None = None
    """The harshest outcome that it may ask for, whatever a policy makes of its severity: ``held`` for an opinion,
    ``approved`` for what is only put on record; ``None`` is no limit."""
    may_pass: bool = False
    """Whether it only says that something of ours was away, and another try may do without it."""

    @property
    def sort_key(self) -> tuple[str, int, int, str, str, str]:
        """Order in reports and records: by place, then by rule; independent of plugin order."""
        return (self.path or "", self.line or 0, self.column or 0, self.rule, self.message, self.plugin)


def put_on_record(finding: Finding) -> Finding:
    """The finding as a note that asks for nothing, whatever severity a policy gives its rule."""
    return msgspec.structs.replace(finding, severity=Severity.NOTE, at_most="approved")


def ordered(findings: "tuple[Finding, ...] | list[Finding]") -> tuple[Finding, ...]:
    """Findings in their one reporting order."""
    return tuple(sorted(findings, key=lambda finding: (finding.sort_key, msgspec.json.encode(finding))))
