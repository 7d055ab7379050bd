"""An engine on this machine is one, however it is addressed."""

import socket

import pytest

from prism.service.engine_place import is_here


def own_address() -> str:
    """An address of this machine by which others may know it."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asked:
        try:
            asked.connect(("192.0.2.1", 9))  # sends nothing
        except OSError:
            return "127.0.0.1"
        return str(asked.getsockname()[0])


@pytest.mark.parametrize(
    "engine",
    [
        "",
        "unix:///var/run/docker.sock",
        "/var/run/docker.sock",
        "tcp://127.0.0.1:2375",
        "TCP://127.0.0.1:2375",
        "tcp://127.1:2375",
        "tcp://127.9.8.7",
        "tcp://2130706433:2375",
        "tcp://0.0.0.0:2375",
        "tcp://:2375",
        "tcp://[::1]:2375",
        "tcp://[::ffff:127.0.0.1]:2375",
        "tcp://localhost:2375",
        "tcp://LOCALHOST.:2375",
        "tcp://engine.localhost",
        "ssh://root@localhost",
        "http://127.0.0.1:2375",
        "https://host.docker.internal",
        "tcp://[broken",
        "tcp://<own>:2375",
        "ssh://<own>",
    ],
)
def test_an_engine_on_this_machine_is_here(engine: str) -> None:
    assert is_here(engine.replace("<own>", own_address()))


@pytest.mark.parametrize(
    "engine",
    ["tcp://192.0.2.7:2375", "ssh://runner@192.0.2.7", "tcp://[2001:db8::7]:2375", "tcp://engine.invalid:2375"],
)
def test_an_engine_elsewhere_is_not(engine: str) -> None:
    assert not is_here(engine)
