"""Texts that are written as escapes although they could be written plainly."""

import re
from collections.abc import Iterator

from prism_safety.obfuscation_rules import ENCODED_PAYLOAD
from prism_safety.obfuscation_text import SourceText, Suspicion

_BEGINNINGS = ("\\x", "\\u00", "\\U0000", "\\0", "\\1", "\\N{L")
_ESCAPED_LETTERS = re.compile(
    r"(?:\\x[4-7][0-9a-fA-F]|\\u00[4-7][0-9a-fA-F]|\\U000000[4-7][0-9a-fA-F]|\\(?:0[4-7]|1[0-7])[0-7]"
    r"|\\N\{(?:LATIN (?:SMALL|CAPITAL) LETTER [A-Za-z]|LOW LINE|FULL STOP)\}){4,}"
)


def escaped_letters(source: SourceText) -> Iterator[Suspicion]:
    """Rows of plain letters that are written as escapes."""
    if not any(beginning in source.text for beginning in _BEGINNINGS):
        return
    for row in _ESCAPED_LETTERS.finditer(source.text):
        piece = source.piece_at(row.start())
        if piece is not None and not piece.is_comment and "r" not in piece.prefix:
            says = "Plain letters are written as escapes."
            yield Suspicion(ENCODED_PAYLOAD, source.span(row.start(), row.end()), says)
