"""How many uploads the bridge acknowledges: ``python -m tests.benchmarks.bridge``.

Beside it an endpoint that only keeps what it gets. Bodies are 100 kB that nobody has sent before, and come from clients
that are processes of their own and wait for each answer.
Bridge and floor take turns, several times, so that what else the machine does meets both alike.
"""

import argparse
import os
import random
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import chain
from multiprocessing import get_context
from pathlib import Path

from tests.benchmarks.store import PLACES, say
from tests.service.http.servers import BRIDGE, TOKEN, hotkey, port_of, running

BODY_BYTES = 100_000
CLIENTS = (1, 4)
ROUNDS = 5
SECONDS = 2.0
SUBMISSIONS = 10_000
KEYS = 200
ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, kw_only=True)
class Target:
    """A server, and the head of a request to it."""

    port: int
    head: Callable[[int], str]
    pid: int


@dataclass(frozen=True, kw_only=True)
class Turn:
    """What some clients at once came to."""

    times: list[float]
    processor_seconds: float
    """Of the server."""


def bridge_head(number: int) -> str:
    """What Platform sends before the body."""
    return (
        f"POST {BRIDGE} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {TOKEN}\r\n"
        f"X-Platform-Challenge-Slug: prism\r\nX-Platform-Verified-Hotkey: {hotkey(number % KEYS)}\r\n"
        f"X-Platform-Verified-Nonce: {number}\r\nX-Submission-Filename: project.zip\r\n"
        f"Content-Type: application/zip\r\nContent-Length: {BODY_BYTES}\r\n\r\n"
    )


def floor_head(_number: int) -> str:
    """What the bare endpoint needs."""
    return f"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {BODY_BYTES}\r\n\r\n"


def client(target: Target, until: float, most: int = 10**9) -> list[float]:
    """Seconds that each request took, sent one after another over one connection; none may be refused."""
    times: list[float] = []
    with (
        socket.create_connection(("127.0.0.1", target.port), timeout=60) as connection,
        connection.makefile("rb") as file,
    ):
        while time.monotonic() < until and len(times) < most:
            request = target.head(random.randrange(10**9)).encode() + os.urandom(BODY_BYTES)  # noqa: S311
            began = time.perf_counter()
            connection.sendall(request)
            status = int(file.readline().split()[1])
            length = 0
            while line := file.readline().strip():
                name, _, value = line.partition(b":")
                length = int(value) if name.lower() == b"content-length" else length
            file.read(length)
            times.append(time.perf_counter() - began)
            if status not in {200, 202}:
                raise AssertionError(f"answered {status}")
    return times


def load(target: Target, clients: int, seconds: float) -> list[float]:
    """The times of all requests of some clients at once."""
    with get_context("fork").Pool(clients) as pool:
        taken = pool.starmap(client, [(target, time.monotonic() + seconds)] * clients)
    return list(chain.from_iterable(taken))


@contextmanager
def floor(location: str, folder: Path) -> Iterator[Target]:
    """The bare endpoint in a process of its own."""
    log_file = folder / "floor.log"
    command = [sys.executable, "-m", "tests.benchmarks.floor", location]
    with log_file.open("wb") as log, subprocess.Popen(command, cwd=ROOT, stderr=log) as process:
        try:
            yield Target(port=port_of(process, log_file), head=floor_head, pid=process.pid)
        finally:
            process.terminate()


@contextmanager
def both(place: str) -> Iterator[tuple[Target, Target]]:
    """Bridge and floor, each on a database of its own."""
    with ExitStack() as stack:
        locations = [stack.enter_context(PLACES[place]()) for _ in range(2)]
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="prism-bridge-")))
        generous = {"PRISM_QUEUE_HOTKEY_PER_HOUR": "1000000", "PRISM_QUEUE_HOTKEY_WAITING": "1000000"}
        server = stack.enter_context(running(locations[0], folder, **generous, PRISM_QUEUE_WAITING="1000000"))
        url = f"sqlite:///{locations[1]}" if place == "sqlite" else _with_driver(locations[1])
        bridge = Target(port=server.port, head=bridge_head, pid=server.process.pid)
        yield bridge, stack.enter_context(floor(url, folder))


def _with_driver(url: str) -> str:
    return url.replace("postgresql://", "postgresql+psycopg://", 1)


def measure(place: str, clients: Sequence[int], rounds: int, seconds: float) -> None:
    """Print what bridge and floor did with each number of clients."""
    with both(place) as targets:
        for number in clients:
            for target in targets:  # so that connections, plans and caches are there
                load(target, number, seconds / 4)
            taken = [[turn(target, number, seconds) for target in targets] for _ in range(rounds)]
            ratio = statistics.median(len(bridge.times) / len(bare.times) for bridge, bare in taken)
            for name, which, share in (("bridge", 0, ratio), ("floor", 1, 1.0)):
                times = sorted(chain.from_iterable(each[which].times for each in taken))
                rate = len(times) / (rounds * seconds)
                spent = sum(each[which].processor_seconds for each in taken) / len(times) * 1e3
                say(
                    f"{place:<12}{number:>8}  {name:<8}{rate:>9.1f}{at(times, 0.5):>9.1f}{at(times, 0.99):>9.1f}"
                    f"{spent:>9.2f}{share:>9.2f}"
                )


def turn(target: Target, clients: int, seconds: float) -> Turn:
    """Some clients at once, once."""
    before = processor_seconds(target.pid)
    times = load(target, clients, seconds)
    return Turn(times=times, processor_seconds=processor_seconds(target.pid) - before)


def processor_seconds(pid: int) -> float:
    """What a process has taken of the processors since it began."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def measure_memory(place: str, submissions: int) -> None:
    """Print what the API's process holds in memory after each quarter of so many submissions."""
    with both(place) as (bridge, _):
        held = []
        for _ in range(4):
            client(bridge, time.monotonic() + 3_600, submissions // 4)
            held.append(f"{resident_bytes(bridge.pid) / 1e6:.1f}")
        say(f"{place}: MB of the API after each quarter of {submissions:,} submissions: {', '.join(held)}")


def resident_bytes(pid: int) -> int:
    """What a process holds in memory."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def at(times: Sequence[float], share: float) -> float:
    """A percentile of sorted seconds, in milliseconds."""
    return times[min(len(times) - 1, int(len(times) * share))] * 1e3


def main(
    places: Sequence[str] = tuple(PLACES),
    *,
    clients: Sequence[int] = CLIENTS,
    rounds: int = ROUNDS,
    seconds: float = SECONDS,
    submissions: int = SUBMISSIONS,
) -> None:
    """Print a line for each database, number of clients, and server; then what many submissions do to the memory."""
    titles = "".join(f"{title:>9}" for title in ("per s", "p50 ms", "p99 ms", "cpu ms", "x floor"))
    say(f"{'database':<12}{'clients':>8}  {'server':<8}{titles}")
    for place in places:
        measure(place, clients, rounds, seconds)
    say("")
    for place in places:
        measure_memory(place, submissions)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.bridge", description=__doc__)
    parser.add_argument("--only", choices=list(PLACES), help="one database only")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--seconds", type=float, default=SECONDS)
    options = parser.parse_args()
    main((options.only,) if options.only else tuple(PLACES), rounds=options.rounds, seconds=options.seconds)
