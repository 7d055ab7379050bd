"""What is signed, and what passes for a signature of it."""

from itertools import combinations

import msgspec
import pytest
import sr25519
from hypothesis import given
from hypothesis import strategies as st

from prism.service.settings import Headers
from prism.service.signatures import SignedRequest, has_signed

PUBLIC, SECRET = (bytes(part) for part in sr25519.pair_from_seed(bytes(range(32))))
MESSAGE = b"platform-upload-v1:1:prism:POST:/v1/submissions:key:nonce:1:00"
ORDER = 2**252 + 27742317777372353535851937790883648493
FIELD = 2**255 - 19
REQUEST = SignedRequest(
    generation=Headers.PLATFORM,
    netuid=12,
    slug="prism",
    method="POST",
    target="/v1/submissions",
    hotkey="5Key",
    nonce="a-nonce",
    timestamp="1700000000",
    body_hash="ab" * 32,
)


def signature() -> bytes:
    return bytes(sr25519.sign((PUBLIC, SECRET), MESSAGE))


def scalar(changed: int) -> bytes:
    """The second half of a signature, with the mark of this scheme."""
    encoded = (changed % 2**255).to_bytes(32, "little")
    return encoded[:31] + bytes([encoded[31] | 0x80])


def test_the_message_is_the_one_that_platform_has_signed() -> None:
    wanted = f"platform-upload-v1:12:prism:POST:/v1/submissions:5Key:a-nonce:1700000000:{'ab' * 32}"
    assert REQUEST.message() == wanted.encode()
    assert msgspec.structs.replace(REQUEST, generation=Headers.BASE).message().startswith(b"base-upload-v1:12:")


def test_no_two_requests_have_one_message() -> None:
    others = {
        "generation": Headers.BASE,
        "netuid": 1,
        "slug": "other",
        "method": "PUT",
        "target": "/v1/submissions?x",
        "hotkey": "5Other",
        "nonce": "another",
        "timestamp": "1700000001",
        "body_hash": "cd" * 32,
    }
    made = [REQUEST, *(msgspec.structs.replace(REQUEST, **{name: value}) for name, value in others.items())]
    assert set(others) == set(SignedRequest.__struct_fields__)
    assert all(one.message() != other.message() for one, other in combinations(made, 2))


@pytest.mark.parametrize("spelling", [str, str.upper, "0x{}".format])
def test_a_signature_is_known_in_any_hexadecimal_spelling(spelling: type[str]) -> None:
    assert has_signed(PUBLIC, spelling(signature().hex()), MESSAGE)


def test_no_other_form_of_a_signature_is_one() -> None:
    made = signature()
    point, number = made[:32], int.from_bytes(made[32:63] + bytes([made[63] & 0x7F]), "little")
    assert has_signed(PUBLIC, (point + scalar(number)).hex(), MESSAGE)
    forms = {
        "one order more": point + scalar(number + ORDER),
        "negative": point + scalar(ORDER - number),
        "without its mark": made[:63] + bytes([made[63] & 0x7F]),
        "another spelling of the point": (FIELD - int.from_bytes(point, "little")).to_bytes(32, "little") + made[32:],
        "point beyond the field": (int.from_bytes(point, "little") + 2**255).to_bytes(33, "little")[:32] + made[32:],
        "halves exchanged": made[32:] + made[:32],
        "too short": made[:-1],
        "too long": made + b"\0",
        "twice": made + made,
        "zeros": bytes(64),
        "marked zeros": bytes(63) + b"\x80",
        "nothing": b"",
    }
    taken = {name for name, form in forms.items() if has_signed(PUBLIC, form.hex(), MESSAGE)}
    assert taken == set()


@pytest.mark.parametrize(
    "text", ["", "0x", "zz" * 64, " " + "00" * 64, "0X" + "00" * 64, "00" * 64 + "\n", "\u0660" * 128]
)
def test_what_is_no_hexadecimal_number_is_no_signature(text: str) -> None:
    assert not has_signed(PUBLIC, text, MESSAGE)


def test_another_message_key_or_wrapping_is_not_signed() -> None:
    made = signature().hex()
    other, _ = sr25519.pair_from_seed(bytes(32))
    assert not has_signed(PUBLIC, made, MESSAGE + b" ")
    assert not has_signed(PUBLIC, made, b"<Bytes>" + MESSAGE + b"</Bytes>")
    assert not has_signed(bytes(other), made, MESSAGE)


def test_the_key_of_no_secret_has_signed_nothing() -> None:
    forged = (bytes(63) + b"\x80").hex()
    assert sr25519.verify(bytes.fromhex(forged), MESSAGE, bytes(32))  # so the library says
    assert not has_signed(bytes(32), forged, MESSAGE)


@given(st.binary(min_size=64, max_size=64), st.binary(min_size=32, max_size=32))
def test_chance_bytes_are_refused_and_nothing_is_raised(made: bytes, key: bytes) -> None:
    assert not has_signed(key, made.hex(), MESSAGE)


@given(st.integers(0, 511))
def test_no_bit_of_a_signature_can_be_changed(bit: int) -> None:
    number = int.from_bytes(signature(), "big") ^ (1 << bit)
    assert not has_signed(PUBLIC, number.to_bytes(64, "big").hex(), MESSAGE)
