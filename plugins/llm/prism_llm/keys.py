"""Keys of providers, from an environment variable or a secret file: read for each request, so that they can change."""

import os
import stat
from pathlib import Path
from typing import Final

from prism_llm.exchange import Reviewer

MAX_KEY_BYTES: Final = 16_384
"""Enough for a service account's JSON document."""


class KeyTrouble(Exception):  # noqa: N818 - as in "no key, no trouble": it is a state to report, not a bug
    """No usable key: what is wrong, and what to do."""

    def __init__(self, what: str, do: str) -> None:
        super().__init__(what)
        self.what = what
        self.do = do


def key_of(reviewer: Reviewer, base: Path) -> str:
    """The key that a reviewer is to be asked with; empty when it needs none. ``base`` is the policy's folder.

    Raises:
        KeyTrouble: it is missing, empty, or open to others.
    """
    if reviewer.key_env:
        return _from_environment(reviewer.key_env)
    if reviewer.key_file:
        return _from_file(base / reviewer.key_file)
    return ""


def _from_environment(name: str) -> str:
    key = os.environ.get(name, "").strip()
    if not key:
        raise KeyTrouble(
            f"the environment variable {name} is not set", f"set {name} where PRISM runs, or name a key_file"
        )
    return _checked(key, f"the environment variable {name}")


def _from_file(path: Path) -> str:
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)  # a FIFO must not make anybody wait
    except OSError as error:
        raise KeyTrouble(
            f"the key file {path} cannot be opened: {error.strerror}", "write the key there, for PRISM's user alone"
        ) from error
    with os.fdopen(descriptor, "rb") as file:
        _refuse_open_door(path, os.fstat(file.fileno()))
        content = file.read(MAX_KEY_BYTES + 1)
    if len(content) > MAX_KEY_BYTES:
        raise KeyTrouble(
            f"the key file {path} holds more than {MAX_KEY_BYTES} bytes", "write the key there and nothing else"
        )
    try:
        key = content.decode().strip()
    except UnicodeDecodeError as error:
        raise KeyTrouble(f"the key file {path} is not text", "write the key there and nothing else") from error
    if not key:
        raise KeyTrouble(f"the key file {path} is empty", "write the key there")
    return _checked(key, f"the key file {path}")


def _refuse_open_door(path: Path, status: os.stat_result) -> None:
    """Refuse what others than PRISM may read or change.

    A group may read a file of another owner: that is how PRISM itself reads a secret that a cluster mounts.
    """
    if not stat.S_ISREG(status.st_mode):
        raise KeyTrouble(f"the key file {path} is not a file", "write the key into a plain file")
    forbidden = stat.S_IRWXO | stat.S_IWGRP | (stat.S_IRGRP if status.st_uid == os.geteuid() else 0)
    if status.st_mode & forbidden:
        mode = stat.filemode(status.st_mode)
        raise KeyTrouble(
            f"the key file {path} is open to others ({mode})", f"run `chmod 600 {path}`, and change the key"
        )


def _checked(key: str, where: str) -> str:
    is_document = key.startswith("{")
    if not is_document and not (key.isascii() and key.isprintable() and " " not in key):
        raise KeyTrouble(f"{where} holds more than a key", "write the key there and nothing else, on one line")
    return key
