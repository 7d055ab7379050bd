"""What a guarded child may ask of the kernel: read files and talk on its one connection, nothing else of consequence.

Limits stop a child that takes too much; this filter stops one whose parser was taken over. Refused calls fail with
EPERM. The numbers are those of the kernel's own tables for the two machines PRISM runs on.
"""

import ctypes
import errno
import os
import platform
import struct
from typing import Final

from prism.errors import GuardError

_PR_GET_SECCOMP: Final = 21
_PR_SET_SECCOMP: Final = 22
_SECCOMP_MODE_FILTER: Final = 2

REFUSED: Final[dict[str, tuple[int | None, int | None]]] = {
    # name: (x86_64, aarch64); changing the file system
    "creat": (85, None), "openat2": (437, 437), "open_by_handle_at": (304, 265), "truncate": (76, 45),
    "ftruncate": (77, 46), "rename": (82, None), "renameat": (264, 38), "renameat2": (316, 276), "mkdir": (83, None),
    "mkdirat": (258, 34), "rmdir": (84, None), "link": (86, None), "linkat": (265, 37), "unlink": (87, None),
    "unlinkat": (263, 35), "symlink": (88, None), "symlinkat": (266, 36), "mknod": (133, None), "mknodat": (259, 33),
    "chmod": (90, None), "fchmod": (91, 52), "fchmodat": (268, 53), "fchmodat2": (452, 452), "chown": (92, None),
    "fchown": (93, 55), "lchown": (94, None), "fchownat": (260, 54), "utime": (132, None), "utimes": (235, None),
    "utimensat": (280, 88), "futimesat": (261, None), "setxattr": (188, 5), "lsetxattr": (189, 6),
    "fsetxattr": (190, 7), "removexattr": (197, 14), "lremovexattr": (198, 15), "fremovexattr": (199, 16),
    "memfd_create": (319, 279), "memfd_secret": (447, 447), "mount": (165, 40), "umount2": (166, 39),
    "pivot_root": (155, 41), "chroot": (161, 51),
    "open_tree": (428, 428), "move_mount": (429, 429), "fsopen": (430, 430), "mount_setattr": (442, 442),
    "swapon": (167, 224), "swapoff": (168, 225), "quotactl": (179, 60), "acct": (163, 89), "fanotify_init": (300, 262),
    # the network, and other ways to reach a process
    "socket": (41, 198), "socketpair": (53, 199), "connect": (42, 203), "bind": (49, 200), "listen": (50, 201),
    "accept": (43, 202), "accept4": (288, 242), "shmget": (29, 194), "shmat": (30, 196), "semget": (64, 190),
    "msgget": (68, 186), "mq_open": (240, 180), "kill": (62, 129), "ptrace": (101, 117),
    "process_vm_readv": (310, 270), "process_vm_writev": (311, 271), "pidfd_send_signal": (424, 424),
    "pidfd_open": (434, 434), "pidfd_getfd": (438, 438), "kcmp": (312, 272),
    # processes and threads
    "fork": (57, None), "vfork": (58, None), "clone": (56, 220), "clone3": (435, 435), "execve": (59, 221),
    "execveat": (322, 281), "unshare": (272, 97), "setns": (308, 268), "setrlimit": (160, 164),
    # the kernel itself
    "io_uring_setup": (425, 425), "io_uring_enter": (426, 426), "io_uring_register": (427, 427), "bpf": (321, 280),
    "perf_event_open": (298, 241), "userfaultfd": (323, 282), "add_key": (248, 217), "request_key": (249, 218),
    "keyctl": (250, 219), "init_module": (175, 105), "finit_module": (313, 273), "delete_module": (176, 106),
    "kexec_load": (246, 104), "kexec_file_load": (320, 294), "reboot": (169, 142), "sethostname": (170, 161),
    "setdomainname": (171, 162), "settimeofday": (164, 170), "clock_settime": (227, 112), "clock_adjtime": (305, 266),
    "adjtimex": (159, 171), "iopl": (172, None), "ioperm": (173, None),
}  # fmt: skip

MACHINES: Final = {"x86_64": 0, "aarch64": 1}
_AUDIT: Final = (0xC000003E, 0xC00000B7)
_OPEN: Final[tuple[tuple[int | None, int], ...]] = ((2, 24), (None, 24))  # number and offset of its flags argument
_OPENAT: Final = ((257, 32), (56, 32))
_PRLIMIT: Final = ((302, 32), (261, 32))  # with the offset of the new limit, a pointer that must be null
_WRITING_FLAGS: Final = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC
_X32_BIT: Final = 0x40000000

_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_NUMBER, _ARCHITECTURE = 0, 4
_ALLOW, _REFUSE = 0x7FFF0000, 0x00050000 | errno.EPERM

Instruction = tuple[int, int, int, int]


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_char_p))


def require_support() -> None:
    """Find out at start, and not at the first review, that this machine has no such filter.

    Raises:
        GuardError: its calls are not known, or its kernel cannot filter them.
    """
    filter_program(platform.machine())
    if ctypes.CDLL(None).prctl(_PR_GET_SECCOMP, 0, 0, 0, 0) < 0:
        raise GuardError("this kernel cannot filter system calls", do="run PRISM on Linux with seccomp")


def restrict() -> None:
    """Filter the system calls of this process for good; it must have given up gaining privileges before.

    Raises:
        GuardError: the machine is not one whose calls are known, or the kernel refuses the filter.
    """
    program = filter_program(platform.machine())
    filter_ = _Program(len(program) // 8, program)
    library = ctypes.CDLL(None, use_errno=True)
    mode = ctypes.c_ulong(_SECCOMP_MODE_FILTER)
    if library.prctl(_PR_SET_SECCOMP, mode, ctypes.byref(filter_), ctypes.c_ulong(0), ctypes.c_ulong(0)) != 0:
        raise GuardError(
            f"the kernel refuses a system call filter: {os.strerror(ctypes.get_errno())}",
            do="run PRISM on Linux with seccomp",
        )


def filter_program(machine: str) -> bytes:
    """The BPF program for a machine: refuses with EPERM, lets everything else through.

    Raises:
        GuardError: the machine is not one whose calls are known.
    """
    if machine not in MACHINES:
        raise GuardError(f"no system call filter for {machine}", do=f"run PRISM on {' or '.join(MACHINES)}")
    column = MACHINES[machine]
    program: list[Instruction] = [
        (_LOAD, 0, 0, _ARCHITECTURE),
        (_EQUAL, 1, 0, _AUDIT[column]),
        (_RETURN, 0, 0, _REFUSE),
        (_LOAD, 0, 0, _NUMBER),
        (_AT_LEAST, 0, 1, _X32_BIT),
        (_RETURN, 0, 0, _REFUSE),
    ]
    for numbers in REFUSED.values():
        program += _refuse(numbers[column])
    for number, offset in (_OPEN[column], _OPENAT[column]):
        program += _refuse_bits(number, (offset,), _WRITING_FLAGS)
    number, offset = _PRLIMIT[column]
    program += _refuse_bits(number, (offset, offset + 4), 0xFFFFFFFF)
    program.append((_RETURN, 0, 0, _ALLOW))
    return b"".join(struct.pack("=HBBI", *instruction) for instruction in program)


def _refuse(number: int | None) -> list[Instruction]:
    return [] if number is None else [(_EQUAL, 0, 1, number), (_RETURN, 0, 0, _REFUSE)]


def _refuse_bits(number: int | None, halves: tuple[int, ...], bits: int) -> list[Instruction]:
    """Refuse a call when one of these halves (32 bits each) of its arguments has any of the bits."""
    if number is None:
        return []
    tests = [
        instruction
        for offset in halves
        for instruction in ((_LOAD, 0, 0, offset), (_ANY_BIT, 0, 1, bits), (_RETURN, 0, 0, _REFUSE))
    ]
    return [(_EQUAL, 0, len(tests) + 1, number), *tests, (_RETURN, 0, 0, _ALLOW)]
