"""Events to plain data, with the place of every value; never deeper, larger or odder than JSON allows."""

from collections.abc import Iterable
from typing import Final

from prism.document.events import Event, Fault, Json, JsonPath, Kind, UnreadableError
from prism.document.showing import shown

MAX_FAULTS: Final = 50
_EMPTY: Final = Fault("the document is empty", "write an object")
_COMPLEX_KEY: Final = Fault("a list or an object stands where a key belongs", "write a name as the key")


class Built:
    """The data of one document, the place of each value, and what was refused on the way."""

    def __init__(self, max_depth: int) -> None:
        self.data: Json = None
        self.places: dict[JsonPath, tuple[int, int]] = {}
        self.faults: list[tuple[JsonPath, tuple[int, int], Fault]] = []
        self._max_depth = max_depth
        self._open: list[_Open] = []

    def take_all(self, events: Iterable[Event]) -> None:
        """Take every event of a document.

        Raises:
            UnreadableError: from the events, or because the document is empty, too deep or has too many faults.
        """
        for event in events:
            self._take(event)
            if len(self.faults) >= MAX_FAULTS:
                raise UnreadableError(
                    Fault("too many things are wrong to go on", "mend these first"),
                    line=event.line,
                    column=event.column,
                )
        if () not in self.places:
            raise UnreadableError(_EMPTY, line=1, column=1)

    def _take(self, event: Event) -> None:
        if event.kind is Kind.CLOSE:
            self._open.pop()
        elif self._open and self._open[-1].wants_key:
            self._take_key(self._open[-1], event)
        else:
            self._take_value(event)

    def _take_key(self, parent: "_Open", event: Event) -> None:
        if event.kind is not Kind.SCALAR:
            raise UnreadableError(_COMPLEX_KEY, line=event.line, column=event.column)
        key = event.value if isinstance(event.value, str) else shown(event.value)
        path = (*parent.path, key)
        place = (event.line, event.column)
        if event.fault is not None:
            self.faults.append((path, place, event.fault))
        elif not isinstance(event.value, str):
            self.faults.append((path, place, Fault(f"the key {key} is not text", "put the key in quotes")))
        elif path in self.places:
            what = f"the key {shown(key)} stands twice; first on line {self.places[path][0]}"
            self.faults.append((path, place, Fault(what, "keep one of the two")))
        self.places.setdefault(path, place)
        parent.key = key

    def _take_value(self, event: Event) -> None:
        value: Json = {Kind.OPEN_MAPPING: dict, Kind.OPEN_SEQUENCE: list}.get(event.kind, lambda: event.value)()
        path = self._open[-1].put(value) if self._open else ()
        if not self._open:
            self.data = value
        place = self.places.setdefault(path, (event.line, event.column))
        if event.fault is not None:
            self.faults.append((path, place, event.fault))
        if isinstance(value, dict | list):
            self._descend(value, path, event)

    def _descend(self, value: "dict[str, Json] | list[Json]", path: JsonPath, event: Event) -> None:
        if len(self._open) >= self._max_depth:
            fault = Fault(f"the document is nested deeper than {self._max_depth} levels", "make it flatter")
            raise UnreadableError(fault, line=event.line, column=event.column)
        self._open.append(_Open(value, path))


class _Open:
    """A list or object that is being filled."""

    __slots__ = ("container", "key", "path")

    def __init__(self, container: "dict[str, Json] | list[Json]", path: JsonPath) -> None:
        self.container = container
        self.path = path
        self.key: str | None = None

    @property
    def wants_key(self) -> bool:
        return isinstance(self.container, dict) and self.key is None

    def put(self, value: Json) -> JsonPath:
        """Add a value; returns its path."""
        if isinstance(self.container, list):
            self.container.append(value)
            return (*self.path, len(self.container) - 1)
        key, self.key = self.key or "", None
        self.container[key] = value
        return (*self.path, key)
