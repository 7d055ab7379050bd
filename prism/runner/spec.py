"""The run spec: all a broker needs to run an approved project, and nothing of where it came from."""

from typing import Annotated

import msgspec
from msgspec import Meta

from prism.policy.model import GpuChoice, RunLimits

SUPERVISE = ("python3", "-I", "/opt/prism", "supervise")
COMPARE = ("python3", "-I", "/opt/prism", "compare")


class RunSpec(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One container to be started. A broker enforces every field, or refuses the run."""

    job_id: Annotated[str, Meta(pattern="^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$")]
    """Names the run everywhere; two runs of one id cannot be under way at once."""
    image: str
    command: tuple[str, ...] = SUPERVISE
    user: str
    """Numeric user and group id, never root."""
    network: str
    """``none``, or the name of an internal network."""
    limits: RunLimits
    gpu: GpuChoice | None = None
    payload: bytes = b""
    """What the first process reads on its standard input; the only way anything gets in. It holds secrets (the nonce,
    held-out text), so it must be readable for that process alone."""
