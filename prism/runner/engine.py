"""A connection to a Docker engine, and what its failures mean to an operator."""

import contextlib
import os
import socket
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from prism.errors import RunnerError

if TYPE_CHECKING:
    from docker.client import DockerClient

_API_SECONDS = 60
_DEFAULT_SOCKET = "unix:///var/run/docker.sock"


@contextlib.contextmanager
def engine(base_url: str, what: str) -> Iterator["DockerClient"]:
    """The engine at an address (empty: ``DOCKER_HOST``, or the default socket), for the length of the context.

    Args:
        base_url: the address.
        what: what is being done, for the error.

    Raises:
        RunnerError: it does not answer, or failed at what was asked of it.
    """
    try:
        from docker.errors import DockerException
        from requests.exceptions import RequestException
    except ImportError as error:
        raise RunnerError(
            "the Docker SDK is not installed",
            where="the Python environment",
            do="install prism-gate[docker]",
            code="engine-unavailable",
        ) from error
    with contextlib.closing(_connected(base_url)) as client:
        try:
            yield client
        except (DockerException, RequestException, OSError) as error:
            raise _engine_error(error, what) from error


def _connected(base_url: str) -> "DockerClient":
    from docker.client import DockerClient
    from docker.errors import DockerException

    # The environment is read for the address only: its TLS settings lead to a stream that cannot be attached to.
    address = base_url or os.environ.get("DOCKER_HOST", "") or _DEFAULT_SOCKET
    try:
        _knock(address)
        return DockerClient(base_url=address, timeout=_API_SECONDS)
    except (DockerException, OSError) as error:
        if isinstance(error, PermissionError):
            do = "allow this user to use the engine's socket (usually by the group `docker`), or use another engine"
        else:
            do = "start the engine, or name another one in runner.broker.settings.base_url"
        raise RunnerError(
            f"no Docker engine answers: {_shown(error)}", where=address, do=do, code="engine-unavailable"
        ) from error


def _knock(address: str) -> None:
    """Connect to a Unix socket once: the SDK says less plainly why it cannot, and leaves its own socket open."""
    if address.startswith("unix://"):
        with socket.socket(socket.AF_UNIX) as door:
            door.settimeout(_API_SECONDS)
            door.connect(address.removeprefix("unix://"))


def _engine_error(error: Exception, what: str) -> RunnerError:
    """What the SDK raised, as an error with a reason code and what to do."""
    from docker.errors import APIError, ImageNotFound

    status = error.status_code if isinstance(error, APIError) else None
    said = str(getattr(error, "explanation", "") or error).lower()
    if isinstance(error, ImageNotFound):
        return _IMAGE_MISSING.of(error, what)
    if status == 409:  # noqa: PLR2004 - conflict: the container's name is taken
        return _JOB_CONFLICT.of(error, what)
    known = (meaning for phrases, meaning in _PHRASES if any(phrase in said for phrase in phrases))
    return next(known, _ENGINE_FAILED).of(error, what)


class _Meaning(NamedTuple):
    """What a failure of the engine means to an operator."""

    meaning: str
    do: str
    code: str

    def of(self, error: Exception, what: str) -> RunnerError:
        return RunnerError(f"{self.meaning}: {_shown(error)}", where=what, do=self.do, code=self.code)


_IMAGE_MISSING = _Meaning(
    "the evaluation image is not on the engine",
    "build it from the Dockerfile, or name another one in runner.image",
    "image-missing",
)
_JOB_CONFLICT = _Meaning(
    "a run of this job is under way already",
    "wait for it, or clean the job up",
    "job-conflict",
)
_ENGINE_FAILED = _Meaning(
    "the Docker engine failed",
    "look at the engine's log; try again when it is well",
    "runner-unavailable",
)
# The engine says these things in words only.
_PHRASES = (
    (
        ("unknown runtime", "unknown or invalid runtime", "invalid runtime name"),
        _Meaning(
            "the engine does not know the runtime",
            "install it and tell the engine of it (`docker info` lists the runtimes), or mend "
            "runner.broker.settings.runtime",
            "runtime-missing",
        ),
    ),
    (
        ("could not select device driver", "nvidia-container-cli", "unresolvable cdi devices"),
        _Meaning(
            "the engine cannot give a container the GPUs",
            "install the GPU's driver and its container toolkit on the engine's host, or mend "
            "runner.broker.settings.gpus",
            "gpu-unavailable",
        ),
    ),
    (
        ("no space left on device", "disk quota exceeded"),
        _Meaning(
            "the engine's disk is full",
            "free space where the engine keeps its data (`docker system df` says what takes it)",
            "engine-full",
        ),
    ),
)


def _shown(error: Exception) -> str:
    from prism.report.escape import shorten

    return shorten(str(getattr(error, "explanation", "") or error), 500)
