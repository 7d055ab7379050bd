"""A policy file and what it extends, read into one piece of data that knows where each value stands."""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import msgspec

from prism.document import Document, Json, JsonPath, load_document, shown
from prism.document.reading import text_of
from prism.errors import DocumentError, PolicyError, Problem
from prism.policy.merging import merged
from prism.policy.shipped import shipped_file, shipped_names
from prism.schema_problems import Complaint, did_you_mean, listed

MAX_LAYERS: Final = 10
POLICY_SUFFIXES: Final = (".yaml", ".yml", ".json")
OWN_KEYS: Final = ("description", "extends", "name")
"""Keys that belong to one file and are not inherited."""


class Layer(msgspec.Struct, frozen=True, kw_only=True):
    """One policy file as it is written."""

    file: Path
    document: Document
    is_file: bool = True
    """Otherwise it was said on the command line, and ``file`` is the option."""

    @property
    def folder(self) -> Path:
        """What relative paths in the file start from."""
        return self.file.parent

    def holds(self, path: JsonPath) -> bool:
        """Whether the file states a value at a path; ``null`` takes away and states nothing."""
        return value_at(self.document.data, path) is not None

    def taken_away(self, path: JsonPath) -> JsonPath:
        """Where the file has ``null`` on the way to a path; empty if it has none there."""
        data = self.document.data
        for length, step in enumerate(path, start=1):
            if not isinstance(data, dict) or not isinstance(step, str) or step not in data:
                return ()
            data = data[step]
            if data is None:
                return path[:length]
        return ()


class Layers(msgspec.Struct, frozen=True):
    """The files of one policy, from the outermost base to the file that was asked for."""

    files: tuple[Layer, ...]
    reference: str | Path
    """What the policy was asked for by."""

    def over(self, data: Json, *, said_by: str) -> "Layers":
        """The same policy with something said over it for a while, by an option of the command line."""
        document = load_document(json.dumps(data), name=said_by)
        return Layers((*self.files, Layer(file=Path(said_by), document=document, is_file=False)), self.reference)

    @property
    def data(self) -> Json:
        """What the files say together; without ``extends``."""
        data: Json = {}
        for layer in self.files:
            if layer.is_file and isinstance(data, dict):
                data = {key: value for key, value in data.items() if key not in OWN_KEYS}
            data = merged(data, layer.document.data)
        return {key: value for key, value in data.items() if key != "extends"} if isinstance(data, dict) else data

    def origin(self, path: JsonPath) -> Layer:
        """The file that states the value at a path, or its nearest parent."""
        for length in range(len(path), 0, -1):
            for layer in reversed(self.files):
                if layer.holds(path[:length]):
                    return layer
        return self.files[-1]

    def statement(self, path: JsonPath) -> tuple[Layer, int] | None:
        """The file that states the value at a path, or takes it away, with the line; ``None`` where no file says it."""
        for layer in reversed(self.files):
            told = path if layer.holds(path) else layer.taken_away(path)
            if told:
                return layer, layer.document.position(told)[0]
        return None

    def problems(self, complaints: list[Complaint]) -> tuple[Problem, ...]:
        """The complaints with their places, file by file, in the order of lines."""
        ordered = sorted(complaints, key=lambda complaint: self._order(complaint.path))
        return tuple(self.origin(complaint.path).document.problem(*complaint) for complaint in ordered)

    def _order(self, path: JsonPath) -> tuple[int, int, int]:
        layer = self.origin(path)
        return (-self.files.index(layer), *layer.document.position(path))


def value_at(data: Json, path: JsonPath) -> Json:
    """The value at a path; ``None`` where there is nothing."""
    for step in path:
        if isinstance(data, dict) and isinstance(step, str):
            data = data.get(step)
        elif isinstance(data, list) and isinstance(step, int) and step < len(data):
            data = data[step]
        else:
            return None
    return data


def selected(data: Json) -> Iterator[tuple[str, str, JsonPath]]:
    """Name, source and the path that states it of every plugin that is selected and not blocked."""
    section, blocked = value_at(data, ("plugins",)), value_at(data, ("blocked_plugins",))
    for name, choice in section.items() if isinstance(section, dict) else ():
        source = choice.get("from", "") if isinstance(choice, dict) else ""
        if (isinstance(blocked, list) and name in blocked) or not isinstance(source, str):
            continue  # complained about elsewhere; a blocked plugin is never imported
        yield name, source, ("plugins", name, "from") if source else ("plugins", name)


def read_layers(reference: str | Path) -> Layers:
    """Read a policy and everything it extends.

    Raises:
        PolicyError: a file is missing or cannot be read, or they extend each other in a circle.
    """
    layer = _read(_file_of(reference), str(reference))
    chain = [layer]
    while (base := _base_of(layer)) is not None:
        where = layer.document.where(("extends",))
        _refuse_circle(base, chain, where)
        layer = _read(base, where)
        chain.append(layer)
    return Layers(tuple(reversed(chain)), reference)


def _file_of(reference: str | Path) -> Path:
    if isinstance(reference, Path):
        return reference
    file = shipped_file(reference)
    if file is None and not _looks_like_path(reference):
        raise _not_shipped(reference, "the policy asked for")
    return file or Path(reference)


def _base_of(layer: Layer) -> Path | None:
    """The file that a layer extends."""
    data = layer.document.data
    said = data.get("extends") if isinstance(data, dict) else None
    if said is None:
        return None
    where = layer.document.where(("extends",))
    if not isinstance(said, str) or not said:
        raise _error(
            f"expected the name of a policy, not {shown(said)}", where, "write a shipped policy's name or a path"
        )
    file = shipped_file(said)
    if file is not None:
        return file
    if not _looks_like_path(said):
        raise _not_shipped(said, where)
    if Path(said).is_absolute():
        raise _error(f"{shown(said)} is an absolute path", where, "write a path relative to this file")
    return Path(os.path.normpath(layer.folder / said))


def _looks_like_path(text: str) -> bool:
    return "/" in text or text.endswith(POLICY_SUFFIXES)


def _not_shipped(name: str, where: str) -> PolicyError:
    hint = f"{did_you_mean(name, shipped_names())}shipped: {listed(shipped_names())}"
    return _error(f"no policy {shown(name)} is shipped", where, f"{hint}; a file's path ends in .yaml or .json")


def _refuse_circle(base: Path, chain: list[Layer], where: str) -> None:
    known, file = [os.path.realpath(layer.file) for layer in chain], os.path.realpath(base)
    if file in known:
        names = [str(layer.file) for layer in chain[known.index(file) :]]
        circle = " -> ".join([*names, str(base)])
        raise _error(f"policies extend each other in a circle: {circle}", where, "take one `extends` out")
    if len(chain) >= MAX_LAYERS:
        raise _error(f"more than {MAX_LAYERS} policies extend each other", where, "make the chain shorter")


def _read(file: Path, asked_by: str) -> Layer:
    try:
        document = load_document(text_of(file, asked_by=asked_by, kind="policy"), name=str(file))
    except DocumentError as error:
        raise PolicyError(error.what, where=error.where, do=error.do, problems=error.problems) from error
    if not isinstance(document.data, dict):
        raise _error(f"expected an object, not {shown(document.data)}", document.where(()), "write a policy")
    return Layer(file=file, document=document)


def _error(what: str, where: str, do: str) -> PolicyError:
    return PolicyError(what, where=where, do=do, problems=(Problem(where=where, what=what, do=do),))
