"""The engine's stream over a real socket: any cutting of its frames, both streams, and the hard cap."""

import socket
import struct
import threading
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prism.errors import RunnerError
from prism.runner.attachment import Attachment
from prism.runner.broker import Ending


def frame(stream: int, data: bytes) -> bytes:
    return struct.pack(">BxxxI", stream, len(data)) + data


@settings(max_examples=30, deadline=None)
@given(
    frames=st.lists(st.tuples(st.sampled_from([1, 2]), st.binary(max_size=40)), max_size=8),
    piece=st.integers(1, 30),
)
def test_frames_arrive_whole_whatever_the_pieces(frames: list[tuple[int, bytes]], piece: int) -> None:
    ours, engines = socket.socketpair()
    data = b"".join(frame(stream, printed) for stream, printed in frames)

    def print_slowly() -> None:
        for start in range(0, len(data), piece):
            engines.sendall(data[start : start + piece])
        engines.close()

    printer = threading.Thread(target=print_slowly)
    with Attachment(ours, limit=1000) as attachment:
        printer.start()
        assert attachment.follow(b"", time.monotonic() + 20) is Ending.BY_ITSELF
    printer.join()

    for stream, kept in ((1, attachment.stdout), (2, attachment.stderr)):
        assert kept == b"".join(printed for number, printed in frames if number == stream)


def test_the_payload_goes_in_while_output_comes_out() -> None:
    ours, engines = socket.socketpair()
    payload = bytes(range(256)) * 8000
    received = bytearray()

    def container() -> None:
        engines.sendall(frame(1, b"before" * 10_000))
        while len(received) < len(payload):
            received.extend(engines.recv(100_000))
        engines.sendall(frame(1, b"after"))
        engines.close()

    thread = threading.Thread(target=container)
    with Attachment(ours, limit=100_000) as attachment:
        thread.start()
        assert attachment.follow(payload, time.monotonic() + 20) is Ending.BY_ITSELF
    thread.join()

    assert received == payload
    assert attachment.stdout == b"before" * 10_000 + b"after"


@pytest.mark.parametrize("stream", [1, 2])
def test_output_beyond_the_limit_ends_it_and_is_not_kept(stream: int) -> None:
    ours, engines = socket.socketpair()
    engines.setblocking(False)
    engines.send(frame(stream, b"x" * 50_000))

    with Attachment(ours, limit=20_000) as attachment:
        assert attachment.follow(b"", time.monotonic() + 20) is Ending.OUTPUT_LIMIT

    engines.close()
    assert len(attachment.stdout) + len(attachment.stderr) == 20_000


def test_one_frame_that_announces_gigabytes_is_counted_as_it_arrives() -> None:
    ours, engines = socket.socketpair()
    engines.sendall(struct.pack(">BxxxI", 1, 2**32 - 1) + b"x" * 1000)
    engines.close()

    with Attachment(ours, limit=2_000) as attachment:
        assert attachment.follow(b"", time.monotonic() + 20) is Ending.BY_ITSELF

    assert attachment.stdout == b"x" * 1000


def test_silence_ends_with_the_time_also_when_nobody_reads_the_payload() -> None:
    ours, engines = socket.socketpair()

    with Attachment(ours, limit=1000) as attachment:
        assert attachment.follow(bytes(10_000_000), time.monotonic() + 0.3) is Ending.TIME_LIMIT
    engines.close()


def test_a_container_that_stops_reading_is_heard_to_its_end() -> None:
    ours, engines = socket.socketpair()
    engines.shutdown(socket.SHUT_RD)
    engines.sendall(frame(2, b"no thanks"))
    engines.close()

    with Attachment(ours, limit=1000) as attachment:
        assert attachment.follow(bytes(10_000_000), time.monotonic() + 20) is Ending.BY_ITSELF

    assert attachment.stderr == b"no thanks"


def test_a_connection_of_another_kind_is_refused() -> None:
    with pytest.raises(RunnerError, match="neither a Unix socket nor plain TCP"):
        Attachment(object(), limit=1000)
