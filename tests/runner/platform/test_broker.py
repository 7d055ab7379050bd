"""Platform's broker against a strict server that drives the real engine: nothing dropped, every failure named."""

import json
import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from prism.errors import RunnerError
from prism.evaluator.landlock import JOB_FILE
from prism.policy.model import GpuChoice
from prism.runner.attempts import PASSING
from prism.runner.broker import Ending
from prism.runner.docker_broker import DockerBroker
from prism.runner.pair import compare_pair
from prism.runner.platform.broker import PlatformBroker
from prism.runner.result import Reason
from prism.runner.run import Texts, run_snapshot
from prism.runner.spec import RunSpec
from tests.runner.conftest import MIB, QUICK
from tests.runner.platform.server import JOB_LABEL, SLUG, TOKEN, Fault, PlatformServer, docker, platform_server
from tests.runner.test_attacks import ENTRYPOINTS, project, require_expected
from tests.runner.test_docker_broker import INSIDE, LIMITS
from tests.runner.test_pair import RUN as PAIR
from tests.runner.test_pair import side

# What an init, a mounted job or logs that are cut could change; the other cases do not know of the broker.
CASES = [
    "find-heldout-text",
    "first-process",
    "flood",
    "forged-print",
    "forged-protocol",
    "honest-hooks",
    "inodes",
    "left-in-kernel",
    "memory",
    "memory-child",
    "network",
    "processes",
    "run-program",
    "signals",
    "sleeper",
    "supervisor",
    "supervisors-limits",
    "survivors",
    "write-elsewhere",
]


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[PlatformServer]:
    monkeypatch.setenv("PRISM_BROKER_TOKEN", TOKEN)
    with platform_server() as running:
        yield running


def broker_of(server: PlatformServer, **settings: object) -> PlatformBroker:
    return PlatformBroker({"url": server.url, "challenge_slug": SLUG, "grace_seconds": 60} | settings)


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


def error_of(platform: PlatformBroker, wanted: RunSpec) -> RunnerError:
    with pytest.raises(RunnerError) as caught:
        platform.run(wanted)
    assert caught.value.do
    assert (caught.value.what + caught.value.where).isprintable()
    assert TOKEN not in str(vars(caught.value))
    return caught.value


@pytest.mark.docker
@pytest.mark.parametrize("case", CASES)
def test_behind_an_init_the_run_ends_as_it_does_without_one(
    case: str, server: PlatformServer, broker: DockerBroker, listener: tuple[int, list[str]]
) -> None:
    require_expected(case, broker_of(server), listener)
    assert server.paths()[:2] == ["list", "run"]


@pytest.mark.docker
def test_a_pair_is_compared_behind_an_init_as_without_one(server: PlatformServer, broker: DockerBroker) -> None:
    result = compare_pair(side("original"), side("reordered"), PAIR, broker_of(server)).result

    assert (result.code, result.status) == (Reason.COMPLETED, "held"), result
    assert result.alike == ("first_in_second", "second_in_first", "outputs_by_shape")


@pytest.mark.docker
def test_what_the_container_prints_reads_and_ends_with_comes_back(server: PlatformServer, broker: DockerBroker) -> None:
    code = "import sys; print(len(sys.stdin.buffer.read())); print('aside', file=sys.stderr); sys.exit(7)"
    record = broker_of(server).run(spec(code, payload=bytes(300_000)))

    assert (record.ending, record.exit_code, record.out_of_memory) == (Ending.BY_ITSELF, 7, False)
    assert (record.stdout, record.stderr) == (b"300000\n", b"aside\n")


@pytest.mark.docker
def test_every_limit_of_the_spec_is_in_force_inside(server: PlatformServer, broker: DockerBroker) -> None:
    import ast

    found = ast.literal_eval(broker_of(server).run(spec(INSIDE)).stdout.decode())

    assert found["ids"][:2] == (65534, 65534)
    assert found["capabilities"] == ["0" * 16] * 5
    assert (found["no_new_privileges"], found["seccomp"]) == ("1", "2")
    assert found["memory"] == [str(128 * MIB)]
    assert found["swap"] in (["0"], [str(128 * MIB)])
    assert (found["processor"], found["period"], found["pids"]) == ("50000", "100000", ["17"])
    assert (found["open_files"], found["file_bytes"], found["core"]) == ((33, 33), (3 * MIB, 3 * MIB), (1, 1))
    assert (found["scratch"], found["scratch_bytes"]) == (["nodev", "noexec", "nosuid"], 5 * MIB)
    assert found["scratch_files"] == 77
    assert found["root_is_read_only"]
    assert found["writable"] == ["/scratch"]
    assert found["interfaces"] == ["lo"]
    assert found["first"] != 1  # an init is in front


@pytest.mark.docker
@pytest.mark.parametrize(
    ("code", "parts", "ending", "exit_code", "out_of_memory"),
    [
        ("import time; time.sleep(60)", {"wall_seconds": 2}, Ending.TIME_LIMIT, 124, False),
        ("x = bytearray(300_000_000)", {}, Ending.BY_ITSELF, 137, True),
        ("raise SystemExit(124)", {}, Ending.BY_ITSELF, 124, False),
        ("print(1); raise SystemExit(125)", {}, Ending.BY_ITSELF, 125, False),
        ("print('x' * 65_000); print('y' * 65_000, file=__import__('sys').stderr)", {}, Ending.OUTPUT_LIMIT, 0, False),
    ],
)
def test_how_it_ended(
    server: PlatformServer,
    broker: DockerBroker,
    code: str,
    parts: dict[str, int],
    ending: Ending,
    exit_code: int,
    out_of_memory: bool,
) -> None:
    wanted = spec(code, limits=msgspec.structs.replace(LIMITS, **parts))
    record = broker_of(server).run(wanted)

    assert (record.ending, record.exit_code, record.out_of_memory) == (ending, exit_code, out_of_memory)
    assert len(record.stdout) + len(record.stderr) <= LIMITS.output_bytes
    assert docker("ps", "--all", "--quiet", "--filter", f"label={JOB_LABEL}={wanted.job_id}") == ""


@pytest.mark.docker
def test_the_end_of_a_long_log_is_what_comes_back(server: PlatformServer, broker: DockerBroker) -> None:
    record = broker_of(server).run(spec("print('x' * 64_500); print('the last line')"))

    assert len(record.stdout) == 64_000
    assert record.stdout.endswith(b"the last line\n")


OPEN = f"""
import os, sys
sys.path.insert(0, '/opt/prism')
from prism.evaluator import confinement
parent, pid = os.getpid(), os.fork()
if pid:
    os.waitpid(pid, 0)
    print('alive', flush=True)
    sys.exit(3)
if WALLS:
    confinement.confine_contestant(has_network=False, supervisor=parent)
INIT = (('/proc/1/mem', 2), ('/proc/1/fd/1', 1), ('/proc/1/fd/1', 0), ('/proc/1/environ', 0))
for path, mode in (('{JOB_FILE}', 0), *INIT):
    try:
        os.open(path, mode)
        print('open', path, flush=True)
    except PermissionError:
        pass
for target in (parent, -parent):
    try:
        os.kill(target, 9)
    except PermissionError:
        pass
"""


@pytest.mark.docker
@pytest.mark.parametrize(("walls", "opened", "exit_code"), [(False, 5, 137), (True, 0, 3)])
def test_without_its_walls_a_contestant_could_read_the_job_take_over_the_init_and_end_the_supervisor(
    server: PlatformServer, broker: DockerBroker, walls: bool, opened: int, exit_code: int
) -> None:
    record = broker_of(server).run(spec(f"WALLS = {walls}\n{OPEN}", payload=b"held-out"))

    assert record.stdout.count(b"open /") == opened, record
    assert record.exit_code == exit_code, record


@pytest.mark.docker
def test_a_supervisor_with_strangers_beside_it_runs_nothing(server: PlatformServer, broker: DockerBroker) -> None:
    code = """
import os, subprocess, sys
subprocess.Popen(['sleep', '20'])
os.execv('/usr/bin/python3', ['python3', '-I', '/opt/prism', 'supervise'])
"""
    record = broker_of(server).run(spec(code, payload=b"anything"))

    assert b"or the init's only one" in record.stderr


@pytest.mark.parametrize(
    ("parts", "where"),
    [
        ({"network": "platform_internal"}, "runner.network"),
        ({"gpu": GpuChoice(count=1, type="a100")}, "runner.gpu.type"),
    ],
)
def test_what_the_request_has_no_word_for_is_refused(
    server: PlatformServer, parts: dict[str, object], where: str
) -> None:
    error = error_of(broker_of(server), spec("", **parts))

    assert error.code == "limit-unsupported"
    assert error.where.startswith(where)
    assert server.seen == []


@pytest.mark.docker
def test_gpus_where_there_are_none_and_images_that_are_not_there_are_errors_of_ours(
    server: PlatformServer, broker: DockerBroker
) -> None:
    platform = broker_of(server)

    assert error_of(platform, spec("", gpu=GpuChoice(count=1))).code == "gpu-unavailable"
    assert error_of(platform, spec("", image="prism-evaluator:no-such")).code == "image-missing"
    assert error_of(platform, spec("", image="somebody/else:latest")).code == "image-not-allowed"
    assert server.seen[1][1]["limits"]["gpu_count"] == 1


FAULTS: list[tuple[Fault, str]] = [
    ("500", "Internal Server Error"),
    ("503", "status 503"),
    ("hang", "timed out"),
    ("drop", "closed connection"),
    ("half", "IncompleteRead"),
    ("no-json", "not a JSON object"),
    ("other-form", "another form"),
    ("huge", "longer than"),
]


@pytest.mark.parametrize(("fault", "why"), FAULTS)
def test_a_request_without_a_usable_answer_is_not_repeated_and_its_job_cleaned_up(
    server: PlatformServer, fault: Fault, why: str
) -> None:
    server.fault = fault
    limits = msgspec.structs.replace(LIMITS, wall_seconds=1)
    error = error_of(broker_of(server, grace_seconds=1), spec("", limits=limits))

    assert why in error.what
    assert (error.code, error.code in PASSING) == ("run-lost", False)
    assert server.paths() == ["list", "run", "cleanup"]


@pytest.mark.parametrize(
    ("says", "exit_code", "code"),
    [
        ("docker: Error response from daemon: no space left on device.", 125, "engine-full"),
        ("Unable to find image 'a:b' locally", 125, "image-missing"),
        ("docker: Cannot connect to the Docker daemon.", 125, "runner-unavailable"),
        ("WARNING: Your kernel does not support swap limit capabilities.\n", 0, "limit-unsupported"),
    ],
)
def test_what_the_engine_says_instead_of_running_or_beside_it_is_an_error_of_ours(
    server: PlatformServer, says: str, exit_code: int, code: str
) -> None:
    server.fault, server.engine_says, server.engine_code = "engine", says, exit_code

    assert error_of(broker_of(server), spec("")).code == code
    assert server.paths() == ["list", "run", "cleanup"]


@pytest.mark.parametrize(("fault", "why"), [("403", "forbids"), ("413", "too large"), ("redirect", "status 307")])
def test_a_refused_request_is_not_repeated(server: PlatformServer, fault: Fault, why: str) -> None:
    server.fault = fault

    error = error_of(broker_of(server), spec(""))

    assert why in error.what
    assert (error.code, error.code in PASSING) == ("broker-unusable", False)
    assert server.paths() == ["list", "run"]


@pytest.mark.docker
def test_a_request_refused_for_the_number_of_runs_is_repeated(server: PlatformServer, broker: DockerBroker) -> None:
    server.fault, server.busy = "busy", 2

    assert broker_of(server).run(spec("print(1)")).stdout == b"1\n"
    assert server.paths() == ["list", "run", "run", "run", "cleanup"]


def test_a_broker_that_stays_full_is_an_error_of_ours(server: PlatformServer) -> None:
    server.fault, server.busy = "busy", 100

    error = error_of(broker_of(server), spec(""))

    assert (error.code, "too many runs" in error.what) == ("runner-busy", True)
    assert server.paths() == ["list"] + ["run"] * 3


def test_a_broker_that_is_not_there_is_an_error_of_ours_after_some_attempts(server: PlatformServer) -> None:
    platform = PlatformBroker({"url": "http://127.0.0.1:9", "challenge_slug": SLUG})
    result = run_snapshot(project("honest"), ENTRYPOINTS, QUICK, platform, texts=Texts())

    assert (result.reason, result.submission_status) == (Reason.ENGINE_UNAVAILABLE, "held")
    assert "Connection refused" in result.log_tail


@pytest.mark.parametrize(("generation", "setting"), [("Platform", "platform"), ("Base", "base")])
def test_the_generation_of_headers_is_a_setting_and_the_other_is_not_sent(
    server: PlatformServer, generation: str, setting: str
) -> None:
    server.generation = generation
    other = {"platform": "base", "base": "platform"}[setting]

    assert broker_of(server, headers=setting).list() is not None
    with pytest.raises(RunnerError, match="missing challenge slug"):
        broker_of(server, headers=other).list()


@pytest.mark.parametrize("settings", [{"challenge_slug": "other"}, {"token_file": "wrong"}])
def test_a_wrong_token_or_challenge_is_refused_and_says_what_to_mend(
    server: PlatformServer, tmp_path: Path, settings: dict[str, str]
) -> None:
    wrong = tmp_path / "wrong"
    wrong.write_text("another-token\n")
    settings = {name: str(wrong) if name == "token_file" else value for name, value in settings.items()}
    error = error_of(broker_of(server, **settings), spec(""))

    assert "does not accept the token (status 401)" in error.what
    assert "challenge_slug" in error.do


@pytest.mark.docker
def test_a_job_runs_once_at_a_time_is_listed_and_can_be_cleaned_up(
    server: PlatformServer, broker: DockerBroker
) -> None:
    platform, wanted = broker_of(server), spec("import time; time.sleep(60)")
    records = []
    first = threading.Thread(target=lambda: records.append(platform.run(wanted)))
    first.start()
    give_up = time.monotonic() + 20
    # Taken away before it is started, it would leave the engine's command line waiting for it.
    while not (listed := [job for job in platform.list() if (job.job_id, job.state) == (wanted.job_id, "running")]):
        assert time.monotonic() < give_up
        time.sleep(0.05)

    second = error_of(platform, wanted)
    removed = platform.cleanup(wanted.job_id)
    first.join(timeout=30)

    assert second.code == "job-conflict"
    assert [job.is_abandoned for job in listed] == [False]
    assert removed == 1
    assert [record.ending for record in records] == [Ending.BY_ITSELF]
    assert platform.cleanup(wanted.job_id) == 0


@pytest.mark.docker
def test_an_ended_container_of_the_same_job_is_removed_and_the_job_run(
    server: PlatformServer, broker: DockerBroker
) -> None:
    wanted = spec("print(1)")
    docker("run", "--network", "none", "--label", f"{JOB_LABEL}={wanted.job_id}", QUICK.image, "true")
    platform = broker_of(server)
    (left,) = (job for job in platform.list() if job.job_id == wanted.job_id)

    assert left.state == "exited"
    assert platform.run(wanted).stdout == b"1\n"
    assert wanted.job_id not in {job.job_id for job in platform.list()}


SCRATCH = "/scratch:rw,noexec,nosuid,nodev,size={},nr_inodes={},mode=0700,uid=65534,gid=65534"


@pytest.mark.docker
@pytest.mark.parametrize(
    ("loosened", "named"),
    [
        ({"memory": "2g", "memory_swap": "2g"}, "memory_bytes"),
        ({"memory_swap": "2g"}, "swap_bytes"),
        ({"pids_limit": 65}, "pids is 65 instead of 64"),
        ({"cpus": 1.5}, "cpus"),
        ({"ulimits": ["nofile=256:1024", "fsize=1000:1000"]}, "open_files"),
        ({"ulimits": ["nofile=256:256"]}, "file_bytes"),
        ({"tmpfs": [SCRATCH.format("64m", "4096"), "/dev/shm:ro"]}, "scratch_bytes"),
        ({"tmpfs": [SCRATCH.format("32m", "9999"), "/dev/shm:ro"]}, "scratch_files"),
        ({"tmpfs": [SCRATCH.format("32m", "4096")]}, "/dev/shm can be written to"),
        ({"read_only": False}, "the root file system can be written to"),
        ({"user": "0:0"}, "the user is root"),
        ({"cap_drop": []}, "there are capabilities"),
        ({"security_opt": []}, "new privileges can be had"),
    ],
)
def test_a_limit_that_the_broker_drops_is_noticed_inside_and_nothing_of_the_project_runs(
    server: PlatformServer, broker: DockerBroker, loosened: dict[str, object], named: str
) -> None:
    server.loosened = loosened
    result = run_snapshot(project("raises"), ENTRYPOINTS, QUICK, broker_of(server), texts=Texts())

    assert (result.reason, result.submission_status) == (Reason.LIMIT_UNSUPPORTED, "held")
    assert named in result.log_tail, result.log_tail


@pytest.mark.docker
def test_behind_an_init_a_host_without_landlock_runs_nothing_of_the_project(
    server: PlatformServer, broker: DockerBroker, tmp_path: Path
) -> None:
    profile = tmp_path / "profile.json"
    without = {"names": ["landlock_create_ruleset"], "action": "SCMP_ACT_ERRNO"}
    profile.write_text(json.dumps({"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [without]}))
    server.loosened = {"security_opt": ["no-new-privileges", f"seccomp={profile}"]}
    result = run_snapshot(project("raises"), ENTRYPOINTS, QUICK, broker_of(server), texts=Texts())

    assert (result.reason, result.submission_status) == (Reason.LIMIT_UNSUPPORTED, "held")
    assert "use a kernel with Landlock" in result.log_tail


@pytest.mark.docker
def test_a_result_is_the_same_through_either_broker(server: PlatformServer, broker: DockerBroker) -> None:
    results = [
        run_snapshot(project("honest"), ENTRYPOINTS, QUICK, one, texts=Texts()) for one in (broker, broker_of(server))
    ]

    assert [result.reason for result in results] == [Reason.COMPLETED] * 2
    for name in ("heldout_bits_per_byte", "parameters", "state_bytes"):
        assert results[0].metrics[name] == results[1].metrics[name]
