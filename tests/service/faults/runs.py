"""Runs in real containers that last until they are told to end: none is over before it is disturbed.

They take what the engine takes to start a container and no more, because nothing is trained in them. What comes of a
whole run is shown in ``tests/service/http/test_journey.py``.
"""

import contextlib
import secrets
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path

from prism.runner.docker_broker import DockerBroker
from prism.service.queue import Queue
from tests.service.deliveries import archive
from tests.service.faults.workers import containers, has_ended, until

HERE = Path(__file__).parent
EXAMPLE = Path(__file__).parents[3] / "examples" / "honest-small"
APPROVED = archive({path.name: path.read_text() for path in EXAMPLE.iterdir()})


@contextlib.contextmanager
def patient_image(folder: Path) -> Iterator[str]:
    """The tag of the image, for the length of the context."""
    import docker

    tag = f"prism-tested-patient:{secrets.token_hex(4)}"
    shutil.copy(HERE / "patient.Dockerfile", folder / "Dockerfile")
    shutil.copy(HERE / "patient.py", folder)
    with contextlib.closing(docker.from_env()) as client:
        client.images.build(path=str(folder), tag=tag, network_mode="none", rm=True)
        try:
            yield tag
        finally:
            client.images.remove(tag, force=True)


def policy_of(image: str, folder: Path, broker: str = "") -> Path:
    """A policy whose runs are in this image, at an engine with this address or the usual one."""
    settings = f"  broker: {{settings: {{base_url: '{broker}'}}}}\n" if broker else ""
    policy = folder / "policy.yaml"
    policy.write_text(f"policy: 1\nname: patient\nextends: default\nrunner:\n  image: {image}\n{settings}")
    return policy


def is_running(broker: DockerBroker, job_id: str) -> bool:
    """Whether a job is in mid-run."""
    return any((job.job_id, job.state) == (job_id, "running") for job in broker.list())


def tell_to_end(broker: DockerBroker, *ids: str) -> None:
    """Tell the runs of these submissions to end."""
    import docker
    from docker.errors import APIError

    with contextlib.closing(docker.from_env()) as client:
        for job_id in containers(broker, *ids):
            with contextlib.suppress(APIError):  # it has ended, or is not started yet
                client.api.kill(f"prism-{job_id}", signal.SIGUSR1)


def until_told_runs_ended(broker: DockerBroker, queue: Queue, *ids: str) -> None:
    """Tell the runs of these submissions to end until the submissions have."""

    def told_have_ended() -> bool:
        tell_to_end(broker, *ids)
        return has_ended(queue, *ids)

    until(told_have_ended, lambda: [queue.entry(id_) for id_ in ids], seconds=180)
