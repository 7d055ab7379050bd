"""The database's disk runs full under load: what cannot be kept is refused, and what was acknowledged is there."""

import contextlib
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from prism.service.queue import Queue
from prism.store import open_store
from tests.service.deliveries import archive
from tests.service.faults.database import own_postgres
from tests.service.faults.workers import QUICK, require_whole, until, until_ended, worker
from tests.service.house import House
from tests.service.http.servers import running
from tests.service.sender import Body, Sender

MIB = 1024 * 1024
DISK_BYTES = 192 * MIB
LEFT_BYTES = 3 * MIB


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of its own; skipped where none can be mounted."""
    folder = tmp_path / "disk"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={DISK_BYTES}", "tmpfs", str(folder)]
    if subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("no file system can be mounted here")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def large_body() -> Body:
    """What takes room, and will be held."""
    files = {"model.py": f"a = '{os.urandom(8).hex()}'  # HOLD\n", "README.md": os.urandom(40_000).hex()}
    return archive(files), "held"


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_disk_that_runs_full_under_load_loses_nothing(kind: str, small_disk: Path, tmp_path: Path) -> None:
    House(tmp_path)
    policy, ballast = tmp_path / "policy.yaml", small_disk / "ballast"
    with contextlib.ExitStack() as stack:
        data = small_disk / "data"
        data.mkdir()
        postgres = stack.enter_context(own_postgres(data)) if kind == "postgresql" else None
        location = str(small_disk / "store.sqlite3") if postgres is None else postgres.url
        server = stack.enter_context(running(location, tmp_path, PRISM_POLICY=str(policy), **QUICK))
        working = stack.enter_context(worker(location, policy, tmp_path))
        with Sender(server.port, large_body, pause_seconds=0.3) as sender:
            sender.wait_for_more()
            fill(small_disk, ballast)
            until(lambda: len(sender.refusals) >= 20)
            refused = server.hand_in(large_body()[0])
            assert (refused.status, refused.code) == (503, "store-unavailable")
            ballast.unlink()
            if postgres is not None:
                postgres.start()  # where there is no room even for its journal, it ends
            for _ in range(3):
                sender.wait_for_more()
        with open_store(location) as store:
            until_ended(Queue(store))
        require_whole(location, sender.acknowledged, server)
        assert set(sender.refusals) == {503}
        assert working.process.poll() is None
        assert "Traceback" not in working.log()


def fill(disk: Path, ballast: Path) -> None:
    """Leave little room."""
    found = os.statvfs(disk)
    ballast.write_bytes(bytes(found.f_bavail * found.f_frsize - LEFT_BYTES))
