"""A project as arrays: the features that were kept of it, ready to be compared. No submitted byte is parsed here."""

import base64
import hashlib
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any, Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from prism_similarity.fingerprint import FEATURES, FileRow, Fingerprint, UnitRow
from prism_similarity.stream import GRAM

Hashes = NDArray[np.uint64]
Numbers = NDArray[np.int64]
SHORTEST: Final = 5
"""Tokens of a piece that is too short for a whole gram and still counts as one."""
MAX_UNPACKED: Final = 64 * 1024 * 1024


@dataclass(frozen=True, eq=False)
class Shape:
    """The grams of a project in the order of its pieces, with the place of each.

    ``grams[i]`` covers the lines ``first_line[i]`` to ``last_line[i]`` and stands in piece ``piece[i]``; piece ``k``
    holds the grams ``starts[k]`` to ``starts[k + 1]``.
    """

    files: tuple[FileRow, ...]
    units: tuple[UnitRow, ...]
    grams: Hashes
    first_line: Numbers
    last_line: Numbers
    piece: Numbers
    starts: Numbers
    is_whole: bool

    @cached_property
    def distinct(self) -> Hashes:
        """Every gram once, sorted."""
        return np.unique(self.grams)

    @cached_property
    def is_first(self) -> NDArray[np.bool_]:
        """Which grams are the first of their kind in their file."""
        first = np.zeros(len(self.grams), dtype=bool)
        for span in self.file_spans:
            first[span.start + np.unique(self.grams[span], return_index=True)[1]] = True
        return first

    @cached_property
    def file_spans(self) -> tuple[slice, ...]:
        """Where each file's grams stand."""
        return tuple(self.grams_of(unit) for unit in self.units if unit.kind == "file")

    @cached_property
    def file_of(self) -> Numbers:
        """The number of each piece's file."""
        numbers = np.zeros(len(self.starts), dtype=np.int64)
        for unit in self.units:
            numbers[unit.first_piece : unit.last_piece] = unit.file
        return numbers

    @cached_property
    def units_of(self) -> tuple[tuple[int, ...], ...]:
        """The numbers of the units that each piece is part of."""
        numbers: list[list[int]] = [[] for _ in range(len(self.starts))]
        for number, unit in enumerate(self.units):
            for piece in range(unit.first_piece, unit.last_piece):
                numbers[piece].append(number)
        return tuple(map(tuple, numbers))

    def grams_of(self, unit: UnitRow) -> slice:
        """Where a unit's grams stand."""
        return slice(int(self.starts[unit.first_piece]), int(self.starts[unit.last_piece]))

    @cached_property
    def canonical(self) -> str:
        """SHA-256 of the whole project, the same when files and definitions only moved or were renamed."""
        return self._digest("project", range(len(self.starts) - 1))

    def digest(self, unit: UnitRow) -> str:
        """SHA-256 of a unit, the same when it was only moved or renamed."""
        return self._digest(unit.kind, range(unit.first_piece, unit.last_piece))

    def _digest(self, kind: str, pieces: range) -> str:
        """Of the pieces in an order of their own."""
        texts = sorted(self.grams[self.starts[piece] : self.starts[piece + 1]].tobytes() for piece in pieces)
        whole = hashlib.sha256(f"{FEATURES} {kind}\n".encode())
        for text in filter(None, texts):
            whole.update(len(text).to_bytes(8, "little") + text)
        return whole.hexdigest()


@dataclass(frozen=True, eq=False)
class Stream:
    """The operations of a project before grams are made of them: a hash and a line each, and how many a piece has."""

    files: tuple[FileRow, ...]
    units: tuple[UnitRow, ...]
    tokens: Hashes
    lines: Numbers
    sizes: Numbers
    is_whole: bool


def shape_of(fingerprint: Mapping[str, Any]) -> Shape:
    """The arrays of a fingerprint.

    Raises:
        ValueError: it is of another version, or contradicts itself.
    """
    return shape_from(stream_of(fingerprint))


def stream_of(fingerprint: Mapping[str, Any]) -> Stream:
    """The operations that a fingerprint holds.

    Raises:
        ValueError: it is of another version, or contradicts itself.
    """
    try:
        record = msgspec.convert(dict(fingerprint), Fingerprint)
    except msgspec.ValidationError as error:
        raise ValueError(f"no fingerprint of this plugin: {error}") from error
    if record.features != FEATURES:
        raise ValueError(f"features of version {record.features!r}, not {FEATURES!r}")
    numbers = _unpacked(record.tokens, "<u2").astype(np.int64)
    lines = _unpacked(record.lines, "<u4").astype(np.int64)
    sizes = _unpacked(record.pieces, "<u4").astype(np.int64)
    _check(record, numbers, lines, sizes)
    words = np.array([_hash_of(text) for text in record.vocabulary], dtype=np.uint64)
    return Stream(record.files, record.units, words[numbers], lines, sizes, record.is_whole)


def shape_from(stream: Stream) -> Shape:
    """Grams of all pieces at once: each is made where at least ``GRAM`` tokens of its piece follow."""
    tokens, lines, sizes = stream.tokens, stream.lines, stream.sizes
    ends = np.cumsum(sizes)
    counts = np.where(sizes >= GRAM, sizes - GRAM + 1, np.where(sizes >= SHORTEST, 1, 0))
    starts = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    piece = np.repeat(np.arange(len(sizes)), counts)
    place = np.arange(int(starts[-1])) - starts[piece] + (ends - sizes)[piece]
    width = np.minimum(sizes, GRAM)[piece]
    grams = np.zeros(len(place), dtype=np.uint64)
    first, last = lines[place].copy(), lines[place].copy()
    for step in range(GRAM):
        inside = step < width
        here = np.where(inside, place + step, place)
        grams = mixed(np.where(inside, grams * np.uint64(0x9E3779B97F4A7C15) + tokens[here], grams))
        first, last = np.minimum(first, lines[here]), np.maximum(last, lines[here])
    return Shape(
        files=stream.files,
        units=stream.units,
        grams=grams,
        first_line=first,
        last_line=last,
        piece=piece,
        starts=starts,
        is_whole=stream.is_whole,
    )


def _check(record: Fingerprint, numbers: Numbers, lines: Numbers, sizes: Numbers) -> None:
    units_fit = all(
        0 <= unit.first_piece <= unit.last_piece <= len(sizes) and 0 <= unit.file < len(record.files)
        for unit in record.units
    )
    tokens_fit = len(numbers) == len(lines) == int(sizes.sum()) and (
        not len(numbers) or int(numbers.max()) < len(record.vocabulary)
    )
    if not (units_fit and tokens_fit):
        raise ValueError("a fingerprint whose parts do not fit together")


def _unpacked(text: str, kind: str) -> NDArray[Any]:
    try:
        reader = zlib.decompressobj()
        data = reader.decompress(base64.b64decode(text, validate=True), MAX_UNPACKED)
        if reader.unconsumed_tail or not reader.eof:
            raise ValueError("a packed part that is cut off or too large")
        return np.frombuffer(data, dtype=kind)
    except zlib.error as error:
        raise ValueError(f"a packed part that cannot be read: {error}") from error


@lru_cache(maxsize=65_536)
def _hash_of(text: str) -> int:
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "little")


def mixed(values: Hashes) -> Hashes:
    """Each value's bits spread over all of it (the last steps of MurmurHash3)."""
    values = values ^ (values >> np.uint64(33))
    values = values * np.uint64(0xFF51AFD7ED558CCD)
    values = values ^ (values >> np.uint64(33))
    values = values * np.uint64(0xC4CEB9FE1A85EC53)
    return values ^ (values >> np.uint64(33))
