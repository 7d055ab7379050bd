"""What the guarded process hands over for a review by a model: parsed there, so that nobody else has to parse."""

from typing import Annotated

import msgspec
from msgspec import Meta

Line = Annotated[int, Meta(ge=1)]


class Piece(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Lines of a file that belong together: a definition, or what stands between two. Pieces follow without a gap."""

    first: Line
    last: Line
    neutral: str
    """The same code without comments, docstrings and prose, under neutral names; one line for each in ``lines``."""
    lines: tuple[Line, ...]
    """For each line of ``neutral``, the line of the file that it came from."""


class FileMaterial(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One Python file that parses."""

    path: str
    neutral_path: str
    """What the file is called where names are neutral; imports in the neutral code agree with it."""
    sha256: str
    pieces: tuple[Piece, ...]
    symbols: dict[str, tuple[Line, ...]]
    """Dotted names as the source spells them (``os.system``, ``self.load``, ``eval``) with the lines they stand on;
    under the name that an import hides behind too (``import os as o; o.system`` is also ``os.system``)."""
    neutral_names: dict[str, str]
    """Of each neutral name, what stands for it in the file."""


class Material(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The files of a project that parse, by path. What is too large to be handed over is not among them."""

    files: tuple[FileMaterial, ...]
