"""A rule: one named bad thing that is looked for, with everything a person needs to understand it."""

import hashlib
from typing import TYPE_CHECKING, Annotated

import msgspec
from msgspec import Meta

from prism.finding import EXCERPT_LEAD, MAX_EXCERPT, MAX_MESSAGE, Evidence, Finding, Severity, Span, Step

if TYPE_CHECKING:
    from prism.project import SourceFile


class Rule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One named bad thing, and its page in the reference.

    The id is ``<plugin>/<name>``, named for what is bad (``safety/dynamic-code``), never for the cure.
    """

    id: Annotated[str, Meta(pattern="^[a-z][a-z0-9_]*/[a-z0-9][a-z0-9-]*$")]
    title: Annotated[str, Meta(min_length=1)]
    severity: Severity
    """What a match weighs unless the policy's ``rules`` section says otherwise."""
    why: Annotated[str, Meta(min_length=1)]
    """Why it matters, for somebody who has never thought about it."""
    example: Annotated[str, Meta(min_length=1)]
    """The shortest thing that fires."""
    instead: Annotated[str, Meta(min_length=1)]
    """What the author of the submission should write or do instead."""
    known_misses: str = ""
    """What this rule cannot see, said plainly; empty when nothing is known."""
    since: str = "0.1"
    lowest: Severity | None = None
    """The mildest that a policy may make it; ``None`` lets it also be switched off."""
    highest: Severity | None = None
    """The harshest that a policy may make it; ``None`` is no limit."""
    is_waivable: bool = True
    """Whether a policy may waive its findings."""
    settings: tuple[str, ...] = ()
    """What in a policy decides whether it fires, as dotted paths: ``intake.files``, ``plugins.house.settings.wide``."""
    is_likeness: bool = False
    """Whether it says only that a project is like another one, and nothing against its code."""

    def finding(
        self,
        message: str,
        *,
        file: "SourceFile | None" = None,
        span: Span | None = None,
        path: str | None = None,
        remedy: str = "",
        chain: tuple[Step, ...] = (),
        confidence: float | None = None,
    ) -> Finding:
        """A finding of this rule.

        With ``file`` and ``span`` the evidence (excerpt and digest of the source lines) is filled in; without them,
        ``path`` may name the file or archive entry it is about. An empty ``remedy`` means the rule's ``instead``.
        """
        place = span if file is not None else None
        return Finding(
            rule=self.id,
            severity=self.severity,
            message=message[:MAX_MESSAGE],
            path=file.path if file is not None else path,
            line=place.line if place else None,
            column=place.column if place else None,
            end_line=place.end_line if place else None,
            end_column=place.end_column if place else None,
            evidence=evidence_of(file, place) if file is not None and place is not None else None,
            remedy=(remedy or self.instead)[:MAX_MESSAGE],
            plugin=self.id.partition("/")[0],
            confidence=confidence,
            chain=chain,
        )


def evidence_of(file: "SourceFile", span: Span) -> Evidence:
    """The source lines of a span, cut so that its beginning is among what is kept, and the digest of all of them."""
    lines = "\n".join(file.lines[span.line - 1 : span.end_line])
    skipped = span.column - 1 - EXCERPT_LEAD if span.column > MAX_EXCERPT // 2 else 0
    return Evidence(
        excerpt=lines[skipped : skipped + MAX_EXCERPT],
        first_column=skipped + 1,
        sha256=hashlib.sha256(lines.encode()).hexdigest(),
    )
