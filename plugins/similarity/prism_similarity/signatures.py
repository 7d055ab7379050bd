"""MinHash signatures of units, by datasketch, and the buckets under which they are found again."""

from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from prism.corpus import Index, Scheme, Unit
from prism_similarity.fingerprint import FEATURES
from prism_similarity.shape import Hashes, Shape, mixed

if TYPE_CHECKING:
    from datasketch import MinHash

BANDS: Final = 32
ROWS: Final = 4
SCHEME: Final = Scheme(
    features=FEATURES, hashing="datasketch-affine32", seed=1, permutations=BANDS * ROWS, bands=BANDS, rows=ROWS
)


def index_of(shape: Shape, smallest_unit: int) -> Index:
    """The index of a project: its files, and its other units of at least so many different grams, each once."""
    return Index(scheme=SCHEME, units=tuple(_units(shape, smallest_unit)))


def _units(shape: Shape, smallest_unit: int) -> Iterator[Unit]:
    seen: set[tuple[str, str]] = set()
    for row in shape.units:
        grams = np.unique(shape.grams[shape.grams_of(row)])
        digest = shape.digest(row)
        least = 1 if row.kind == "file" else smallest_unit
        if len(grams) < least or (row.kind, digest) in seen:
            continue
        seen.add((row.kind, digest))
        signature = signature_of(grams)
        yield Unit(
            kind=row.kind,
            path=shape.files[row.file].path,
            first_line=row.first_line,
            last_line=max(row.first_line, row.last_line),
            size=len(grams),
            digest=digest,
            signature=signature.astype("<u4").tobytes(),
            buckets=_buckets(signature),
        )


def signature_of(grams: Hashes) -> Any:  # noqa: ANN401 - an array of datasketch's own type
    """The MinHash values of different grams."""
    from datasketch import MinHash

    fresh = MinHash(
        num_perm=SCHEME.permutations,
        seed=SCHEME.seed,
        scheme="affine32",
        hashfunc=int,
        permutations=_blank().permutations,
    )
    fresh.update_batch((grams & np.uint64(0xFFFFFFFF)).tolist())
    return fresh.hashvalues


@cache
def _blank() -> "MinHash":
    from datasketch import MinHash

    return MinHash(num_perm=SCHEME.permutations, seed=SCHEME.seed, scheme="affine32", hashfunc=int)


def _buckets(signature: Any) -> tuple[int, ...]:  # noqa: ANN401 - an array of datasketch's own type
    rows = np.asarray(signature, dtype=np.uint64).reshape(BANDS, ROWS)
    values = np.zeros(BANDS, dtype=np.uint64)
    for column in range(ROWS):
        values = mixed(values * np.uint64(0x9E3779B97F4A7C15) + rows[:, column])
    return tuple(int(value) for value in values.view(np.int64))
