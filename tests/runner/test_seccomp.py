"""The shipped system call profile: what it refuses is refused in a container, and would not be without it."""

import ast
import json
import os
from pathlib import Path
from typing import Any

import pytest

from prism.runner.docker_broker import DockerBroker
from prism.runner.docker_settings import SHIPPED_SECCOMP
from tests.runner.test_docker_broker import spec

PROFILE: dict[str, Any] = json.loads(SHIPPED_SECCOMP.read_text())
ALLOWED = {name for rule in PROFILE["syscalls"] if rule["action"] == "SCMP_ACT_ALLOW" for name in rule["names"]}

NEVER = {
    "asynchronous work in the kernel": "io_uring_setup io_uring_enter io_uring_register io_setup io_submit",
    "other processes": "ptrace process_vm_readv process_vm_writev kcmp process_madvise",
    "handles on processes": "pidfd_open pidfd_getfd pidfd_send_signal",
    "key rings": "add_key request_key keyctl",
    "programs in the kernel, and watching it": "bpf perf_event_open userfaultfd fanotify_init lookup_dcookie",
    "namespaces": "unshare setns chroot pivot_root",
    "mounts": "mount umount2 fsopen fsmount move_mount open_tree mount_setattr",
    "the host": "reboot kexec_load kexec_file_load init_module finit_module delete_module swapon swapoff acct syslog",
    "the host's settings": "sethostname settimeofday clock_settime adjtimex iopl ioperm quotactl vhangup",
    "the host's disks": "sync syncfs",
    "who one is": "setuid setgid setreuid setregid setresuid setresgid setgroups setfsuid setfsgid capset",
    "around paths": "open_by_handle_at name_to_handle_at",
    "what outlives its process": "shmget semget msgget mq_open",
    "room that no limit counts": "setxattr lsetxattr fsetxattr",
    "old ways into the kernel": "modify_ldt personality socketcall ipc uselib nfsservctl _sysctl",
    "priorities": "setpriority ioprio_set sched_setscheduler sched_setattr migrate_pages move_pages mbind",
}


@pytest.mark.parametrize("kind", NEVER)
def test_what_must_never_be_called_is_not_on_the_list(kind: str) -> None:
    assert not set(NEVER[kind].split()) & ALLOWED


def test_what_is_not_on_the_list_is_refused_and_every_rule_says_why() -> None:
    assert PROFILE["defaultAction"] == "SCMP_ACT_ERRNO"
    assert all(len(rule["comment"]) > 20 for rule in PROFILE["syscalls"])
    assert {rule["action"] for rule in PROFILE["syscalls"]} == {"SCMP_ACT_ALLOW", "SCMP_ACT_ERRNO"}


def test_every_rule_for_sockets_devices_and_new_processes_looks_at_its_arguments() -> None:
    for rule in PROFILE["syscalls"]:
        if {"socket", "socketpair", "clone", "mknod", "mknodat"} & set(rule["names"]):
            assert rule["args"]


PROBE = """
import ctypes, errno, os, platform, socket
library = ctypes.CDLL(None, use_errno=True)
MACHINE = platform.machine()
def call(numbers, *arguments):
    if library.syscall(numbers[MACHINE], *arguments) < 0:
        return errno.errorcode[ctypes.get_errno()]
    return 'done'
def open_socket(family, kind):
    try:
        socket.socket(family, kind).close()
    except OSError as error:
        return errno.errorcode[error.errno]
    return 'done'
def n(x86_64, aarch64):
    return {'x86_64': x86_64, 'aarch64': aarch64}
print({
    'io_uring_setup': call(n(425, 425), 1, 0),
    'ptrace': call(n(101, 117), 16, 999999, 0, 0),
    'keyctl': call(n(250, 219), 0, -3, 1),
    'add_key': call(n(248, 217), 0, 0, 0, 0, 0),
    'userfaultfd': call(n(323, 282), 1),
    'pidfd_open': call(n(434, 434), 1, 0),
    'process_vm_readv': call(n(310, 270), 999999, 0, 0, 0, 0, 0),
    'setuid': call(n(105, 146), os.getuid()),
    'sync': call(n(162, 81)),
    'setxattr': call(n(188, 5), b'/none', b'user.x', b'x', 1, 0),
    'unshare': call(n(272, 97), 0),
    'shmget': call(n(29, 194), 1, 0, 0),
    'netlink': open_socket(16, 3),
    'vsock': open_socket(40, 1),
    'kernel crypto': open_socket(38, 5),
    'bpf': call(n(321, 280), 99, 0, 0),
    'perf_event_open': call(n(298, 241), 0, 0, -1, -1, 0),
    'packet': open_socket(17, 3),
    'raw': open_socket(2, 3),
    'device': call(n(259, 33), -100, b'/scratch/device', 0o20600, 0x103),
    'file by mknod': call(n(259, 33), -100, b'/scratch/file', 0o100600, 0),
    'mount': call(n(165, 40), 0, 0, 0, 0, 0),
    'namespace': call(n(272, 97), 0x10000000),
})
"""
REFUSED_BY_OTHERS_TOO = {"bpf", "perf_event_open", "packet", "raw", "device", "mount", "namespace"}
"""What capabilities or the settings of the kernel may refuse in any case."""


@pytest.mark.docker
def test_each_forbidden_call_is_refused_under_the_shipped_profile(broker: DockerBroker) -> None:
    found = ast.literal_eval(broker.run(spec(PROBE)).stdout.decode())

    assert found == dict.fromkeys(found, "EPERM")


@pytest.mark.docker
def test_without_the_profile_they_would_reach_the_kernel(broker: DockerBroker, tmp_path: Path) -> None:
    profile = tmp_path / "everything.json"
    profile.write_text('{"defaultAction": "SCMP_ACT_ALLOW"}')
    found = ast.literal_eval(DockerBroker({"seccomp": str(profile)}).run(spec(PROBE)).stdout.decode())

    assert {name for name, answer in found.items() if answer == "EPERM"} <= REFUSED_BY_OTHERS_TOO


THIRTY_TWO_BITS = """
import ctypes, mmap, os, platform
# mov eax, 20 (getpid of the 32-bit interface); int 0x80; ret
code = bytes.fromhex('b814000000cd80c3')
page = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
page.write(code)
if os.fork() == 0:
    address = ctypes.addressof(ctypes.c_char.from_buffer(page))
    ctypes.CFUNCTYPE(ctypes.c_long)(address)()
    os._exit(0)
print(os.WTERMSIG(os.wait()[1]))
"""


@pytest.mark.docker
@pytest.mark.skipif(os.uname().machine != "x86_64", reason="only x86-64 has a second interface of 32 bits")
def test_the_interface_of_thirty_two_bits_is_closed(broker: DockerBroker) -> None:
    assert broker.run(spec(THIRTY_TWO_BITS)).stdout == b"31\n"  # ended by the filter


WORKS = """
import multiprocessing, os, shutil, socket, subprocess, sys, tempfile, threading
os.chdir('/scratch')
os.environ['TMPDIR'] = '/scratch'
threads = [threading.Thread(target=sum, args=(range(1000),)) for _ in range(4)]
[thread.start() for thread in threads], [thread.join() for thread in threads]
with tempfile.TemporaryDirectory() as folder:
    path = os.path.join(folder, 'file')
    open(path, 'wb').write(bytes(100_000))
    shutil.copy2(path, path + '2')
    os.mkfifo(path + '6')
    os.link(path, path + '3'), os.symlink(path, path + '4'), os.replace(path, path + '5')
left, right = socket.socketpair()
left.sendall(b'x'), right.recv(1)
subprocess.run([sys.executable, '-I', '-c', 'pass'], check=True)
worker = multiprocessing.get_context('fork').Process(target=print, args=('worker',), kwargs={'flush': True})
worker.start(), worker.join()
import torch
torch.set_num_threads(2)
model = torch.nn.Transformer(16, 2, 1, 1, 16, batch_first=True)
inputs = torch.randn(2, 4, 16)
model(inputs, inputs).square().mean().backward()
torch.optim.AdamW(model.parameters()).step()
torch.save(model.state_dict(), '/scratch/state.pt')
torch.load('/scratch/state.pt', weights_only=True)
print('all of it')
"""


@pytest.mark.docker
def test_what_honest_code_does_works_under_it(broker: DockerBroker) -> None:
    import msgspec

    from tests.runner.test_docker_broker import LIMITS

    limits = msgspec.structs.replace(
        LIMITS, cpus=2, memory_bytes=1 << 30, pids=64, open_files=256, file_bytes=1 << 26, scratch_bytes=1 << 26
    )
    record = broker.run(spec(WORKS, limits=limits))

    assert record.stdout == b"worker\nall of it\n", record.stderr[-2000:]
