"""Which engine this is and what it runs with: what a verification of it holds for, and nothing longer."""

import hashlib
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from docker.client import DockerClient


def identity_of(client: "DockerClient", image: str, *, runtime: str, seccomp: str) -> dict[str, str]:
    """The engine, its host and how a container is made on it, by name; and the image's digest.

    Args:
        client: the engine.
        image: the image that is run.
        runtime: the OCI runtime that is asked for; empty is the engine's default.
        seccomp: the text of the system call profile that is asked for; empty is the engine's own.
    """
    info: dict[str, Any] = client.api.info()
    inspect: Callable[[str], dict[str, Any]] = client.api.inspect_image
    chosen = runtime or str(info.get("DefaultRuntime", ""))
    return {
        "engine": str(info.get("ID", "")),
        "engine_version": str(info.get("ServerVersion", "")),
        "kernel": str(info.get("KernelVersion", "")),
        "operating_system": str(info.get("OperatingSystem", "")),
        "control_groups": f"{info.get('CgroupVersion', '')} {info.get('CgroupDriver', '')}".strip(),
        "security": " ".join(sorted(info.get("SecurityOptions") or ())),
        "storage": str(info.get("Driver", "")),
        "runtime": f"{chosen} {(info.get('Runtimes') or {}).get(chosen, '')}".strip(),
        "runtime_version": str((info.get("RuncCommit") or {}).get("ID", "")),
        "seccomp_sha256": hashlib.sha256(seccomp.encode()).hexdigest() if seccomp else "",
        "image_digest": str(inspect(image)["Id"]),
    }
