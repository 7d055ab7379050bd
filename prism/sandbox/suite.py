"""The suite: attacks gathered into as few containers as can be, run two at a time, and judged.

Probes share containers, because starting one takes longer than most attacks. Whatever could disturb another attack has
a container of its own. No attack can keep the suite waiting: each container has a time limit, and what has not begun
when the suite's own time is over counts as not testable.
"""

import itertools
import secrets
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import msgspec

from prism.errors import RunnerError
from prism.manifest import Part
from prism.policy.model import RunnerPolicy
from prism.runner.broker import Broker, ContainerRecord
from prism.runner.result import RunStatus
from prism.runner.run import Texts, run_snapshot
from prism.runner.spec import RunSpec
from prism.sandbox import specs
from prism.sandbox.attack import AnyAttack, Attack, Line, Pair, Probe, Program, Project, Request
from prism.sandbox.judging import LATE_SECONDS, answers, pair_record, problem, silent
from prism.sandbox.lines import Forgery, apart
from prism.sandbox.listener import Listener
from prism.sandbox.outcome import PromiseRecord, broken, kept, untestable
from prism.snapshot import Snapshot

SUITE_SECONDS = 80.0
_AT_A_TIME = 2
_LINES_BYTES = 1024 * 1024
_SEEN_CHARACTERS = 200
_NO_REFUSAL = frozenset({"engine-unavailable", "runner-busy", "job-conflict"})
"""Why a run could not be had just now, which says nothing about what was asked for."""

Task = tuple[Sequence[Attack], Callable[[], list[PromiseRecord]]]


class Suite:
    """Attacks on one broker under one policy."""

    def __init__(
        self, broker: Broker, policy: RunnerPolicy, *, is_confined: bool = True, seconds: float = SUITE_SECONDS
    ) -> None:
        """Attacks through a broker.

        Args:
            broker: what launches the containers.
            policy: image, user, network and limits.
            seconds: after this long, no attack is begun any more.
            is_confined: whether the evaluator's own walls are put up; without them, only tests of the attacks run.
        """
        self._broker = broker
        self._policy = policy
        self._is_confined = is_confined
        self._seconds = seconds
        self._listener = Listener()

    def run(self, attacks: Sequence[AnyAttack]) -> list[PromiseRecord]:
        """What came of each attack, in their order.

        Raises:
            RunnerError: not even a harmless container can be had.
        """
        self._require_container()
        until = time.monotonic() + self._seconds
        with self._listener, ThreadPoolExecutor(_AT_A_TIME) as pool:
            futures = [pool.submit(_attempted, task, until) for task in self._tasks(attacks)]
            try:
                done = [future.result() for future in futures]
            except BaseException:
                pool.shutdown(wait=False, cancel_futures=True)
                raise
        found = {record.id: record for record in itertools.chain.from_iterable(done)}
        return [found[attack.id] for attack in attacks]

    def _require_container(self) -> None:
        record = self._broker.run(self._spec("first", specs.program_command("print('ready')", {}), {}))
        if record.stdout != b"ready\n":
            raise RunnerError(
                f"the image cannot run Python: exit code {record.exit_code}, {record.stderr[-200:]!r}",
                where=f"runner.image: {self._policy.image}",
                do="build the image from the Dockerfile, or name another one",
            )

    def _tasks(self, attacks: Sequence[AnyAttack]) -> Iterator[Task]:
        """The slowest first, so that the last ones do not end alone."""
        for attack in attacks:
            if isinstance(attack, Program | Pair | Request | Project):
                yield (attack,), partial(self._single, attack)
        for probes in _shared([attack for attack in attacks if isinstance(attack, Probe)]):
            yield probes, partial(self._probes, probes)
        for lines in apart([attack for attack in attacks if isinstance(attack, Line)]):
            yield lines, partial(self._lines, lines)

    def _single(self, attack: Program | Pair | Request | Project) -> list[PromiseRecord]:
        match attack:
            case Program():
                return [self._program(attack)]
            case Pair():
                return [self._pair(attack)]
            case Request():
                return [self._request(attack)]
            case Project():
                return [self._project(attack)]

    def _spec(self, name: str, command: tuple[str, ...], changes: dict[str, object]) -> RunSpec:
        return specs.spec(self._policy, name, command, changes)

    def _given(self, run: RunSpec) -> dict[str, object]:
        return specs.given(run, {"port": self._listener.port, "socket": self._listener.name})

    def _probes(self, probes: Sequence[Probe]) -> list[PromiseRecord]:
        mark = secrets.token_hex(16)
        run = self._spec(probes[0].id if len(probes) == 1 else "probes", (), dict(probes[0].limits))
        command = specs.probes_command(probes, self._given(run), mark, is_confined=self._is_confined)
        record = self._broker.run(msgspec.structs.replace(run, command=command))
        found = dict(answers(record, mark))
        return [found.get(probe.id) or silent(probe, record) for probe in probes]

    def _program(self, attack: Program) -> PromiseRecord:
        run = self._spec(attack.id, (), dict(attack.limits))
        run = msgspec.structs.replace(run, command=specs.program_command(attack.code, self._given(run)))
        record = self._broker.run(run)
        wrong = problem(attack, record, run) or self._left_behind(run)
        return broken(attack, wrong) if wrong else kept(attack, f"{record.ending} in {record.wall_seconds:.1f} s")

    def _left_behind(self, run: RunSpec) -> str:
        if run.job_id in {job.job_id for job in self._broker.list()}:
            self._broker.cleanup(run.job_id)
            return "the container was still there after the run"
        return ""

    def _lines(self, attacks: Sequence[Line]) -> list[PromiseRecord]:
        forgery = Forgery(attacks)
        run = self._spec("lines", specs.program_command(forgery.code(), {}), {"output_bytes": _LINES_BYTES})
        return forgery.found(self._broker.run(run))

    def _request(self, attack: Request) -> PromiseRecord:
        run = self._spec(attack.id, specs.program_command("", {}), dict(attack.limits))
        changes = {"gpu": attack.gpu, "network": attack.network, "image": attack.image}
        try:
            self._broker.run(msgspec.structs.replace(run, **{name: value for name, value in changes.items() if value}))
        except RunnerError as error:
            if error.code in _NO_REFUSAL:
                raise
            return kept(attack, error.code)
        return broken(attack, "the run was not refused")

    def _project(self, attack: Project) -> PromiseRecord:
        policy = specs.small_run(self._policy, attack.limits)
        snapshot = Snapshot.of({"model.py": attack.code.encode()})
        entrypoints = {str(part): "model.py" for part in Part}
        result = run_snapshot(
            snapshot, entrypoints, policy, self._broker, texts=Texts(), job_id=specs.job_id(attack.id)
        )
        match result.status:
            case RunStatus.COMPLETED:
                return broken(attack, f"the run completed with {dict(result.metrics)}")
            case RunStatus.FAILED:
                return kept(attack, result.reason)
            case RunStatus.ERROR:
                return untestable(attack, f"{result.reason}: {result.log_tail[-_SEEN_CHARACTERS:]}")

    def _pair(self, attack: Pair) -> PromiseRecord:
        ports = [self._free_port(), self._free_port()]
        began = threading.Barrier(2)

        def one(side: int) -> ContainerRecord:
            run = self._spec(f"{attack.id}-{side}", (), dict(attack.limits))
            given = self._given(run) | {"side": side, "ports": ports}
            began.wait(LATE_SECONDS)
            return self._broker.run(msgspec.structs.replace(run, command=specs.program_command(attack.code, given)))

        with ThreadPoolExecutor(2) as pool:
            records = list(pool.map(one, (0, 1)))
        return pair_record(attack, [record.stdout.split() for record in records])

    def _free_port(self) -> int:
        import socket

        with socket.create_server(("127.0.0.1", 0)) as server:
            port: int = server.getsockname()[1]
            return port


def _attempted(task: Task, until: float) -> list[PromiseRecord]:
    attacks, attempt = task
    if time.monotonic() > until:
        return [untestable(attack, "the suite's time was over") for attack in attacks]
    try:
        return attempt()
    except RunnerError as error:
        return [untestable(attack, f"{error.code}: {error.what}") for attack in attacks]


def _shared(probes: Sequence[Probe]) -> Iterator[Sequence[Probe]]:
    """The probes of each container: those that need one of their own first."""
    yield from ([probe] for probe in probes if probe.alone or probe.limits)
    together = [probe for probe in probes if not probe.alone and not probe.limits]
    if together:
        yield together
