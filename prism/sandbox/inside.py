"""Runs inside the container: makes one attack after the other, each in its own process, and prints what came of it.

It travels with the attacks on the command line and imports nothing but the standard library, so that any image with
Python will do. Attacks from the contestant's place need the evaluator of the image besides: its walls are put up here
exactly as they are before a submission's code runs. Whatever an attack started is ended, and whatever it left in the
scratch space is removed, before the next one begins.
"""

import base64
import contextlib
import ctypes
import errno
import json
import os
import platform
import select
import shutil
import signal
import sys
import time
import zlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NoReturn

SCRATCH = Path("/scratch")
EVALUATOR = "/opt/prism"
DETAIL_CHARACTERS = 300
POLL_SECONDS = 0.02
PR_SET_CHILD_SUBREAPER = 36
PR_SET_DUMPABLE = 4

# System calls by name: on x86_64 and on aarch64.
NUMBERS = {
    "acct": (163, 89),
    "add_key": (248, 217),
    "adjtimex": (159, 171),
    "bpf": (321, 280),
    "capset": (126, 91),
    "chroot": (161, 51),
    "fanotify_init": (300, 262),
    "finit_module": (313, 273),
    "fsopen": (430, 430),
    "init_module": (175, 105),
    "io_uring_setup": (425, 425),
    "kcmp": (312, 272),
    "kexec_load": (246, 104),
    "keyctl": (250, 219),
    "mknodat": (259, 33),
    "mount": (165, 40),
    "mq_open": (240, 180),
    "msgget": (68, 186),
    "open_by_handle_at": (304, 265),
    "open_tree": (428, 428),
    "perf_event_open": (298, 241),
    "pidfd_getfd": (438, 438),
    "pidfd_open": (434, 434),
    "pivot_root": (155, 41),
    "process_vm_readv": (310, 270),
    "ptrace": (101, 117),
    "quotactl": (179, 60),
    "reboot": (169, 142),
    "request_key": (249, 218),
    "sched_setscheduler": (144, 119),
    "semget": (64, 190),
    "sethostname": (170, 161),
    "setns": (308, 268),
    "setpriority": (141, 140),
    "shmget": (29, 194),
    "swapon": (167, 224),
    "syslog": (103, 116),
    "umount2": (166, 39),
    "unshare": (272, 97),
    "userfaultfd": (323, 282),
}
MACHINES = ("x86_64", "aarch64")


class Broken(BaseException):
    """The attack got through; not an ``Exception``, so that no attack catches it by accident."""


class Untestable(BaseException):
    """The attack cannot be made here."""


def main() -> None:
    """Make the attacks of the job in the first argument; one line each goes to standard output."""
    job = json.loads(zlib.decompress(base64.b64decode(sys.argv[1])))
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    walls = Walls(has_network=job["given"]["network"] != "none") if job["is_confined"] else None
    for attack in job["attacks"]:
        report = made(attack, job["given"], walls)
        end_descendants()
        empty_scratch()
        print(job["mark"], json.dumps({"id": attack["id"], **report}), flush=True)  # noqa: T201 - the protocol


class Walls:
    """The evaluator's own walls between the supervisor, which this process stands for, and the contestant."""

    def __init__(self, *, has_network: bool) -> None:
        self._has_network = has_network
        self._supervisor = os.getpid()
        self._error = ""
        try:
            sys.path.insert(0, EVALUATOR)
            from prism.evaluator import confinement

            self._confinement = confinement
            confinement.protect_supervisor()
        except Exception as error:  # noqa: BLE001 - another image may hold anything; each attack then says so
            self._error = f"the evaluator's walls could not be put up: {error}"

    def confine(self) -> None:
        """Make this process what the contestant is."""
        if self._error:
            raise Untestable(self._error)
        self._confinement.confine_contestant(has_network=self._has_network, supervisor=self._supervisor)


def made(attack: Mapping[str, Any], given: Mapping[str, Any], walls: Walls | None) -> dict[str, str]:
    """What came of one attack: ``outcome`` and ``detail``."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        act(attack, given, walls if attack["inside"] == "contestant" else None, writing)
    os.close(writing)
    text = answer(reading, child, time.monotonic() + attack["seconds"])
    os.close(reading)
    if not text:
        return {"outcome": "untestable", "detail": "the attack ended without an answer, or took too long"}
    report: dict[str, str] = json.loads(text)
    return report


def answer(reading: int, child: int, deadline: float) -> bytes:
    """The line an attack answers with; empty if it ends or the deadline passes without one."""
    has_ended = False
    while time.monotonic() < deadline:
        if select.select([reading], [], [], POLL_SECONDS)[0]:
            return os.read(reading, select.PIPE_BUF)
        if has_ended:
            return b""
        has_ended = os.waitpid(child, os.WNOHANG)[0] == child
    return b""


def act(attack: Mapping[str, Any], given: Mapping[str, Any], walls: Walls | None, writing: int) -> NoReturn:
    """Be the attack: run its code, answer in one line, and end."""
    try:
        report = outcome_of(attack, given, walls)
        line = json.dumps({"outcome": report[0], "detail": ascii(report[1])[1:-1][:DETAIL_CHARACTERS]})
        os.write(writing, line.encode())
    finally:
        os._exit(0)


def outcome_of(attack: Mapping[str, Any], given: Mapping[str, Any], walls: Walls | None) -> tuple[str, str]:
    """Kept, broken or untestable, with what was seen."""
    tries = Tries()
    names = {"given": given, "SUPERVISOR": os.getppid(), "call": call, "refused": tries.refused}
    names |= {"broken": broken, "untestable": untestable, "seen": tries.notes.append}
    try:
        os.setsid()
        silence()
        os.chdir(SCRATCH)
        if walls:
            walls.confine()
        ctypes.CDLL(None).prctl(PR_SET_DUMPABLE, 1, 0, 0, 0)  # as any program is that was started anew
        exec(compile(attack["code"], attack["id"], "exec"), names)  # noqa: S102 - what this program is for
    except Broken as error:
        return "broken", str(error)
    except Untestable as error:
        return "untestable", str(error)
    except BaseException as error:  # noqa: BLE001 - whatever else ends it, the answer must be given
        return "untestable", f"the attack itself failed: {type(error).__name__}: {error}"
    return "kept", ", ".join(dict.fromkeys(tries.notes))


class Tries:
    """What an attack tries, and notes of how that ended."""

    def __init__(self) -> None:
        self.notes: list[str] = []

    def refused(self, attempt: Callable[[], object], *allowed: str) -> None:
        """Try something that must be refused with one of these errors, by name.

        Any other error means that the kernel got further than it may; arguments are chosen so that nothing happens
        then.
        """
        try:
            found = attempt()
        except OSError as error:
            name = errno.errorcode.get(error.errno or 0, type(error).__name__)
            if name not in (*allowed, "ENOSYS"):
                raise Broken(f"it was not refused but ended with {name}") from error
            self.notes.append(name)
        else:
            raise Broken(f"it worked: {found!r:.100}")


def broken(text: str) -> NoReturn:
    """Say that the attack got through."""
    raise Broken(text)


def untestable(text: str) -> NoReturn:
    """Say that the attack cannot be made here."""
    raise Untestable(text)


def call(name: str, *arguments: object) -> int:
    """The result of a system call by its name.

    Raises:
        OSError: as the kernel refuses it.
    """
    if platform.machine() not in MACHINES:
        raise Untestable(f"the system calls of {platform.machine()} are not known")
    library = ctypes.CDLL(None, use_errno=True)
    number = NUMBERS[name][MACHINES.index(platform.machine())]
    values = [ctypes.c_long(each) if isinstance(each, int) else each for each in arguments]
    result: int = library.syscall(ctypes.c_long(number), *values)
    if result == -1:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return result


def silence() -> None:
    """Have nothing but the null device where an attack could print."""
    nothing = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(nothing, descriptor)
    os.close(nothing)


def end_descendants() -> None:
    """Kill and reap all that descends from this process, and nobody else even if others can be seen."""
    while True:
        for child in children():
            with contextlib.suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)
        try:
            os.waitpid(-1, 0)  # orphans have become children of this process
        except ChildProcessError:
            return


def children() -> list[int]:
    """The processes whose parent is this one."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            parent = stat.read_text(errors="replace").rpartition(")")[2].split()[1]
            if int(parent) == os.getpid():
                found.append(int(stat.parent.name))
    return found


def empty_scratch() -> None:
    """Remove what an attack left in the scratch space."""
    with contextlib.suppress(OSError):
        SCRATCH.chmod(0o700)
        for entry in list(SCRATCH.iterdir()):
            if entry.is_dir() and not entry.is_symlink():
                shutil.rmtree(entry, ignore_errors=True)
            else:
                entry.unlink()


if __name__ == "__main__":
    main()
