"""What a plugin's fingerprint or material may hold, on both sides of the guard: a mapping that JSON can hold."""

from collections.abc import Mapping
from typing import Any, Final

import msgspec

MAX_DEPTH: Final = 50


def encoded(fingerprint: object) -> str:
    """The fingerprint as JSON text.

    Raises:
        TypeError: it is not a mapping, or holds a key that is not text or a value that JSON does not know.
        ValueError: a number that is not finite, half a surrogate pair, or more than ``MAX_DEPTH`` levels.
    """
    if not isinstance(fingerprint, Mapping):
        raise TypeError(f"a mapping was expected, not {type(fingerprint).__name__}")
    import json

    text = json.dumps(_plain(fingerprint, MAX_DEPTH), ensure_ascii=False, allow_nan=False)
    text.encode()  # half a surrogate pair ends here
    return text


def decoded(text: str) -> dict[str, Any]:
    """The fingerprint in a JSON text.

    Raises:
        ValueError: it is not the JSON of a mapping.
    """
    try:
        return msgspec.json.decode(text, type=dict[str, Any])
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        raise ValueError(str(error)) from error


def _plain(value: object, levels: int) -> object:
    if not isinstance(value, Mapping | list | tuple):
        return value
    if not levels:
        raise ValueError(f"it is nested deeper than {MAX_DEPTH} levels")
    if not isinstance(value, Mapping):
        return [_plain(item, levels - 1) for item in value]
    odd = [type(key).__name__ for key in value if not isinstance(key, str)]
    if odd:
        raise TypeError(f"a key is {odd[0]}, not text")
    return {key: _plain(item, levels - 1) for key, item in value.items()}
