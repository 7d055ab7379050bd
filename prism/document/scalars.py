"""Plain YAML 1.2 scalars (core schema) and JSON numbers as Python values.

Only what the core schema names is not text: ``no``, ``on``, dates and sexagesimal numbers stay strings.
"""

import math
import re
from typing import Final

from prism.document.events import Event, Fault, Kind

MAX_NUMBER_LENGTH: Final = 40

_WORDS: Final[dict[str, bool | None]] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_WHOLE = re.compile(r"[-+]?[0-9]+")
_BASED = re.compile(r"0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_NOT_FINITE = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff]")

NOT_FINITE: Final = Fault("this number is not finite", "write a finite number")
_TOO_LONG: Final = Fault(f"this number has more than {MAX_NUMBER_LENGTH} characters", "write a shorter number")


def plain_scalar(text: str, line: int, column: int) -> Event:
    """The event of an unquoted YAML scalar."""
    if text in _WORDS:
        return Event(Kind.SCALAR, line, column, _WORDS[text])
    if _NOT_FINITE.fullmatch(text):
        return Event(Kind.SCALAR, line, column, None, NOT_FINITE)
    if _BASED.fullmatch(text) or _FLOAT.fullmatch(text):
        return number(text, line, column)
    return string(text, line, column)


def number(text: str, line: int, column: int) -> Event:
    """The event of a decimal, octal or hexadecimal number; too long or infinite ones carry a fault."""
    if len(text) > MAX_NUMBER_LENGTH:
        return Event(Kind.SCALAR, line, column, None, _TOO_LONG)
    if _BASED.fullmatch(text):
        return Event(Kind.SCALAR, line, column, int(text, 0))
    if _WHOLE.fullmatch(text):
        return Event(Kind.SCALAR, line, column, int(text))
    value = float(text)
    return Event(Kind.SCALAR, line, column, value, None if math.isfinite(value) else NOT_FINITE)


def string(text: str, line: int, column: int) -> Event:
    """The event of a text; control characters and half surrogate pairs carry a fault."""
    found = None if text.isprintable() else _CONTROL.search(text)
    fault = found and Fault(f"this text holds the character U+{ord(found[0]):04X}", "leave control characters out")
    return Event(Kind.SCALAR, line, column, text, fault)
