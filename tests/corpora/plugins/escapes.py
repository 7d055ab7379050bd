"""Tries everything a guarded plugin must not do, and reports what worked."""

import ctypes
import os
import resource
import socket
import subprocess
import tempfile
import threading
from pathlib import Path

from prism import Rule, Severity, hookimpl

RULE = Rule(id="escapes/worked", title="t", severity=Severity.ERROR, why="w", example="e", instead="i")
TRIED = Rule(id="escapes/tried", title="t", severity=Severity.NOTE, why="w", example="e", instead="i")
TARGET = Path(tempfile.gettempdir()) / "prism-guard-escape"


def traced() -> None:
    if ctypes.CDLL(None, use_errno=True).ptrace(0, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "ptrace")


ATTEMPTS = {
    "create": lambda: TARGET.write_bytes(b""),
    "append": lambda: TARGET.open("ab"),
    "read-write": lambda: os.open("/dev/null", os.O_RDWR),
    "truncate": lambda: os.truncate("/dev/null", 0),
    "mkdir": lambda: TARGET.mkdir(),
    "rename": lambda: os.rename(TARGET, f"{TARGET}-2"),
    "unlink": lambda: os.unlink(TARGET),
    "symlink": lambda: os.symlink("/", TARGET),
    "chmod": lambda: os.chmod("/dev/null", 0o666),
    "utime": lambda: os.utime("/dev/null"),
    "tcp": lambda: socket.create_connection(("127.0.0.1", 9), timeout=1),
    "udp": lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM),
    "unix": lambda: socket.socket(socket.AF_UNIX),
    "pair": lambda: socket.socketpair(),
    "program": lambda: subprocess.run(["id"], check=True),
    "exec": lambda: os.execv("/usr/bin/id", ["id"]),
    "fork": lambda: os.fork(),
    "thread": lambda: threading.Thread(target=print).start(),
    "signal": lambda: os.kill(os.getppid(), 0),
    "trace": traced,
    "limits": lambda: resource.setrlimit(resource.RLIMIT_CPU, resource.getrlimit(resource.RLIMIT_CPU)),
    "memory-file": lambda: os.memfd_create("x"),
}


@hookimpl
def prism_rules():
    return [RULE, TRIED]


@hookimpl
def prism_check_project(project):
    for name, attempt in ATTEMPTS.items():
        try:
            attempt()
        except (OSError, RuntimeError, ValueError):
            continue
        yield RULE.finding(name)
    yield TRIED.finding(f"{len(ATTEMPTS)} attempts")
