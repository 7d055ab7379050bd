"""What a reviewer that costs money may remember and must account for: answers it was given, and what they cost.

Who keeps it is :mod:`prism.store` where a store is at hand, and this process alone where none is.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Annotated, Protocol

import msgspec
from msgspec import Meta

Count = Annotated[int, Meta(ge=0, le=2**53 - 1)]


class Account(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One budget that a request is charged to, with what may be spent in all; ``None`` is no limit."""

    name: Annotated[str, Meta(min_length=1, max_length=300)]
    """Whose money it is and for how long: ``day:2026-01-31``, ``hotkey:5F...:2026-01-31``.

    What begins with ``hotkey:NAME:`` is forgotten with everything else of that hotkey.
    """
    tokens: Count | None = None
    micro_usd: Count | None = None
    """Millionths of a US dollar: whole numbers add up."""

    def allows(self, tokens: int, micro_usd: int) -> bool:
        """Whether so much may be spent in all."""
        return _is_within(tokens, self.tokens) and _is_within(micro_usd, self.micro_usd)


class Usage(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What one reviewer took for one project; part of the record of the review."""

    plugin: str = ""
    """Set by the host."""
    model: Annotated[str, Meta(max_length=200)]
    """The model that was asked."""
    requests: Count = 0
    """Requests that went over the network."""
    recalled: Count = 0
    """Answers that were taken from the notebook instead."""
    input_tokens: Count = 0
    """Tokens that it read."""
    output_tokens: Count = 0
    """Tokens that it wrote."""
    micro_usd: Count = 0
    """What that cost, in millionths of a US dollar."""
    accusations: Count = 0
    """What it said against the project."""
    discarded: Count = 0
    """Accusations whose evidence did not stand in the source."""


def checked(usage: Usage) -> Usage:
    """A usage whose fields are what they should be.

    Raises:
        TypeError: it is something else.
        ValueError: a field is out of bounds.
    """
    if not isinstance(usage, Usage):
        raise TypeError(f"a usage was expected, not {type(usage).__name__}")
    return msgspec.json.decode(msgspec.json.encode(usage), type=Usage)


class Notebook(Protocol):
    """What one plugin may remember between reviews. Failures of the store behind it are raised as ``StoreError``."""

    @property
    def hotkey(self) -> str:
        """Who hands in the project under review; empty when nobody said."""
        ...

    @property
    def is_lasting(self) -> bool:
        """Whether what is kept outlives this process and is shared with others."""
        ...

    def recall(self, key: str) -> bytes | None:
        """What was kept under a key (64 hexadecimal digits); ``None`` when nothing was."""
        ...

    def keep(self, key: str, record: bytes, *, files: Collection[str]) -> None:
        """Keep a record; one that is kept under the key already stays.

        ``files`` are the digests (SHA-256) of all files that the record may quote. It is forgotten as soon as the
        last submission with one of them is deleted.
        """
        ...

    def forget(self, key: str) -> None:
        """Take away what was kept under a key, because it does not stand any more; another record may be kept."""
        ...

    def reserve(self, accounts: Sequence[Account], *, tokens: int, micro_usd: int) -> str | None:
        """Set the most that a request can cost aside, on all accounts or on none.

        Returns the name of the account whose limit forbids it, else ``None``.
        """
        ...

    def settle(self, accounts: Sequence[Account], *, tokens: int, micro_usd: int) -> None:
        """Correct what was set aside by the difference to what it did cost, which is mostly negative."""
        ...

    def report(self, usage: Usage) -> None:
        """Say what was taken for the project under review; it is added to the record."""
        ...

    def earlier_file(self, submission: str, path: str) -> bytes | None:
        """A file of an earlier submission; ``None`` when there is no such thing. Never for a submitter's eyes."""
        ...


class NotebookSource(Protocol):
    """Where the gate gets each plugin's notebook from."""

    def notebook(self, plugin: str) -> Notebook:
        """One plugin's notebook for one review."""
        ...

    def usages(self) -> Mapping[str, Sequence[Usage]]:
        """By plugin, what was reported for the project under review."""
        ...


def _is_within(spent: int, limit: int | None) -> bool:
    return limit is None or spent <= limit
