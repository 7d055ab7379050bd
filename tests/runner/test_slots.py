"""Room for runs: never more at once than allowed, each GPU once, and given back however its holder ends."""

import contextlib
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from prism.errors import RunnerError
from prism.policy.model import GpuChoice
from prism.runner.slots import Slots, slot_folder

GPUS = {"small": ("0", "1"), "large": ("2",)}


def test_no_more_runs_than_there_is_room_for(tmp_path: Path) -> None:
    slots, again = (Slots(tmp_path, runs=2, gpus={}) for _ in range(2))

    with slots.taken(None, 0), again.taken(None, 0):
        with pytest.raises(RunnerError) as caught, slots.taken(None, 0.1):
            pass
        assert caught.value.code == "runner-busy"
    with slots.taken(None, 0):
        pass


def test_a_run_waits_for_its_turn(tmp_path: Path) -> None:
    slots = Slots(tmp_path, runs=1, gpus={})
    began = threading.Event()
    order = []

    def second() -> None:
        began.set()
        with slots.taken(None, 20):
            order.append("second")

    with slots.taken(None, 0):
        waiting = threading.Thread(target=second)
        waiting.start()
        began.wait()
        order.append("first")
    waiting.join()

    assert order == ["first", "second"]


def test_a_gpu_is_given_to_one_run_at_a_time(tmp_path: Path) -> None:
    slots = Slots(tmp_path, runs=9, gpus=GPUS)
    with contextlib.ExitStack() as held:
        given = [
            held.enter_context(slots.taken(GpuChoice(count=count, type=kind), 0))
            for count, kind in ((1, "small"), (1, "large"), (1, ""))
        ]
        with pytest.raises(RunnerError) as caught, slots.taken(GpuChoice(count=1), 0):
            pass

    assert given == [("0",), ("2",), ("1",)]
    assert caught.value.code == "runner-busy"


def test_what_cannot_be_had_whole_is_not_taken_by_half(tmp_path: Path) -> None:
    slots = Slots(tmp_path, runs=9, gpus=GPUS)
    with slots.taken(GpuChoice(count=1, type="large"), 0):
        with pytest.raises(RunnerError), slots.taken(GpuChoice(count=3), 0):
            pass
        with slots.taken(GpuChoice(count=2), 0) as given:
            assert given == ("0", "1")


@pytest.mark.parametrize(
    "gpu", [GpuChoice(count=4), GpuChoice(count=1, type="none-such"), GpuChoice(count=2, type="large")]
)
def test_more_gpus_than_there_are_is_refused_at_once(tmp_path: Path, gpu: GpuChoice) -> None:
    with pytest.raises(RunnerError) as caught, Slots(tmp_path, runs=1, gpus=GPUS).taken(gpu, 60):
        pass

    assert caught.value.code == "gpu-unavailable"


HOLDER = """
import sys, time
from pathlib import Path
from prism.runner.slots import Slots
with Slots(Path(sys.argv[1]), runs=1, gpus={}).taken(None, 0):
    print("held", flush=True)
    time.sleep(60)
"""


def test_a_killed_process_gives_its_room_back(tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", HOLDER, str(tmp_path)], stdout=subprocess.PIPE) as holder:
        assert holder.stdout
        holder.stdout.readline()
        slots = Slots(tmp_path, runs=1, gpus={})
        with pytest.raises(RunnerError), slots.taken(None, 0):
            pass
        holder.kill()
    with slots.taken(None, 10):
        pass


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(RunnerError) as caught, Slots(tmp_path / "file", runs=1, gpus={}).taken(None, 0):
        pass

    assert str(tmp_path) in caught.value.where
    assert "lock_folder" in caught.value.do


def test_a_link_in_place_of_a_lock_is_not_followed(tmp_path: Path) -> None:
    slots = Slots(tmp_path, runs=1, gpus={})
    with slots.taken(None, 0):
        pass
    (lock,) = tmp_path.iterdir()
    lock.unlink()
    lock.symlink_to(tmp_path / "elsewhere")

    with pytest.raises(RunnerError), slots.taken(None, 0):
        pass
    assert not (tmp_path / "elsewhere").exists()


def test_each_engine_has_locks_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))

    assert slot_folder("", "one").is_relative_to(tmp_path / "prism")
    assert slot_folder("", "one") != slot_folder("", "two")
    assert slot_folder("/elsewhere", "one").parent == Path("/elsewhere")
