"""What is kept is there, once, and only until it is to be forgotten."""

import sqlite3
from pathlib import Path

import pytest

from prism.corpus import Features
from prism.errors import StoreError, UsageError
from prism.snapshot import Snapshot
from prism.store import Store, open_store
from prism.store.address import default_file
from prism.store.check import check
from tests.store.synthetic import PLUGIN, SCHEME, features, index, snapshot, unit


def test_a_kept_submission_is_there_with_its_bytes(store: Store) -> None:
    kept = store.keep(snapshot(1), features(1), id="first", hotkey="alice", received_at=5)
    assert (kept.id, kept.is_new) == ("first", True)
    (row,) = store.submissions()
    assert (row.id, row.hotkey, row.received_at, row.files) == ("first", "alice", 5, 2)
    assert row.project_digest == snapshot(1).digest
    assert store.snapshot("first").contents == snapshot(1).contents
    assert [file.path for file in store.submission("first")[1]] == ["model.py", "shared_1.py"]
    corpus = store.source().corpus(PLUGIN, SCHEME)
    assert corpus.fingerprint("first") == {"number": 1}
    assert corpus.earlier(["first", "nobody"])["first"].hotkey == "alice"
    assert (len(corpus), corpus.missing, corpus.failure) == (1, 0, None)


def test_keeping_the_same_again_changes_nothing(store: Store) -> None:
    for expected in (True, False):
        assert store.keep(snapshot(1), features(1), id="first", hotkey="alice").is_new is expected
    assert len(store.submissions()) == 1


def test_an_id_stands_for_one_submission(store: Store) -> None:
    store.keep(snapshot(1), features(1), id="first", hotkey="alice")
    with pytest.raises(UsageError, match="another submission"):
        store.keep(snapshot(2), features(2), id="first", hotkey="alice")
    with pytest.raises(UsageError, match="another submission"):
        store.keep(snapshot(1), features(1), id="first", hotkey="bob")
    assert [row.hotkey for row in store.submissions()] == ["alice"]
    assert store.snapshot("first").digest == snapshot(1).digest


@pytest.mark.parametrize("name", ["a\nb", "x" * 256, "\x1b[2J", "half \ud800"])
def test_a_name_that_could_disturb_a_terminal_is_refused(name: str, file_store: Store) -> None:
    with pytest.raises(UsageError, match="cannot be"):
        file_store.keep(snapshot(1), {}, id=name)
    with pytest.raises(UsageError, match="cannot be"):
        file_store.keep(snapshot(1), {}, hotkey=name)


def test_ids_are_made_up_where_none_is_given(store: Store) -> None:
    ids = {store.keep(snapshot(1), features(1)).id for _ in range(3)}
    assert len(ids) == 3
    assert {row.id for row in store.submissions()} == ids


def test_equal_files_projects_and_units_are_stored_once(tmp_path: Path) -> None:
    path = tmp_path / "store.sqlite3"
    with open_store(str(path)) as store:
        for number in range(20):
            same = {PLUGIN: Features(fingerprint={}, index=index(unit("same"), unit("same"), unit(number)))}
            store.keep(snapshot(number, files=4), same)
            store.keep(snapshot(number, files=4), same, hotkey="again")
    with sqlite3.connect(path) as connection:
        counts = {
            table: connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]  # noqa: S608 - names from here
            for table in ("blobs", "snapshots", "submissions", "units", "bands")
        }
    assert counts == {"blobs": 20 + 3, "snapshots": 20, "submissions": 40, "units": 21, "bands": 21 * SCHEME.bands}


def test_a_large_file_is_packed(tmp_path: Path) -> None:
    path = tmp_path / "store.sqlite3"
    with open_store(str(path)) as store:
        store.keep(Snapshot.of({"model.py": b"x = 1\n" * 300_000}), {})
    assert path.stat().st_size < 400_000


def test_what_one_hotkey_handed_in_is_forgotten_but_for_what_others_did_too(store: Store) -> None:
    store.keep(snapshot(1), features(1), id="alice-1", hotkey="alice")
    store.keep(snapshot(2), features(2), id="alice-2", hotkey="alice")
    store.keep(snapshot(2), features(2), id="bob-2", hotkey="bob")
    assert store.forget(hotkey="alice") == 2
    assert [row.id for row in store.submissions()] == ["bob-2"]
    corpus = store.source().corpus(PLUGIN, SCHEME)
    gone, left = features(1)[PLUGIN].index, features(2)[PLUGIN].index
    assert gone is not None
    assert left is not None
    assert corpus.near(gone).hits == ()
    assert {hit.submission for hit in corpus.near(left).hits} == {"bob-2"}
    assert check(store) == []
    with pytest.raises(UsageError, match="no submission"):
        store.snapshot("alice-1")


def test_forgotten_sources_are_not_in_the_files_any_more(tmp_path: Path) -> None:
    path = tmp_path / "store.sqlite3"
    word = bytes(range(256)) * 4  # does not shrink much, so that it would be found as it is
    with open_store(str(path)) as store:
        store.keep(Snapshot.of({"model.py": b"x\n"}), {}, id="stays")
        store.keep(Snapshot.of({"secret-name.py": word}), {PLUGIN: Features(fingerprint={}, index=None)}, id="goes")
        assert store.forget(id="goes") == 1
    for file in tmp_path.iterdir():
        assert b"secret-name" not in file.read_bytes()


def test_old_submissions_are_forgotten(store: Store) -> None:
    for number in range(4):
        store.keep(snapshot(number), features(number), id=str(number), received_at=1_000 * number)
    assert store.forget(before=2_000) == 2
    assert {row.id for row in store.submissions()} == {"2", "3"}
    assert check(store) == []


def test_forgetting_needs_a_word_about_what(file_store: Store) -> None:
    with pytest.raises(ValueError, match="whose"):
        file_store.forget()


def test_the_users_own_store_is_in_the_data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    assert default_file() == tmp_path / "data" / "prism" / "store.sqlite3"
    with open_store() as store:
        store.keep(snapshot(1), {})
    assert default_file().stat().st_mode & 0o777 == 0o600
    monkeypatch.setenv("XDG_DATA_HOME", "relative")
    assert default_file() == Path.home() / ".local" / "share" / "prism" / "store.sqlite3"


@pytest.mark.parametrize("address", ["mysql://host/db", "sqlite://", "sqlite:///:memory:", "http://x", "://"])
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(UsageError, match="store"):
        open_store(address)


def test_a_password_is_not_shown() -> None:
    store = open_store("postgresql://me:secret@127.0.0.1:1/none", wait_seconds=0.1)
    assert "secret" not in store.where
    with pytest.raises(StoreError) as failure:
        store.submissions()
    assert failure.value.code == "store-unavailable"
    assert "secret" not in str(failure.value) + failure.value.where + failure.value.do
