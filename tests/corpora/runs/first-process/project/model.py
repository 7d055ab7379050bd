import ctypes
import os
import signal

from honest import build_model, configure_optimizer, get_recipe, train_step
from probe import contained

libc = ctypes.CDLL(None, use_errno=True)


def call(number, *arguments):
    result = libc.syscall(number, *arguments)
    if result == -1:
        raise OSError(ctypes.get_errno(), "refused")
    return result


for name in ("mem", "maps", "environ", "fd/0", "fd/1", "task/1/mem", "cwd", "root", "auxv"):
    path = f"/proc/1/{name}"
    contained(name, lambda: os.readlink(path) if name in ("cwd", "root") else open(path, "rb").read(1))
for name in ("mem", "fd/1", "fd/2", "oom_score_adj"):
    contained(f"write {name}", lambda: os.open(f"/proc/1/{name}", os.O_WRONLY))
contained("ptrace", lambda: call(101, 16, 1, 0, 0))
contained("process_vm_readv", lambda: call(310, 1, 0, 0, 0, 0, 0))
contained("pidfd_open", lambda: os.pidfd_open(1))
contained("io_uring", lambda: call(425, 1, 0))
contained("keyctl", lambda: call(250, 0, -3))
