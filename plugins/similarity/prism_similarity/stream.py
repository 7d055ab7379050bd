"""Tokens of canonical code with the line each comes from."""

from typing import Final, NamedTuple

GRAM: Final = 8
"""Tokens of one feature."""


class Token(NamedTuple):
    """One operation, and the line it stands in."""

    text: str
    line: int


Tokens = list[Token]


def texts(tokens: Tokens) -> tuple[str, ...]:
    """What decides the order of parts that may stand in any order."""
    return tuple(token.text for token in tokens)
