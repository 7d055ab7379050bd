import contextlib
import fcntl
import os
import resource
import signal

from honest import build_model, configure_optimizer, get_recipe, train_step
from probe import contained

PARENT = os.getppid()

for name in ("NOFILE", "FSIZE", "CPU", "AS", "DATA"):
    contained(name, lambda: resource.prlimit(PARENT, getattr(resource, f"RLIMIT_{name}"), (0, 0)))
    contained(name, lambda: resource.prlimit(1, getattr(resource, f"RLIMIT_{name}"), (0, 0)))
for which, who in ((os.PRIO_PROCESS, PARENT), (os.PRIO_PGRP, PARENT), (os.PRIO_USER, os.getuid())):
    contained("priority", lambda: os.setpriority(which, who, 19))
contained("affinity", lambda: os.sched_setaffinity(PARENT, {0}))
contained("scheduler", lambda: os.sched_setscheduler(PARENT, os.SCHED_IDLE, os.sched_param(0)))
for number in (signal.SIGKILL, signal.SIGSTOP, signal.SIGTERM):
    for owner in (1, PARENT, -1, -PARENT):
        reader, writer = os.pipe()
        with contextlib.suppress(PermissionError):
            fcntl.fcntl(reader, fcntl.F_SETOWN, owner)
        fcntl.fcntl(reader, 10, number)  # F_SETSIG
        fcntl.fcntl(reader, fcntl.F_SETFL, os.O_ASYNC)
        os.write(writer, b"x")
