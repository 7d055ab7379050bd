"""The broker for a Docker engine, through the Docker SDK.

Everything a run needs travels over the engine's API (the payload on an attached standard input), so no path of this
host has to exist on the engine's. A container is removed in every case: at the end of its run, and, when PRISM itself
was killed, by the next broker that connects.
"""

import contextlib
import time
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

from prism.errors import RunnerError
from prism.runner import owner
from prism.runner.attachment import Attachment
from prism.runner.broker import ContainerRecord, Ending, RunningJob
from prism.runner.container import create_arguments
from prism.runner.spec import RunSpec

if TYPE_CHECKING:
    from docker.client import DockerClient

_API_SECONDS = 60
_END_SECONDS = 30


class DockerBroker:
    """Runs containers on one Docker engine; it connects when it is first used."""

    def __init__(self, settings: Mapping[str, Any]) -> None:
        self._base_url = str(settings.get("base_url", ""))
        self._runtime = str(settings.get("runtime", ""))
        self._seccomp = str(settings.get("seccomp", ""))

    def run(self, spec: RunSpec) -> ContainerRecord:
        """Run one container to its end and remove it, whatever happens.

        Raises:
            RunnerError: the engine or image failed, a limit cannot be enforced, or the job is under way already.
        """
        with self._translated(f"job {spec.job_id}"):
            created = self._create(spec)
            try:
                return self._observe(created["Id"], spec)
            finally:
                _remove(self._client, created["Id"])

    def cleanup(self, job_id: str) -> int:
        """Remove what is left of a job; how many containers that were."""
        with self._translated(f"job {job_id}"):
            found = _containers(self._client, f"{owner.JOB_LABEL}={job_id}")
            for container in found:
                _remove(self._client, container["Id"])
            return len(found)

    def list(self) -> tuple[RunningJob, ...]:
        """The jobs whose containers exist now, by job id."""
        with self._translated("the list of containers"):
            jobs = [
                RunningJob(
                    job_id=container["Labels"][owner.JOB_LABEL],
                    state=container["State"],
                    is_abandoned=owner.is_abandoned(container["Labels"]),
                )
                for container in _containers(self._client, owner.JOB_LABEL)
            ]
            return tuple(sorted(jobs, key=lambda job: job.job_id))

    def close(self) -> None:
        """Let go of the connection."""
        if "_client" in self.__dict__:
            self._client.close()

    @cached_property
    def _client(self) -> "DockerClient":
        """The connected engine, after removing what dead owners left behind."""
        client = _connect(self._base_url)
        for container in _containers(client, owner.JOB_LABEL):
            if owner.is_abandoned(container["Labels"]):
                _remove(client, container["Id"])
        return client

    def _create(self, spec: RunSpec) -> dict[str, Any]:
        arguments = create_arguments(spec, runtime=self._runtime, seccomp=self._seccomp)
        create: Callable[[dict[str, Any], str], dict[str, Any]] = self._client.api.create_container_from_config
        created = create(arguments, f"prism-{spec.job_id}")
        if created.get("Warnings"):
            _remove(self._client, created["Id"])
            raise RunnerError(
                f"the engine cannot enforce a limit of the run: {'; '.join(created['Warnings'])}",
                where="runner.limits",
                do="enable it in the host's kernel (for swap: swapaccount=1), or leave the limit out of the policy",
                code="limit-unsupported",
            )
        return created

    def _observe(self, container: str, spec: RunSpec) -> ContainerRecord:
        api = self._client.api
        socket = api.attach_socket(container, params={"stdin": 1, "stdout": 1, "stderr": 1, "stream": 1})
        with Attachment(socket, limit=spec.limits.output_bytes) as attachment:
            began = time.monotonic()
            api.start(container)
            ending = attachment.follow(spec.payload, began + spec.limits.wall_seconds)
            if ending is Ending.BY_ITSELF:
                ending = self._wait(container, began + spec.limits.wall_seconds)
            if ending is not Ending.BY_ITSELF:
                self._kill(container)
            wall_seconds = time.monotonic() - began
            state = self._ended_state(container)
            return ContainerRecord(
                ending=ending,
                exit_code=state["ExitCode"],
                out_of_memory=state["OOMKilled"],
                stdout=bytes(attachment.stdout),
                stderr=bytes(attachment.stderr),
                wall_seconds=wall_seconds,
            )

    def _wait(self, container: str, deadline: float) -> Ending:
        """Wait for a container whose output has ended; a process can close it and live on."""
        while time.monotonic() < deadline:
            if not self._client.api.inspect_container(container)["State"]["Running"]:
                return Ending.BY_ITSELF
            time.sleep(0.02)
        return Ending.TIME_LIMIT

    def _ended_state(self, container: str) -> dict[str, Any]:
        give_up = time.monotonic() + _END_SECONDS
        while True:
            state: dict[str, Any] = self._client.api.inspect_container(container)["State"]
            if not state["Running"]:
                return state
            if time.monotonic() > give_up:
                raise RunnerError(
                    "the engine reports a container as running that was killed",
                    where=container[:12],
                    do="look at the engine's log; restart the engine",
                )
            time.sleep(0.02)

    def _kill(self, container: str) -> None:
        from docker.errors import APIError

        with contextlib.suppress(APIError):  # it ended in this moment
            self._client.api.kill(container)

    @contextlib.contextmanager
    def _translated(self, where: str) -> Iterator[None]:
        """Turn what the SDK raises into errors an operator can act on."""
        _require_sdk()
        from docker.errors import DockerException
        from requests.exceptions import RequestException

        try:
            yield
        except (DockerException, RequestException, OSError) as error:
            raise engine_error(error, where) from error


def _require_sdk() -> None:
    from importlib.util import find_spec

    if find_spec("docker") is None:
        raise RunnerError(
            "the Docker SDK is not installed",
            where="the broker of kind 'docker'",
            do="install PRISM with its docker extra: pip install 'prism-gate[docker]'",
            code="engine-unavailable",
        )


def _connect(base_url: str) -> "DockerClient":
    import os

    from docker.client import DockerClient
    from docker.errors import DockerException

    where = base_url or os.environ.get("DOCKER_HOST", "") or "the default socket"
    try:
        client = DockerClient(base_url=base_url) if base_url else DockerClient.from_env(timeout=_API_SECONDS)
        client.ping()
    except (DockerException, OSError) as error:
        raise RunnerError(
            f"no Docker engine answers: {_shown(error)}",
            where=where,
            do="start the engine, allow this user to use its socket, or name another one in "
            "runner.broker.settings.base_url",
            code="engine-unavailable",
        ) from error
    return client


def _containers(client: "DockerClient", label: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = client.api.containers(all=True, filters={"label": label})
    return found


def _remove(client: "DockerClient", container: str) -> None:
    from docker.errors import APIError

    give_up = time.monotonic() + _END_SECONDS
    while True:
        try:
            client.api.remove_container(container, force=True, v=True)
        except APIError as error:
            gone = error.status_code == 404  # noqa: PLR2004 - not found
            if gone:
                return
            if time.monotonic() > give_up:
                raise
            time.sleep(0.1)  # another process is removing it (409), or the engine is busy ending it
        else:
            return


def engine_error(error: Exception, where: str) -> RunnerError:
    """What the SDK raised, as an error with a reason code and what to do."""
    from docker.errors import APIError, ImageNotFound

    status = error.status_code if isinstance(error, APIError) else None
    if isinstance(error, ImageNotFound):
        what, code = "the evaluation image is not on the engine", "image-missing"
        do = "build it from the Dockerfile, or name another one in runner.image"
    elif status == 409:  # noqa: PLR2004 - conflict: the container's name is taken
        what, code = "a run of this job is under way already", "job-conflict"
        do = "wait for it, or clean the job up"
    else:
        what, code = "the Docker engine failed", "runner-unavailable"
        do = "look at the engine's log; try again when it is well"
    return RunnerError(f"{what}: {_shown(error)}", where=where, do=do, code=code)


def _shown(error: Exception) -> str:
    from prism.report.escape import shorten

    return shorten(str(getattr(error, "explanation", "") or error), 500)
