"""``kill -9`` at any instant while submissions are kept: what was kept is there, and the rest can go on."""

import random
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from prism.gate import Gate
from prism.store import Store, open_store
from prism.store.check import check
from tests.store.indexer import gate, project
from tests.store.synthetic import PLUGIN, SCHEME, features, snapshot

ROOT = Path(__file__).parents[2]
ROUNDS = 6
COUNT = 8
WRITER = """
import sys
from prism.store import open_store
from tests.store.indexer import gate, project
from tests.store.synthetic import features, snapshot
store = open_store(sys.argv[1])
number = int(sys.argv[2])
while True:
    store.keep(snapshot(number), features(number, units=20), id=str(number))
    print(number, flush=True)
    number += 1
"""


def test_a_killed_writer_loses_and_doubles_nothing(location: str) -> None:
    chance = random.Random(f"crash {ROUNDS}")  # noqa: S311 - where to kill
    said = -1
    for _ in range(ROUNDS):
        said = write_until_killed(location, said + 1, chance.uniform(0, 0.4))
        with open_store(location) as store:
            there = sorted(int(row.id) for row in store.submissions())
            # One more may be there: kept, and killed before it could say so.
            assert there in (list(range(said + 1)), list(range(said + 2)))
            assert check(store) == []
            said = max(there, default=-1)
    with open_store(location) as store:
        assert_all_found(store, said)


def write_until_killed(location: str, first: int, seconds: float) -> int:
    """The last number that a writer said it had kept before it was killed."""
    command = [sys.executable, "-c", WRITER, location, str(first)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout is not None
        lines = [writer.stdout.readline()]
        try:
            writer.wait(seconds)
        except subprocess.TimeoutExpired:
            writer.send_signal(signal.SIGKILL)
        lines += writer.stdout.read().splitlines()
    assert writer.returncode == -signal.SIGKILL
    return max(int(line) for line in lines if line.strip())


def assert_all_found(store: Store, last: int) -> None:
    corpus = store.source().corpus(PLUGIN, SCHEME)
    assert corpus.missing == 0
    for number in range(last + 1):
        own = features(number, units=20)[PLUGIN].index
        assert own is not None
        hits = [hit for hit in corpus.near(own).hits if hit.bands == SCHEME.bands]
        assert sorted((hit.submission, hit.unit) for hit in hits) == sorted((str(number), n) for n in range(20))


@pytest.mark.parametrize("moment", [0.0, 0.02, 0.05, 0.1])
def test_a_store_killed_while_it_is_made_can_be_made(moment: float, tmp_path: Path) -> None:
    path = tmp_path / "store.sqlite3"
    command = [sys.executable, "-c", WRITER.replace("number += 1", "break"), str(path), "0"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL) as writer:
        while not path.exists() and writer.poll() is None:
            pass
        try:
            writer.wait(moment)
        except subprocess.TimeoutExpired:
            writer.kill()
    with open_store(str(path)) as store:
        store.keep(snapshot(0), features(0, units=20), id="0")
        assert check(store) == []


def test_a_killed_reindexing_goes_on_and_ends_as_if_it_never_was(tmp_path: Path, location: str) -> None:
    with open_store(location) as store, gate(tmp_path) as opened:
        for number in range(COUNT):
            made = opened.features_of(project(tmp_path, "shared = 1", f"own = {number}"))
            store.keep(*made, id=f"s{number}")
    gate(tmp_path, features="2").close()
    command = [sys.executable, "-m", "prism", "snapshots", "reindex", "--store", location]
    command += ["--policy", str(tmp_path / "policy.yaml")]
    chance = random.Random(1)  # noqa: S311 - when to kill
    for _ in range(3):
        with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.DEVNULL, start_new_session=True) as reindexing:
            try:
                reindexing.wait(chance.uniform(0.7, 1.2))
            except subprocess.TimeoutExpired:
                reindexing.kill()
        with open_store(location) as store:
            assert check(store) == []
    assert subprocess.run(command, cwd=ROOT, check=False, stderr=subprocess.DEVNULL).returncode == 0
    with open_store(location) as store, Gate.from_policy(tmp_path / "policy.yaml") as opened:
        _, features_now = opened.features_of(project(tmp_path, "shared = 1", "own = 3"))
        index = features_now["indexer"].index
        assert index is not None
        hits = store.source().corpus("indexer", index.scheme).near(index).hits
        found = {(hit.submission, hit.unit, hit.bands) for hit in hits}
        assert found == {(f"s{number}", 0, 2) for number in range(COUNT)} | {("s3", 1, 2)}
        assert check(store) == []
