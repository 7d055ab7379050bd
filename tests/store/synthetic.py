"""Submissions that were never written by anybody: any number of them, the same for the same number."""

import hashlib
import random
from collections.abc import Sequence

from prism.corpus import Features, Index, Scheme, Unit
from prism.snapshot import Snapshot

PLUGIN = "similarity"
SCHEME = Scheme(features="1", hashing="random", seed=1, permutations=125, bands=25, rows=5)
OTHER_SCHEME = Scheme(features="2", hashing="random", seed=1, permutations=125, bands=25, rows=5)


def snapshot(number: int, files: int = 2) -> Snapshot:
    """A project of a file of its own, and of files that all have."""
    own = {"model.py": f"NUMBER = {number}\n".encode()}
    return Snapshot.of(own | {f"shared_{each}.py": f"x = {each}\n".encode() for each in range(1, files)})


def unit(seed: int | str, *, size: int = 40, buckets: Sequence[int] | None = None) -> Unit:
    """A unit whose signature and buckets are like those of no other seed."""
    chance = random.Random(seed)  # noqa: S311 - nothing here is a secret
    return Unit(
        kind="function",
        path="model.py",
        first_line=1,
        last_line=10,
        size=size,
        digest=hashlib.sha256(str(seed).encode()).hexdigest(),
        signature=chance.randbytes(4 * SCHEME.permutations),
        buckets=tuple(buckets) if buckets else tuple(chance.getrandbits(64) - 2**63 for _ in range(SCHEME.bands)),
    )


def index(*units: Unit, scheme: Scheme = SCHEME) -> Index:
    """An index of these units."""
    return Index(scheme=scheme, units=units)


def features(number: int, units: int = 5, *, scheme: Scheme = SCHEME) -> dict[str, Features]:
    """What a plugin made of the snapshot of the same number."""
    own = index(*(unit(f"{number}.{each}") for each in range(units)), scheme=scheme)
    return {PLUGIN: Features(fingerprint={"number": number}, index=own)}
