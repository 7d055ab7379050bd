"""JSON text as events with positions, strict to RFC 8259.

The standard library's reader gives no positions, accepts ``NaN`` and recurses; this one is a tokeniser and a list.
"""

import bisect
import enum
import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from prism.document.events import Event, Fault, Kind, UnreadableError
from prism.document.scalars import NOT_FINITE, number, string

_TOKEN = re.compile(
    r"""[ \t\r\n]*+(?:
        (?P<punctuation>[\[\]{},:])
      | (?P<string>"(?:[^"\\\x00-\x1f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*+")
      | (?P<number>-?(?:0|[1-9][0-9]*+)(?:\.[0-9]++)?(?:[eE][+-]?[0-9]++)?(?![0-9A-Za-z_.+-]))
      | (?P<word>-?[A-Za-z]++(?![0-9_]))
      | (?P<end>\Z)
    )""",
    re.VERBOSE,
)
_WORDS: Final[dict[str, bool | None]] = {"true": True, "false": False, "null": None}
_NOT_FINITE: Final = frozenset({"NaN", "Infinity", "-Infinity"})
_MAPPING, _SEQUENCE = "}", "]"


class _State(enum.Enum):
    """What may come next; the value says it in words."""

    VALUE = "a value"
    VALUE_OR_CLOSE = "a value or `]`"
    KEY = "a key in double quotes"
    KEY_OR_CLOSE = "a key in double quotes or `}`"
    COLON = "`:`"
    COMMA_OR_CLOSE = "`,` or the closing bracket"
    END = "the end of the text"


class _Token(NamedTuple):
    kind: str
    text: str
    line: int
    column: int


def json_events(text: str) -> Iterator[Event]:
    """Yield the events of a JSON text.

    Raises:
        UnreadableError: where the text stops being JSON.
    """
    state, closers = _State.VALUE, list[str]()
    for token in _tokens(text):
        after = _next_state(state, token, closers)
        if after is None:
            raise UnreadableError(
                Fault(f"JSON ends here: expected {state.value}", "mend the JSON"), line=token.line, column=token.column
            )
        event = _event(token)
        if event is not None:
            yield event
        state = after


def _tokens(text: str) -> Iterator[_Token]:
    starts = [0, *(match.end() for match in re.finditer("\n", text))]
    offset = 0
    while True:
        match = _TOKEN.match(text, offset)
        kind = match and match.lastgroup
        start = offset if match is None or kind is None else match.start(kind)
        line = bisect.bisect_right(starts, start)
        column = start - starts[line - 1] + 1
        if match is None or kind is None:
            raise UnreadableError(Fault("this is not JSON", "mend the JSON"), line=line, column=column)
        yield _Token(kind, match[kind], line, column)
        if kind == "end":
            return
        offset = match.end()


def _next_state(state: _State, token: _Token, closers: list[str]) -> _State | None:
    """The state after a token, or ``None`` where it may not stand; keeps the open brackets."""
    if token.kind == "end":
        return _State.END if state is _State.END else None
    if token.kind == "punctuation":
        return _after_punctuation(state, token.text, closers)
    if state in {_State.KEY, _State.KEY_OR_CLOSE}:
        return _State.COLON if token.kind == "string" else None
    if state in {_State.VALUE, _State.VALUE_OR_CLOSE} and (
        token.kind != "word" or token.text in {*_WORDS, *_NOT_FINITE}
    ):
        return _after_value(closers)
    return None


def _after_punctuation(state: _State, mark: str, closers: list[str]) -> _State | None:
    if mark in "[{" and state in {_State.VALUE, _State.VALUE_OR_CLOSE}:
        closers.append(_SEQUENCE if mark == "[" else _MAPPING)
        return _State.VALUE_OR_CLOSE if mark == "[" else _State.KEY_OR_CLOSE
    if mark == ":" and state is _State.COLON:
        return _State.VALUE
    if mark == "," and state is _State.COMMA_OR_CLOSE:
        return _State.VALUE if closers[-1] == _SEQUENCE else _State.KEY
    may_close = {_State.VALUE_OR_CLOSE, _State.KEY_OR_CLOSE, _State.COMMA_OR_CLOSE}
    if mark in "]}" and state in may_close and closers[-1] == mark:
        closers.pop()
        return _after_value(closers)
    return None


def _after_value(closers: list[str]) -> _State:
    return _State.COMMA_OR_CLOSE if closers else _State.END


def _event(token: _Token) -> Event | None:
    kind, text, line, column = token
    if kind == "string":
        import json

        return string(json.loads(text), line, column)
    if kind == "number":
        return number(text, line, column)
    if kind == "word":
        fault = NOT_FINITE if text in _NOT_FINITE else None
        return Event(Kind.SCALAR, line, column, _WORDS.get(text), fault)
    opening = {"{": Kind.OPEN_MAPPING, "[": Kind.OPEN_SEQUENCE, "}": Kind.CLOSE, "]": Kind.CLOSE}.get(text)
    return opening and Event(opening, line, column)
