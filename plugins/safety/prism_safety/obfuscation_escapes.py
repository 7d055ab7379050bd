"""Texts that are written as escapes although they could be written plainly."""

import re
from collections.abc import Iterator

from prism_safety.obfuscation_rules import ENCODED_PAYLOAD
from prism_safety.obfuscation_text import SourceText, Suspicion

_CODE = "(?:[46][1-9a-fA-F]|[57][0-9aA]|5[fF])"
_ESCAPE = (
    rf"\\(?:x{_CODE}|u00{_CODE}|U000000{_CODE}|1[0-7][0-7]"
    r"|N\{(?:LATIN (?:SMALL|CAPITAL) LETTER [A-Za-z]|LOW LINE)\})"
)
_ESCAPED_LETTERS = re.compile(rf"{_ESCAPE}(?:{_ESCAPE}){{3,}}")  # begins with a backslash, which is found at once
"""Letters and the underscore, in every way of escaping them."""


def escaped_letters(source: SourceText) -> Iterator[Suspicion]:
    """Rows of plain letters that are written as escapes."""
    for row in _ESCAPED_LETTERS.finditer(source.text):
        piece = source.piece_at(row.start())
        if piece is not None and not piece.is_comment and "r" not in piece.prefix:
            says = "Plain letters are written as escapes."
            yield Suspicion(ENCODED_PAYLOAD, source.span(row.start(), row.end()), says)
