import ctypes
import os
import signal
import time
from pathlib import Path

from honest import build_model, configure_optimizer, get_recipe, train_step
from probe import contained


def others():
    return [path.name for path in Path("/proc").iterdir() if path.name.isdigit() and path.name not in ("1", str(os.getppid()), str(os.getpid()))][0]


def left_behind():
    return [path.name for path in Path("/scratch").rglob("*") if "planted" in path.name][0]


contained("others", others)
contained("left_behind", left_behind)
os.chmod("/scratch/project", 0o700)  # read-only as it was unpacked
for place in ("/scratch/planted", "/scratch/project/planted.py", "/scratch/tmp/planted"):
    Path(place).write_text("planted")
if not ctypes.CDLL(None).syscall(56, 0x8000 | signal.SIGCHLD, 0, 0, 0, 0):  # clone: a child of the supervisor itself
    os.kill(os.getpid(), signal.SIGSTOP)
if not os.fork():
    os.setsid()
    if os.fork():
        os._exit(0)
    while True:
        for descriptor in (1, 2):
            os.write(descriptor, b"\nPRISM-RESULT 0 {}\n")
        time.sleep(0.05)
