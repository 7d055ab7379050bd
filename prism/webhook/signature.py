"""How a notice is signed, so that its receiver knows whose it is, and that it is no old one sent again."""

import hashlib
import hmac
from typing import Final

TIMESTAMP: Final = "X-Prism-Timestamp"
SIGNATURE: Final = "X-Prism-Signature"
DELIVERY: Final = "X-Prism-Delivery"
SCHEME: Final = "v1="


def signature(secret: bytes, timestamp: int, body: bytes) -> str:
    """``v1=`` and the HMAC-SHA256, in hexadecimal digits, of the timestamp in decimal digits, a dot and the body."""
    signed = b"%d." % timestamp + body
    return SCHEME + hmac.new(secret, signed, hashlib.sha256).hexdigest()
