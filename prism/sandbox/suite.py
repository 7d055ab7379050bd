"""The suite: attacks gathered into as few containers as can be, run two at a time, and judged.

Probes share containers, because starting one takes longer than most attacks. Whatever could disturb another attack has
a container of its own. No attack can keep the suite waiting: each container has a time limit, and what has not begun
when the suite's own time is over counts as not testable.
"""

import itertools
import json
import secrets
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import msgspec

from prism.errors import RunnerError
from prism.policy.model import RunnerPolicy
from prism.runner.broker import Broker, ContainerRecord, Ending
from prism.runner.spec import RunSpec
from prism.sandbox import specs
from prism.sandbox.attack import AnyAttack, Attack, Line, Pair, Probe, Program, Request
from prism.sandbox.lines import Forgery
from prism.sandbox.listener import Listener
from prism.sandbox.outcome import Outcome, PromiseRecord, broken, kept, untestable

SUITE_SECONDS = 80.0
_AT_A_TIME = 2
_LATE_SECONDS = 5.0
_LINES_BYTES = 1024 * 1024
_TOGETHER_SECONDS = 2.0

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
            if isinstance(attack, Program | Pair | Request):
                yield (attack,), partial(self._single, attack)
        for probes in _shared([attack for attack in attacks if isinstance(attack, Probe)]):
            yield probes, partial(self._probes, probes)
        lines = [attack for attack in attacks if isinstance(attack, Line)]
        if lines:
            yield lines, partial(self._lines, lines)

    def _single(self, attack: Program | Pair | Request) -> list[PromiseRecord]:
        match attack:
            case Program():
                return [self._program(attack)]
            case Pair():
                return [self._pair(attack)]
            case Request():
                return [self._request(attack)]

    def _spec(self, name: str, command: tuple[str, ...], changes: dict[str, object]) -> RunSpec:
        return specs.spec(self._policy, name, command, changes)

    def _given(self, run: RunSpec) -> dict[str, object]:
        return specs.given(run, {"port": self._listener.port, "socket": self._listener.name})

    def _probes(self, probes: Sequence[Probe]) -> list[PromiseRecord]:
        mark = secrets.token_hex(16)
        run = self._spec(probes[0].id if len(probes) == 1 else "probes", (), dict(probes[0].limits))
        command = specs.probes_command(probes, self._given(run), mark, is_confined=self._is_confined)
        record = self._broker.run(msgspec.structs.replace(run, command=command))
        answers = dict(_answers(record, mark))
        return [answers.get(probe.id) or _silent(probe, record) for probe in probes]

    def _program(self, attack: Program) -> PromiseRecord:
        run = self._spec(attack.id, (), dict(attack.limits))
        run = msgspec.structs.replace(run, command=specs.program_command(attack.code, self._given(run)))
        record = self._broker.run(run)
        problem = _problem(attack, record, run) or self._left_behind(run)
        return broken(attack, problem) if problem else kept(attack, f"{record.ending} in {record.wall_seconds:.1f} s")

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
            return kept(attack, error.code)
        return broken(attack, "the run was not refused")

    def _pair(self, attack: Pair) -> PromiseRecord:
        ports = [self._free_port(), self._free_port()]
        began = threading.Barrier(2)

        def one(side: int) -> ContainerRecord:
            run = self._spec(f"{attack.id}-{side}", (), dict(attack.limits))
            given = self._given(run) | {"side": side, "ports": ports}
            began.wait(_LATE_SECONDS)
            return self._broker.run(msgspec.structs.replace(run, command=specs.program_command(attack.code, given)))

        with ThreadPoolExecutor(2) as pool:
            records = list(pool.map(one, (0, 1)))
        return _pair_record(attack, [record.stdout.split() for record in records])

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


def _answers(record: ContainerRecord, mark: str) -> Iterator[tuple[str, PromiseRecord]]:
    for line in record.stdout.decode("utf-8", "replace").splitlines():
        if line.startswith(f"{mark} "):
            answer = msgspec.convert(json.loads(line.removeprefix(mark)), PromiseRecord)
            yield answer.id, answer


def _silent(probe: Probe, record: ContainerRecord) -> PromiseRecord:
    """What it means that an attack gave no answer."""
    seen = f"no answer; the container ended {record.ending} with exit code {record.exit_code}"
    last = record.stderr[-200:].decode("utf-8", "replace").strip()
    return PromiseRecord(id=probe.id, outcome=Outcome(probe.silence), detail=f"{seen} {last}".strip())


def _problem(attack: Program, record: ContainerRecord, run: RunSpec) -> str:
    """What speaks against a program's promise; empty if nothing does."""
    expect, limits = attack.expect, run.limits
    if expect.ending not in (None, record.ending):
        return f"it ended {record.ending} (exit code {record.exit_code})"
    if expect.out_of_memory not in (None, record.out_of_memory):
        return f"out of memory: {record.out_of_memory}"
    if len(record.stdout) + len(record.stderr) > limits.output_bytes:
        return f"{len(record.stdout) + len(record.stderr)} bytes came back"
    if record.wall_seconds > limits.wall_seconds + _LATE_SECONDS:
        return f"it took {record.wall_seconds:.1f} s"
    if expect.ending is None and record.ending is Ending.OUTPUT_LIMIT:
        return f"it ended {record.ending}"
    return ""


def _pair_record(attack: Pair, said: list[list[bytes]]) -> PromiseRecord:
    if any(words[-1:] == [b"REACHED"] for words in said):
        return broken(attack, "one run reached the other")
    if any(words[-1:] != [b"ALONE"] or len(words) != 2 for words in said):  # noqa: PLR2004 - when it began, and its answer
        return untestable(attack, "one of the two runs did not come to its end")
    apart = abs(float(said[0][0]) - float(said[1][0]))
    if apart > _TOGETHER_SECONDS:
        return untestable(attack, f"the two runs began {apart:.1f} s apart")
    return kept(attack)
