"""Whether a text is the SS58 address of a public key: alphabet, length, network, checksum."""

import hashlib
from functools import lru_cache
from typing import Final

ALPHABET: Final = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
KEY_BYTES: Final = 32
CHECKSUM_BYTES: Final = 2
LONGEST: Final = 50
"""Characters of the longest address of a key: two bytes of network, the key, the checksum."""
ONE_BYTE_FORMATS: Final = 64
_VALUES: Final = {character: value for value, character in enumerate(ALPHABET)}


class AddressError(ValueError):
    """The text is no address of a key on this network; the message says what is wrong with it."""


@lru_cache(4_096)
def public_key(address: str, network: int) -> bytes:
    """The 32 bytes of the key that an address stands for.

    Raises:
        AddressError: it is no such address.
    """
    prefix = network_prefix(network)
    content = _decoded(address)
    if len(content) != len(prefix) + KEY_BYTES + CHECKSUM_BYTES:
        raise AddressError("its length is not that of a key's address")
    if not content.startswith(prefix):
        raise AddressError(f"it is not of network {network}")
    body, checksum = content[:-CHECKSUM_BYTES], content[-CHECKSUM_BYTES:]
    if _checksum(body) != checksum:
        raise AddressError("its checksum is wrong")
    return body[len(prefix) :]


def address(key: bytes, network: int) -> str:
    """The address of a key."""
    body = network_prefix(network) + key
    content = body + _checksum(body)
    number, text = int.from_bytes(content, "big"), ""
    while number:
        number, value = divmod(number, len(ALPHABET))
        text = ALPHABET[value] + text
    return ALPHABET[0] * (len(content) - len(content.lstrip(b"\0"))) + text


def network_prefix(network: int) -> bytes:
    """The bytes that an address of a network begins with."""
    if network < ONE_BYTE_FORMATS:
        return bytes([network])
    return bytes([((network & 0xFC) >> 2) | 0x40, (network >> 8) | ((network & 0x03) << 6)])


def _decoded(text: str) -> bytes:
    """The bytes of a base58 text; each byte string has one text, so that one key has one spelling."""
    if not text or len(text) > LONGEST:
        raise AddressError("its length is not that of a key's address")
    number = 0
    for character in text:
        value = _VALUES.get(character)
        if value is None:
            raise AddressError("it holds a character that is not in the alphabet of addresses")
        number = number * len(ALPHABET) + value
    zeros = len(text) - len(text.lstrip(ALPHABET[0]))
    return bytes(zeros) + number.to_bytes((number.bit_length() + 7) // 8, "big")


def _checksum(body: bytes) -> bytes:
    return hashlib.blake2b(b"SS58PRE" + body).digest()[:CHECKSUM_BYTES]
