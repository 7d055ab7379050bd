"""Finding the one JSON object in what a model wrote around it: fences, thoughts, a polite sentence."""

import json
import re

MAX_STARTS = 64
"""Braces that are tried: each may cost a walk to the end of the text."""
_BEGIN = re.compile(r"\A\s*(```\w*\s*)?(?=\{)")
"""What stands before an answer that begins at once. If that is broken, an object inside of it is no answer."""
_THOUGHTS = re.compile(r"\A\s*<think>.*?</think>", re.DOTALL)


class NoObjectError(ValueError):
    """There is no JSON object, or more than one, so that nobody can say which is the answer."""


def one_object(text: str) -> str:
    """The only JSON object at the outermost level of a text, as it was written.

    Raises:
        NoObjectError: there is none, or there are several.
    """
    text = _THOUGHTS.sub("", text, count=1)
    found: list[str] = []
    begin = _BEGIN.match(text)
    if begin and _end_of_object(text, begin.end()) is None:
        raise NoObjectError("no JSON object")
    place = text.find("{")
    for _ in range(MAX_STARTS):
        if place < 0:
            break
        end = _end_of_object(text, place)
        if end is not None:
            found.append(text[place:end])
        place = text.find("{", end or place + 1)
    if place >= 0 or len(found) != 1:
        raise NoObjectError("no JSON object" if not found else "more than one JSON object")
    return found[0]


def _end_of_object(text: str, start: int) -> int | None:
    try:
        return _decoder.raw_decode(text, start)[1]
    except (ValueError, RecursionError):
        return None


def _refuse(constant: str) -> float:
    raise ValueError(f"{constant} is not JSON")


def _without_repeats(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """An object; one that says two things under one key says neither."""
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a key stands twice")
    return found


_decoder = json.JSONDecoder(parse_constant=_refuse, object_pairs_hook=_without_repeats)
