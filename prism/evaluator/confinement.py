"""The walls between supervisor and contestant, who have the same user id: Linux calls made through ctypes.

The supervisor is the container's first process and not dumpable: others cannot read its memory, its descriptors or its
arguments, cannot trace it, and the kernel drops their signals, SIGKILL included. The contestant gets a system call
filter besides that of the engine. Both hold without privileges.
"""

import contextlib
import ctypes
import errno
import os
import platform
import signal
import struct
from typing import NamedTuple

_PR_SET_DUMPABLE = 4
_PR_SET_SECCOMP = 22
_PR_SET_NO_NEW_PRIVS = 38
_SECCOMP_MODE_FILTER = 2


class _Machine(NamedTuple):
    audit: int
    socket: int
    refused: tuple[int, ...]
    """ptrace, add_key, request_key, keyctl, perf_event_open, process_vm_{readv,writev}, kcmp, bpf, userfaultfd."""


# Numbers of refused calls: tracing and reading other processes, io_uring (passes by the engine's filter), key rings,
# and kernel interfaces with a history of holes.
_MACHINES = {
    "x86_64": _Machine(0xC000003E, 41, (101, 248, 249, 250, 298, 310, 311, 312, 321, 323)),
    "aarch64": _Machine(0xC00000B7, 198, (117, 217, 218, 219, 241, 270, 271, 272, 280, 282)),
}
_SHARED = (424, 425, 426, 427, 434, 438)  # pidfd_send_signal, io_uring_{setup,enter,register}, pidfd_{open,getfd}
_X32_BIT = 0x40000000
_SOCKET_FAMILIES = (1, 2, 10)  # unix, IPv4, IPv6: not netlink, packet, vsock, kernel crypto and whatever comes next

_LOAD, _EQUAL, _AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06  # BPF operations
_NUMBER, _ARCHITECTURE, _FIRST_ARGUMENT = 0, 4, 16  # offsets in struct seccomp_data
_ALLOW, _REFUSE = 0x7FFF0000, 0x00050000 | errno.EPERM


class ConfinementError(Exception):
    """A wall could not be put up: nothing of the project may run."""


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_char_p))


def _prctl(option: int, argument: int, pointer: "ctypes._CArgObject | int" = 0) -> None:
    library = ctypes.CDLL(None, use_errno=True)
    if library.prctl(option, ctypes.c_ulong(argument), pointer, ctypes.c_ulong(0), ctypes.c_ulong(0)) != 0:
        raise ConfinementError(f"prctl {option}: {os.strerror(ctypes.get_errno())}")


def protect_supervisor() -> None:
    """Make this process unreadable for others; it must be the first of its process namespace.

    Raises:
        ConfinementError: it is not, so that others could signal it and it could not end all of them.
    """
    if os.getpid() != 1:
        raise ConfinementError("the supervisor must be the container's first process; run it without an init process")
    _prctl(_PR_SET_DUMPABLE, 0)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the one signal for which Python has a handler of its own


def confine_contestant() -> None:
    """Filter this process's system calls, and those of all it starts, for good."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    program = filter_program(platform.machine())
    length = len(program) // 8
    _prctl(_PR_SET_NO_NEW_PRIVS, 1)
    _prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.byref(_Program(length, program)))


def filter_program(machine: str) -> bytes:
    """The BPF program that answers refused calls with EPERM and lets all others through.

    Raises:
        ConfinementError: the call numbers of this machine are not known.
    """
    if machine not in _MACHINES:
        raise ConfinementError(f"no system call filter for {machine}; use x86_64 or aarch64")
    numbers = _MACHINES[machine]
    refused = (*_SHARED, *numbers.refused)
    families = len(_SOCKET_FAMILIES)
    to_refusal = len(refused) + families + 4  # from the test of the machine; each later test is one nearer
    program = [
        (_LOAD, 0, 0, _ARCHITECTURE),
        (_EQUAL, 0, to_refusal, numbers.audit),
        (_LOAD, 0, 0, _NUMBER),
        (_AT_LEAST, to_refusal - 2, 0, _X32_BIT),
        *((_EQUAL, to_refusal - 3 - place, 0, number) for place, number in enumerate(refused)),
        (_EQUAL, 0, families + 2, numbers.socket),
        (_LOAD, 0, 0, _FIRST_ARGUMENT),
        *((_EQUAL, families - place, 0, family) for place, family in enumerate(_SOCKET_FAMILIES)),
        (_RETURN, 0, 0, _REFUSE),
        (_RETURN, 0, 0, _ALLOW),
    ]
    return b"".join(struct.pack("=HBBI", *instruction) for instruction in program)


def end_everyone_else() -> None:
    """Kill and reap every other process of the container, until none is left.

    Raises:
        ConfinementError: this is not the first process, and would kill strangers.
    """
    if os.getpid() != 1:
        raise ConfinementError("only the container's first process may end all others")
    while True:
        try:
            os.kill(-1, signal.SIGKILL)  # atomic against fork: a killed process cannot have one more child
        except ProcessLookupError:
            return
        # Orphans become children of the first process; only what an operator started from outside is not one.
        with contextlib.suppress(ChildProcessError):
            os.waitpid(-1, 0)
