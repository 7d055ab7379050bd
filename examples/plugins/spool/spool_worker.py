"""The other side of the spool broker: takes jobs from the folder and runs them with this machine's Docker engine.

    python spool_worker.py FOLDER

It runs what it is told by whoever can write into the folder, within the limits of the job: guard the folder as you
would guard the engine. One job at a time; start it once for each that may run at once.
"""

import sys
import time
from concurrent.futures import ThreadPoolExecutor, wait
from pathlib import Path

import msgspec
from spool import JOBS, RECORDS, TAKEN, Refusal, write_whole

from prism.errors import RunnerError
from prism.runner.broker import Broker, ContainerRecord
from prism.runner.broker_settings import checked_settings
from prism.runner.docker_broker import DockerBroker
from prism.runner.docker_settings import BROKER_SETTINGS
from prism.runner.result import Reason
from prism.runner.spec import RunSpec

LOOK_SECONDS = 0.5


def serve(folder: Path, broker: Broker) -> None:
    """Do one job after another, for ever."""
    while True:
        if not any(do(job, folder, broker) for job in sorted((folder / JOBS).glob("*.json"))):
            time.sleep(LOOK_SECONDS)


def do(job: Path, folder: Path, broker: Broker) -> bool:
    """Do one job, unless another worker was faster; whether it was ours."""
    taken, record = folder / TAKEN / job.name, folder / RECORDS / job.name
    try:
        job.rename(taken)  # only one succeeds
    except FileNotFoundError:
        return False
    answer = _done(taken, broker)
    if taken.exists():  # else it was taken back, and nobody waits for it
        write_whole(record, answer)
    return True


def _done(taken: Path, broker: Broker) -> bytes:
    try:
        spec = msgspec.json.decode(taken.read_bytes(), type=RunSpec)
        return msgspec.json.encode(_run(spec, taken, broker))
    except RunnerError as error:
        known = set(Reason)
        code = Reason(error.code) if error.code in known else Reason.RUNNER_UNAVAILABLE
        return msgspec.json.encode(Refusal(code=code, what=error.what))
    except (OSError, msgspec.MsgspecError) as error:
        return msgspec.json.encode(Refusal(code=Reason.JOB_UNUSABLE, what=f"the job cannot be read: {error}"))


def _run(spec: RunSpec, taken: Path, broker: Broker) -> ContainerRecord:
    """The record of one container, which is ended when its job is taken back."""
    with ThreadPoolExecutor(1) as threads:
        record = threads.submit(broker.run, spec)
        while not wait([record], LOOK_SECONDS).done:
            if not taken.exists():
                broker.cleanup(spec.job_id)
        return record.result()


def main(arguments: list[str]) -> int:
    """Serve a folder until somebody ends this."""
    if len(arguments) != 1 or not Path(arguments[0]).is_dir():
        sys.stderr.write("usage: python spool_worker.py FOLDER\n")
        return 2
    folder = Path(arguments[0])
    for place in (JOBS, TAKEN, RECORDS):
        (folder / place).mkdir(mode=0o700, exist_ok=True)
    broker = DockerBroker(checked_settings({}, BROKER_SETTINGS, plugin="docker"))
    serve(folder, broker)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
