import ctypes
import os
import socket

from honest import build_model, configure_optimizer, get_recipe, train_step
from probe import contained

KEY = 0x5052
libc = ctypes.CDLL(None, use_errno=True)


def checked(result):
    if result == -1:
        raise OSError(ctypes.get_errno(), "refused")
    return result


def connections():
    with open("/proc/net/tcp") as table:
        return table.read().splitlines()[1]


def connect_and_close():
    with socket.create_server(("127.0.0.1", 0)) as server:
        client = socket.create_connection(server.getsockname())
        server.accept()[0].close()
        client.close()
        return "closed"


def attributes():
    return os.listxattr("/scratch")[0]


for made in (libc.shmget(KEY, 1_000_000, 0o1600), libc.semget(KEY, 1, 0o1600), libc.msgget(KEY, 0o1600)):
    contained("System V", lambda: checked(made))
contained("queue", lambda: checked(libc.mq_open(b"/carried", os.O_RDWR | os.O_CREAT, 0o600, None)))
contained("queue's name", lambda: open("/dev/mqueue/carried", "w"))
contained("connect", connect_and_close)
for look in (connections, attributes):
    contained(look.__name__, look)
mode_found = os.stat("/scratch").st_mode & 0o7777
if mode_found != 0o700 or os.stat("/scratch").st_atime == 1234:
    print("BREACH mode or time", flush=True)
try:
    os.setxattr("/scratch", "user.carried", bytes(1000))
except PermissionError:
    pass  # refused by the container's system call profile; where that is another, the wiping has to hold
os.chmod("/scratch", 0o1777)
os.utime("/scratch", (1234, 10**10))
