"""The reviewer's process: the only one that imports litellm, and the only one that opens a connection to a model.

It is started when a request must be made, gets orders over one socket, and ends with it. It has an environment made for
it, a memory limit, and no files of its own. What a model said is looked at here first, so that whatever that does
to a parser is done to a process that may die.
"""

import ctypes
import os
import queue
import resource
import socket
import sys
import threading

import msgspec

from prism.guard.frames import MESSAGE, Channel, ClosedError, GarbageError
from prism_llm.exchange import FailureKind
from prism_llm.wire import MAX_MESSAGE, ORDER_BOUND, Failed, Order, Ready, Result, order_of

IDLE_SECONDS = 300
"""Without an order the process ends: it holds 200 MB, and the next request can start another."""
MEMORY_BYTES = 512 << 20
"""What it may need on top of the library."""
PR_SET_DUMPABLE = 4


def main() -> None:
    """Take orders from the socket whose descriptor is the first argument, until it closes."""
    channel = Channel(socket.socket(fileno=int(sys.argv[1])))
    _protect()
    try:
        from prism_llm.completer import Completer
    except Exception as error:  # noqa: BLE001 - whatever keeps the library from being imported, there is none
        why = f"litellm cannot be imported: {error!r}"[:MAX_MESSAGE]
        _answer(channel, Failed(kind=FailureKind.NOT_INSTALLED, message=f"{why}; run `pip install 'prism-gate[llm]'`"))
        return
    completer = Completer()
    _limit_memory()
    orders = _orders(channel)
    _answer(channel, Ready())
    while True:
        try:
            order = orders.get(timeout=IDLE_SECONDS)
        except queue.Empty:
            return
        _answer(channel, completer.complete(order))


def _answer(channel: Channel, result: Result) -> None:
    channel.send(MESSAGE, msgspec.json.encode(result))


def _orders(channel: Channel) -> "queue.SimpleQueue[Order]":
    """Orders as they come; a thread waits for them, so that the process ends with its parent whatever it is doing."""
    orders: queue.SimpleQueue[Order] = queue.SimpleQueue()

    def listen() -> None:
        try:
            while True:
                orders.put(order_of(channel.receive(MESSAGE, ORDER_BOUND)))
        except (ClosedError, GarbageError, OSError, msgspec.DecodeError):
            os._exit(0)

    threading.Thread(target=listen, daemon=True).start()
    return orders


def _protect() -> None:
    """Keep what is in memory (a key) from debuggers and core files."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)


def _limit_memory() -> None:
    with open("/proc/self/statm", encoding="utf-8") as statm:  # noqa: PTH123 - as in the guard
        used = int(statm.read().split()[0]) * resource.getpagesize()
    highest = resource.getrlimit(resource.RLIMIT_AS)[1]
    bound = used + MEMORY_BYTES
    bound = bound if highest == resource.RLIM_INFINITY else min(bound, highest)
    resource.setrlimit(resource.RLIMIT_AS, (bound, bound))
