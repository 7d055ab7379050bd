"""Whether Python reads a program: a fuzzer whose programs do not parse tests the parser only."""

import ast
import warnings


def parses(text: str | bytes) -> bool:
    """Whether the text is a Python module."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # odd escapes are the point
        try:
            ast.parse(text)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return False
    return True
