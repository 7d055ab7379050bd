"""What the project's code was seen to do, as the supervisor keeps it: bounded, each thing once, and never taken back.

The tripwire reports from the process of hostile code, so its channel can be made to say too much and not too little:
a message that has arrived stays, and a channel that is closed, silent, malformed or flooded is itself an observation.
"""

import enum
from dataclasses import dataclass

MAX_OBSERVATIONS = 128
MAX_TOTAL_CHARACTERS = 12_000
MAX_WHAT = 160
MAX_WHERE = 100
MAX_MESSAGE_BYTES = 512
ARMED = b"armed"
"""The first message: the tripwire stands, and nothing of the project has been imported."""


class Kind(enum.StrEnum):
    """What a project can be seen to do beyond computing; the names are those of the safety plugin's capabilities."""

    FILESYSTEM = "filesystem"
    NETWORK = "network"
    PROCESS = "process"
    CODE = "code-from-string"
    IMPORT = "dynamic-import"
    """An import by the project: what was imported stands in ``what``."""
    NATIVE = "native-code"
    DESERIALISE = "deserialise"
    INTROSPECTION = "introspection"
    ENVIRONMENT = "environment"
    THREADS = "threads"
    INTERACTIVE = "interactive"
    TRIPWIRE = "tripwire"
    """Something was done to the tripwire itself, or more was observed than can be kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One thing that was observed."""

    kind: Kind
    what: str
    where: str


class Observations:
    """Everything that was observed in one run."""

    def __init__(self, *, room: int = MAX_TOTAL_CHARACTERS) -> None:
        self._seen: dict[tuple[Kind, str], Seen] = {}
        self._left = room
        self._is_armed = False

    def take(self, message: bytes) -> None:
        """Note one message of the tripwire."""
        if message == ARMED and not self._is_armed:
            self._is_armed = True
            return
        parts = message.decode("ascii", "replace").split("\n")
        if len(parts) != 3 or parts[0] not in _TOLD or not all(map(str.isprintable, parts)) or not message.isascii():  # noqa: PLR2004 - kind, what, where
            self.note(Kind.TRIPWIRE, "malformed", "")
            return
        self.note(Kind(parts[0]), parts[1], parts[2])

    def note(self, kind: Kind, what: str, where: str) -> None:
        """Keep one observation, if it is a new one and there is room; that there was none is kept in any case."""
        what, where = what[:MAX_WHAT], where[:MAX_WHERE]
        if (kind, what) in self._seen:
            return
        size = len(kind) + len(what) + len(where)
        if kind is not Kind.TRIPWIRE and (len(self._seen) >= MAX_OBSERVATIONS or size > self._left):
            kind, what, where, size = Kind.TRIPWIRE, "overflow", "", 0
        self._left -= size
        self._seen.setdefault((kind, what), Seen(kind=kind, what=what, where=where))

    def require_armed(self) -> None:
        """Note it if the tripwire has not spoken: this contestant was not watched."""
        if not self._is_armed:
            self.note(Kind.TRIPWIRE, "silent", "")

    def begin(self) -> None:
        """Expect the tripwire of a fresh contestant."""
        self._is_armed = False

    def as_json(self) -> list[dict[str, str]]:
        """All of it in the order in which it was observed."""
        return [{"kind": str(seen.kind), "what": seen.what, "where": seen.where} for seen in self._seen.values()]


_TOLD = frozenset(Kind) - {Kind.TRIPWIRE}
