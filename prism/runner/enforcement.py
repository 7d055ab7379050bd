"""What an engine really took over: a limit that it left out, changed or cannot hold refuses the run by name."""

from collections.abc import Iterator, Mapping
from typing import Any

from prism.errors import RunnerError

_SPEC_NAMES = {
    "NanoCpus": "runner.limits.cpus",
    "Memory": "runner.limits.memory_bytes",
    "MemorySwap": "runner.limits.swap_bytes",
    "PidsLimit": "runner.limits.pids",
    "Ulimits": "runner.limits: open_files, file_bytes",
    "Tmpfs": "runner.limits: scratch_bytes, scratch_files",
    "NetworkMode": "runner.network",
    "NetworkDisabled": "runner.network",
    "DeviceRequests": "runner.gpu",
    "User": "runner.user",
    "Image": "runner.image",
    "SecurityOpt": "runner.broker.settings.seccomp",
    "Runtime": "runner.broker.settings.runtime",
}
"""What an engine's field is called in a policy; fields that no policy can change keep the engine's name."""

_ABILITIES = {
    "MemoryLimit": "runner.limits.memory_bytes",
    "SwapLimit": "runner.limits.swap_bytes",
    "CpuCfsQuota": "runner.limits.cpus",
    "PidsLimit": "runner.limits.pids",
}
"""What the engine says its host's kernel can limit."""
_NOT_COMPARED = ("Env", "HostConfig", "AttachStdin", "AttachStdout", "AttachStderr")
"""The image's own environment joins; the rest is how the engine is talked to, and no limit."""


def require_able(info: Mapping[str, Any]) -> None:
    """Refuse an engine that says itself that it cannot hold a limit.

    Args:
        info: what the engine says of itself and its host.

    Raises:
        RunnerError: it cannot; nothing has been created.
    """
    lacking = [name for ability, name in _ABILITIES.items() if not info.get(ability)]
    if not any(option.startswith("name=seccomp") for option in info.get("SecurityOptions") or ()):
        lacking.append("runner.broker.settings.seccomp")
    if lacking:
        raise _unsupported(lacking, "the engine says that its host cannot enforce a limit of the run")


def require_taken_over(asked: Mapping[str, Any], created: Mapping[str, Any]) -> None:
    """Refuse a container that is not the one that was asked for.

    Args:
        asked: the request it was created from.
        created: the engine's description of it.

    Raises:
        RunnerError: a field of the request is missing or different, or something writable was added.
    """
    changed = dict.fromkeys(_SPEC_NAMES.get(name, f"the engine's {name}") for name in _changed(asked, created))
    if changed:
        raise _unsupported(list(changed), "the engine dropped or changed a limit of the run")


def require_no_warnings(warnings: list[str] | None) -> None:
    """Refuse a container at whose creation the engine had something to say, such as a limit it discards.

    Raises:
        RunnerError: with the engine's words.
    """
    if warnings:
        raise _unsupported(["runner.limits"], f"the engine cannot enforce a limit of the run: {'; '.join(warnings)}")


def _changed(asked: Mapping[str, Any], created: Mapping[str, Any]) -> Iterator[str]:
    config, walls = created["Config"], created["HostConfig"]
    for name, value in asked.items():
        found = created["Image"] if name == "Image" else config.get(name)
        if name not in _NOT_COMPARED and not _holds(value, found):
            yield name
    for name, value in asked["HostConfig"].items():
        if not _holds(value, walls.get(name)):
            yield name
    for name in ("Binds", "Devices", "DeviceRequests", "CapAdd", "VolumesFrom", "GroupAdd"):
        if walls.get(name) and name not in asked["HostConfig"]:
            yield name
    if any(mount.get("Type") != "tmpfs" for mount in created.get("Mounts") or ()):
        yield "Mounts"  # a volume that the image declares is writable without a limit


def _holds(asked: Any, found: Any) -> bool:  # noqa: ANN401 - JSON
    """Whether all that was asked for is there; what is empty may be left out, and objects may say more."""
    if isinstance(asked, Mapping) and asked:
        return isinstance(found, Mapping) and all(_holds(value, found.get(name)) for name, value in asked.items())
    if isinstance(asked, list) and asked:
        return (
            isinstance(found, list)
            and len(found) == len(asked)
            and all(_holds(mine, theirs) for mine, theirs in zip(asked, found, strict=True))
        )
    return bool(found == asked) if asked else not found


def _unsupported(names: list[str], what: str) -> RunnerError:
    return RunnerError(
        what,
        where=", ".join(names),
        do="use an engine and a kernel that enforce it (`docker info` warns of what is missing; for swap, boot with "
        "swapaccount=1), or change the policy",
        code="limit-unsupported",
    )
