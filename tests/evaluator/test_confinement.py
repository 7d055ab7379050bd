"""The contestant's system call filter, in a real process: refuses what it names and nothing that Python needs."""

import os
import struct
import subprocess
import sys
from pathlib import Path

import pytest

from prism.evaluator import confinement, landlock

ROOT = Path(__file__).parents[2]
PREAMBLE = f"""
import ctypes, os, socket, sys, threading
sys.path.insert(0, {str(ROOT)!r})
from prism.evaluator import confinement, landlock
confinement._prctl(confinement._PR_SET_NO_NEW_PRIVS, 1)
{{walls}}
libc = ctypes.CDLL(None, use_errno=True)
def refused(number, *arguments):
    return libc.syscall(number, *arguments) == -1 and ctypes.get_errno() == 1
"""


def answer(code: str, *, has_network: bool = False, supervisor: int = 1) -> str:
    """What the code prints in a process that is confined as a contestant."""
    return printed(f"confinement.confine_contestant(has_network={has_network}, supervisor={supervisor})", code)


def filtered(code: str, *, supervisor: int) -> str:
    """The same under the system call filter alone: newer kernels' Landlock would refuse signals too."""
    return printed(f"confinement.filter_calls(has_network=False, supervisor={supervisor})", code)


def printed(walls: str, code: str) -> str:
    program = PREAMBLE.format(walls=walls) + code
    process = subprocess.run(
        [sys.executable, "-I", "-c", program], capture_output=True, text=True, timeout=60, check=False
    )
    assert process.returncode == 0, process.stderr
    return process.stdout.strip()


def test_every_refused_call_is_refused() -> None:
    code = """
machine = confinement._MACHINES[confinement.platform.machine()]
print([number for number in (*confinement._SHARED, *machine.refused) if not refused(number, 0, 0, 0, 0, 0, 0)])
"""
    assert answer(code) == "[]"


def test_no_call_names_the_first_process_and_all_may_name_another() -> None:
    code = """
numbers = confinement._MACHINES[confinement.platform.machine()].on_process
print([refused(number, process, 0, 0, 0) for process in (1, 2**32 + 1, 0, os.getpid()) for number in numbers])
"""
    assert answer(code) == str([True] * 10 + [False] * 10)


SIGNALS = """
numbers = confinement._MACHINES[confinement.platform.machine()].signalling
parent = os.getppid()
print([refused(number, target, 0, 0, 0) for number in numbers for target in (1, parent, -1, -parent, 2**32 - 1)])
print(os.kill(os.getpid(), 0))
"""


def test_behind_an_init_no_call_signals_the_supervisor_the_init_or_everybody() -> None:
    assert filtered(SIGNALS, supervisor=os.getpid()).split("\n") == [str([True] * 25), "None"]


def test_a_first_process_needs_no_such_filter_and_the_contestant_may_signal_its_own() -> None:
    assert answer(SIGNALS.replace("-1, -parent, 2**32 - 1", "parent")).split("\n") == [str([False] * 15), "None"]


def test_behind_an_init_the_kernel_sends_nobody_a_signal_in_the_contestants_name() -> None:
    code = """
import fcntl
reader, _ = os.pipe()
for command in (fcntl.F_SETOWN, 15, 10):
    print(refused(confinement._MACHINES[confinement.platform.machine()].owning[0][0], reader, command, os.getppid()))
"""
    assert filtered(code, supervisor=os.getpid()).split() == ["True", "True", "False"]


@pytest.mark.parametrize("version", range(1, 7))
def test_every_version_of_landlock_closes_the_first_process_and_leaves_scratch_space_and_devices_to_write_to(
    version: int, tmp_path: Path
) -> None:
    assert version <= landlock.version()
    target = tmp_path / "file"
    code = f"""
for path, mode in (("/proc/1/mem", 0), ("/proc/1/environ", 0), ("/proc/1/fd/0", 0), ({str(target)!r}, os.O_CREAT | 1)):
    try:
        os.open(path, mode)
        print("opened", path)
    except PermissionError:
        pass
os.write(os.open("/dev/null", os.O_WRONLY), b"x")
print(open("/proc/self/comm").read().strip() != "", len(os.listdir("/usr")) > 3)
"""
    assert printed(f"landlock.restrict({version}); landlock.require_closed()", code) == "True True"
    assert not target.exists()
    assert "opened" in answer(code)  # without an init there is no such wall, and nothing to keep it from


def test_the_limit_of_core_files_stays_and_other_limits_may_be_lowered() -> None:
    code = """
import resource
before = open('/proc/self/limits').read()
for lower in (resource.setrlimit, lambda *limit: resource.prlimit(os.getpid(), *limit)):
    try:
        lower(resource.RLIMIT_CORE, (0, 0))
    except (PermissionError, ValueError) as error:
        print(type(error).__name__)
machine = confinement._MACHINES[confinement.platform.machine()]
print(refused(machine.limiting[0][0], 4, 0), open('/proc/self/limits').read() == before)
resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))
"""
    refusals = answer(code).split("\n")

    assert len(refusals) == 3
    assert refusals[-1] == "True True"


MADE = """
def made(family):
    try:
        socket.socket(family, socket.SOCK_DGRAM).close()
    except PermissionError:
        return False
    except OSError as error:
        return error.strerror
    return True
print([made(family) for family in (1, 2, 10, 16, 17, 31, 38, 40)])
"""  # Unix, IPv4, IPv6, netlink, packet, Bluetooth, kernel crypto, vsock


@pytest.mark.parametrize("has_network", [True, False])
def test_sockets_are_unix_or_where_there_is_a_network_ip(has_network: bool) -> None:
    assert answer(MADE, has_network=has_network) == str([True, has_network, has_network] + [False] * 5)


def test_what_python_and_a_framework_need_works() -> None:
    code = """
socket.socketpair()[0].close()
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
    program = list(struct.iter_unpack("=HBBI", confinement.filter_program(machine, has_network=False)))
    jumps = [
        (place + 1 + yes, place + 1 + no) for place, (code, yes, no, _) in enumerate(program) if code in (0x15, 0x35)
    ]

    assert len(jumps) > 10
    assert all(target < len(program) for pair in jumps for target in pair)


def test_an_unknown_machine_runs_nothing() -> None:
    with pytest.raises(confinement.ConfinementError, match="riscv64"):
        confinement.filter_program("riscv64", has_network=False)


def test_only_a_first_process_may_supervise_or_end_all_others() -> None:
    assert os.getpid() != 1
    with pytest.raises(confinement.ConfinementError):
        confinement.protect_supervisor()
    with pytest.raises(confinement.ConfinementError):
        confinement.end_everyone_else()
