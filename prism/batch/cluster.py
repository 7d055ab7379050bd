"""The work of a batch on a Dask cluster: the same tasks, the same answers, on other machines.

Each process of the cluster opens gates of its own, one for each of its threads that work at once, and keeps them for
the tasks of the same batch. Projects, policy and stores are found there under the same paths as here.
"""

import queue
import threading
from types import TracebackType
from typing import TYPE_CHECKING, Any, NamedTuple, Self

from prism.batch.gate import BatchGate
from prism.batch.work import Answer, Plan, Task, done
from prism.errors import PrismError, UsageError
from prism.policy.loading import in_force
from prism.review import Versions

if TYPE_CHECKING:
    from prism.policy.layers import Layers

CONNECT_SECONDS = 30
TASKS_PER_THREAD = 2


class ClusterCrew:
    """The threads of a cluster's workers."""

    def __init__(self, address: str, gate: BatchGate, plan: Plan) -> None:
        """Prepare to connect to a scheduler.

        Args:
            address: of the scheduler, as ``tcp://HOST:PORT``.
            gate: the one whose policy holds there too.
            plan: what is done with each project.
        """
        self._address = address
        self._gate = gate
        self._work = (gate.effective.layers, Basis(gate.effective.digest, gate.versions), plan)
        self._given = 0
        self._answers: queue.SimpleQueue[tuple[Task, Any]] = queue.SimpleQueue()
        self._client: Any = None

    def __enter__(self) -> Self:
        self._client = _connected(self._address)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.close(timeout=CONNECT_SECONDS)

    @property
    def room(self) -> int:
        """Twice what the cluster can do at once, as it is now."""
        threads = int(sum(self._client.nthreads().values()))
        return max(1, TASKS_PER_THREAD * threads) - self._given

    def give(self, task: Task) -> None:
        """Have a task done."""
        self._given += 1
        future = self._client.submit(done_there, *self._work, task, pure=False)
        future.add_done_callback(lambda ended: self._answers.put((task, ended)))

    def take(self, seconds: float) -> tuple[Task, Answer] | None:
        """What is done, waited for at most so long."""
        try:
            task, future = self._answers.get(timeout=seconds)
        except queue.Empty:
            return None
        self._given -= 1
        return task, self._answer(future)

    def _answer(self, future: Any) -> Answer:  # noqa: ANN401 - of a library without types
        if future.status == "finished":
            answer: Answer = future.result()
            future.release()
            return answer
        error = future.exception() if future.status == "error" else None
        if isinstance(error, PrismError):
            raise error
        what = f"the cluster lost it: {type(error).__name__}"
        review = self._gate.not_reviewed(what, "look at the workers' logs; then resume")
        return Answer(review=review)


def _connected(address: str) -> Any:  # noqa: ANN401 - of a library without types
    try:
        import distributed
    except ImportError as error:
        do = "pip install 'prism-gate[cluster]', here and on the cluster's machines"
        raise UsageError("Dask's distributed is not installed", where="--scheduler", do=do) from error
    try:
        connect: Any = distributed.Client
        return connect(address, timeout=CONNECT_SECONDS, set_as_default=False)
    except (OSError, ValueError) as error:
        do = "give the address that `dask scheduler` prints, as tcp://HOST:8786"
        raise UsageError("there is no scheduler that answers", where=address, do=do) from error


class Basis(NamedTuple):
    """What decides: it has to be the same everywhere."""

    digest: str
    versions: Versions


class _Gates:
    """The idle gates of this process, all of one policy."""

    def __init__(self) -> None:
        self._turn = threading.Lock()
        self._basis: Basis | None = None
        self._idle: list[BatchGate] = []

    def take(self, layers: "Layers", basis: Basis) -> BatchGate:
        """A gate that nobody else has."""
        with self._turn:
            if basis != self._basis:
                self._end()
                self._basis = basis
            if self._idle:
                return self._idle.pop()
        gate = BatchGate(in_force(layers))
        if basis != Basis(gate.effective.digest, gate.versions):
            gate.close()
            do = "have the same Python, PRISM, plugins and files of the policy on every machine"
            raise UsageError("a machine of the cluster would decide by something else", where="--scheduler", do=do)
        return gate

    def give_back(self, gate: BatchGate, basis: Basis) -> None:
        """Keep a gate for the next task."""
        with self._turn:
            if basis == self._basis:
                self._idle.append(gate)
                return
        gate.close()

    def _end(self) -> None:
        for gate in self._idle:
            gate.close()
        self._idle = []


_gates = _Gates()


def done_there(layers: "Layers", basis: Basis, plan: Plan, task: Task) -> Answer:
    """The answer to a task, on a machine of the cluster."""
    gate = _gates.take(layers, basis)
    try:
        return done(task, plan, gate)
    finally:
        _gates.give_back(gate, basis)
