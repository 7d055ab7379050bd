"""What a submission's id or a hotkey may look like, whoever gives it: it is shown, compared, and written to files."""

import re

from prism.errors import UsageError

MAX_NAME = 255
NAME = r"^[^\x00-\x1f\x7f-\x9f\ud800-\udfff]+$"


def checked(name: str, what: str) -> str:
    """The name, if it may be one.

    Raises:
        UsageError: it is too long, or holds control characters or half a character.
    """
    if len(name) > MAX_NAME or not re.fullmatch(NAME, name):
        do = f"give 1 to {MAX_NAME} characters, none of them a control character"
        raise UsageError(f"this cannot be {what}", where=ascii(name[:MAX_NAME]), do=do)
    return name
