"""SS58 addresses, with those of well-known development keys and of other networks."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prism.service.ss58 import ALPHABET, AddressError, address, public_key

ALICE = "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY"
ALICE_KEY = bytes.fromhex("d43593c715fdd31c61141abd04a99fd6822c8558854ccde39a5684e7a56da27d")
POLKADOT_ALICE = "15oF4uVJwmo4TdGW7VfQxNLavjCXviqxT9S1MgbjMNHr6Sp5"


def test_known_addresses_stand_for_known_keys() -> None:
    assert public_key(ALICE, 42) == ALICE_KEY
    assert public_key(POLKADOT_ALICE, 0) == ALICE_KEY
    assert address(ALICE_KEY, 42) == ALICE


@given(key=st.binary(min_size=32, max_size=32), network=st.integers(0, 16_383))
def test_a_key_has_one_address_on_a_network(key: bytes, network: int) -> None:
    text = address(key, network)
    assert public_key(text, network) == key
    with pytest.raises(AddressError):
        public_key(text, (network + 1) % 16_384)


@given(position=st.integers(0, len(ALICE) - 1), character=st.sampled_from(ALPHABET))
def test_one_wrong_character_is_found(position: int, character: str) -> None:
    changed = ALICE[:position] + character + ALICE[position + 1 :]
    if changed != ALICE:
        with pytest.raises(AddressError):
            public_key(changed, 42)


@given(text=st.text(max_size=60))
def test_any_text_is_an_address_or_refused(text: str) -> None:
    with pytest.raises(AddressError):
        public_key(text, 42)


@pytest.mark.parametrize(
    "text",
    ["", "5", "0" + ALICE, "1" + ALICE, ALICE + "1", ALICE[:-1], POLKADOT_ALICE, ALICE + "\n", "O" * 48, "1" * 48],
)
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(AddressError):
        public_key(text, 42)
