"""``prism worker`` and ``prism audit``: what they say, and how they end."""

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import text

from prism.cli.app import run
from prism.service.queue import Queue
from prism.store import open_store
from tests.service.deliveries import ALICE, archive, upload
from tests.service.house import House


@pytest.fixture
def worked_off(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> str:
    """A store in which a worker has held one submission and rejected another."""
    House(tmp_path)
    location = str(tmp_path / "store.sqlite3")
    with open_store(location) as store:
        for line in ("a = 1 # HOLD", "# REJECT"):
            Queue(store).accept(upload(archive({"model.py": line})), ALICE)
    assert run(["worker", "--once", "--store", location, "--policy", str(tmp_path / "policy.yaml")]) == 0
    assert "2 submissions were worked on" in capsys.readouterr().err
    return location


def test_what_a_worker_decided_is_in_a_log_that_is_whole(worked_off: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["audit", "verify", "--store", worked_off]) == 0
    assert capsys.readouterr().out == "the log is whole\n"
    assert run(["audit", "export", "--store", worked_off]) == 0
    decisions = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(each["act"], each["body"].get("verdict")) for each in decisions] == [
        ("policy", None),
        ("verdict", "held"),
        ("verdict", "rejected"),
    ]
    last = decisions[-1]["digest"]
    assert run(["audit", "verify", "--store", worked_off, "--digest", last]) == 0
    assert run(["audit", "export", "--store", worked_off, "--after", "3"]) == 0
    assert run(["audit", "verify", "--store", worked_off, "--digest", "0" * 64]) == 70


def test_a_log_that_was_changed_is_named(worked_off: str, capsys: pytest.CaptureFixture[str]) -> None:
    with open_store(worked_off) as store, store.database.writing() as connection:
        connection.execute(text("DROP TRIGGER decisions_no_update"))
        connection.execute(text("UPDATE decisions SET actor = 'worker:other' WHERE number = 2"))
    capsys.readouterr()
    assert run(["audit", "verify", "--store", worked_off, "--format", "json"]) == 70
    (problem,) = json.loads(capsys.readouterr().out)
    assert problem["where"] == "decision 2"


def test_a_log_that_is_not_there_is_an_error(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for command in ("verify", "export"):
        assert run(["audit", command, "--store", str(tmp_path / "none")]) == 70
        assert "store-missing" in capsys.readouterr().err


def test_a_worker_that_is_told_to_end_ends(tmp_path: Path) -> None:
    House(tmp_path)
    location, policy = str(tmp_path / "store.sqlite3"), str(tmp_path / "policy.yaml")
    command = [sys.executable, "-m", "prism", "worker", "--store", location, "--policy", policy, "--concurrency", "2"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as worker:
        assert worker.stderr is not None
        assert "works on the queue" in worker.stderr.readline()
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(60) == 0
