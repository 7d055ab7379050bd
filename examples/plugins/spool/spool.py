"""A broker: hands each run to another machine through a folder that both see, and waits for the record.

It launches nothing itself, so it can promise nothing about the container: what holds there is what the other side's
engine enforces (``spool_worker.py`` runs PRISM's own Docker broker). It has no ``identity``, so a policy that asks for
verified promises holds every submission instead of believing that.
"""

import os
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import msgspec

from prism import hookimpl
from prism.errors import RunnerError
from prism.runner.broker import Broker, ContainerRecord, RunningJob
from prism.runner.result import Reason
from prism.runner.spec import RunSpec

JOBS, TAKEN, RECORDS = "jobs", "taken", "records"


class Refusal(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the other side answers when there was no container."""

    code: Reason
    what: str


class SpoolBroker:
    """Jobs as files in one folder, records in another."""

    def __init__(self, folder: Path, *, patience_seconds: float, look_every_seconds: float) -> None:
        """Use a folder that is there already; PRISM waits ``patience_seconds`` longer than a run may take."""
        self._folder = folder
        self.patience_seconds = patience_seconds
        self._pause = look_every_seconds

    def run(self, spec: RunSpec) -> ContainerRecord:
        """Hand over one run and wait for what became of it.

        Raises:
            RunnerError: the folder is not there, the job is under way already, nobody took it, or the answer is odd.
        """
        job, taken, record = self._files(spec.job_id)
        if job.exists() or taken.exists() or record.exists():
            raise _error(Reason.JOB_CONFLICT, "the job is in the folder already", "wait for it, or clean it up")
        try:
            write_whole(job, msgspec.json.encode(spec))
            return self._awaited(spec, record)
        except OSError as error:
            what = f"the spool folder cannot be used: {error.strerror}"
            raise _error(Reason.RUNNER_UNAVAILABLE, what, "mount it, and let the user of PRISM write there") from error
        finally:
            self.cleanup(spec.job_id)

    def cleanup(self, job_id: str) -> int:
        """Take a job back; the other side ends a container whose job is gone."""
        found = 0
        for file in self._files(job_id):
            with suppress(OSError):
                file.unlink()
                found += 1
        return found

    def list(self) -> tuple[RunningJob, ...]:
        """The jobs that wait, and those that somebody took."""
        states = ((JOBS, "waiting"), (TAKEN, "running"))
        found = [(file.stem, state) for place, state in states for file in (self._folder / place).glob("*.json")]
        return tuple(RunningJob(job_id=job, state=state, is_abandoned=False) for job, state in sorted(found))

    def _awaited(self, spec: RunSpec, record: Path) -> ContainerRecord:
        ends = time.monotonic() + spec.limits.wall_seconds + self.patience_seconds
        while time.monotonic() < ends:
            with suppress(FileNotFoundError):
                return _understood(record.read_bytes())
            time.sleep(self._pause)
        raise _error(Reason.RUNNER_BUSY, "nobody brought a record in time", "look whether the other side works")

    def _files(self, job_id: str) -> tuple[Path, Path, Path]:
        job, taken, record = (self._folder / place / f"{job_id}.json" for place in (JOBS, TAKEN, RECORDS))
        return job, taken, record


class Plugin:
    """Provides brokers of kind ``spool``."""

    name = "spool"
    requires_hooks = 1
    settings_schema = {  # noqa: RUF012 - PRISM reads it and changes nothing
        "type": "object",
        "additionalProperties": False,
        "properties": {
            "folder": {
                "description": "The folder that both sides see, with `jobs`, `taken` and `records` in it.",
                "type": "string",
                "minLength": 1,
                "x-prism-file": "place",
            },
            "patience_seconds": {
                "description": "How long a run may wait for its turn, beside its own time.",
                "type": "number",
                "minimum": 0,
                "default": 300,
            },
            "look_every_seconds": {
                "description": "How often to look for the record.",
                "type": "number",
                "exclusiveMinimum": 0,
                "default": 0.5,
            },
        },
    }

    def __init__(self, settings: Mapping[str, Any]) -> None:
        """Take the settings; those that stand with the broker in the policy count more."""
        self._settings = dict(settings)

    @hookimpl
    def prism_broker(self, kind: str, settings: Mapping[str, Any]) -> Broker | None:
        """A broker for the folder in the settings."""
        if kind != self.name:
            return None
        chosen = self._settings | dict(settings)
        if "folder" not in chosen:
            raise _error(Reason.BROKER_UNUSABLE, "the policy names no spool folder", "set `folder` for the broker")
        return SpoolBroker(
            Path(chosen["folder"]),
            patience_seconds=float(chosen.get("patience_seconds", 300)),
            look_every_seconds=float(chosen.get("look_every_seconds", 0.5)),
        )


def write_whole(file: Path, data: bytes) -> None:
    """Write a file that nobody sees half: a job holds secrets, so only its owner can read it.

    Raises:
        OSError: it cannot be written.
    """
    part = file.with_suffix(".part")
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(data)
    part.rename(file)


def _understood(answer: bytes) -> ContainerRecord:
    try:
        said = msgspec.json.decode(answer, type=ContainerRecord)
    except msgspec.MsgspecError:
        try:
            refusal = msgspec.json.decode(answer, type=Refusal)
        except msgspec.MsgspecError as error:
            raise _error(Reason.RUN_LOST, "the record cannot be understood", "update the other side") from error
        raise _error(refusal.code, refusal.what, "see the log of the other side") from None
    return said


def _error(code: Reason, what: str, do: str) -> RunnerError:
    return RunnerError(what, where="spool", do=do, code=code)
