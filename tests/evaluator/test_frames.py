"""Messages survive any cutting into pieces, and nothing over the bounds is kept."""

import os
import struct
import threading

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prism.evaluator.frames import (
    MAX_HEADER_BYTES,
    FrameError,
    Inbox,
    Message,
    StreamEndedError,
    encoded,
    receive,
    send,
)

headers = st.dictionaries(st.text(max_size=8), st.integers() | st.text(max_size=8) | st.none(), max_size=4)


def fed(data: bytes, max_body: int = 1000, piece: int = 10_000) -> Message:
    inbox = Inbox(max_body)
    position = 0
    while wanted := inbox.missing():
        taken = data[position : position + min(wanted, piece)]
        assert taken, "more wanted than there is"
        inbox.feed(taken)
        position += len(taken)
    assert position == len(data)
    return inbox.message()


@settings(max_examples=60)
@given(header=headers, body=st.binary(max_size=300), piece=st.integers(1, 40))
def test_a_message_arrives_as_it_was_sent_whatever_the_pieces(
    header: dict[str, object], body: bytes, piece: int
) -> None:
    message = Message(header=header, body=body)

    assert fed(encoded(message), piece=piece) == message


@pytest.mark.parametrize(
    ("header", "body"),
    [(10, 1001), (MAX_HEADER_BYTES + 1, 0), (2**32 - 1, 2**64 - 1)],
    ids=["body", "header", "both"],
)
def test_announced_lengths_over_the_bounds_are_refused_before_anything_is_read(header: int, body: int) -> None:
    inbox = Inbox(1000)
    inbox.feed(struct.pack(">IQ", header, body))

    with pytest.raises(FrameError, match="over the bound"):
        inbox.missing()


@pytest.mark.parametrize("header", [b"{", b"[]", b"1", b"\xff", b"[" * 200_000])
def test_a_header_that_is_no_json_object_is_refused(header: bytes) -> None:
    with pytest.raises(FrameError, match="not"):
        fed(struct.pack(">IQ", len(header), 0) + header, piece=10**6)


def test_a_number_that_json_does_not_have_is_never_sent() -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        encoded(Message(header={"value": float("nan")}))


def test_a_pipe_carries_more_than_it_holds() -> None:
    reading, writing = os.pipe()
    message = Message(header={"kind": "state"}, body=bytes(3_000_000))
    writer = threading.Thread(target=send, args=(writing, message))
    writer.start()

    assert receive(reading, 3_000_000) == message
    writer.join()
    os.close(reading)
    os.close(writing)


@pytest.mark.parametrize("length", [0, 5, 12, 20])
def test_a_stream_that_ends_inside_a_message_is_an_error(length: int) -> None:
    reading, writing = os.pipe()
    os.write(writing, encoded(Message(header={"kind": "state"}, body=b"12345678"))[:length])
    os.close(writing)

    with pytest.raises(StreamEndedError):
        receive(reading, 100)
    os.close(reading)
