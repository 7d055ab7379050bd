"""The run specs of the attacks: as a submission's under the policy, but small, so that filling them takes no time."""

import base64
import json
import secrets
import zlib
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from prism.policy.model import KIB, MIB, EvaluationPolicy, RunLimits, RunnerPolicy
from prism.runner.spec import RunSpec
from prism.sandbox.attack import Probe
from prism.sandbox.catalogue import INSIDE

PYTHON = ("python3", "-I", "-c")
_WALL_SECONDS = 30


def small_limits(limits: RunLimits, changes: Mapping[str, Any]) -> RunLimits:
    """Limits for an attack: never more than the policy gives, and never so much that it takes long to fill."""
    small = RunLimits(
        cpus=min(limits.cpus, 1.0),
        memory_bytes=min(limits.memory_bytes, 128 * MIB),
        swap_bytes=limits.swap_bytes,
        pids=min(limits.pids, 32),
        open_files=min(limits.open_files, 64),
        file_bytes=max(min(limits.file_bytes, 2 * MIB), 64 * KIB),
        scratch_bytes=min(limits.scratch_bytes, 8 * MIB),
        scratch_files=min(limits.scratch_files, 128),
        output_bytes=min(limits.output_bytes, 128 * KIB),
        wall_seconds=_WALL_SECONDS,
    )
    return msgspec.convert(msgspec.to_builtins(small) | dict(changes), RunLimits)


def small_run(policy: RunnerPolicy, changes: Mapping[str, Any]) -> RunnerPolicy:
    """The policy for a whole run that is over as soon as can be; nothing is asked of its metrics."""
    return msgspec.structs.replace(
        policy,
        limits=small_limits(policy.limits, changes),
        evaluation=EvaluationPolicy(steps=1, batch_size=1, sequence_bytes=8, heldout_windows=16),
        metrics_schema={},
    )


def job_id(name: str) -> str:
    """A name for one container of a verification that no other has."""
    return f"verify-{name}-{secrets.token_hex(6)}"


def spec(policy: RunnerPolicy, name: str, command: tuple[str, ...], changes: Mapping[str, Any]) -> RunSpec:
    """A run with the policy's image, user, network and accelerators."""
    return RunSpec(
        job_id=job_id(name),
        image=policy.image,
        command=command,
        user=policy.user,
        network=policy.network,
        limits=small_limits(policy.limits, changes),
        gpu=policy.gpu,
    )


def program_command(code: str, given: Mapping[str, Any]) -> tuple[str, ...]:
    """What runs code as the first process; it knows ``given`` as the probes do."""
    return (*PYTHON, f"given = {dict(given)!r}\n{code}")


def probes_command(
    probes: Sequence[Probe], given: Mapping[str, Any], mark: str, *, is_confined: bool
) -> tuple[str, ...]:
    """What makes probes one after the other, and prints a line each that begins with the mark."""
    names = ("id", "code", "inside", "seconds")
    job = {
        "mark": mark,
        "given": dict(given),
        "is_confined": is_confined,
        "attacks": [{name: getattr(probe, name) for name in names} for probe in probes],
    }
    packed = base64.b64encode(zlib.compress(json.dumps(job).encode(), 9)).decode()
    return (*PYTHON, INSIDE.read_text(encoding="utf-8"), packed)


def given(run: RunSpec, more: Mapping[str, Any]) -> dict[str, Any]:
    """What an attack may know: the limits of its run, its user and network."""
    limits: dict[str, Any] = msgspec.to_builtins(run.limits)
    own = {"user": run.user, "network": run.network, "gpus": run.gpu.count if run.gpu else 0}
    return limits | own | dict(more)
