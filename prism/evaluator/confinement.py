"""The walls between supervisor and contestant, who have the same user id: Linux calls made through ctypes.

The supervisor is not dumpable: others cannot read its memory, its descriptors or its environment, and cannot trace it.
As the container's first process it gets no signal from them either, SIGKILL included. Where an engine puts an init in
front of it, the contestant's filter refuses all that would signal either of the two, and Landlock closes the init. The
contestant gets a system call filter besides that of the engine in both cases. All of it holds without privileges.
"""

import contextlib
import ctypes
import errno
import os
import platform
import signal
import struct
from pathlib import Path
from typing import NamedTuple

from prism.evaluator import landlock

_PR_GET_DUMPABLE = 3
_PR_SET_DUMPABLE = 4
_PR_SET_SECCOMP = 22
_PR_SET_CHILD_SUBREAPER = 36
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
    signalling: tuple[int, ...]
    """kill, tkill, tgkill, rt_sigqueueinfo, rt_tgsigqueueinfo, whose first argument says whom."""
    owning: tuple[tuple[int, int], ...]
    """fcntl and ioctl with the second argument that has the kernel send signals to a process of one's choice."""


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
        signalling=(62, 200, 234, 129, 297),
        owning=((72, 8), (72, 15), (16, 0x8901), (16, 0x8902)),
    ),
    "aarch64": _Machine(
        audit=0xC00000B7,
        socket=198,
        refused=(117, 217, 218, 219, 241, 270, 271, 272, 280, 282, 194, 190, 186, 180, 140, 30),
        on_process=(261, 122, 119, 118, 274),
        limiting=((164, 0), (261, 1)),
        signalling=(129, 130, 131, 138, 240),
        owning=((25, 8), (25, 15), (29, 0x8901), (29, 0x8902)),
    ),
}
_SHARED = (424, 425, 426, 427, 434, 438)  # pidfd_send_signal, io_uring_{setup,enter,register}, pidfd_{open,getfd}
_X32_BIT = 0x40000000
_FIRST = 1
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


def _prctl(option: int, argument: int, pointer: "ctypes._CArgObject | int" = 0) -> int:
    library = ctypes.CDLL(None, use_errno=True)
    answer = int(library.prctl(option, ctypes.c_ulong(argument), pointer, ctypes.c_ulong(0), ctypes.c_ulong(0)))
    if answer < 0:
        raise ConfinementError(f"prctl {option}: {os.strerror(ctypes.get_errno())}")
    return answer


def protect_supervisor() -> None:
    """Make this process unreadable for others; orphans will come to it.

    Raises:
        ConfinementError: it is neither the first of its process namespace nor alone with an init that started it, so
            that others could signal it and it could not end all of them.
    """
    if os.getpid() != _FIRST and (os.getppid() != _FIRST or len(_processes()) > 2):  # noqa: PLR2004 - init and this one
        raise ConfinementError("the supervisor must be the container's first process, or the init's only one")
    _prctl(_PR_SET_DUMPABLE, 0)
    _prctl(_PR_SET_CHILD_SUBREAPER, 1)
    if os.getpgrp() != os.getpid():
        os.setpgid(0, 0)  # so that no group but its own can be signalled to reach it
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the one signal for which Python has a handler of its own


def require_walls() -> None:
    """Nothing, if this host can confine a contestant of this process.

    Raises:
        ConfinementError: it cannot.
    """
    filter_program(platform.machine(), has_network=False)
    if os.getpid() != _FIRST:
        try:
            landlock.version()
        except landlock.LandlockError as error:
            raise ConfinementError(str(error)) from error


def _processes() -> list[str]:
    return [entry.name for entry in Path("/proc").iterdir() if entry.name.isdigit()]


def confine_contestant(*, has_network: bool, supervisor: int) -> None:
    """Close this process off from the supervisor and an init, and filter its system calls, for good.

    Args:
        has_network: whether it may make IP sockets. Without a network they lead nowhere but into the loopback
            interface, whose closed connections the kernel remembers for a minute and shows to everybody.
        supervisor: process id of the supervisor.
    """
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    _prctl(_PR_SET_NO_NEW_PRIVS, 1)
    if supervisor != _FIRST:
        landlock.restrict(landlock.version())
        landlock.require_closed()
    filter_calls(has_network=has_network, supervisor=supervisor)


def filter_calls(*, has_network: bool, supervisor: int) -> None:
    """Put this process, which has set ``no_new_privs``, under the filter; a part of :func:`confine_contestant`."""
    program = filter_program(platform.machine(), has_network=has_network, supervisor=supervisor)
    _prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.byref(_Program(len(program) // 8, program)))


def filter_program(machine: str, *, has_network: bool, supervisor: int = _FIRST) -> bytes:
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
    for number, place, value in _refused_arguments(numbers, supervisor):
        program += [(_EQUAL, 0, 4, number), _load_argument(place), (_EQUAL, 0, 1, value), _REFUSE]
        program.append((_LOAD, 0, 0, _NUMBER))
    program += [(_EQUAL, 1, 0, numbers.socket), _ALLOW, _load_argument(0)]
    for family in families:
        program += [(_EQUAL, 0, 1, family), _ALLOW]
    program.append(_REFUSE)
    return b"".join(struct.pack("=HBBI", *instruction) for instruction in program)


def _refused_arguments(numbers: _Machine, supervisor: int) -> list[tuple[int, int, int]]:
    """Call, place of an argument, and the value it must not have."""
    protected = {_FIRST, supervisor}
    refused = [(number, 0, process) for number in numbers.on_process for process in protected]
    refused += [(number, place, _CORE_LIMIT) for number, place in numbers.limiting]
    if supervisor != _FIRST:  # signals from inside do reach it, and the init would pass them on
        targets = {process & 0xFFFFFFFF for one in protected for process in (one, -one)}  # -1 is everybody
        refused += [(number, 0, target) for number in numbers.signalling for target in targets]
        refused += [(number, 1, command) for number, command in numbers.owning]
    return refused


def _load_argument(place: int) -> tuple[int, int, int, int]:
    """Load the lower half of an argument: the kernel takes no more of process ids, limits and socket families."""
    return (_LOAD, 0, 0, _ARGUMENTS + _ARGUMENT_BYTES * place)


def end_everyone_else() -> None:
    """Kill and reap every other process of the container but an init, until none is left.

    Raises:
        ConfinementError: this process has not been protected as supervisor, and would kill strangers.
    """
    if _prctl(_PR_GET_DUMPABLE, 0) != 0 or _FIRST not in (os.getpid(), os.getppid()):
        raise ConfinementError("only the container's protected supervisor may end all others")
    while True:
        try:
            # Atomic against fork: a killed process cannot have one more child. Never ends the first process.
            os.kill(-1, signal.SIGKILL)
        except ProcessLookupError:
            return
        # Orphans become children of this process; only what an operator started from outside is not one.
        with contextlib.suppress(ChildProcessError):
            os.waitpid(-1, 0)
