"""How many tokens a text can have at most with the usual models, without asking any of them."""

import re
from typing import Final

_RUN: Final = re.compile(r"(?P<letters>[A-Za-z]+)|(?P<blank>[ \t]+)|(?P<rest>[^A-Za-z \t]+)")
LETTERS_PER_TOKEN: Final = 3
"""Words of any language and the names in code have more on average; random letters have about two."""
SHORT: Final = 16
"""Letters from which a run is no word any more: each pair may be a token."""


def tokens_in(text: str) -> int:
    """An upper estimate: digits, signs and bytes outside ASCII count one each."""
    return sum(_weight(match) for match in _RUN.finditer(text))


def _weight(match: re.Match[str]) -> int:
    run = match[0]
    if match.lastgroup == "letters":
        return -(-len(run) // (LETTERS_PER_TOKEN if len(run) <= SHORT else 2))
    return 1 if match.lastgroup == "blank" else len(run.encode("utf-8", "replace"))
