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
    """ptrace, add_key, request_key, keyctl, perf_event_open, process_vm_{readv,writev}, kcmp, bpf, userfaultfd;
    shmget, semget, msgget, mq_open; setpriority, ioprio_set."""
    on_process: tuple[int, ...]
    """prlimit64, sched_{setaffinity,setscheduler,setparam,setattr}, whose first argument is a process id."""
    limiting: tuple[tuple[int, int], ...]
    """setrlimit and prlimit64, and the place of the argument that names the limit."""


# Numbers of refused calls: tracing and reading other processes, io_uring (passes by the engine's filter), key rings,
# kernel interfaces with a history of holes, memory and queues that outlive their makers and so would carry more than
# the trained state from the first contestant to the second, and priorities of processes of one user.
_MACHINES = {
    "x86_64": _Machine(
        audit=0xC000003E,
        socket=41,
        refused=(101, 248, 249, 250, 298, 310, 311, 312, 321, 323, 29, 64, 68, 240, 141, 251),
        on_process=(302, 203, 144, 142, 314),
        limiting=((160, 0), (302, 1)),
    ),
    "aarch64": _Machine(
        audit=0xC00000B7,
        socket=198,
        refused=(117, 217, 218, 219, 241, 270, 271, 272, 280, 282, 194, 190, 186, 180, 140, 30),
        on_process=(261, 122, 119, 118, 274),
        limiting=((164, 0), (261, 1)),
    ),
}
_SHARED = (424, 425, 426, 427, 434, 438)  # pidfd_send_signal, io_uring_{setup,enter,register}, pidfd_{open,getfd}
_X32_BIT = 0x40000000
_SUPERVISOR = 1
# The container's limit of core files is one byte: unlike zero, it also keeps crashes from a core handler of the host,
# and the project's code must not lower it.
_CORE_LIMIT = 4
_UNIX, _IP = (1,), (2, 10)  # socket families: not netlink, packet, vsock, kernel crypto and whatever comes next

_LOAD, _EQUAL, _AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06  # BPF operations
_NUMBER, _ARCHITECTURE, _ARGUMENTS, _ARGUMENT_BYTES = 0, 4, 16, 8  # offsets in struct seccomp_data
_ALLOW, _REFUSE = (_RETURN, 0, 0, 0x7FFF0000), (_RETURN, 0, 0, 0x00050000 | errno.EPERM)


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


def confine_contestant(*, has_network: bool) -> None:
    """Filter this process's system calls, and those of all it starts, for good.

    Args:
        has_network: whether it may make IP sockets. Without a network they lead nowhere but into the loopback
            interface, whose closed connections the kernel remembers for a minute and shows to everybody.
    """
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    program = filter_program(platform.machine(), has_network=has_network)
    length = len(program) // 8
    _prctl(_PR_SET_NO_NEW_PRIVS, 1)
    _prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.byref(_Program(length, program)))


def filter_program(machine: str, *, has_network: bool) -> bytes:
    """The BPF program that answers refused calls with EPERM and lets all others through.

    Raises:
        ConfinementError: the call numbers of this machine are not known.
    """
    if machine not in _MACHINES:
        raise ConfinementError(f"no system call filter for {machine}; use x86_64 or aarch64")
    numbers = _MACHINES[machine]
    families = _UNIX + _IP if has_network else _UNIX
    program = [
        (_LOAD, 0, 0, _ARCHITECTURE),
        (_EQUAL, 1, 0, numbers.audit),
        _REFUSE,
        (_LOAD, 0, 0, _NUMBER),
        (_AT_LEAST, 0, 1, _X32_BIT),
        _REFUSE,
    ]
    for number in (*_SHARED, *numbers.refused):
        program += [(_EQUAL, 0, 1, number), _REFUSE]
    refused_about = [(number, 0, _SUPERVISOR) for number in numbers.on_process]
    refused_about += [(number, place, _CORE_LIMIT) for number, place in numbers.limiting]
    for number, place, value in refused_about:
        program += [(_EQUAL, 0, 4, number), _load_argument(place), (_EQUAL, 0, 1, value), _REFUSE]
        program.append((_LOAD, 0, 0, _NUMBER))
    program += [(_EQUAL, 1, 0, numbers.socket), _ALLOW, _load_argument(0)]
    for family in families:
        program += [(_EQUAL, 0, 1, family), _ALLOW]
    program.append(_REFUSE)
    return b"".join(struct.pack("=HBBI", *instruction) for instruction in program)


def _load_argument(place: int) -> tuple[int, int, int, int]:
    """Load the lower half of an argument: the kernel takes no more of process ids, limits and socket families."""
    return (_LOAD, 0, 0, _ARGUMENTS + _ARGUMENT_BYTES * place)


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
