"""The one way text from a submission reaches a screen: every character visible, none obeyed.

A file name can hold a terminal's control sequence, a comment can turn the reading direction around, a message can
carry a line break that forges a second finding. Whatever is not plainly visible is shown as its code point.
"""

import re
import unicodedata

# Letters and marks that Unicode counts as printable and that nevertheless show as nothing.
INVISIBLE = frozenset(
    chr(code)
    for span in (
        (0x034F, 0x0350),  # combining grapheme joiner
        (0x115F, 0x1161),  # Hangul fillers
        (0x17B4, 0x17B6),  # Khmer inherent vowels
        (0x180B, 0x1810),  # Mongolian variation selectors
        (0x2800, 0x2801),  # blank braille pattern
        (0x3164, 0x3165),  # Hangul filler
        (0xFE00, 0xFE10),  # variation selectors
        (0xFFA0, 0xFFA1),  # half-width Hangul filler
        (0xE0100, 0xE01F0),  # more variation selectors
    )
    for code in range(*span)
)
_NOT_PLAIN = re.compile("[^\\x00-\\x7e]")
MARKS_IN_A_ROW = 2  # real scripts stack two; more of them paint over the lines around


def escape(text: str) -> str:
    r"""The text on one line with nothing in it that a terminal, a log or a reader's eye could be misled by.

    Control, format, private, unassigned and surrogate characters, line breaks, tabs, blank characters other than the
    space, and piled-up combining marks become ``\n``, ``\x1b``, ``\u202e`` and the like.
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(escaped_characters(text))


def escaped_characters(text: str) -> list[str]:
    """What each character of the text is shown as, in order: itself, or its escape."""
    shown: list[str] = []
    marks = 0
    for position, character in enumerate(text):
        marks = marks + 1 if unicodedata.category(character) in ("Mn", "Me") else 0
        stray = marks > MARKS_IN_A_ROW or (marks > 0 and marks == position + 1)
        shown.append(_code(character) if stray or not is_visible(character) else character)
    return shown


def is_visible(character: str) -> bool:
    """Whether a single character shows as what it is."""
    return character.isprintable() and character not in INVISIBLE


def shorten(text: str, limit: int) -> str:
    """The escaped text within ``limit`` columns of one character each, its middle left out when it is longer."""
    shown = escape(text[: 4 * limit] if len(text) <= 4 * limit else text[: 2 * limit] + text[-2 * limit :])
    if len(shown) <= limit:
        return shown
    tail = limit // 3
    return f"{shown[: limit - tail - 3]}...{shown[-tail:]}"


def ascii_json(data: bytes) -> bytes:
    """JSON that means the same, in ASCII without DEL: no terminal or log that shows it is disturbed by what it quotes.

    Encoders escape the control characters below the space only; what else is not plain can stand inside a text alone.
    """
    if data.isascii() and b"\x7f" not in data:
        return data
    return _NOT_PLAIN.sub(lambda found: _json_code(ord(found[0])), data.decode()).encode()


def _json_code(code: int) -> str:
    if code < 0x10000:  # noqa: PLR2004 - four digits, as JSON has it
        return f"\\u{code:04x}"
    high, low = divmod(code - 0x10000, 0x400)
    return f"\\u{0xD800 + high:04x}\\u{0xDC00 + low:04x}"


def _code(character: str) -> str:
    named = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}
    if character in named:
        return named[character]
    code = ord(character)
    if code < 0x100:  # noqa: PLR2004 - what fits two hexadecimal digits
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"  # noqa: PLR2004 - four digits, as Python writes it
