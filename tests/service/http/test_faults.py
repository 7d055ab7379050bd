"""A server whose surroundings fail or change under load: what was acknowledged stays, and all others are told."""

import contextlib
import os
import socket
import sqlite3
import subprocess
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from prism.store import open_store
from tests.service.http.servers import BRIDGE, TOKEN, Server, hotkey, running

DISK_BYTES = 6 * 1024 * 1024
OVERLAP_SECONDS = 2


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of a few megabytes; skipped where none can be mounted."""
    folder = tmp_path / "disk"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={DISK_BYTES}", "tmpfs", str(folder)]
    if subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("no file system can be mounted here")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def test_a_full_disk_loses_nothing_and_is_over_when_there_is_room(small_disk: Path, tmp_path: Path) -> None:
    with running(str(small_disk / "store.sqlite3"), tmp_path) as server:
        ballast = small_disk / "ballast"
        ballast.write_bytes(bytes(DISK_BYTES // 2))
        answers = [server.hand_in(os.urandom(200_000), key=hotkey(number)) for number in range(20)]
        kept = [each.json["id"] for each in answers if each.status == 202]
        refused = [each for each in answers if each.status != 202]
        ballast.unlink()
        after = server.hand_in(b"PK there is room again")

        assert 1 <= len(kept) < len(answers)
        assert {(each.status, each.code) for each in refused} == {(503, "store-unavailable")}
        assert after.status == 202
        for id_ in (*kept, after.json["id"]):
            assert server.ask("GET", f"/v1/submissions/{id_}").json["status"] == "pending"
    with open_store(server.location) as store, store.database.reading() as connection:
        assert connection.exec_driver_sql("PRAGMA integrity_check").scalar_one() == "ok"


def test_one_who_goes_while_the_database_is_busy_has_handed_in(tmp_path: Path) -> None:
    """Others wait with it for the same transaction; whoever goes changes nothing for them."""
    location = tmp_path / "store.sqlite3"
    with running(str(location), tmp_path) as server:
        assert server.hand_in(b"PK first").status == 202
        head = (
            f"POST {BRIDGE} HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer {TOKEN}\r\n"
            f"X-Platform-Verified-Hotkey: {hotkey(1)}\r\nContent-Length: 7\r\n\r\n"
        )
        with (
            ThreadPoolExecutor(4) as pool,
            contextlib.closing(sqlite3.connect(location, isolation_level=None)) as other,
        ):
            other.execute("BEGIN IMMEDIATE")
            gone = socket.create_connection(("127.0.0.1", server.port))
            gone.sendall(f"{head}PK gone".encode())
            staying = [pool.submit(server.hand_in, f"PK {n}".encode(), key=hotkey(n)) for n in range(3)]
            time.sleep(0.3)
            gone.close()
            other.execute("ROLLBACK")
            assert [each.result().status for each in staying] == [202] * 3
        assert server.hand_in(b"PK gone").status == 200


def test_a_token_that_changes_under_load_lets_everybody_in_who_knows_it(tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text(TOKEN)
    stated = {"PRISM_SHARED_TOKEN": "", "PRISM_SHARED_TOKEN_FILE": str(file)}
    overlap = {"PRISM_TOKEN_OVERLAP_SECONDS": str(OVERLAP_SECONDS)}
    with running(str(tmp_path / "store.sqlite3"), tmp_path, **stated, **overlap) as server:
        seen: list[int] = []
        with load(server, file, seen):
            for number in range(10):
                rotate(file, f"{TOKEN}-{number}")
                before = len(seen)
                while len(seen) < before + 6:
                    time.sleep(0.01)
        rotate(file, f"{TOKEN}-last")
        assert server.hand_in(b"PK", token=f"{TOKEN}-last").status == 202
        time.sleep(OVERLAP_SECONDS + 0.1)
        assert server.hand_in(b"PK", token=f"{TOKEN}-9").status == 401
    assert set(seen) == {202}


def rotate(file: Path, token: str) -> None:
    """Put another token in its place, as a secret's mount does."""
    new = file.with_name("new")
    new.write_text(token)
    new.rename(file)


@contextlib.contextmanager
def load(server: Server, file: Path, seen: list[int]) -> Iterator[None]:
    """Clients that hand in with what the file holds; the token they read may be replaced before they use it."""
    is_over = threading.Event()

    def send() -> None:
        while not is_over.is_set():
            seen.append(server.hand_in(b"PK" + os.urandom(32), token=file.read_text()).status)

    threads = [threading.Thread(target=send) for _ in range(3)]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        is_over.set()
        for thread in threads:
            thread.join()
