"""The real engine and the evaluation image, or a skip that continuous integration counts as a failure."""

import contextlib
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from prism.policy.model import EvaluationPolicy, RunLimits, RunnerPolicy
from prism.runner.docker_broker import DockerBroker

MIB = 1024 * 1024
RUNS = Path(__file__).parents[1] / "corpora" / "runs"

QUICK = RunnerPolicy(
    limits=RunLimits(
        memory_bytes=1024 * MIB,
        pids=64,
        scratch_bytes=32 * MIB,
        output_bytes=128 * 1024,
        wall_seconds=60,
    ),
    evaluation=EvaluationPolicy(steps=2, batch_size=4, sequence_bytes=16, heldout_windows=32, state_bytes=4 * MIB),
)
"""Everything as small as it can be while it is still the whole way."""


@pytest.fixture(scope="session")
def broker() -> DockerBroker:
    """A broker on the default engine, which has the evaluation image."""
    import docker
    from docker.errors import DockerException, ImageNotFound

    try:
        with contextlib.closing(docker.from_env()) as client:
            client.images.get(QUICK.image)
    except ImageNotFound:
        pytest.skip(f"the engine has no image {QUICK.image}; make it with .ci/image.sh")
    except DockerException as error:
        pytest.skip(f"no Docker engine answers: {error}")
    return DockerBroker({})


@pytest.fixture(scope="session")
def listener() -> Iterator[tuple[int, list[str]]]:
    """A service on all addresses of this host: its port, and who has connected."""
    connected: list[str] = []
    with socket.create_server(("0.0.0.0", 0)) as server:  # noqa: S104 - to be reachable if the walls are not there

        def accept() -> None:
            while True:
                try:
                    connection, address = server.accept()
                except OSError:
                    return
                connected.append(str(address))
                connection.close()

        threading.Thread(target=accept, daemon=True).start()
        port = server.getsockname()[1]
        with socket.create_connection(("127.0.0.1", port)):
            pass  # the service does answer those who reach it
        yield port, connected
        server.shutdown(socket.SHUT_RDWR)
