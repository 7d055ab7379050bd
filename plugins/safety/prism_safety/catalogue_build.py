"""Makes the catalogue of a library from what is installed: its source is read, and imported only when asked to.

Importing runs the package, in a process of its own with a time limit and an empty environment, thrown away afterwards
(``catalogue_probe.py``). Compiled libraries need that: nothing but the running module says what is in them.
"""

import subprocess
from collections.abc import Iterable
from importlib import resources
from pathlib import Path

import msgspec

from prism_safety.library import FORMAT, Library, Names

PROBE_SECONDS = 300
ASK = (
    "import importlib.util as u, pathlib, sys; s = u.find_spec(sys.argv[1]); "
    "p = pathlib.Path(s.origin or '.').parent if s.has_location else ''; "
    "print(p.parent if s.submodule_search_locations and p else p); print('.'.join(map(str, sys.version_info[:2])))"
)


class NotBuiltError(Exception):
    """A package could not be listed; the message says why."""


class Probed(msgspec.Struct, frozen=True):
    """What the probe prints."""

    version: str
    modules: dict[str, dict[str, tuple[str, int, str]]]


class Source(msgspec.Struct, frozen=True, kw_only=True):
    """One package of one Python installation."""

    package: str
    python: str

    def ask(self, *command: str) -> bytes:
        """What the other Python prints.

        Raises:
            NotBuiltError: it fails or takes too long.
        """
        try:
            done = subprocess.run(  # noqa: S603 - the operator names the interpreter
                [self.python, "-I", *command], capture_output=True, timeout=PROBE_SECONDS, env={}, check=False
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise NotBuiltError(f"{self.python} could not be asked about {self.package}: {error}") from error
        if done.returncode:
            raise NotBuiltError(f"{self.package}: {done.stderr.decode('utf-8', 'replace')[-2000:]}")
        return done.stdout


def build(
    library: str, packages: Iterable[str], pythons: Iterable[str], forbidden: dict[str, str], *, importing: bool
) -> Library:
    """The catalogue of some packages, the union over some Python installations.

    ``forbidden`` says which symbols have which capability; modules that are wholly on it stay closed.

    Raises:
        NotBuiltError: a package is not there, or does not answer.
    """
    closed = frozenset(name for name in forbidden if name.rpartition(".")[2].islower())
    made = Library(
        format=FORMAT,
        library=library,
        versions=(),
        pythons=(),
        how="import" if importing else "source",
        closed=(),
        modules={},
        capabilities={},
    )
    for package in packages:
        for python in pythons:
            _add(made, Source(package=package, python=python), closed, forbidden, importing=importing)
    made.closed = tuple(sorted(closed.intersection(made.modules)))
    made.capabilities = {kind: tuple(sorted(set(names))) for kind, names in sorted(made.capabilities.items())}
    return _tidy(made)


def _add(made: Library, source: Source, closed: frozenset[str], forbidden: dict[str, str], *, importing: bool) -> None:
    from prism_safety.catalogue_static import modules_of

    folder, version = source.ask("-c", ASK, source.package).decode().splitlines()
    made.pythons = tuple(sorted({*made.pythons, version}))
    if importing:
        _add_probed(made, source, closed, forbidden)
    for module, names in (modules_of(source.package, Path(folder), closed) if folder else {}).items():
        made.modules.setdefault(module, Names()).merge(names)
    if source.package not in made.modules:
        raise NotBuiltError(f"{source.package} has no source to read; it is compiled, so it must be imported")


def _add_probed(made: Library, source: Source, closed: frozenset[str], forbidden: dict[str, str]) -> None:
    probe = resources.files("prism_safety").joinpath("catalogue_probe.py")
    inside = sorted(name for name in closed if name.startswith(f"{source.package}."))
    with resources.as_file(probe) as path:
        probed = msgspec.json.decode(source.ask(str(path), source.package, *inside), type=Probed)
    if probed.version:
        made.versions = tuple(sorted({*made.versions, probed.version.partition("+")[0]}))
    for module, entries in probed.modules.items():
        listed = made.modules.setdefault(module, Names())
        for name, (kind, _, home) in entries.items():
            is_own = home.partition(".")[0] == source.package
            if home and home != f"{module}.{name}" and (kind == "module" or not is_own):
                listed.homes[name] = home
            else:
                listed.put(kind, name)
    for name in probed.modules:
        above, _, last = name.rpartition(".")
        if above in made.modules:
            made.modules[above].put("module", last)
    _spread(made, probed, forbidden)


def _spread(made: Library, probed: Probed, forbidden: dict[str, str]) -> None:
    """Give every other name of a listed function or class the capability that the listed one has."""
    by_identity: dict[int, str] = {}
    symbols = [
        (f"{module}.{name}", kind, identity)
        for module, entries in probed.modules.items()
        for name, (kind, identity, _) in entries.items()
        if kind in {"class", "function"}
    ]
    for symbol, _, identity in symbols:
        if symbol in forbidden:
            by_identity[identity] = forbidden[symbol]
    for symbol, _, identity in symbols:
        if identity in by_identity and symbol not in forbidden:
            capability = by_identity[identity]
            made.capabilities[capability] = (*made.capabilities.get(capability, ()), symbol)


def _tidy(made: Library) -> Library:
    """The same catalogue in one order, so that the same packages give the same bytes."""
    made.modules = dict(sorted(made.modules.items()))
    for names in made.modules.values():
        names.homes = dict(sorted(names.homes.items()))
        for field in ("classes", "functions", "values", "modules"):
            words = (word for word in getattr(names, field).split() if word not in names.homes)
            setattr(names, field, " ".join(sorted(words)))
    return made


def text_of(made: Library) -> str:
    """The catalogue as it is kept in a file."""
    return msgspec.json.format(msgspec.json.encode(made), indent=1).decode() + "\n"
