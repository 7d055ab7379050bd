"""The name that a sender gives to an upload, made harmless: it is shown, logged, and offered when somebody saves it."""

import unicodedata
from typing import Final

LONGEST: Final = 100
PLAIN: Final = frozenset("._-+ ()")


def harmless(name: bytes) -> str:
    """The last part of a name with nothing in it but letters, digits and a few signs; may be empty."""
    text = unicodedata.normalize("NFC", name.decode("utf-8", "replace"))
    last = text.replace("\\", "/").rpartition("/")[2]
    kept = "".join(character if character.isalnum() or character in PLAIN else "_" for character in last)
    stem, dot, suffix = kept.strip(" .").rpartition(".")
    room = LONGEST - len(dot) - len(suffix[:10])
    return f"{stem[:room]}{dot}{suffix[:10]}" if stem else kept.strip(" .")[:LONGEST]
