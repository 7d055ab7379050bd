"""The optional manifest of a project, ``prism.yaml`` or ``prism.yml`` at its root: what is handed in, where it begins.

The file comes from a stranger, so it is read in the guarded process only, and a manifest with any problem counts as
no manifest at all: nothing is guessed from the half that could be read.
"""

import enum
import re
from collections.abc import Iterator, Mapping
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any, Final

import msgspec

from prism.document import Document, JsonPath, load_document, shown
from prism.errors import DocumentError, Problem
from prism.snapshot import Snapshot

MANIFEST_NAMES: Final = ("prism.yaml", "prism.yml")
MAX_BYTES: Final = 64 * 1024
MAX_DEPTH: Final = 6
MAX_PROBLEMS: Final = 20
MAX_GUESSES: Final = 200
"""File names among which a misspelt one is looked for."""


class ManifestKind(enum.StrEnum):
    """What a project hands in."""

    FULL = "full"
    ARCHITECTURE_ONLY = "architecture_only"
    TRAINING_FOR_ARCH = "training_for_arch"


class Part(enum.StrEnum):
    """The two parts of a project, each with its entrypoint."""

    ARCHITECTURE = "architecture"
    TRAINING = "training"


class Section(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where one part begins and which files belong to it."""

    entrypoint: str
    files: tuple[str, ...] = ()
    """Empty when the manifest does not say: whatever the entrypoint imports."""


class Manifest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A manifest without problems."""

    kind: ManifestKind
    architecture_id: str | None = None
    architecture: Section | None = None
    training: Section | None = None

    @property
    def entrypoints(self) -> Mapping[Part, str]:
        """The entrypoint of each part; one section alone serves both, and without any the default counts."""
        first = self.architecture or self.training
        second = self.training or self.architecture
        if first is None or second is None:
            return {}
        return {Part.ARCHITECTURE: first.entrypoint, Part.TRAINING: second.entrypoint}


class ManifestFault(enum.Enum):
    """What sort of thing is wrong, for whoever treats an entrypoint's faults apart."""

    INVALID = "invalid"
    ENTRYPOINT_MISSING = "entrypoint-missing"
    ENTRYPOINT_OUTSIDE = "entrypoint-outside"


class ManifestProblem(Problem, frozen=True, kw_only=True):
    """One thing that is wrong with a manifest."""

    path: str
    """The manifest's own path."""
    line: int
    fault: ManifestFault = ManifestFault.INVALID


def read_manifest(snapshot: Snapshot) -> tuple[Manifest | None, tuple[ManifestProblem, ...]]:
    """The manifest of a snapshot, or everything that is wrong with it; neither when there is no manifest.

    Raises:
        GuardError: called outside the guarded process.
    """
    names = [name for name in MANIFEST_NAMES if name in snapshot.contents]
    if not names:
        return None, ()
    from prism.guard import boundary

    boundary.begin_reading(names[0])
    if len(names) > 1:
        return None, (_two_manifests(),)
    return _read(names[0], snapshot)


@cache
def manifest_schema() -> Mapping[str, Any]:
    """The JSON Schema (2020-12) of a manifest."""
    return msgspec.json.decode(Path(__file__).with_name("manifest.schema.json").read_bytes(), type=dict[str, Any])


def _two_manifests() -> ManifestProblem:
    first, second = MANIFEST_NAMES
    return ManifestProblem(
        where=second, what=f"there is {first} and {second}", do="keep one of them", path=second, line=1
    )


def _read(name: str, snapshot: Snapshot) -> tuple[Manifest | None, tuple[ManifestProblem, ...]]:
    from prism.schema_problems import problems_of

    try:
        text = snapshot.contents[name].decode()
        document = load_document(text, name=name, max_bytes=MAX_BYTES, max_depth=MAX_DEPTH)
    except UnicodeDecodeError:
        return None, (
            ManifestProblem(where=name, what="it is not UTF-8 text", do="save it as UTF-8", path=name, line=1),
        )
    except DocumentError as error:
        return None, _located(name, error.problems)
    problems = problems_of(document, manifest_schema())
    if problems:
        return None, _located(name, problems)
    manifest = msgspec.convert(document.data, Manifest)
    faults = tuple(islice(_disagreements(document, manifest, snapshot), MAX_PROBLEMS))
    return (None, faults) if faults else (manifest, ())


def _located(name: str, problems: tuple[Problem, ...]) -> tuple[ManifestProblem, ...]:
    """Problems of the text or its schema in the order of their lines, which ``where`` begins with."""
    located = [
        ManifestProblem(where=problem.where, what=problem.what, do=problem.do, path=name, line=_line(name, problem))
        for problem in problems
    ]
    return tuple(sorted(located, key=lambda problem: problem.line)[:MAX_PROBLEMS])


def _line(name: str, problem: Problem) -> int:
    match = re.match(rf"{re.escape(name)}:([0-9]+)", problem.where)
    return int(match[1]) if match else 1


def _disagreements(document: Document, manifest: Manifest, snapshot: Snapshot) -> Iterator[ManifestProblem]:
    """Where a well-formed manifest does not fit its kind or the files of the project."""
    yield from _contradictions(document, manifest)
    for part in Part:
        section: Section | None = getattr(manifest, part)
        if section is not None:
            yield from _entrypoint_faults(document, (part, "entrypoint"), section, snapshot)
            yield from _list_faults(document, (part, "files"), section, snapshot)


def _contradictions(document: Document, manifest: Manifest) -> Iterator[ManifestProblem]:
    surplus = {ManifestKind.ARCHITECTURE_ONLY: Part.TRAINING, ManifestKind.TRAINING_FOR_ARCH: Part.ARCHITECTURE}
    part = surplus.get(manifest.kind)
    if part is not None and getattr(manifest, part) is not None:
        yield _problem(
            document,
            (part,),
            what=f"a project of kind {manifest.kind} hands in no {part}",
            do=f"drop the section, or write `kind: {ManifestKind.FULL}`",
        )


def _entrypoint_faults(
    document: Document, place: JsonPath, section: Section, snapshot: Snapshot
) -> Iterator[ManifestProblem]:
    path = section.entrypoint
    if _leaves(path):
        what = f"the entrypoint {shown(path)} is outside the project"
        do = "name a file of the project, as a path from its root"
        yield _problem(document, place, what=what, do=do, fault=ManifestFault.ENTRYPOINT_OUTSIDE)
    elif path not in snapshot.contents:
        what = f"the entrypoint {shown(path)} is not in the project"
        do = _nearest(path, snapshot)
        yield _problem(document, place, what=what, do=do, fault=ManifestFault.ENTRYPOINT_MISSING)
    elif not path.endswith(".py"):
        yield _problem(
            document, place, what=f"the entrypoint {shown(path)} is no Python file", do="name a file that ends in .py"
        )
    elif section.files and path not in section.files:
        what = f"the entrypoint {shown(path)} is not among the files of its part"
        yield _problem(document, place, what=what, do="add it to `files`, or leave `files` out")


def _list_faults(
    document: Document, place: JsonPath, section: Section, snapshot: Snapshot
) -> Iterator[ManifestProblem]:
    seen: set[str] = set()
    for index, path in enumerate(section.files):
        here = (*place, index)
        if path in seen:
            yield _problem(document, here, what=f"{shown(path)} is listed twice", do="list every file once")
        elif _leaves(path):
            yield _problem(document, here, what=f"{shown(path)} is outside the project", do="list files of the project")
        elif path not in snapshot.contents and path != section.entrypoint:
            do = _nearest(path, snapshot)
            yield _problem(document, here, what=f"{shown(path)} is not in the project", do=do)
        seen.add(path)


def _leaves(path: str) -> bool:
    """Whether a path could lead out of the project on any system, however it is spelled."""
    return path.startswith(("/", "~")) or "\\" in path or ".." in path.split("/") or path[1:2] == ":"


def _nearest(path: str, snapshot: Snapshot) -> str:
    from prism.schema_problems import did_you_mean

    plain = path.removeprefix("./")
    python = (name for name in snapshot.contents if name.endswith(".py"))
    known = [plain] if plain in snapshot.contents else islice(python, MAX_GUESSES)
    return f"{did_you_mean(path, known)}name a file of the project, as a path from its root"


def _problem(
    document: Document, place: JsonPath, *, what: str, do: str, fault: ManifestFault = ManifestFault.INVALID
) -> ManifestProblem:
    return ManifestProblem(
        where=document.where(place),
        what=what,
        do=do,
        path=document.name,
        line=document.position(place)[0],
        fault=fault,
    )
