"""How intake says no: the exception every part of it raises, and names made safe to show."""

from prism.finding import Finding
from prism.rule import Rule

MAX_SHOWN = 240


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
