"""Untrusted names and values made safe to stand in a message."""

import re

from prism.document.events import JsonPath

_PLAIN_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,79}")


def shown(value: object, limit: int = 80) -> str:
    """The value as a reader would write it, on one line, escaped, and cut to ``limit`` characters.

    Control, format and bidirectional characters come out as escapes.
    """
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return f"an object with {len(value)} {'key' if len(value) == 1 else 'keys'}"
    if isinstance(value, list):
        return f"a list of {len(value)}"
    text = repr(value[: limit + 1] if isinstance(value, str) else value)
    return text if len(text) <= limit else f"{text[:limit]}..."


def escaped(text: str, *, limit: int) -> str:
    """The text on one line, with every character that does not print as an escape, cut to ``limit`` characters."""
    kept = "".join(mark if mark.isprintable() else ascii(mark)[1:-1] for mark in text[: limit + 1])
    return kept if len(kept) <= limit else f"{kept[:limit]}..."


def spelled_path(path: JsonPath) -> str:
    """The JSON path as text: ``$.plugins.safety.settings``, ``$.waivers[0]``, ``$.rules['safety/dynamic-code']``."""
    return "$" + "".join(_spelled_step(step) for step in path)


def _spelled_step(step: str | int) -> str:
    if isinstance(step, int):
        return f"[{step}]"
    return f".{step}" if _PLAIN_KEY.fullmatch(step) else f"[{shown(step)}]"
