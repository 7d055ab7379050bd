"""The contestant's system call filter, in a real process: refuses what it names and nothing that Python needs."""

import os
import struct
import subprocess
import sys
from pathlib import Path

import pytest

from prism.evaluator import confinement

ROOT = Path(__file__).parents[2]
PREAMBLE = f"""
import ctypes, os, socket, sys, threading
sys.path.insert(0, {str(ROOT)!r})
from prism.evaluator import confinement
confinement.confine_contestant()
libc = ctypes.CDLL(None, use_errno=True)
def refused(number, *arguments):
    return libc.syscall(number, *arguments) == -1 and ctypes.get_errno() == 1
"""


def answer(code: str) -> str:
    process = subprocess.run(
        [sys.executable, "-I", "-c", PREAMBLE + code], capture_output=True, text=True, timeout=60, check=False
    )
    assert process.returncode == 0, process.stderr
    return process.stdout.strip()


def test_every_refused_call_is_refused() -> None:
    code = """
machine = confinement._MACHINES[confinement.platform.machine()]
print([number for number in (*confinement._SHARED, *machine.refused) if not refused(number, 0, 0, 0, 0, 0, 0)])
"""
    assert answer(code) == "[]"


@pytest.mark.parametrize("family", [16, 17, 31, 38, 40], ids=["netlink", "packet", "bluetooth", "crypto", "vsock"])
def test_sockets_of_other_families_are_refused(family: int) -> None:
    code = f"""
try:
    socket.socket({family}, socket.SOCK_DGRAM)
    print('made')
except PermissionError:
    print('refused')
"""
    assert answer(code) == "refused"


def test_what_python_and_a_framework_need_works() -> None:
    code = """
socket.socketpair()[0].close()
socket.socket(socket.AF_INET).close()
thread = threading.Thread(target=print, args=('thread',))
thread.start()
thread.join()
pid = os.fork()
if not pid:
    os._exit(3)
print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
"""
    assert answer(code).split() == ["thread", "3"]


def test_the_filter_outlives_another_program() -> None:
    code = """
os.execv(sys.executable, [sys.executable, '-I', '-c', '''
import ctypes
libc = ctypes.CDLL(None, use_errno=True)
print(libc.syscall(425, 0, 0), ctypes.get_errno())
'''])
"""
    assert answer(code) == "-1 1"


@pytest.mark.parametrize("machine", ["x86_64", "aarch64"])
def test_every_jump_of_the_program_stays_inside_it(machine: str) -> None:
    program = list(struct.iter_unpack("=HBBI", confinement.filter_program(machine)))
    jumps = [
        (place + 1 + yes, place + 1 + no) for place, (code, yes, no, _) in enumerate(program) if code in (0x15, 0x35)
    ]

    assert len(jumps) > 10
    assert all(target < len(program) for pair in jumps for target in pair)


def test_an_unknown_machine_runs_nothing() -> None:
    with pytest.raises(confinement.ConfinementError, match="riscv64"):
        confinement.filter_program("riscv64")


def test_only_a_first_process_may_supervise_or_end_all_others() -> None:
    assert os.getpid() != 1
    with pytest.raises(confinement.ConfinementError):
        confinement.protect_supervisor()
    with pytest.raises(confinement.ConfinementError):
        confinement.end_everyone_else()
