"""Who may run now: as many runs at once as an engine is given, and every GPU for one run at a time.

A slot is a file, and to hold it is to hold a lock on it. The kernel gives a lock back when its process is gone,
however it ended, so that nothing has to be mended after a crash.
"""

import contextlib
import fcntl
import hashlib
import os
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from prism.errors import RunnerError
from prism.policy.model import GpuChoice

_POLL_SECONDS = 0.05


class Slots:
    """The slots of one engine."""

    def __init__(self, folder: Path, *, runs: int, gpus: Mapping[str, Sequence[str]]) -> None:
        self._folder = folder
        self._runs = tuple(f"run-{number}" for number in range(runs))
        self._gpus = gpus

    @contextlib.contextmanager
    def taken(self, gpu: GpuChoice | None, wait_seconds: float) -> Iterator[tuple[str, ...]]:
        """Room for one run, for the length of the context, with the device ids of the GPUs it may have.

        Raises:
            RunnerError: there are not as many GPUs, or nothing became free in time.
        """
        devices = self._devices(gpu)
        deadline = time.monotonic() + wait_seconds
        with contextlib.ExitStack() as held:
            while (given := self._attempt(held, devices, gpu.count if gpu else 0)) is None:
                if time.monotonic() >= deadline:
                    raise RunnerError(
                        f"no room for the run became free in {wait_seconds:g} s",
                        where="runner.broker.settings: runs, gpus",
                        do="wait for runs to end, or allow more of them, or a longer wait_seconds",
                        code="runner-busy",
                    )
                time.sleep(_POLL_SECONDS)
            yield given

    def _devices(self, gpu: GpuChoice | None) -> tuple[str, ...]:
        """The ids of all GPUs that would do."""
        if gpu is None:
            return ()
        fitting = tuple(
            sorted({device for kind, ids in self._gpus.items() for device in ids if gpu.type in ("", kind)})
        )
        if len(fitting) < gpu.count:
            kind = f" of type {gpu.type!r}" if gpu.type else ""
            raise RunnerError(
                f"the run needs {gpu.count} GPU(s){kind}, and the engine has {len(fitting)} to give",
                where="runner.gpu",
                do="list the host's GPUs in runner.broker.settings.gpus, or ask for fewer",
                code="gpu-unavailable",
            )
        return fitting

    def _attempt(self, held: contextlib.ExitStack, devices: tuple[str, ...], count: int) -> tuple[str, ...] | None:
        """All that is needed or nothing, so that two runs never wait for each other's half."""
        with contextlib.ExitStack() as trial:
            run = self._first_free(trial, self._runs, 1)
            given = self._first_free(trial, devices, count)
            if len(run) < 1 or len(given) < count:
                return None
            held.push(trial.pop_all())
        return given

    def _first_free(self, stack: contextlib.ExitStack, names: Iterable[str], count: int) -> tuple[str, ...]:
        free: list[str] = []
        for name in names:
            if len(free) == count:
                break
            if (lock := self._lock(name)) is not None:
                stack.callback(os.close, lock)
                free.append(name)
        return tuple(free)

    def _lock(self, name: str) -> int | None:
        """A descriptor that holds the slot, or nothing when somebody else does."""
        path = self._folder / hashlib.sha256(name.encode()).hexdigest()[:32]
        try:
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            lock = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
        except OSError as error:
            raise RunnerError(
                f"the locks of runs cannot be made: {error.strerror}",
                where=str(path),
                do="name a folder that this user may write to in runner.broker.settings.lock_folder",
            ) from error
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(lock)
            return None
        return lock


def slot_folder(configured: str, engine_id: str) -> Path:
    """Where the locks of one engine are, by whatever address it is reached."""
    if configured:
        base = Path(configured)
    else:
        state = os.environ.get("XDG_STATE_HOME", "")
        base = (Path(state) if Path(state).is_absolute() else Path.home() / ".local" / "state") / "prism" / "slots"
    return base / hashlib.sha256(engine_id.encode()).hexdigest()[:16]
