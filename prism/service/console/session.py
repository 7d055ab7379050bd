"""Who uses the console: a cookie that carries what it says, sealed with the shared token.

Every process that has the token knows every session, and keeps none. When the token changes, all sessions end. What a
form must carry is derived from the session, so that no other page can send one in an operator's name.
"""

import hmac
import secrets
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Final

import msgspec

from prism.service.shared_token import SharedToken

SECONDS: Final = 8 * 3_600
LONGEST: Final = 2_000
OF_SESSION: Final = b"prism console session\0"
OF_FORM: Final = b"prism console form\0"


class Session(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One browser, for a while."""

    until: int
    """Seconds since 1970."""
    nonce: str
    operator: str = ""
    """Who has shown the token; empty while nobody has."""


class Sessions:
    """Makes sessions and knows its own again."""

    def __init__(self, token: SharedToken) -> None:
        self._token = token

    def begin(self, operator: str = "") -> str:
        """The cookie of a new session; of nobody yet without a name."""
        session = Session(until=int(time.time()) + SECONDS, nonce=secrets.token_hex(16), operator=operator)
        body = urlsafe_b64encode(msgspec.json.encode(session)).decode().rstrip("=")
        return f"{body}.{self._sealed(OF_SESSION, body)}"

    def read(self, cookie: str) -> Session | None:
        """The session of a cookie; ``None`` if it is over, or was not made with the token of now."""
        body, _, seal = cookie[:LONGEST].partition(".")
        if not _is_same(seal, self._sealed(OF_SESSION, body)):
            return None
        session = msgspec.json.decode(urlsafe_b64decode(body + "==="), type=Session)
        return session if time.time() < session.until else None

    def form_token(self, cookie: str) -> str:
        """What the forms of a session carry."""
        return self._sealed(OF_FORM, cookie)

    def is_form_token(self, cookie: str, given: str) -> bool:
        """Whether a form came from a page of this session."""
        return _is_same(given, self.form_token(cookie))

    def _sealed(self, purpose: bytes, text: str) -> str:
        seal = self._token.seal(purpose + text.encode("utf-8", "replace"))
        return "" if seal is None else seal.hex()


def _is_same(given: str, expected: str) -> bool:
    return bool(expected) and hmac.compare_digest(given.encode("utf-8", "replace"), expected.encode())
