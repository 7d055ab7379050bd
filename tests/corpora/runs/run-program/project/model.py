import ctypes
import mmap
import os
import shutil
import sys

from honest import build_model, configure_optimizer, get_recipe, train_step
from probe import contained


def copied_program():
    target = shutil.copy(os.path.realpath(sys.executable), "/scratch/tmp/program")
    os.chmod(target, 0o4755)
    os.execv(target, [target, "-c", "print('BREACH ran')"])


def script():
    with open("/scratch/tmp/script", "w") as file:
        file.write("#!/usr/bin/python3\nprint('BREACH script')\n")
    os.chmod(file.name, 0o755)
    os.execv(file.name, [file.name])


def library():
    with open("/proc/self/maps") as maps:
        path = next(line.split()[-1] for line in maps if "/libc.so" in line)
    target = shutil.copy(path, "/scratch/tmp/library.so")
    try:
        return ctypes.CDLL(target)
    except OSError as error:
        assert "failed to map segment" in str(error), error
        raise


def executable_mapping():
    with open("/scratch/tmp/code", "w+b") as file:
        file.write(bytes(4096))
        file.flush()
        return mmap.mmap(file.fileno(), 4096, prot=mmap.PROT_READ | mmap.PROT_EXEC)


def become_root():
    return os.setuid(0)


def see_more():
    libc = ctypes.CDLL(None, use_errno=True)
    attempts = {
        "mount": libc.mount(b"none", b"/scratch/tmp", b"tmpfs", 0, None),
        "chroot": libc.chroot(b"/scratch"),
        "unshare": libc.unshare(0x10000000),
        "device": libc.mknod(b"/scratch/tmp/device", 0o20666, os.makedev(1, 1)),
    }
    return [name for name, result in attempts.items() if result == 0][0]


for attempt in (copied_program, script, library, executable_mapping, become_root, see_more):
    contained(attempt.__name__, attempt)
