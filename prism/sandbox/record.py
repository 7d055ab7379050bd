"""Verifications on the disk: a file for each binding in this user's state folder, written whole or not at all."""

import contextlib
import os
import secrets
from pathlib import Path
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from prism.errors import RunnerError
from prism.sandbox.binding import name_of
from prism.sandbox.outcome import PromiseRecord

_MAX_BYTES = 4 * 1024 * 1024


class Verification(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What one run of the suite found."""

    format: Literal[1] = 1
    verified_at: Annotated[float, Meta(ge=0)]
    """Seconds since 1970, when the suite began."""
    seconds: float
    """How long it took."""
    binding: dict[str, str]
    """What it holds for."""
    promises: tuple[PromiseRecord, ...]


def folder() -> Path:
    """Where verifications are kept: in the XDG state folder."""
    base = os.environ.get("XDG_STATE_HOME", "")
    state = Path(base) if base.startswith("/") else Path.home() / ".local" / "state"
    return state / "prism" / "sandbox"


def save(verification: Verification) -> Path:
    """Keep a verification in place of an earlier one of the same binding; the file it is in.

    Raises:
        RunnerError: the folder or the disk does not take it.
    """
    target = folder() / f"{name_of(verification.binding)}.json"
    draft = target.with_name(f".{target.name}.{secrets.token_hex(8)}")
    try:
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(msgspec.json.format(msgspec.json.encode(verification), indent=2) + b"\n")
            file.flush()
            os.fsync(file.fileno())
        draft.replace(target)
    except OSError as error:
        raise RunnerError(
            f"the verification cannot be kept: {error.strerror}",
            where=str(target.parent),
            do="make room and let this user write there, or name another folder in XDG_STATE_HOME",
        ) from error
    finally:
        with contextlib.suppress(OSError):
            draft.unlink()
    return target


def load(binding: dict[str, str]) -> Verification | None:
    """The verification that holds for a binding; ``None`` if there is none, or none that can be read."""
    try:
        with (folder() / f"{name_of(binding)}.json").open("rb") as file:
            found = msgspec.json.decode(file.read(_MAX_BYTES), type=Verification)
    except (OSError, msgspec.DecodeError):
        return None
    return found if found.binding == binding else None
