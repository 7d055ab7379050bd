"""What a container sees of the host, the engine and the image it runs on; runs inside it, as text, on Python alone.

Without an argument it prints what it sees as JSON. With the digest of what it should see, it prints that only if it
sees anything else, and then ends with ``ELSEWHERE``.
"""

import hashlib
import json
import os
import re
import stat
import sys
from collections.abc import Iterator
from pathlib import Path

ELSEWHERE = 97
_OWN = {"/.dockerenv", "/prism-job"}
"""Files that are the container's and not the image's, besides those that are mounted."""
_OPEN = 0o5
_ENGINES = re.compile("/|/(proc|sys)(/(?!driver/).*)?")
"""Mounts that are the engine's own; the others are asked for, or come with a GPU."""


def seen(root: str = "/") -> dict[str, str]:
    """What is seen, by name: the same in every container of one host, engine and image, and little else."""
    kernel = os.uname()
    status = dict(line.partition(":\t")[::2] for line in _text("/proc/self/status").splitlines())
    mounts = [line.split() for line in _text("/proc/self/mountinfo").splitlines()]
    return {
        "kernel": f"{kernel.sysname} {kernel.release} {kernel.version} {kernel.machine}",
        "boot": _text("/proc/sys/kernel/random/boot_id"),
        "init": _init(),
        "label": _text("/proc/self/attr/current"),
        "filters": f"{status.get('Seccomp', '')} {status.get('Seccomp_filters', '')}".strip(),
        "mounts_sha256": _digest(sorted(_kind(mount) for mount in mounts if _ENGINES.fullmatch(mount[4]))),
        "image_sha256": _digest(sorted(_files(root, {*_OWN, *(mount[4] for mount in mounts)} - {"/"}))),
    }


def digest_of(found: dict[str, str]) -> str:
    """One text for all that is seen."""
    return _digest([json.dumps(found, sort_keys=True)])


def _init() -> str:
    """The program in front, which belongs to the engine."""
    path = _text("/proc/1/cmdline").partition("\0")[0]
    try:
        found = Path(path).stat()
    except OSError:
        return path
    return f"{path} {found.st_size} {found.st_mtime_ns}"


def _kind(mount: list[str]) -> str:
    """Where, how and of which kind something is mounted, without the paths of the host."""
    return f"{mount[4]} {mount[5]} {mount[mount.index('-') + 1]}"


def _files(folder: str, left_out: set[str]) -> Iterator[str]:
    """Name, size, mode and time of every file of the image that everybody may see."""
    try:
        entries = list(os.scandir(folder))
    except OSError:
        return
    for entry in entries:
        if entry.path in left_out:
            continue
        found = entry.stat(follow_symlinks=False)
        if stat.S_ISDIR(found.st_mode):
            if found.st_mode & _OPEN == _OPEN:  # others see more or less, by who they are
                yield from _files(entry.path, left_out)
        elif stat.S_ISREG(found.st_mode):  # engines add links of their own
            yield f"{entry.path!r} {found.st_size} {found.st_mode} {found.st_mtime_ns}"


def _digest(lines: list[str]) -> str:
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _text(path: str) -> str:
    try:
        return Path(path).read_text(errors="backslashreplace").strip()
    except OSError:
        return ""


def _main() -> None:
    found = seen()
    if sys.argv[1:] == [digest_of(found)]:
        return
    print(json.dumps(found), flush=True)  # noqa: T201 - how a container answers
    sys.exit(ELSEWHERE if sys.argv[1:] else 0)


if __name__ == "__main__":
    _main()
