"""Headers read one way only: each at most once, of bounded length, and none believed but where it may be."""

import re
from collections.abc import Iterable, Iterator
from typing import Final

from starlette.types import Scope

from prism.service.http.problems import RefusedError

LONGEST: Final = 255
_IDENTITY: Final = re.compile(rb"x-(platform|base)-verified-")
_PRINTABLE: Final = re.compile(r"[\x21-\x7e]+")

Headers = Iterable[tuple[bytes, bytes]]


def headers_of(scope: Scope) -> Headers:
    """The headers of a request, names in small letters, as they came."""
    found: Headers = scope["headers"]
    return found


def single(headers: Headers, name: str) -> bytes | None:
    """The value of a header; ``None`` without it.

    Raises:
        RefusedError: it came more than once: whoever is in front may have looked at the other one.
    """
    wanted = name.lower().encode()
    values = [value for header, value in headers if header == wanted]
    if len(values) > 1:
        raise RefusedError("header-repeated", f"{name} came {len(values)} times")
    return values[0].strip() if values else None


def text(headers: Headers, name: str, *, longest: int = LONGEST) -> str | None:
    """The value of a header that holds visible ASCII without spaces; ``None`` without it.

    Raises:
        RefusedError: it came more than once, or holds something else.
    """
    value = single(headers, name)
    if value is None:
        return None
    found = value.decode("latin-1")
    if len(found) > longest or not _PRINTABLE.fullmatch(found):
        raise RefusedError("header-invalid", f"{name} must hold 1 to {longest} visible ASCII characters")
    return found


def number(headers: Headers, name: str, *, most: int) -> int | None:
    """The value of a header that holds a whole number; ``None`` without it.

    Raises:
        RefusedError: it came more than once, or holds something else.
    """
    found = text(headers, name, longest=len(str(most)))
    if found is None:
        return None
    if not found.isdigit() or int(found) > most:
        raise RefusedError("header-invalid", f"{name} must be a whole number of at most {most}")
    return int(found)


def identity_claims(headers: Headers) -> Iterator[str]:
    """The names of headers by which Platform says whom it verified, in any spelling that somebody may take for one."""
    for name, _ in headers:
        if _IDENTITY.match(name.lower().replace(b"_", b"-")):
            yield name.decode("latin-1")
