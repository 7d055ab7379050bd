"""Tokens of canonical code with the line each comes from."""

from typing import Final, NamedTuple

GRAM: Final = 8
"""Tokens of one feature."""


class Token(NamedTuple):
    """One operation, the line it stands in, and the project's own names that led to it."""

    text: str
    line: int
    names: str = ""


Tokens = list[Token]


def texts(tokens: Tokens) -> tuple[str, ...]:
    """What decides the order of parts that may stand in any order."""
    return tuple(token.text for token in tokens)
