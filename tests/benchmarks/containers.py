"""What PRISM's broker takes more than a bare ``docker run`` of the same command, alone and ten at once, and where.

    python -m tests.benchmarks.containers

Both are measured in turns on the same engine. A bare run has none of the walls. A whole evaluation is the supervisor
with the same payload and, because it asks for them, the same walls, so that what PRISM adds there
is the making of the payload, the comparison and the judging. It needs a Docker engine, its client and the image.
"""

import statistics
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import requests

from prism.policy.model import EvaluationPolicy, RunLimits, RunnerPolicy
from prism.runner.container import create_arguments
from prism.runner.docker_broker import DockerBroker
from prism.runner.result import Reason
from prism.runner.run import Texts, make_job, make_spec, run_snapshot
from prism.runner.spec import RunSpec
from prism.snapshot import Snapshot
from tests.benchmarks.clock import seconds

ROUNDS = 15
PARALLEL = 10
COMMAND = ("python3", "-I", "-c", "print('ran')")
POLICY = RunnerPolicy(evaluation=EvaluationPolicy(steps=2, batch_size=4, sequence_bytes=16, heldout_windows=32))
RUNS = Path(__file__).parents[1] / "corpora" / "runs"
PROJECT = {path.name: path.read_bytes() for name in ("shared", "honest/project") for path in (RUNS / name).glob("*.py")}
ENTRYPOINTS = {"architecture": "model.py", "training": "model.py"}
BROKER = DockerBroker({"runs": PARALLEL})


def bare(_: int = 0) -> None:
    """One ``docker run`` of the command."""
    require(docker_run("--network", "none", POLICY.image, *COMMAND))


def docker_run(*arguments: str, payload: bytes = b"") -> bytes:
    """What a container printed that was given a payload."""
    run = ["docker", "run", "--rm", "--interactive", *arguments]
    return subprocess.run(run, input=payload, capture_output=True, check=True).stdout


def bare_evaluation() -> None:
    """One ``docker run`` of the supervisor."""
    texts = Texts()
    job = make_job(Snapshot.of(PROJECT), ENTRYPOINTS, POLICY, texts=texts, nonce="nonce")
    spec = make_spec(job, POLICY, "bench")
    printed = docker_run(*walls(spec), POLICY.image, *spec.command, payload=spec.payload)
    if b"heldout_bits_per_byte" not in printed:
        raise RuntimeError(f"the evaluation did not end well: {printed!r}")


def walls(spec: RunSpec) -> list[str]:
    """The walls of a run as arguments of ``docker run``."""
    asked = create_arguments(spec, runtime="", seccomp="")["HostConfig"]
    arguments = ["--network=none", "--user", spec.user, "--read-only", "--ipc=none", "--cap-drop=ALL"]
    arguments += ["--security-opt=no-new-privileges", f"--cpus={spec.limits.cpus}", f"--pids-limit={spec.limits.pids}"]
    arguments += [f"--memory={asked['Memory']}", f"--memory-swap={asked['MemorySwap']}"]
    arguments += [f"--ulimit={each['Name']}={each['Soft']}:{each['Hard']}" for each in asked["Ulimits"]]
    return arguments + [f"--tmpfs={place}:{options}" for place, options in asked["Tmpfs"].items()]


def our_evaluation() -> None:
    """The same by PRISM, from the project's files to checked metrics."""
    result = run_snapshot(Snapshot.of(PROJECT), ENTRYPOINTS, POLICY, BROKER, texts=Texts())
    if result.reason is not Reason.COMPLETED:
        raise RuntimeError(f"the evaluation did not end well: {result}")


def ours(number: int = 0) -> None:
    """One run of the command by the broker, with every wall."""
    spec = RunSpec(
        job_id=f"bench-{time.monotonic_ns()}-{number}",
        image=POLICY.image,
        command=COMMAND,
        user=POLICY.user,
        network="none",
        limits=RunLimits(memory_bytes=256 * 1024 * 1024, cpus=1.0, wall_seconds=60),
    )
    require(BROKER.run(spec).stdout)


def require(printed: bytes) -> None:
    """See that the command did run."""
    if printed != b"ran\n":
        raise RuntimeError(f"the command did not run: {printed!r}")


def at_once(work: Callable[[int], None]) -> None:
    """The work, so many times at once."""
    with ThreadPoolExecutor(PARALLEL) as pool:
        list(pool.map(work, range(PARALLEL)))


def compared(label: str, rounds: int, first: Callable[[], None], second: Callable[[], None]) -> str:
    """Both in turns, the first beside the second: medians, and what the second takes more."""
    pairs = [(seconds(first), seconds(second)) for _ in range(rounds + 1)][1:]
    plain, walled = (statistics.median(times) for times in zip(*pairs, strict=True))
    more = statistics.median(second - first for first, second in pairs)
    times = f"{plain * 1000:>10.0f} ms {walled * 1000:>10.0f} ms {more * 1000:>+8.0f} ms"
    return f"{label:<24} {times} {more / plain:>+8.0%}\n"


def breakdown(rounds: int) -> str:
    """Each call of the engine's API in a run, by the median of some runs, and what is between them."""
    calls: dict[str, list[float]] = defaultdict(list)
    send = requests.Session.send

    def timed(session: requests.Session, request: requests.PreparedRequest, **options: Any) -> requests.Response:  # noqa: ANN401
        began = time.perf_counter()
        response = send(session, request, **options)
        calls[step_name(request)].append(time.perf_counter() - began)
        return response

    requests.Session.send = timed  # type: ignore[method-assign, assignment]  # only here, to see into the SDK
    try:
        totals = [seconds(ours) for _ in range(rounds)]
    finally:
        requests.Session.send = send  # type: ignore[method-assign]
    lines = [f"  {name:<40} {sum(times) / rounds * 1000:>8.1f} ms\n" for name, times in calls.items()]
    between = (sum(totals) - sum(map(sum, calls.values()))) / rounds
    lines.append(f"  {'the command itself, and waiting for its end':<40} {between * 1000:>8.1f} ms\n")
    return f"one run, {statistics.mean(totals) * 1000:.0f} ms, by what is asked of the engine\n" + "".join(lines)


def step_name(request: requests.PreparedRequest) -> str:
    """What a call is for, without ids."""
    path = (request.path_url or "").partition("?")[0].split("/")[1:]
    path = [part for part in path if not part.startswith("v1.")]
    if path[0] in ("containers", "images") and len(path) == 3:
        path[1] = "ID"
    if path[0] == "containers" and len(path) == 2 and path[1] not in ("json", "create"):
        path[1] = "ID"
    return f"{request.method} /{'/'.join(path)}"


def main(rounds: int, parallel_rounds: int) -> None:
    """Measure and print."""
    out = sys.stdout
    out.write(f"{'median of runs':<24} {'docker run':>13} {'PRISM':>13} {'more':>11} {'':>8}\n")
    out.write(compared("one at a time", rounds, bare, ours))
    out.write(compared(f"{PARALLEL} at once, all", parallel_rounds, lambda: at_once(bare), lambda: at_once(ours)))
    out.write(compared("a whole evaluation", parallel_rounds, bare_evaluation, our_evaluation))
    out.write("\n" + breakdown(rounds))


if __name__ == "__main__":
    main(ROUNDS, ROUNDS // 3)
