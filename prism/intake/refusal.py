"""How intake says no: the exception every part of it raises, and names made safe to show."""

from collections.abc import Iterator
from contextlib import contextmanager

from prism.finding import Finding
from prism.rule import Rule

MAX_SHOWN = 240
MAX_FINDINGS = 20


class RefusedError(Exception):
    """An archive or folder that is refused as a whole; ``findings`` says why, at least once."""

    def __init__(self, *findings: Finding) -> None:
        super().__init__("; ".join(finding.message for finding in findings))
        self.findings = findings


def refused(rule: Rule, message: str, *, name: bytes | str | None = None, remedy: str = "") -> RefusedError:
    """The refusal of one rule, ready to be raised; ``name`` is an entry's raw name."""
    path = None if name is None else escaped(name)
    return RefusedError(rule.finding(message, path=path, remedy=remedy))


def escaped(name: bytes | str) -> str:
    r"""A name that is safe on a terminal and in a log, at most 240 characters long.

    Bytes that are not UTF-8, control, format and bidirectional characters are written ``\xNN`` or ``\uNNNN``.
    """
    text = name[:MAX_SHOWN].decode("utf-8", "backslashreplace") if isinstance(name, bytes) else name[:MAX_SHOWN]
    shown = "".join(char if char.isprintable() else ascii(char)[1:-1] for char in text)
    whole = len(name) <= MAX_SHOWN and len(shown) <= MAX_SHOWN
    return shown if whole else shown[: MAX_SHOWN - 3] + "..."


class Refusals:
    """The first cause of each refused entry, collected so that an author can mend them all at once.

    At most 20 are kept; entries refused for the same thing (files of one hidden folder) count once.
    """

    def __init__(self) -> None:
        self._findings: dict[tuple[str, str | None], Finding] = {}

    @property
    def is_full(self) -> bool:
        """Whether looking at more entries would tell the author nothing more."""
        return len(self._findings) >= MAX_FINDINGS

    @contextmanager
    def collected(self) -> Iterator[None]:
        """Keep a refusal raised inside, and go on behind the block."""
        try:
            yield
        except RefusedError as refusal:
            for finding in refusal.findings:
                self._findings.setdefault((finding.rule, finding.path), finding)

    def settle(self) -> None:
        """Refuse the whole, if anything was collected."""
        if self._findings:
            raise RefusedError(*tuple(self._findings.values())[:MAX_FINDINGS])
