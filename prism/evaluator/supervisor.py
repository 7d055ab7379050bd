"""The container's first process, or its init's only one: measures, and reports in a line that carries the run's nonce.

The nonce, the held-out text and the real standard output are in this process alone. Before the line is printed, every
other process of the container has been ended, so that nobody is left who could answer in its place.
"""

import contextlib
import json
import os
import sys
import time
import traceback
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from prism.evaluator import confinement, evaluation, kin, scratch, usage, walls
from prism.evaluator.checkpoint import saved_files
from prism.evaluator.fault import FaultError
from prism.evaluator.frames import Message, receive
from prism.evaluator.job import (
    EVALUATOR_ERROR,
    LIMIT_UNSUPPORTED,
    MAX_JOB_BYTES,
    READY_LINE,
    RESULT_MARK,
    RUN_DISTURBED,
    Job,
    JobError,
    unpacked,
)
from prism.evaluator.observation import Observations
from prism.evaluator.process import Contestant, OutputLog

Evaluate = Callable[[Job, evaluation.Stage], evaluation.Metrics]
_DETAIL_CHARACTERS = 1_000
_QUIET = "ignore:Failed to initialize NumPy"  # PyTorch says so at every import, and nothing here needs it
# -I would also ignore PYTHONHASHSEED, and equal seeds must give equal numbers; this environment is made here.
_PYTHON = (sys.executable, "-P", "-s", "-B", "-W", _QUIET, os.path.abspath(sys.argv[0]))  # noqa: PTH100
CONTEND, READ = "contend", "read"
"""What a process is started for: to run the project's code, or only to parse it."""


@dataclass(slots=True, kw_only=True)
class Run:
    """One run: the job, and what is noted while it goes on."""

    job: Job
    log: OutputLog
    deadline: float
    limits_hit: set[str] = field(default_factory=set)
    observations: Observations = field(default_factory=Observations)
    contestant_pid: int = 0

    def _confinement(self, supervisor: int) -> Callable[[], None]:
        network = self.job.settings.has_network
        return lambda: confinement.confine_contestant(has_network=network, supervisor=supervisor)

    @contextlib.contextmanager
    def contestant(self, saved: Mapping[str, bytes], command: str = CONTEND) -> Iterator[Contestant]:
        """A fresh contestant alone in the container, with files in its checkpoint folder; nothing of it is left."""
        scratch.unpack(self.job.files, saved, scratch.SCRATCH)
        contestant = Contestant(
            (*_PYTHON, command),
            _environment(self.job),
            confine=self._confinement(os.getpid()),
            log=self.log,
            observations=self.observations,
            deadline=self.deadline,
        )
        self.contestant_pid = contestant.pid
        try:
            yield contestant
        finally:
            self._end_everyone()
            scratch.wipe(scratch.SCRATCH)
            contestant.close()

    def _end_everyone(self) -> None:
        """End the contestant and whatever it has started, after a look at what that is and at what it has used up."""
        kin.note_processes(self.observations, self.contestant_pid)
        confinement.end_everyone_else()
        self.limits_hit.update(scratch.full(scratch.SCRATCH))

    def saved(self) -> dict[str, bytes]:
        """What the contestant has left in its checkpoint folder; it is ended first."""
        self._end_everyone()
        return saved_files(scratch.SCRATCH, self.job.files.keys(), limit=self.job.settings.checkpoint_bytes)


def main(evaluate: Evaluate = evaluation.evaluate) -> None:
    """Read the job from standard input, run it, print the result; never with another process alive."""
    began, message = begin()
    job = unpacked(message)
    announce()
    run = Run(job=job, log=OutputLog(job.settings.output_bytes), deadline=began + job.settings.seconds)
    metrics: evaluation.Metrics = {}

    def measure() -> None:
        measured = evaluate(job, run)
        metrics.update(measured, wall_seconds=time.monotonic() - began)

    report = observed(run, measure)
    report["metrics"] = {name: value for name, value in metrics.items() if value is not None}
    report["unknown"] = [name for name, value in metrics.items() if value is None]
    finish(job.nonce, report)


def begin() -> tuple[float, Message]:
    """The moment at which this began, and what stands on standard input; from now on nobody else can read either."""
    began = time.monotonic()
    confinement.protect_supervisor()
    message = receive(sys.stdin.fileno(), MAX_JOB_BYTES)
    with open(os.devnull) as nothing:  # noqa: PTH123 - a device
        os.dup2(nothing.fileno(), sys.stdin.fileno())
    return began, message


def announce() -> None:
    """Say that what goes wrong from now on may be the submission's fault."""
    print(READY_LINE, flush=True)  # noqa: T201 - the protocol


def finish(nonce: str, report: Mapping[str, object]) -> None:
    """End everybody else, and print the report."""
    confinement.end_everyone_else()
    print(f"\n{RESULT_MARK} {nonce} {json.dumps(report)}", flush=True)  # noqa: T201 - the protocol


def observed(run: Run, work: Callable[[], None]) -> dict[str, object]:
    """What came of some work in this container, once its walls are seen to stand: what failed, and what was used."""
    fault, detail = None, ""
    try:
        confinement.require_walls()
        settings = run.job.settings
        walls.require(settings.container, has_network=settings.has_network, is_first=os.getpid() == 1)
        work()
    except FaultError as error:
        fault, detail = error.fault.value, error.detail
        run.limits_hit.update({error.limit} - {""})
    except JobError as error:
        fault, detail = error.code, str(error)
    except confinement.ConfinementError as error:
        fault, detail = LIMIT_UNSUPPORTED, str(error)
    except Exception:  # noqa: BLE001 - our own mistake is reported as ours, and never as a result
        fault, detail = EVALUATOR_ERROR, traceback.format_exc()[-_DETAIL_CHARACTERS:]
    run.limits_hit.update(usage.limits_hit())
    if usage.is_host_short_of_memory():
        fault, detail = RUN_DISTURBED, f"killed for memory below the container's own limit: the host is short; {detail}"
    return {
        "fault": fault,
        "detail": detail[:_DETAIL_CHARACTERS],
        "limits_hit": sorted(run.limits_hit),
        "usage": usage.used(),
        "observed": run.observations.as_json(),
        "log_tail": run.log.tail(),
    }


def _environment(job: Job) -> dict[str, str]:
    """The contestant's whole environment."""
    folder = str(scratch.SCRATCH / "tmp")
    return {
        "PATH": "/usr/local/bin:/usr/bin:/bin",
        "LC_ALL": "C.UTF-8",
        "HOME": folder,
        "TMPDIR": folder,
        "PYTHONHASHSEED": str(job.settings.seed),
        "OMP_NUM_THREADS": str(job.settings.threads),
        "CUBLAS_WORKSPACE_CONFIG": ":4096:8",  # what CUDA needs to be deterministic
    }
