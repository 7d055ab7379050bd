"""What the YAML and the JSON reader have in common: a flat stream of events.

Events instead of trees keep both readers and the builder free of recursion, so depth is a number that is checked and
not a stack that overflows.
"""

import enum
from typing import NamedTuple, TypeAlias

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"
JsonPath: TypeAlias = tuple[str | int, ...]


class Kind(enum.Enum):
    """What an event says."""

    OPEN_MAPPING = enum.auto()
    OPEN_SEQUENCE = enum.auto()
    CLOSE = enum.auto()
    SCALAR = enum.auto()


class Fault(NamedTuple):
    """Something readable that is refused all the same, and what to do about it."""

    what: str
    do: str


class Event(NamedTuple):
    """One step through a document; line and column count from 1, the column in code points."""

    kind: Kind
    line: int
    column: int
    value: str | int | float | bool | None = None
    fault: Fault | None = None


class UnreadableError(Exception):
    """The text stops making sense at a place; nothing after it is looked at."""

    def __init__(self, fault: Fault, *, line: int, column: int) -> None:
        super().__init__(fault.what)
        self.fault = fault
        self.line = line
        self.column = column
