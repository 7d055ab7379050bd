"""The Docker broker against the real engine: every limit in force, every failure named, nothing left behind."""

import contextlib
import hashlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import docker
import msgspec
import pytest
from docker.client import DockerClient

import prism.evaluator
from prism.errors import RunnerError
from prism.policy.model import GpuChoice, RunLimits
from prism.runner import owner
from prism.runner.broker import Ending
from prism.runner.docker_broker import DockerBroker
from prism.runner.result import Reason
from prism.runner.run import Texts, judged, make_job, make_spec, run_snapshot
from prism.runner.spec import RunSpec
from tests.runner.conftest import MIB, QUICK
from tests.runner.test_attacks import ENTRYPOINTS, project

pytestmark = pytest.mark.docker

LIMITS = RunLimits(
    cpus=0.5,
    memory_bytes=128 * MIB,
    swap_bytes=0,
    pids=17,
    open_files=33,
    file_bytes=3 * MIB,
    scratch_bytes=5 * MIB,
    scratch_files=77,
    output_bytes=64 * 1024,
    wall_seconds=30,
)


def spec(code: str, **parts: object) -> RunSpec:
    whole: dict[str, Any] = {
        "job_id": f"test-{os.getpid()}-{time.monotonic_ns()}",
        "image": QUICK.image,
        "command": ("python3", "-I", "-c", code),
        "user": QUICK.user,
        "network": "none",
        "limits": LIMITS,
    }
    return RunSpec(**(whole | parts))


@pytest.fixture
def engine(broker: DockerBroker) -> Iterator[DockerClient]:
    client = docker.from_env()
    yield client
    client.close()


def jobs(broker: DockerBroker, *wanted: RunSpec) -> dict[str, bool]:
    """Which of these jobs have a container now, and whether it is abandoned; others may use the engine meanwhile."""
    ours = {spec.job_id for spec in wanted}
    return {job.job_id: job.is_abandoned for job in broker.list() if job.job_id in ours}


def error_of(broker: DockerBroker, wanted: RunSpec) -> RunnerError:
    with pytest.raises(RunnerError) as caught:
        broker.run(wanted)
    assert caught.value.what
    assert caught.value.do
    assert jobs(broker, wanted) == {}
    return caught.value


def test_what_the_container_prints_reads_and_ends_with_comes_back(broker: DockerBroker) -> None:
    code = "import sys; print(len(sys.stdin.buffer.read(300000))); print('aside', file=sys.stderr); sys.exit(7)"
    wanted = spec(code, payload=bytes(300_000))
    record = broker.run(wanted)

    assert (record.ending, record.exit_code, record.out_of_memory) == (Ending.BY_ITSELF, 7, False)
    assert (record.stdout, record.stderr) == (b"300000\n", b"aside\n")
    assert jobs(broker, wanted) == {}


INSIDE = """
import os, resource
def read(*paths):
    for path in paths:
        if os.path.exists(path):
            return open(path).read().split()
status = dict(line.split(':', 1) for line in open('/proc/self/status').read().splitlines())
mounts = {line.split()[1]: line.split()[3].split(',') for line in open('/proc/mounts')}
room = os.statvfs('/scratch')
print({
    'ids': (os.getuid(), os.getgid(), os.getgroups()),
    'capabilities': [status[name].strip() for name in ('CapInh', 'CapPrm', 'CapEff', 'CapBnd', 'CapAmb')],
    'no_new_privileges': status['NoNewPrivs'].strip(),
    'seccomp': status['Seccomp'].strip(),
    'memory': read('/sys/fs/cgroup/memory.max', '/sys/fs/cgroup/memory/memory.limit_in_bytes'),
    'swap': read('/sys/fs/cgroup/memory.swap.max', '/sys/fs/cgroup/memory/memory.memsw.limit_in_bytes'),
    'processor': read('/sys/fs/cgroup/cpu.max', '/sys/fs/cgroup/cpu/cpu.cfs_quota_us')[0],
    'period': read('/sys/fs/cgroup/cpu.max', '/sys/fs/cgroup/cpu/cpu.cfs_period_us')[-1],
    'pids': read('/sys/fs/cgroup/pids.max', '/sys/fs/cgroup/pids/pids.max'),
    'open_files': resource.getrlimit(resource.RLIMIT_NOFILE),
    'file_bytes': resource.getrlimit(resource.RLIMIT_FSIZE),
    'core': resource.getrlimit(resource.RLIMIT_CORE),
    'root_is_read_only': 'ro' in mounts['/'],
    'scratch': sorted({'noexec', 'nosuid', 'nodev'} & set(mounts['/scratch'])),
    'scratch_bytes': room.f_blocks * room.f_frsize,
    'scratch_files': room.f_files,
    'writable': sorted(m for m in mounts if os.access(m, os.W_OK) and os.path.isdir(m)),
    'interfaces': os.listdir('/sys/class/net'),
    'first': os.getpid(),
    'environment': sorted(os.environ),
})
"""


def test_every_limit_of_the_spec_is_in_force_inside(broker: DockerBroker) -> None:
    import ast

    record = broker.run(spec(INSIDE))
    found = ast.literal_eval(record.stdout.decode())
    writable = found.pop("writable")
    swap = found.pop("swap")

    assert found == {
        "ids": (65534, 65534, [65534]) if found["ids"][2] else (65534, 65534, []),
        "capabilities": ["0" * 16] * 5,
        "no_new_privileges": "1",
        "seccomp": "2",
        "memory": [str(128 * MIB)],
        "processor": "50000",
        "period": "100000",
        "pids": ["17"],
        "open_files": (33, 33),
        "file_bytes": (3 * MIB, 3 * MIB),
        "core": (1, 1),
        "root_is_read_only": True,
        "scratch": ["nodev", "noexec", "nosuid"],
        "scratch_bytes": 5 * MIB,
        "scratch_files": 77,
        "interfaces": ["lo"],
        "first": 1,
        "environment": found["environment"],
    }
    assert swap in (["0"], [str(128 * MIB)])  # swap alone (cgroup version 2), or memory and swap together
    assert writable == ["/scratch"]
    assert set(found["environment"]) <= {"HOME", "HOSTNAME", "PATH", "LC_CTYPE"}


def test_what_cannot_be_read_inside_stands_as_the_engine_was_told(broker: DockerBroker, engine: DockerClient) -> None:
    wanted = spec("import time; time.sleep(60)", limits=msgspec.structs.replace(LIMITS, wall_seconds=3))
    running = started(broker, wanted)
    told = host_config(engine, wanted.job_id)
    running.join()

    assert told["MemorySwap"] == told["Memory"] == 128 * MIB
    assert told["IpcMode"] == "none"
    assert told["LogConfig"]["Type"] == "none"
    assert not told["Binds"]
    assert "Mounts" not in told


def started(broker: DockerBroker, wanted: RunSpec) -> threading.Thread:
    """A run under way in another thread; that somebody removes its container is an error it may end with."""

    def run() -> None:
        with contextlib.suppress(RunnerError):
            broker.run(wanted)

    thread = threading.Thread(target=run)
    thread.start()
    return thread


def host_config(engine: DockerClient, job_id: str) -> dict[str, Any]:
    give_up = time.monotonic() + 20
    while time.monotonic() < give_up:
        for container in engine.containers.list(filters={"label": f"{owner.JOB_LABEL}={job_id}"}):
            found: dict[str, Any] = container.attrs["HostConfig"]
            return found
        time.sleep(0.05)
    raise AssertionError(f"no container of job {job_id} appeared")


def test_what_outlives_its_time_is_ended(broker: DockerBroker) -> None:
    code = "import signal, time; [signal.signal(n, signal.SIG_IGN) for n in (2, 15)]; time.sleep(600)"
    wanted = spec(code, limits=msgspec.structs.replace(LIMITS, wall_seconds=1))
    record = broker.run(wanted)

    assert record.ending is Ending.TIME_LIMIT
    assert jobs(broker, wanted) == {}


def test_what_closes_its_output_and_lives_on_is_ended_too(broker: DockerBroker) -> None:
    code = "import os, time; [os.close(n) for n in (0, 1, 2)]; time.sleep(600)"
    record = broker.run(spec(code, limits=msgspec.structs.replace(LIMITS, wall_seconds=1)))

    assert record.ending is Ending.TIME_LIMIT


@pytest.mark.parametrize("descriptor", [1, 2])
def test_output_beyond_the_limit_ends_the_container(broker: DockerBroker, descriptor: int) -> None:
    record = broker.run(spec(f"import os\nwhile True: os.write({descriptor}, b'x' * 65536)"))

    assert record.ending is Ending.OUTPUT_LIMIT
    assert len(record.stdout) + len(record.stderr) == LIMITS.output_bytes


def test_what_it_used_is_known_also_of_a_container_that_had_to_be_ended(broker: DockerBroker) -> None:
    code = "data = b'x' * 40_000_000\nwhile True: pass"
    record = broker.run(spec(code, limits=msgspec.structs.replace(LIMITS, cpus=1.0, wall_seconds=2)))

    assert record.ending is Ending.TIME_LIMIT
    assert record.cpu_seconds is not None
    assert 0.3 < record.cpu_seconds < 3
    assert record.peak_memory_bytes is None or 40e6 < record.peak_memory_bytes < 128 * MIB


@pytest.mark.parametrize("signal_number", [signal.SIGKILL, signal.SIGTERM])
def test_a_container_that_somebody_else_killed_is_not_judged(
    broker: DockerBroker, engine: DockerClient, signal_number: int
) -> None:
    code = "import os, signal, time; signal.signal(15, lambda *_: os._exit(143)); print(1, flush=True); time.sleep(60)"
    wanted = spec(code)
    found: list[RunnerError] = []

    def run() -> None:
        try:
            broker.run(wanted)
        except RunnerError as error:
            found.append(error)

    running = threading.Thread(target=run)
    running.start()
    host_config(engine, wanted.job_id)
    (container,) = engine.containers.list(filters={"label": f"{owner.JOB_LABEL}={wanted.job_id}"})
    time.sleep(1)  # so that its handler is there
    container.kill(int(signal_number))
    running.join()

    assert [error.code for error in found] == ["run-disturbed"]
    assert jobs(broker, wanted) == {}


@pytest.mark.parametrize("code", [124, 125, 126, 127, 137, 143])
def test_an_exit_code_is_only_a_number(broker: DockerBroker, code: int) -> None:
    record = broker.run(spec(f"import os; os._exit({code})"))

    assert (record.ending, record.exit_code, record.out_of_memory) == (Ending.BY_ITSELF, code, False)


@pytest.mark.parametrize(
    ("address", "why"), [("unix:///nowhere.sock", "No such file"), ("tcp://127.0.0.1:9", "Connection refused")]
)
def test_no_engine_is_an_error_of_ours(address: str, why: str) -> None:
    result = run_snapshot(project("honest"), ENTRYPOINTS, QUICK, DockerBroker({"base_url": address}), texts=Texts())

    assert (result.reason, result.submission_status) == (Reason.ENGINE_UNAVAILABLE, "held")
    assert why in result.log_tail
    assert address in result.log_tail


def test_an_image_that_is_not_there_is_named(broker: DockerBroker) -> None:
    error = error_of(broker, spec("", image="prism-no-such-image:latest"))

    assert error.code == "image-missing"
    assert "prism-no-such-image" in error.what


def test_a_command_that_is_not_in_the_image_is_an_error_of_ours(broker: DockerBroker) -> None:
    assert error_of(broker, spec("", command=("/no-such-program",))).code == "runner-unavailable"


def test_a_network_that_does_not_exist_is_an_error_of_ours(broker: DockerBroker) -> None:
    assert error_of(broker, spec("", network="prism-no-such-network")).code == "runner-unavailable"


@pytest.mark.parametrize("network", ["bridge", "host"])
def test_a_network_that_leads_outside_is_refused(broker: DockerBroker, network: str) -> None:
    assert error_of(broker, spec("", network=network)).code == "limit-unsupported"


def test_an_internal_network_reaches_its_members_and_nothing_else(broker: DockerBroker, engine: DockerClient) -> None:
    code = """
import os, socket
print(sorted(os.listdir('/sys/class/net')))
try:
    socket.create_connection(('8.8.8.8', 53), 0.5)
except OSError as error:
    print(type(error).__name__)
"""
    network = engine.networks.create(f"prism-test-{os.getpid()}", internal=True)
    try:
        record = broker.run(spec(code, network=str(network.name)))
    finally:
        network.remove()

    assert record.stdout.split(b"\n")[0] == b"['eth0', 'lo']"
    assert record.stdout.split(b"\n")[1] in (b"OSError", b"TimeoutError")


UNHEARD_OF = """
import os, signal, sys, time
sys.path.insert(0, '/opt/prism')
from prism.evaluator import usage
signal.signal(signal.SIGCHLD, signal.SIG_IGN)
if not os.fork():
    while time.process_time() < 0.4:
        pass
    os._exit(0)
try:
    os.wait()
except ChildProcessError:
    print(usage.used()['cpu_seconds'])
"""


def test_processor_time_is_counted_of_processes_whose_end_nobody_hears_of(broker: DockerBroker) -> None:
    record = broker.run(spec(UNHEARD_OF))

    assert 0.4 < float(record.stdout) < record.wall_seconds


IMAGE_FILES = """
import hashlib, pathlib
for path in pathlib.Path('/opt/prism').rglob('*'):
    if path.is_file() and path.suffix != '.pyc':
        print(path.relative_to('/opt/prism'), hashlib.sha256(path.read_bytes()).hexdigest())
"""


def test_the_image_runs_as_nobody_and_holds_this_evaluators_code_and_no_text(
    broker: DockerBroker, engine: DockerClient
) -> None:
    config = engine.images.get(QUICK.image).attrs["Config"]
    listed = broker.run(spec(IMAGE_FILES)).stdout.decode().splitlines()
    folder = Path(prism.evaluator.__file__).parent
    expected = {f"prism/evaluator/{path.name}": path for path in folder.glob("*.py")}
    expected["__main__.py"] = folder / "__main__.py"

    assert (config["User"], config["Entrypoint"] or []) == ("65534:65534", [])
    assert dict(line.split() for line in listed) == {
        name: hashlib.sha256(path.read_bytes()).hexdigest() for name, path in expected.items()
    }


def test_gpus_where_there_are_none_are_an_error_of_ours(broker: DockerBroker) -> None:
    assert error_of(broker, spec("", gpu=GpuChoice(count=1))).code == "gpu-unavailable"
    assert error_of(DockerBroker({"gpus": {"any": ["0"]}}), spec("", gpu=GpuChoice(count=1))).code == "gpu-unavailable"


def test_a_runtime_the_engine_does_not_have_is_named() -> None:
    error = error_of(DockerBroker({"runtime": "runsc"}), spec(""))

    assert (error.code, "runsc" in error.what) == ("runtime-missing", True)


def test_a_runtime_the_engine_has_is_used(broker: DockerBroker) -> None:
    assert DockerBroker({"runtime": "runc"}).run(spec("print('ran')")).stdout == b"ran\n"


def test_a_missing_seccomp_profile_starts_nothing() -> None:
    with pytest.raises(RunnerError, match="system call profile"):
        DockerBroker({"seccomp": "no-such-profile.json"}).run(spec(""))


def test_an_image_without_the_evaluator_is_not_the_miners_fault(broker: DockerBroker) -> None:
    job = make_job(project("honest"), ENTRYPOINTS, QUICK, texts=Texts(), nonce="nonce")
    complete = make_spec(job, QUICK, spec("").job_id)
    lacking = msgspec.structs.replace(complete, command=("python3", "-I", "/opt/no-evaluator", "supervise"))
    result = judged(broker.run(lacking), "nonce", QUICK)

    assert (result.reason, result.submission_status) == (Reason.EVALUATOR_ERROR, "held")
    assert "/opt/no-evaluator" in result.log_tail


def test_a_job_runs_once_at_a_time_and_can_be_cleaned_up(broker: DockerBroker, engine: DockerClient) -> None:
    wanted = spec("import time; time.sleep(60)")
    first = started(broker, wanted)
    host_config(engine, wanted.job_id)

    with pytest.raises(RunnerError) as caught:
        broker.run(wanted)
    (job,) = (job for job in broker.list() if job.job_id == wanted.job_id)
    removed = broker.cleanup(wanted.job_id)
    first.join(timeout=20)

    assert caught.value.code == "job-conflict"
    assert (job.job_id, job.is_abandoned) == (wanted.job_id, False)
    assert removed == 1
    assert not first.is_alive()
    assert jobs(broker, wanted) == {}


def test_a_job_that_a_dead_prism_left_is_run_again_under_its_name(broker: DockerBroker, engine: DockerClient) -> None:
    wanted = spec("print('ran')")
    dead = owner.labels(wanted.job_id, 60)
    parts = dead[owner.OWNER_LABEL].split("/")
    dead[owner.OWNER_LABEL] = "/".join([*parts[:3], "4194304", "1"])
    left = engine.containers.run(
        wanted.image, ["sleep", "60"], name=f"prism-{wanted.job_id}", labels=dead, detach=True, network_mode="none"
    )
    first, second = broker.run(wanted), broker.run(wanted)

    assert (first.stdout, second.stdout) == (b"ran\n", b"ran\n")
    assert left.id not in {container["Id"] for container in engine.api.containers(all=True)}
    assert jobs(broker, wanted) == {}


def test_runs_beyond_the_engines_room_wait_and_are_given_up(engine: DockerClient, tmp_path: Path) -> None:
    narrow = {"runs": 1, "lock_folder": str(tmp_path)}
    patient, hasty = DockerBroker(narrow), DockerBroker(narrow | {"wait_seconds": 0})
    first, second = spec("import time; time.sleep(3)"), spec("print('ran')")
    running = started(patient, first)
    host_config(engine, first.job_id)

    busy = error_of(hasty, second)
    meanwhile = jobs(patient, first)
    record = patient.run(second)
    running.join()

    assert busy.code == "runner-busy"
    assert meanwhile == {first.job_id: False}
    assert record.stdout == b"ran\n"


KILLED = """
import sys, msgspec
from prism.runner.docker_broker import DockerBroker
from prism.runner.spec import RunSpec
DockerBroker({}).run(msgspec.json.decode(sys.stdin.buffer.read(), type=RunSpec))
"""


def test_what_a_killed_prism_left_running_is_removed_by_the_next_and_the_livings_stays(
    broker: DockerBroker, engine: DockerClient, tmp_path: Path
) -> None:
    orphan, living = spec("import time; time.sleep(60)"), spec("import time; time.sleep(60)")
    request = tmp_path / "spec.json"
    request.write_bytes(msgspec.json.encode(orphan))
    with request.open("rb") as stdin:
        prism = subprocess.Popen([sys.executable, "-c", KILLED], stdin=stdin)
    running = started(broker, living)
    for job_id in (orphan.job_id, living.job_id):
        host_config(engine, job_id)
    prism.send_signal(signal.SIGKILL)
    prism.wait()
    before = jobs(broker, orphan, living)

    broker.run(spec(""))
    after = jobs(broker, orphan, living)
    broker.cleanup(living.job_id)
    running.join()

    # The orphan may be gone before: another process's run removes it as well.
    assert before in ({orphan.job_id: True, living.job_id: False}, {living.job_id: False})
    assert after == {living.job_id: False}
