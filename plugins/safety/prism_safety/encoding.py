"""Whether a file's bytes mean to Python what they mean here: UTF-8 without a byte-order mark.

Intake refuses such files already; this is the second door, for projects that came in another way.
"""

import re
from collections.abc import Iterator

from prism_safety.obfuscation_rules import ODD_ENCODING
from prism_safety.obfuscation_text import SourceText, Suspicion

_COOKIE = re.compile(r"[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)", re.ASCII)
_BLANK = re.compile(r"[ \t\f]*(#|$)")
_BYTE_ORDER_MARK = "\ufeff"
_UTF8 = frozenset({"utf-8", "utf8", "u8"})
_ASCII = frozenset({"ascii", "us-ascii"})


def declared_otherwise(source: SourceText) -> Iterator[Suspicion]:
    """A byte-order mark, a NUL, or the declaration of another encoding in the first two lines, where Python looks."""
    text = source.text
    if text.startswith(_BYTE_ORDER_MARK):
        yield Suspicion(ODD_ENCODING, source.span(0, 1), "The file begins with a byte-order mark.")
    nul = text.find("\0")
    if nul >= 0:
        yield Suspicion(ODD_ENCODING, source.span(nul, nul + 1), "The file has a NUL character.")
    start = 0
    for line in text.split("\n", 2)[:2]:
        declared = _COOKIE.match(line)
        if declared:
            yield from _judged(declared, start, source)
            return
        if not _BLANK.match(line):
            return
        start += len(line) + 1


def _judged(declared: re.Match[str], start: int, source: SourceText) -> Iterator[Suspicion]:
    name = declared[1].lower().replace("_", "-")
    if name in _UTF8 or (name in _ASCII and source.text.isascii()):
        return
    says = f"The file declares the encoding `{declared[1][:40]}`, but is read as UTF-8."
    yield Suspicion(ODD_ENCODING, source.span(start + declared.start(1), start + declared.end(1)), says)
