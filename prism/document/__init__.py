"""YAML 1.2 or JSON text as plain data in which every value knows its line.

Policies and the manifest of a submission are read here. The text may be hostile: there are no tags, no aliases and no
objects, size and depth are bounded, and whatever is wrong ends in a ``DocumentError`` that lists it.
"""

import re
from typing import TYPE_CHECKING, Final

from prism.document.events import Fault, Json, JsonPath, UnreadableError
from prism.document.showing import escaped, shown, spelled_path
from prism.errors import DocumentError, Problem

if TYPE_CHECKING:
    from prism.document.building import Built

__all__ = ["Document", "Json", "JsonPath", "escaped", "load_document", "shown", "spelled_path"]

MAX_BYTES: Final = 256 * 1024
MAX_DEPTH: Final = 32
_REFUSED_CHARACTER = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufeff]")


class Document:
    """The data of one text, and where each value stands in it."""

    def __init__(self, name: str, data: Json, places: dict[JsonPath, tuple[int, int]]) -> None:
        self.name = name
        self.data = data
        self._places = places

    def position(self, path: JsonPath) -> tuple[int, int]:
        """Line and column (from 1) of a value, or of its key in an object; of its nearest parent if it is not there."""
        while path not in self._places:
            path = path[:-1]
        return self._places[path]

    def where(self, path: JsonPath) -> str:
        """The place in words: ``policy.yaml:12: $.intake.files``."""
        return self.problem(path, "", "").where

    def problem(self, path: JsonPath, what: str, do: str) -> Problem:
        """A problem with the value at a path."""
        return _problem(self.name, self.position(path)[0], path, Fault(what, do))


def load_document(text: str, *, name: str, max_bytes: int = MAX_BYTES, max_depth: int = MAX_DEPTH) -> Document:
    """The document in a YAML 1.2 or JSON text; ``name`` stands for it in messages.

    A text is JSON when it begins with ``{`` or ``[`` and reads as JSON, or when its name ends in ``.json``. Keys are
    text and unique, numbers finite, and values are what JSON can hold: YAML's ``no``, ``on`` and dates are text.

    Raises:
        DocumentError: with a problem for each thing that is wrong.
    """
    fault = _unfit(text, max_bytes)
    if fault is not None:
        raise _refused(name, None, fault)
    if name.endswith(".json"):
        return _document(name, *_read(text, max_depth, as_json=True))
    if text.lstrip()[:1] in {"{", "["}:
        built, stop = _read(text, max_depth, as_json=True)
        if stop is None:
            return _document(name, built, stop)
    return _document(name, *_read(text, max_depth, as_json=False))


def _unfit(text: str, max_bytes: int) -> UnreadableError | None:
    """What speaks against reading the text at all."""
    if len(text) > max_bytes or len(text.encode("utf-8", "surrogatepass")) > max_bytes:
        return UnreadableError(
            Fault(f"the document is larger than {max_bytes} bytes", "make it smaller"), line=1, column=1
        )
    found = _REFUSED_CHARACTER.search(text)
    if found is None:
        return None
    line = text.count("\n", 0, found.start()) + 1
    fault = Fault(
        f"the text holds the character U+{ord(found[0]):04X}", "save it as UTF-8 text without a byte-order mark"
    )
    return UnreadableError(fault, line=line, column=found.start() - text.rfind("\n", 0, found.start()))


def _read(text: str, max_depth: int, *, as_json: bool) -> "tuple[Built, UnreadableError | None]":
    # Most submissions have no document: its readers are imported for those that do.
    from prism.document.building import Built
    from prism.document.json_reading import json_events
    from prism.document.yaml_reading import yaml_events

    built = Built(max_depth)
    try:
        built.take_all(json_events(text) if as_json else yaml_events(text))
    except UnreadableError as stop:
        return built, stop
    return built, None


def _document(name: str, built: "Built", stop: UnreadableError | None) -> Document:
    if stop is not None or built.faults:
        raise _refused(name, built, stop)
    return Document(name, built.data, built.places)


def _refused(name: str, built: "Built | None", stop: UnreadableError | None) -> DocumentError:
    faults = built.faults if built is not None else ()
    problems = [_problem(name, place[0], path, fault) for path, place, fault in faults]
    if stop is not None:
        file = escaped(name, limit=200)
        where = f"{file}:{stop.line}:{stop.column}"
        problems.append(Problem(where=where, what=stop.fault.what, do=stop.fault.do, file=file, line=stop.line))
    return DocumentError(problems[0].what, where=problems[0].where, do=problems[0].do, problems=tuple(problems))


def _problem(name: str, line: int, path: JsonPath, fault: Fault) -> Problem:
    file, json_path = escaped(name, limit=200), spelled_path(path)
    where = f"{file}:{line}: {json_path}"
    return Problem(where=where, what=fault.what, do=fault.do, file=file, line=line, json_path=json_path)
