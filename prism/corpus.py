"""What earlier submissions look like to a plugin that compares."""

from collections.abc import Iterator
from typing import Any, Protocol

import msgspec


class EarlierSubmission(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One earlier project: its id in the store, its digest, and its fingerprints by plugin."""

    id: str
    project_digest: str
    fingerprints: dict[str, Any]


class Corpus(Protocol):
    """Earlier submissions, oldest first."""

    def __iter__(self) -> Iterator[EarlierSubmission]:
        """Every earlier submission."""
        ...

    def __len__(self) -> int:
        """How many there are."""
        ...
