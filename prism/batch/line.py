"""A line of a batch's result: the record of one review, under its id."""

import json
from typing import Annotated, Any, Self

import msgspec
from msgspec import Meta

from prism.batch.item import Item
from prism.core_rules import NOT_REVIEWED
from prism.errors import EXIT_APPROVED, EXIT_HELD, EXIT_REJECTED
from prism.review import Review
from prism.runner.outcome import OutcomeStatus, RunOutcome
from prism.verdict import Outcome

FIRST = '{"id":'
"""What every line begins with."""
VERDICTS = {Outcome.APPROVED: EXIT_APPROVED, Outcome.HELD: EXIT_HELD, Outcome.REJECTED: EXIT_REJECTED}
RUNS = {
    OutcomeStatus.COMPLETED: EXIT_APPROVED,
    OutcomeStatus.HELD: EXIT_HELD,
    OutcomeStatus.FAILED: EXIT_REJECTED,
    OutcomeStatus.REJECTED: EXIT_REJECTED,
}
MILDEST_FIRST = (EXIT_APPROVED, EXIT_HELD, EXIT_REJECTED)
_FIRST = ("id", "path", "hotkey")


class Line(Review, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One project of a batch: the review's own record, with what the project is called and what its run brought."""

    id: Annotated[str, Meta(max_length=4200)]
    """As the manifest says, or the path."""
    path: str
    """As it was named."""
    hotkey: str = ""
    """Who handed it in; empty when nobody said."""
    run: RunOutcome | None = None
    """How the run ended, if one was asked for and the project was approved."""

    @classmethod
    def of(cls, item: Item, review: Review, run: RunOutcome | None = None) -> Self:
        """The line of an item."""
        record = {name: getattr(review, name) for name in Review.__struct_fields__}
        return cls(id=item.id, path=item.path, hotkey=item.hotkey, run=run, **record)

    @classmethod
    def parse(cls, text: bytes) -> Self:
        """A line that was written before.

        Raises:
            msgspec.DecodeError: it is none.
        """
        return msgspec.json.decode(text, type=cls)

    @property
    def review(self) -> Review:
        """The review alone."""
        return Review(**{name: getattr(self, name) for name in Review.__struct_fields__})

    @property
    def is_reviewed(self) -> bool:
        """Whether anything of the project was looked at."""
        return not any(finding.rule == NOT_REVIEWED.id for finding in self.findings)

    @property
    def is_final(self) -> bool:
        """Whether another try would end in the same way, as far as anybody can tell."""
        is_ours = any(finding.may_pass for finding in self.findings)
        has_no_run = self.run is not None and self.run.status is OutcomeStatus.HELD and not self.run.findings
        return self.is_reviewed and not is_ours and not has_no_run

    @property
    def exit_code(self) -> int:
        """That of the verdict, or of the run if it ended worse."""
        codes = {VERDICTS[self.verdict], *([RUNS[self.run.status]] if self.run else [])}
        return max(codes, key=MILDEST_FIRST.index)

    def record(self) -> dict[str, Any]:
        """What JSON says of it, what it is called first."""
        record = msgspec.to_builtins(self)
        return {**{name: record.pop(name) for name in _FIRST}, **record}

    def text(self) -> str:
        """The line in pure ASCII, with its line feed."""
        return json.dumps(self.record(), separators=(",", ":"), allow_nan=False).replace("\x7f", "\\u007f") + "\n"
