"""A connection to a Docker engine, and what its failures mean to an operator."""

import contextlib
import os
import socket
from collections.abc import Iterator
from typing import TYPE_CHECKING

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
        raise RunnerError(
            f"no Docker engine answers: {_shown(error)}",
            where=address,
            do="start the engine, allow this user to use its socket, or name another one in "
            "runner.broker.settings.base_url",
            code="engine-unavailable",
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
    if isinstance(error, ImageNotFound):
        meaning, code = "the evaluation image is not on the engine", "image-missing"
        do = "build it from the Dockerfile, or name another one in runner.image"
    elif status == 409:  # noqa: PLR2004 - conflict: the container's name is taken
        meaning, code = "a run of this job is under way already", "job-conflict"
        do = "wait for it, or clean the job up"
    else:
        meaning, code = "the Docker engine failed", "runner-unavailable"
        do = "look at the engine's log; try again when it is well"
    return RunnerError(f"{meaning}: {_shown(error)}", where=what, do=do, code=code)


def _shown(error: Exception) -> str:
    from prism.report.escape import shorten

    return shorten(str(getattr(error, "explanation", "") or error), 500)
