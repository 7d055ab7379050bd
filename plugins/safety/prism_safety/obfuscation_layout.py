"""Code where a reader does not look: far to the right, on endless lines, behind control characters."""

import re
from collections.abc import Iterator

from prism_safety.obfuscation_rules import HIDDEN_CODE
from prism_safety.obfuscation_text import SourceText, Suspicion, code_point

_ALLOWED_CONTROLS = frozenset("\t\n\f")
_MORE_LINE_BREAKS = frozenset("\x7f\u2028\u2029") | frozenset(map(chr, range(0x80, 0xA0)))
_CONTROLS = frozenset(map(chr, range(1, 0x20))) - _ALLOWED_CONTROLS | _MORE_LINE_BREAKS
_CONTROL_BYTES = "".join(sorted(_CONTROLS)).encode("ascii", "ignore")
_FORM_FEED = re.compile(r"(?<=[^\n\f])\f|\f(?=[^\n\f])")
_AFAR = 40
_WIDE = 100
_GAP = re.compile(rf"(?<![ \t\f])[ \t\f]{{{_WIDE},}}+(?=[^\s#\\])")
_SEMICOLON_AFAR = re.compile(r"(?<![ \t\f])[ \t\f]{40,}+;|;[ \t\f]{40,}+(?=[^\s#])|(?<=[^\n]{200});")
_LONE_RETURN = re.compile(rb"\r(?!\n)")
_PUNCTUATION = re.compile(r"[\s()\[\]{},:]*")


def hidden_code(source: SourceText, longest_line: int) -> Iterator[Suspicion]:
    """Places where code runs that a reader of the file does not see."""
    yield from _controls(source)
    yield from _lone_returns(source)
    yield from _gaps(source)
    yield from _statements_afar(source)
    if max(map(len, source.file.lines)) > longest_line:
        yield from _long_lines(source, longest_line)


def _controls(source: SourceText) -> Iterator[Suspicion]:
    """Control characters, which a viewer may take for a line's end or for a command; form feeds between pages pass."""
    data = source.file.data
    is_clean = source.text.isascii() and len(data) == len(data.translate(None, _CONTROL_BYTES))
    found = frozenset() if is_clean else source.characters & _CONTROLS
    if found:
        for control in re.finditer(f"[{re.escape(''.join(sorted(found)))}]", source.text):
            says = f"The text has the control character {code_point(control[0])}."
            yield Suspicion(HIDDEN_CODE, source.span(control.start(), control.end()), says)
    if "\f" in source.text:
        for feed in _FORM_FEED.finditer(source.text):
            says = "A form feed inside a line hides how far the line is indented."
            yield Suspicion(HIDDEN_CODE, source.span(feed.start(), feed.end()), says)


def _lone_returns(source: SourceText) -> Iterator[Suspicion]:
    data = source.file.data
    lone = _LONE_RETURN.search(data) if b"\r" in data else None
    if lone:
        place = len(data[: lone.start()].decode("utf-8", "replace").replace("\r\n", "\n"))
        says = "A carriage return without a line feed begins a new line for Python, and not for most viewers."
        yield Suspicion(HIDDEN_CODE, source.span(place, place + 1), says)


def _gaps(source: SourceText) -> Iterator[Suspicion]:
    """Code far to the right."""
    if " " * _WIDE not in source.text.replace("\t", " ").replace("\f", " "):
        return
    for gap in _GAP.finditer(source.text):
        if source.piece_at(gap.start()) is None:
            says = f"Code follows behind {gap.end() - gap.start()} blanks."
            yield Suspicion(HIDDEN_CODE, source.span(gap.end(), gap.end() + 1), says)


def _statements_afar(source: SourceText) -> Iterator[Suspicion]:
    """Second statements on a line that stand behind many blanks or far to the right."""
    if ";" not in source.text:
        return
    for line, text in enumerate(source.file.lines, start=1):
        if ";" in text and len(text) > _AFAR:
            start = source.start_of(line)
            for mark in _SEMICOLON_AFAR.finditer(source.text, start, start + len(text)):
                if source.piece_at(mark.start()) is None:
                    says = "A second statement begins where a reader does not look."
                    yield Suspicion(HIDDEN_CODE, source.span(mark.start(), mark.end()), says)


def _long_lines(source: SourceText, longest: int) -> Iterator[Suspicion]:
    """Lines with code beyond the bound; a text or comment that begins before it may end behind it."""
    for number, line in enumerate(source.file.lines, start=1):
        if len(line) > longest:
            start = source.start_of(number)
            place = _code_from(source, start + longest, start + len(line))
            if place is not None:
                says = f"The line has code beyond column {longest}."
                yield Suspicion(HIDDEN_CODE, source.span(place, start + len(line)), says)


def _code_from(source: SourceText, place: int, end: int) -> int | None:
    """The first place in a stretch that is neither comment, text nor punctuation."""
    while place < end:
        piece = source.piece_at(place)
        if piece is not None:
            place = piece.end
            continue
        rest = _PUNCTUATION.match(source.text, place, end)
        if rest is None or rest.end() == place:
            return place
        place = rest.end()
    return None
