"""A run spec as the Docker engine's own container configuration: every wall of the container in one place."""

from collections.abc import Sequence
from typing import Any

from prism.errors import RunnerError
from prism.evaluator.scratch import SCRATCH
from prism.runner import owner
from prism.runner.spec import RunSpec

_CPU_QUOTA_UNITS = 1_000_000_000
_CLOSED = {"/dev/mqueue": "ro,noexec,nosuid,nodev,size=4k"}
"""In place of the engine's own mount, in which everybody may leave files that no wiping of scratch space removes."""


def create_arguments(
    spec: RunSpec, *, runtime: str, seccomp: str, image: str = "", gpus: Sequence[str] = ()
) -> dict[str, Any]:
    """The engine's request body for creating the container.

    Args:
        spec: the run.
        runtime: name of an OCI runtime the engine knows (``runsc``, ``kata``); empty is the engine's default.
        seccomp: path of the system call profile; empty is the engine's own.
        image: the id of the image that the spec's name was found to mean; empty leaves that to the engine.
        gpus: device ids of the GPUs the run may have.
    """
    return {
        "Image": image or spec.image,
        "Entrypoint": [],
        "Cmd": list(spec.command),
        "User": spec.user,
        "Env": [],
        "WorkingDir": "/",
        "Labels": owner.labels(spec.job_id, spec.limits.wall_seconds),
        "AttachStdin": True,
        "AttachStdout": True,
        "AttachStderr": True,
        "OpenStdin": True,
        "StdinOnce": True,
        "Tty": False,
        "NetworkDisabled": spec.network == "none",
        "Healthcheck": {"Test": ["NONE"]},  # the image's own would be one more program in the container
        "HostConfig": _walls(spec, runtime, seccomp, gpus),
    }


def _walls(spec: RunSpec, runtime: str, seccomp: str, gpus: Sequence[str]) -> dict[str, Any]:
    walls = _resources(spec, gpus) | {
        "NetworkMode": spec.network,
        "ReadonlyRootfs": True,
        "Tmpfs": {str(SCRATCH): _scratch_options(spec), **_CLOSED},
        "CapDrop": ["ALL"],
        "SecurityOpt": ["no-new-privileges", *_seccomp_option(seccomp)],
        "Privileged": False,
        "IpcMode": "none",  # a namespace of its own without /dev/shm, which would be a second scratch space
        "CgroupnsMode": "private",
        "PidMode": "",
        "Init": False,  # the supervisor is the first process and reaps; an init of the same user could be traced
        "LogConfig": {"Type": "none", "Config": {}},
        "RestartPolicy": {"Name": "no"},
    }
    return walls | {"Runtime": runtime} if runtime else walls


def _resources(spec: RunSpec, gpus: Sequence[str]) -> dict[str, Any]:
    limits = spec.limits
    resources: dict[str, Any] = {
        "NanoCpus": int(limits.cpus * _CPU_QUOTA_UNITS),
        "Memory": limits.memory_bytes,
        "MemorySwap": limits.memory_bytes + limits.swap_bytes,
        "PidsLimit": limits.pids,
        "Ulimits": [
            {"Name": "nofile", "Soft": limits.open_files, "Hard": limits.open_files},
            {"Name": "fsize", "Soft": limits.file_bytes, "Hard": limits.file_bytes},
            {"Name": "core", "Soft": 1, "Hard": 1},  # none, and none to the host's core handler: see confinement.py
        ],
    }
    if gpus:  # by id: a mere count is the first so many, for every run the same
        resources["DeviceRequests"] = [{"Driver": "", "DeviceIDs": list(gpus), "Capabilities": [["gpu"]]}]
    return resources


def _scratch_options(spec: RunSpec) -> str:
    user, _, group = spec.user.partition(":")
    limits = spec.limits
    sizes = f"size={limits.scratch_bytes},nr_inodes={limits.scratch_files}"
    return f"rw,noexec,nosuid,nodev,{sizes},mode=0700,uid={user},gid={group}"


def _seccomp_option(path: str) -> list[str]:
    return [f"seccomp={seccomp_text(path)}"] if path else []


def seccomp_text(path: str) -> str:
    """The system call profile in a file; empty without one, which means the engine's own.

    Raises:
        RunnerError: the file cannot be read.
    """
    if not path:
        return ""
    try:
        with open(path, encoding="utf-8") as profile:  # noqa: PTH123 - an operator's own file
            return profile.read()
    except (OSError, UnicodeDecodeError) as error:
        raise RunnerError(
            f"the system call profile cannot be read: {error}",
            where="runner.broker.settings.seccomp",
            do="give the path of a seccomp profile in the engine's JSON form",
        ) from error
