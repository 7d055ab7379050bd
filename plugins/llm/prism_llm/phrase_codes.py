"""Texts that are written in a code: everything that a model may read as easily as the text itself.

Each decoder is given a text and yields what it may mean, in time linear in the text. Whether that is right shows later.
"""

import base64
import binascii
import html
import re
import sys
from collections.abc import Callable, Iterator
from typing import Final

MOST_CHARACTERS: Final = 200_000
"""What is read of one decoded stretch."""
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{16,}(?:\s+[A-Za-z0-9+/_-]{16,})*(?:\s+[A-Za-z0-9+/]+={0,2}(?!\S))?={0,2}")
_BASE32 = re.compile(r"[A-Z2-7]{24,}={0,6}")
_BASE85 = re.compile(r"[!-z]{25,}")
_HEX = re.compile(r"(?:(?:0x|\\x|%|&#x|\\u00|U\+00)?[0-9a-fA-F]{2};?[,:\s-]{0,2}){12,}")
_HEX_SIGNS = re.compile(r"0x|\\x|%|&#x|\\u00|U\+00|[^0-9a-fA-F]")
_NUMBERS = re.compile(r"(?:\d{2,3}[,;\s]{1,2}){11,}\d{2,3}")
_BITS = re.compile(r"(?:[01]{7,8}[,\s]{0,2}){8,}")
_MORSE = re.compile("(?:[.\\-\u00b7\u2212\u2013]{1,5}[ /|]{1,3}){10,}[.\\-\u00b7\u2212\u2013]{0,5}")
_ESCAPE = re.compile(r"\\u([0-9a-fA-F]{4})|\\U([0-9a-fA-F]{8})|\\x([0-9a-fA-F]{2})|%([0-9a-fA-F]{2})")
_NO_CHARACTER = re.compile(r"&#\d{8,}")
"""A reference with more digits than any character has; with thousands of them it is no number that Python reads."""
_TAGS = re.compile("[\U000e0020-\U000e007e]+")
_SELECTORS = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]{4,}")
_ZERO_WIDTH = re.compile("[\u200b\u200c\u200d\u2060\ufeff]{24,}")
_MORSE_CODE: Final = {
    sign: chr(ord("a") + place)
    for place, sign in enumerate(
        (
            *(".-", "-...", "-.-.", "-..", ".", "..-.", "--.", "....", "..", ".---", "-.-", ".-..", "--", "-.", "---"),
            *(".--.", "--.-", ".-.", "...", "-", "..-", "...-", ".--", "-..-", "-.--", "--.."),
        )
    )
}
_SHOWN: Final = 0.9
_SHORTEST: Final = 8
_FIRST_SUPPLEMENT: Final = "\U000e0100"


def decodings(text: str) -> Iterator[str]:
    """What stretches of a text say in the codes that are known."""
    for pattern, decode in _CODES:
        for match in pattern.finditer(text):
            for said in decode(match[0]):
                if _is_text(said):
                    yield said[:MOST_CHARACTERS]
    if _ESCAPE.search(text):
        yield _ESCAPE.sub(_unescaped, text)
    if "&" in text and (spoken := html.unescape(_NO_CHARACTER.sub("", text))) != text:
        yield spoken


def _is_text(said: str) -> bool:
    """Whether something decoded can be read at all."""
    return len(said) >= _SHORTEST and sum(char.isprintable() or char in "\n\t" for char in said) >= _SHOWN * len(said)


def _unescaped(match: re.Match[str]) -> str:
    number = int(next(filter(None, match.groups())), 16)
    return chr(number) if number <= sys.maxunicode else ""


def _bytes(data: bytes) -> Iterator[str]:
    """Bytes as a text. A model does not unpack what was packed, so neither is that done here."""
    try:
        yield data.decode("utf-8")
    except UnicodeDecodeError:
        if b"\x00" in data:
            yield data.decode("utf-16-le", "ignore")


def _base64(found: str) -> Iterator[str]:
    plain = re.sub(r"[\s=]", "", found).replace("-", "+").replace("_", "/")
    for whole in {plain, *re.split(r"\s+", found.replace("-", "+").replace("_", "/").rstrip("="))}:
        yield from _bytes(binascii.a2b_base64(whole[: len(whole) // 4 * 4] + _rest(whole)))


def _rest(plain: str) -> str:
    """The characters beyond whole groups of four, filled up."""
    rest = plain[len(plain) // 4 * 4 :]
    return rest + "=" * (4 - len(rest)) if len(rest) > 1 else ""


def _base32(found: str) -> Iterator[str]:
    plain = found.rstrip("=")
    plain = plain[: len(plain) - (1 if len(plain) % 8 in {1, 3, 6} else 0)]
    yield from _bytes(base64.b32decode(plain + "=" * (-len(plain) % 8)))


def _base85(found: str) -> Iterator[str]:
    for decode in (base64.a85decode, base64.b85decode):
        try:
            yield from _bytes(decode(found[:MOST_CHARACTERS]))
        except ValueError:
            continue


def _hex(found: str) -> Iterator[str]:
    digits = _HEX_SIGNS.sub("", found)
    yield from _bytes(bytes.fromhex(digits[: len(digits) // 2 * 2]))


def _numbers(found: str) -> Iterator[str]:
    yield "".join(chr(int(number)) for number in re.findall(r"\d+", found))


def _bits(found: str) -> Iterator[str]:
    yield from _octets("".join(char for char in found if char in "01"))
    yield "".join(chr(int(group, 2)) for group in re.findall("[01]{7,8}", found))


def _octets(bits: str) -> Iterator[str]:
    yield from _bytes(bytes(int(bits[at : at + 8], 2) for at in range(0, len(bits) - 7, 8)))


def _morse(found: str) -> Iterator[str]:
    signs = found.translate(str.maketrans("\u00b7\u2212\u2013", ".--"))
    words = re.split(r"\s*[/|]\s*|\s{2,}", signs)
    yield " ".join("".join(_MORSE_CODE.get(sign, "") for sign in word.split()) for word in words)


def _tags(found: str) -> Iterator[str]:
    yield "".join(chr(ord(char) - 0xE0000) for char in found)


def _selectors(found: str) -> Iterator[str]:
    """Bytes as variation selectors: the first sixteen stand in another block than the rest."""
    yield from _bytes(bytes(_selected(char) for char in found))


def _selected(char: str) -> int:
    return ord(char) & 0xF if char < _FIRST_SUPPLEMENT else ord(char) - ord(_FIRST_SUPPLEMENT) + 16


def _zero_width(found: str) -> Iterator[str]:
    """Bits as two characters that do not show, whichever of them is one."""
    signs = sorted(set(found))
    for one in signs:
        yield from _octets("".join("1" if char == one else "0" for char in found))


_CODES: Final[tuple[tuple[re.Pattern[str], Callable[[str], Iterator[str]]], ...]] = (
    (_BASE64, _base64),
    (_BASE32, _base32),
    (_BASE85, _base85),
    (_HEX, _hex),
    (_NUMBERS, _numbers),
    (_BITS, _bits),
    (_MORSE, _morse),
    (_TAGS, _tags),
    (_SELECTORS, _selectors),
    (_ZERO_WIDTH, _zero_width),
)
