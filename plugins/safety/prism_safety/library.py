"""A catalogue of one library: the names of its modules, and what its functions can do beyond computing.

The files in ``catalogues/`` are made by ``prism catalogue build`` (see :mod:`prism_safety.catalogue_build`).
"""

import functools
from pathlib import Path
from typing import Final

import msgspec

FORMAT: Final = 1
KINDS = ("class", "function", "value", "module")


class Names(msgspec.Struct, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """The names of one module, by kind; words separated by blanks."""

    classes: str = ""
    functions: str = ""
    values: str = ""
    modules: str = ""
    homes: dict[str, str] = {}
    """Names that belong to another library, with the dotted name they have there."""

    def put(self, kind: str, name: str) -> None:
        """Add a name, unless it is private or known."""
        field = {"class": "classes", "function": "functions", "value": "values", "module": "modules"}[kind]
        if not name.startswith("_") and name not in self.all:
            setattr(self, field, f"{getattr(self, field)} {name}".strip())

    def merge(self, other: "Names") -> None:
        """Add what another list has besides; a name keeps the kind that it has here."""
        for kind, names in (
            ("class", other.classes),
            ("function", other.functions),
            ("value", other.values),
            ("module", other.modules),
        ):
            for name in names.split():
                self.put(kind, name)
        self.homes = {**other.homes, **self.homes}

    @property
    def all(self) -> frozenset[str]:
        """Every name, of whatever kind."""
        return frozenset(f"{self.classes} {self.functions} {self.values} {self.modules}".split()).union(self.homes)


class Library(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """What is known about one library, or a group of modules, in the versions that were looked at."""

    format: int
    library: str
    versions: tuple[str, ...]
    pythons: tuple[str, ...]
    how: str
    """``source`` when it was only read, ``import`` when it was imported as well."""
    closed: tuple[str, ...]
    """Modules that are wholly forbidden; what is in them is not listed."""
    modules: dict[str, Names]
    capabilities: dict[str, tuple[str, ...]]
    """Symbols that are the same thing as a symbol on the list of capabilities, under another name."""


@functools.cache
def shipped(library: str) -> Library | None:
    """The catalogue in the wheel for the library of this name; nothing when there is none."""
    path = Path(__file__).with_name("catalogues").joinpath(f"{library}.json")
    return msgspec.json.decode(path.read_bytes(), type=Library) if path.is_file() else None


@functools.cache
def shipped_names() -> frozenset[str]:
    """The libraries that have a catalogue in the wheel."""
    folder = Path(__file__).with_name("catalogues")
    return frozenset(path.name.removesuffix(".json") for path in folder.iterdir() if path.name.endswith(".json"))
