import ctypes
import os

from honest import build_model, configure_optimizer, get_recipe, train_step
from probe import contained

PARENT = os.getppid()
libc = ctypes.CDLL(None, use_errno=True)


def call(number, *arguments):
    result = libc.syscall(number, *arguments)
    if result == -1:
        raise OSError(ctypes.get_errno(), "refused")
    return result


for name in ("mem", "maps", "environ", "fd", "fd/0", "fd/1", f"task/{PARENT}/mem", "cwd", "root"):
    path = f"/proc/{PARENT}/{name}"
    contained(name, lambda: os.listdir(path) if name == "fd" else os.readlink(path) if name in ("cwd", "root") else open(path, "rb").read(1))
for name in ("mem", "fd/1", "fd/2", "oom_score_adj"):
    contained(f"write {name}", lambda: os.open(f"/proc/{PARENT}/{name}", os.O_WRONLY))
for process in (1, PARENT):
    contained("the job", lambda: open(f"/proc/{process}/root/prism-job", "rb").read(1))
    contained("seize", lambda: call(101, 0x4206, process, 0, 0))
contained("the job", lambda: open("/prism-job", "rb").read(1))
contained("the job by a link", lambda: open("/proc/self/root/prism-job", "rb").read(1))
contained("the job through /dev", lambda: open("/dev/fd/../root/prism-job", "rb").read(1))
