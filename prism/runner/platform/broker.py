"""The broker of Platform: one request a run, whose answer is all there is to know of it."""

import contextlib
import time
from collections.abc import Mapping
from typing import Any, TypeVar

import msgspec

from prism.errors import RunnerError
from prism.report.escape import shorten
from prism.runner import owner
from prism.runner.broker import ContainerRecord, Ending, RunningJob
from prism.runner.platform import witness
from prism.runner.platform.client import PlatformClient, UnansweredError
from prism.runner.platform.request import run_request
from prism.runner.spec import RunSpec

DEFAULT_GRACE_SECONDS = 300
_CALL_SECONDS = 60
_DOCKER_FAILED, _KILLED = 125, 137
_MEANINGS = (
    ("unable to find image", "image-missing"),
    ("no such image", "image-missing"),
    ("pull access denied", "image-missing"),
    ("manifest", "image-missing"),
    ("device driver", "gpu-unavailable"),
    ("no space left", "engine-full"),
)
"""What the engine's command line says, in small letters, and the reason it is."""
_DETAIL_CHARACTERS = 500
_ENDED = "exited"


class _Answer(msgspec.Struct, frozen=True, kw_only=True):
    """Of ``/v1/docker/run``; fields that are not named here are not needed."""

    container_name: str
    stdout: str
    stderr: str
    returncode: int
    timed_out: bool


class _Container(msgspec.Struct, frozen=True, kw_only=True):
    job_id: str | None = None
    status: str = ""
    labels: dict[str, str] = msgspec.field(default_factory=dict)

    @property
    def state(self) -> str:
        """As an engine names it; the broker says it in its command line's words, such as ``Up 3 seconds``."""
        word = self.status.lower().partition(" ")[0]
        return "running" if word == "up" else word


class _Listed(msgspec.Struct, frozen=True, kw_only=True):
    containers: list[_Container]


_Form = TypeVar("_Form", _Answer, _Listed)


class PlatformBroker:
    """Runs containers through Platform's broker; it connects for each call.

    Between them it holds only what it was told of itself: once it has been asked who it is, a run happens there or not
    at all, because there may be more than one host behind the address.
    """

    def __init__(self, settings: Mapping[str, Any]) -> None:
        self._client = PlatformClient(settings)
        self._grace_seconds = int(settings.get("grace_seconds", DEFAULT_GRACE_SECONDS))
        self._known: dict[str, str] = {}  # the digest of what a container of an image sees

    def run(self, spec: RunSpec) -> ContainerRecord:
        """Have one container run to its end and removed, whatever happens.

        Raises:
            RunnerError: the broker cannot be reached, refused, failed or fell silent; a limit cannot be expressed or
                was not enforced; the job is under way already; or the broker is not what it said it is.
        """
        known = self._known.get(spec.image)
        record = self._run(witness.guarded(spec, known) if known else spec)
        if known:
            witness.require_known(record, spec)
        return record

    def identity(self, image: str) -> dict[str, str]:
        """What a container sees of the host, the engine and the image; from now on, every run must see the same."""
        found = witness.seen(self._run(witness.asking(image)))
        self._known[image] = witness.digest_of(found)
        return found

    def _run(self, spec: RunSpec) -> ContainerRecord:
        request = run_request(spec)
        self._require_free(spec.job_id)
        began = time.monotonic()
        try:
            given = self._client.post("/v1/docker/run", request, seconds=spec.limits.wall_seconds + self._grace_seconds)
            answer = _converted(given, _Answer)
        except UnansweredError:
            with contextlib.suppress(RunnerError):  # the first error says more
                self._remove(spec.job_id)
            raise
        seconds = time.monotonic() - began
        with contextlib.suppress(RunnerError):  # the container has ended; what came of it is known
            self._remove(spec.job_id)
        return _record(answer, spec, seconds)

    def cleanup(self, job_id: str) -> int:
        """Remove what is left of a job; how many containers that were."""
        found = len(self._containers(job_id))
        self._remove(job_id)
        return found

    def list(self) -> tuple[RunningJob, ...]:
        """The jobs whose containers exist now, by job id."""
        jobs = (
            RunningJob(
                job_id=container.job_id,
                state=container.state,
                is_abandoned=owner.OWNER_LABEL in container.labels and owner.is_abandoned(container.labels),
            )
            for container in self._containers(None)
            if container.job_id
        )
        return tuple(sorted(jobs, key=lambda job: job.job_id))

    def _remove(self, job_id: str) -> None:
        self._client.post("/v1/docker/cleanup", {"job_id": job_id}, seconds=_CALL_SECONDS)

    def _containers(self, job_id: str | None) -> "tuple[_Container, ...]":
        request = {"job_id": job_id} if job_id else {}
        answer = self._client.post("/v1/docker/list", request, seconds=_CALL_SECONDS)
        return tuple(_converted(answer, _Listed).containers)

    def _require_free(self, job_id: str) -> None:
        found = self._containers(job_id)
        if any(container.state != _ENDED for container in found):
            raise RunnerError(
                "a run of this job is under way already",
                where=f"job {job_id}",
                do="wait for it, or clean the job up",
                code="job-conflict",
            )
        if found:  # left behind by a broker or an engine that failed
            self._remove(job_id)


def _converted(answer: dict[str, Any], kind: type[_Form]) -> _Form:
    try:
        return msgspec.convert(answer, kind)
    except msgspec.ValidationError as error:
        raise UnansweredError(
            f"Platform's broker answered in another form: {shorten(str(error), _DETAIL_CHARACTERS)}",
            where="runner.broker.settings.url",
            do="look whether this is the broker, and of a version that PRISM knows",
            code="run-lost",
        ) from error


def _record(answer: _Answer, spec: RunSpec, seconds: float) -> ContainerRecord:
    _require_started(answer, spec)
    stdout, stderr = answer.stdout.encode(), answer.stderr.encode()
    limit = spec.limits.output_bytes
    ending = Ending.OUTPUT_LIMIT if len(stdout) + len(stderr) > limit else Ending.BY_ITSELF
    return ContainerRecord(
        ending=Ending.TIME_LIMIT if answer.timed_out else ending,
        exit_code=answer.returncode,
        out_of_memory=answer.returncode == _KILLED and not answer.timed_out,
        stdout=stdout[-limit:],
        stderr=stderr[-max(limit - len(stdout), 0) :] if len(stdout) < limit else b"",
        wall_seconds=seconds,
    )


def _require_started(answer: _Answer, spec: RunSpec) -> None:
    """Docker's own failure comes with status 200; what it prints in front says which limits it has dropped."""
    said = shorten(answer.stderr, _DETAIL_CHARACTERS)
    if answer.returncode == _DOCKER_FAILED and not answer.stdout:
        code = next((code for words, code in _MEANINGS if words in answer.stderr.lower()), "runner-unavailable")
        raise RunnerError(
            f"the engine behind Platform's broker could not run the container: {said}",
            where=f"job {spec.job_id}",
            do="mend runner.image or runner.gpu if it names them; look at the log of that engine",
            code=code,
        )
    if "WARNING: Your kernel does not support" in answer.stderr:
        raise RunnerError(
            f"the engine behind Platform's broker has dropped a limit of the run: {said}",
            where="runner.limits",
            do="enable it in that host's kernel (for swap: swapaccount=1)",
            code="limit-unsupported",
        )
