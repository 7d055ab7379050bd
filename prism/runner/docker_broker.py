"""The broker for a Docker engine, through the Docker SDK.

Everything a run needs travels over the engine's API (the payload on an attached standard input), so no path of this
host has to exist on the engine's. A container is removed in every case: at the end of its run, and, when PRISM itself
was killed, by the next broker that connects.
"""

import contextlib
import time
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from prism.errors import RunnerError
from prism.runner import counters, owner
from prism.runner.attachment import Attachment
from prism.runner.broker import ContainerRecord, Ending, RunningJob
from prism.runner.container import create_arguments, seccomp_text
from prism.runner.disturbance import require_undisturbed
from prism.runner.docker_settings import DockerSettings
from prism.runner.enforcement import require_able, require_no_warnings, require_taken_over
from prism.runner.engine import engine
from prism.runner.images import image_id
from prism.runner.slots import Slots, slot_folder
from prism.runner.spec import RunSpec

if TYPE_CHECKING:
    from docker.client import DockerClient

_END_SECONDS = 30
_POLL_SECONDS = 0.02
_LATE_SECONDS = 2
_TOGETHER_SECONDS = 0.5


class DockerBroker:
    """Runs containers on one Docker engine; it connects for each call and holds nothing between them."""

    def __init__(self, settings: Mapping[str, Any]) -> None:
        self._settings = DockerSettings.of(settings)

    def run(self, spec: RunSpec) -> ContainerRecord:
        """Run one container to its end and remove it, whatever happens; first, remove what dead owners left behind.

        Raises:
            RunnerError: the engine or image failed, a limit cannot be enforced, there was no room for the run in time,
                or the job is under way already.
        """
        with engine(self._settings.base_url, f"job {spec.job_id}") as client, owner.under_way(spec.job_id):
            info = client.api.info()
            require_able(info)
            with self._slots(info).taken(spec.gpu, self._settings.wait_seconds) as gpus:
                remove_abandoned(client)
                asked = self._asked(client, spec, gpus)
                with _nothing_left(client, asked["Labels"][owner.LAUNCH_LABEL]):
                    container = _created(client, asked, f"prism-{spec.job_id}")
                    record = _observed(client, container, spec)
                    remove(client, container)
                    return record

    def cleanup(self, job_id: str) -> int:
        """Remove what is left of a job; how many containers that were."""
        with engine(self._settings.base_url, f"job {job_id}") as client:
            found = list(_containers(client, f"{owner.JOB_LABEL}={job_id}"))
            for container in found:
                remove(client, container["Id"])
            return len(found)

    def list(self) -> tuple[RunningJob, ...]:
        """The jobs whose containers exist now, by job id."""
        with engine(self._settings.base_url, "the list of containers") as client:
            jobs = (
                RunningJob(
                    job_id=container["Labels"][owner.JOB_LABEL],
                    state=container["State"],
                    is_abandoned=owner.is_abandoned(container["Labels"]),
                )
                for container in _containers(client, owner.JOB_LABEL)
            )
            return tuple(sorted(jobs, key=lambda job: job.job_id))

    def identity(self, image: str) -> dict[str, str]:
        """The engine, its kernel and its runtime, how it is asked, and the image's digest."""
        from prism.runner.identity import identity_of

        settings = self._settings
        with engine(settings.base_url, f"image {image}") as client:
            found = image_id(client, image, settings.images)
            return identity_of(client, found, runtime=settings.runtime, seccomp=seccomp_text(settings.seccomp))

    def _slots(self, info: Mapping[str, Any]) -> Slots:
        settings = self._settings
        return Slots(slot_folder(settings.lock_folder, info["ID"]), runs=settings.runs, gpus=settings.gpus)

    def _asked(self, client: "DockerClient", spec: RunSpec, gpus: tuple[str, ...]) -> dict[str, Any]:
        """The request for a container that holds every limit of the spec."""
        _require_internal(client, spec.network)
        settings = self._settings
        image = image_id(client, spec.image, settings.images)
        return create_arguments(spec, image=image, runtime=settings.runtime, seccomp=settings.seccomp, gpus=gpus)


def _created(client: "DockerClient", asked: dict[str, Any], name: str) -> str:
    """The id of a container that is what was asked for and has not been started."""
    create: Callable[[dict[str, Any], str], dict[str, Any]] = client.api.create_container_from_config
    answer = create(asked, name)
    container = str(answer["Id"])
    require_no_warnings(answer.get("Warnings"))
    require_taken_over(asked, client.api.inspect_container(container))
    return container


@contextlib.contextmanager
def _nothing_left(client: "DockerClient", launch: str) -> Iterator[None]:
    """Remove a launch's container at the end of the context; also one that the engine is still making."""
    from docker.errors import APIError

    try:
        yield
    except (APIError, RunnerError):  # an answer: what there is can be seen
        _remove_launched(client, launch)
        raise
    except BaseException:  # such as an interruption while the engine was at it
        give_up = time.monotonic() + _LATE_SECONDS
        while not _remove_launched(client, launch) and time.monotonic() < give_up:
            time.sleep(_POLL_SECONDS)
        raise


def _remove_launched(client: "DockerClient", launch: str) -> int:
    found = list(_containers(client, f"{owner.LAUNCH_LABEL}={launch}"))
    for container in found:
        remove(client, container["Id"])
    return len(found)


def _require_internal(client: "DockerClient", network: str) -> None:
    if network == "none":
        return
    if not client.api.inspect_network(network)["Internal"]:
        raise RunnerError(
            "the network leads outside the engine; approved code may be given an internal one only",
            where=f"runner.network: {network}",
            do="use `none`, or a network made with `docker network create --internal`",
            code="limit-unsupported",
        )


def _observed(client: "DockerClient", container: str, spec: RunSpec) -> ContainerRecord:
    """Start a created container and follow it to its end."""
    socket = client.api.attach_socket(container, params={"stdin": 1, "stdout": 1, "stderr": 1, "stream": 1})
    with Attachment(socket, limit=spec.limits.output_bytes) as attachment:
        client.api.start(container)
        began = time.monotonic()  # after it, so that a slow engine is not charged to the run
        deadline = began + spec.limits.wall_seconds
        ending = attachment.follow(spec.payload, deadline, lambda: _is_running(client, container))
    is_cut = ending is Ending.BY_ITSELF and not _ends_with_its_output(client, container, is_ended=attachment.is_ended)
    # The stream is closed first: the engine cannot end a container whose output is waiting for a reader.
    state = _ended_state(client, container, deadline if ending is Ending.BY_ITSELF else 0)
    used: dict[str, float | None] = {}
    if state is None:
        ending = Ending.TIME_LIMIT if ending is Ending.BY_ITSELF else ending
        used = counters.of(client, container)
        state = _killed_state(client, container)
    else:
        require_undisturbed(client, container, state)
    return ContainerRecord(
        ending=ending,
        exit_code=state["ExitCode"],
        out_of_memory=state["OOMKilled"],
        stdout=bytes(attachment.stdout),
        stderr=bytes(attachment.stderr),
        is_cut=is_cut,
        wall_seconds=time.monotonic() - began,
        **used,
    )


def _is_running(client: "DockerClient", container: str) -> bool:
    return bool(client.api.inspect_container(container)["State"]["Running"])


def _ends_with_its_output(client: "DockerClient", container: str, *, is_ended: bool) -> bool:
    """Whether a container is over when its stream is: if it goes on, or the stream never ended, some may be lost."""
    return is_ended and _ended_state(client, container, time.monotonic() + _TOGETHER_SECONDS) is not None


def _ended_state(client: "DockerClient", container: str, deadline: float) -> dict[str, Any] | None:
    """The engine's state of a container that has ended by the deadline; its output may have ended long before."""
    while True:
        state: dict[str, Any] = client.api.inspect_container(container)["State"]
        if not state["Running"]:
            return state
        if time.monotonic() >= deadline:
            return None
        time.sleep(_POLL_SECONDS)


def _killed_state(client: "DockerClient", container: str) -> dict[str, Any]:
    from docker.errors import APIError

    with contextlib.suppress(APIError):  # it ended in this moment
        client.api.kill(container)
    state = _ended_state(client, container, time.monotonic() + _END_SECONDS)
    if state is None:
        raise RunnerError(
            "the engine still reports a container as running that it was told to kill",
            where=container[:12],
            do="look at the engine's log; restart the engine",
        )
    return state


def remove_abandoned(client: "DockerClient") -> None:
    """Remove the containers whose owners are gone."""
    for container in _containers(client, owner.JOB_LABEL):
        if owner.is_abandoned(container["Labels"]):
            remove(client, container["Id"])


def remove(client: "DockerClient", container: str) -> None:
    """Remove a container, running or not; one that is gone already is as good."""
    from docker.errors import APIError

    give_up = time.monotonic() + _END_SECONDS
    while True:
        try:
            client.api.remove_container(container, force=True, v=True)
        except APIError as error:
            if error.status_code == 404:  # noqa: PLR2004 - not found
                return
            if time.monotonic() > give_up:
                raise
            time.sleep(_POLL_SECONDS)  # somebody else is removing it (409), or the engine is busy ending it
        else:
            return


def _containers(client: "DockerClient", label: str) -> Iterator[dict[str, Any]]:
    yield from client.api.containers(all=True, filters={"label": label})
