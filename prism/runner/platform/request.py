"""A run spec as a request to Platform's broker; what the request has no word for is refused, never left out."""

import base64
import gzip
import io
import tarfile
from typing import Any

from prism.errors import RunnerError
from prism.evaluator.landlock import JOB_FILE
from prism.evaluator.scratch import SCRATCH
from prism.runner import owner
from prism.runner.spec import RunSpec

_SOURCE = "job"
_FED = ("/bin/sh", "-c", f'exec "$@" <{JOB_FILE}', "sh")
"""In front of a command that reads its payload on standard input, which Platform's containers do not have."""
_CLOSED = ("/dev/mqueue", "/dev/shm")  # noqa: S108 - closed so that neither is a second scratch space


def run_request(spec: RunSpec) -> dict[str, Any]:
    """The body of ``/v1/docker/run``.

    Raises:
        RunnerError: a field of the spec cannot be expressed.
    """
    _require_expressible(spec)
    return {
        "job_id": spec.job_id,
        "image": spec.image,
        "command": [*(_FED if spec.payload else ()), *spec.command],
        "workdir": "/",
        "env": {},
        "labels": owner.labels(spec.job_id, spec.limits.wall_seconds),
        "limits": _limits(spec),
        "mounts": [_mount(spec.payload)] if spec.payload else [],
        "timeout_seconds": spec.limits.wall_seconds,
    }


def _require_expressible(spec: RunSpec) -> None:
    if spec.network != "none":
        raise _unsupported(
            "Platform's broker does not say whether a network leads outside", f"runner.network: {spec.network}", "none"
        )
    if spec.gpu is not None and spec.gpu.type:
        raise _unsupported(
            "Platform's broker cannot be asked for a type of GPU", f"runner.gpu.type: {spec.gpu.type}", "none"
        )


def _unsupported(what: str, where: str, instead: str) -> RunnerError:
    return RunnerError(
        what, where=where, do=f"use {instead} with this broker, or another broker", code="limit-unsupported"
    )


def _limits(spec: RunSpec) -> dict[str, Any]:
    limits = spec.limits
    return {
        "cpus": limits.cpus,
        "memory": str(limits.memory_bytes),
        "memory_swap": str(limits.memory_bytes + limits.swap_bytes),
        "pids_limit": limits.pids,
        "gpu_count": spec.gpu.count if spec.gpu else None,
        "network": spec.network,
        "read_only": True,
        "user": spec.user,  # left out, the run would be root's
        "tmpfs": _tmpfs(spec),
        "ulimits": [
            f"nofile={limits.open_files}:{limits.open_files}",
            f"fsize={limits.file_bytes}:{limits.file_bytes}",
            "core=1:1",  # none, and none to the host's core handler: see confinement.py
        ],
        "cap_drop": ["ALL"],
        "security_opt": ["no-new-privileges"],
        "init": True,
    }


def _tmpfs(spec: RunSpec) -> list[str]:
    user, _, group = spec.user.partition(":")
    sizes = f"size={spec.limits.scratch_bytes},nr_inodes={spec.limits.scratch_files}"
    scratch = f"{SCRATCH}:rw,noexec,nosuid,nodev,{sizes},mode=0700,uid={user},gid={group}"
    return [scratch, *(f"{folder}:ro,noexec,nosuid,nodev,size=4k" for folder in _CLOSED)]


def _mount(payload: bytes) -> dict[str, Any]:
    return {
        "target": str(JOB_FILE),
        "read_only": True,
        "source_type": "file",
        "source_name": _SOURCE,
        "archive_b64": base64.b64encode(_archive(payload)).decode(),
    }


def _archive(payload: bytes) -> bytes:
    """A tar.gz with the payload as its one file, readable by the unprivileged user of the run."""
    stream = io.BytesIO()
    member = tarfile.TarInfo(_SOURCE)
    member.size, member.mode = len(payload), 0o644
    with tarfile.open(fileobj=stream, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        archive.addfile(member, io.BytesIO(payload))
    return gzip.compress(stream.getvalue(), compresslevel=1, mtime=0)
