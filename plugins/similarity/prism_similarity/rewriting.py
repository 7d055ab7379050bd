"""Copies for calibration: what disguises leave of a project's operations, made from stored features without any source.

Renaming, comments and order leave no trace in the features, so what is rewritten here is what remains: operations are
lost, added and changed, and parts move into other projects.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Final

import msgspec
import numpy as np

from prism_similarity.fingerprint import UnitRow
from prism_similarity.shape import Stream

CLASS_LINES: Final = range(40, 120)
Rewriting = Callable[[Stream, Stream, np.random.Generator], Stream | None]


def reworded(part: float) -> Rewriting:
    """Of every hundred operations so many are lost, replaced or doubled."""

    def rewrite(source: Stream, host: Stream, rng: np.random.Generator) -> Stream:  # noqa: ARG001 - all take the same
        fate = rng.random(len(source.tokens))
        changed = np.where(fate < part / 3, rng.permutation(source.tokens), source.tokens)
        times = np.where((fate >= part / 3) & (fate < 2 * part / 3), 0, np.where(fate < part, 2, 1))
        times = np.where(fate < part / 3, 1, times)
        piece = np.repeat(np.arange(len(source.sizes)), source.sizes)
        sizes = np.bincount(np.repeat(piece, times), minlength=len(source.sizes))
        return replace(
            source, tokens=np.repeat(changed, times), lines=np.repeat(source.lines, times), sizes=sizes.astype(np.int64)
        )

    return rewrite


def half(source: Stream, host: Stream, rng: np.random.Generator) -> Stream | None:
    """Half of the definitions, a tenth of their operations changed, in another project."""
    changed = reworded(0.1)(source, host, rng)
    parts = [unit for unit in source.units if unit.kind in {"class", "function"}]
    rng.shuffle(parts)
    pieces: set[int] = set()
    for unit in parts:
        if changed is not None and len(pieces) < len(source.sizes) // 2:
            pieces.update(range(unit.first_piece, unit.last_piece))
    return pasted(changed, sorted(pieces), host) if changed is not None and pieces else None


def one_class(source: Stream, host: Stream, rng: np.random.Generator) -> Stream | None:
    """One class of some sixty lines in another project; ``None`` when there is none."""
    classes = [unit for unit in source.units if unit.kind == "class" and _lines(unit) in CLASS_LINES]
    if not classes:
        return None
    unit = classes[int(rng.integers(len(classes)))]
    return pasted(source, range(unit.first_piece, unit.last_piece), host)


def pasted(source: Stream, pieces: Sequence[int], host: Stream) -> Stream:
    """Some pieces of a project, in their order, at the end of another; whole units among them stay units."""
    ends = np.cumsum(source.sizes)
    taken = [np.arange(ends[piece] - source.sizes[piece], ends[piece]) for piece in pieces]
    places = np.concatenate([*taken, np.zeros(0, dtype=np.int64)]).astype(np.int64)
    place = {piece: len(host.sizes) + number for number, piece in enumerate(pieces)}
    units = [
        msgspec.structs.replace(
            unit, file=0, first_piece=place[unit.first_piece], last_piece=place[unit.last_piece - 1] + 1
        )
        for unit in source.units
        if unit.kind != "file"
        and unit.first_piece < unit.last_piece
        and all(piece in place for piece in range(unit.first_piece, unit.last_piece))
    ]
    return Stream(
        files=host.files,
        units=(*host.units, *units),
        tokens=np.concatenate([host.tokens, source.tokens[places]]),
        lines=np.concatenate([host.lines, source.lines[places]]),
        sizes=np.concatenate([host.sizes, source.sizes[list(pieces)]]),
        is_whole=True,
    )


def _lines(unit: UnitRow) -> int:
    return unit.last_line - unit.first_line + 1


REWRITINGS: Final[Mapping[str, Rewriting]] = {
    "a tenth reworded": reworded(0.1),
    "a fifth reworded": reworded(0.2),
    "half in another": half,
    "one class in another": one_class,
}
