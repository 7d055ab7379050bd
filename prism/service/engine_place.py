"""Where a Docker engine is, by its address: whether what it runs, it runs beside the service."""

import socket
import struct
from collections.abc import Iterator
from ipaddress import ip_address
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

AWAY: Final = frozenset({"tcp", "ssh", "http", "https"})
"""Schemes by which an engine on another machine is reached."""
THIS_MACHINE: Final = frozenset({
    "gateway.docker.internal",
    "host.containers.internal",
    "host.docker.internal",
    "localhost",
})  # fmt: skip
ROUTES: Final = Path("/proc/net/route")


def is_here(engine: str) -> bool:
    """Whether an engine's address leads to this machine: through a socket, or through the network back to it.

    From within a container this machine is also the one that carries the container. A name that cannot be looked up
    is taken for another machine's.
    """
    try:
        parts = urlsplit(engine)
        host = (parts.hostname or "").rstrip(".")
    except ValueError:
        return True
    if parts.scheme not in AWAY or not host or host in THIS_MACHINE or host.endswith(".localhost"):
        return True
    return any(_is_own(address) for address in _addresses(host))


def _addresses(host: str) -> Iterator[str]:
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return
    yield from sorted({str(address[0]) for *_, address in found})


def _is_own(address: str) -> bool:
    known = ip_address(address.partition("%")[0])
    if known.is_loopback or known.is_unspecified or address in _gateways():
        return True
    family = socket.AF_INET if known.version == 4 else socket.AF_INET6  # noqa: PLR2004 - IP's own number
    try:
        with socket.socket(family, socket.SOCK_STREAM) as tried:
            tried.bind((address, 0))  # who has no such address cannot
    except OSError:
        return False
    return True


def _gateways() -> Iterator[str]:
    """The way out of a container leads over the machine that carries it."""
    try:
        lines = ROUTES.read_text(encoding="ascii").splitlines()[1:]
    except OSError:
        return
    for line in lines:
        _, to, gateway, *_ = line.split()
        if int(to, 16) == 0:
            yield socket.inet_ntoa(struct.pack("<I", int(gateway, 16)))
