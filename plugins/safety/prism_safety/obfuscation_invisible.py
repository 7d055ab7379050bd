"""Characters that are not shown, or that change the order in which others are shown."""

import ast
import re
from collections.abc import Iterator

from prism_safety.obfuscation_rules import INVISIBLE_CHARACTER
from prism_safety.obfuscation_text import SourceText, Suspicion, code_point

_BIDI = "\u202a-\u202e\u2066-\u2069"
_JOINERS = "\u200c-\u200f\u061c\ufe00-\ufe0f"
"""What emoji, Persian, Hindi and texts from right to left need, each beside a letter or sign of theirs."""
_TAGS = "\U000e0000-\U000e0fff"
_OTHERS = (
    "\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u2060-\u2065\u206a-\u206f\u3164\ufeff\uffa0\ufff0-\ufff8"
)
_MORE = "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a" + _TAGS
_UNSEEN = f"[{_BIDI}{_JOINERS}{_OTHERS}{_MORE}]+"
_BIDI_INSIDE = re.compile(f"[{_BIDI}]")
_JOINERS_ONLY = re.compile(f"[{_JOINERS}]{{1,2}}")
_LONG_RUN = 4
"""So many in a row are no writing system's: they carry data."""


def unseen_characters(source: SourceText, alone: frozenset[ast.AST]) -> Iterator[Suspicion]:
    """Bidirectional controls anywhere, and invisible characters where they make a difference."""
    if source.text.isascii():
        return
    runs = list(re.finditer(_UNSEEN, source.text))  # compiled here: it takes long, and most sources are ASCII
    lines = _lines_of(alone) if runs else set()
    for run in runs:
        bidi = _BIDI_INSIDE.search(run[0])
        if bidi:
            says = f"The text has {code_point(bidi[0])}, which changes the order in which the line is shown."
        elif _is_harmful(source, run, lines):
            says = f"The text has {code_point(run[0][0])}, which is not shown."
        else:
            continue
        yield Suspicion(INVISIBLE_CHARACTER, source.span(run.start(), run.end()), says)


def _lines_of(alone: frozenset[ast.AST]) -> set[int]:
    """The lines of strings that stand alone as a statement."""
    return {
        line
        for node in alone
        if isinstance(node, ast.expr)
        for line in range(node.lineno, (node.end_lineno or node.lineno) + 1)
    }


def _is_harmful(source: SourceText, run: re.Match[str], lines: set[int]) -> bool:
    """Whether a run of invisible characters is in a name, or is a part of a text that the program uses."""
    piece = source.piece_at(run.start())
    if piece is None or len(run[0]) >= _LONG_RUN:
        return True
    if run.start() == 0 or piece.is_comment or source.line_of(run.start()) in lines:
        return False
    return not (_JOINERS_ONLY.fullmatch(run[0]) and _has_neighbour(source.text, run))


def _has_neighbour(text: str, run: re.Match[str]) -> bool:
    """Whether a letter or sign beyond ASCII stands right beside the run."""
    return not (text[run.start() - 1 : run.start()] + text[run.end() : run.end() + 1]).isascii()
