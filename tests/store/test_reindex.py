"""A change of a plugin's version: everything is indexed again, while reviews wait, and gives the same answers."""

import threading
from pathlib import Path

import pytest

from prism.gate import Gate
from prism.snapshot import Snapshot
from prism.store import Store
from prism.store.check import check
from prism.store.reindex import Reindexing, archive_of, in_background
from tests.store.indexer import gate, project


def fill(store: Store, opened: Gate, folder: Path, count: int = 4) -> None:
    for number in range(count):
        snapshot, made = opened.features_of(project(folder, "shared = 1", f"own = {number}"))
        store.keep(snapshot, made, id=f"s{number}", received_at=number)


def answers(store: Store, opened: Gate, folder: Path) -> set[tuple[str, int, int]]:
    _, made = opened.features_of(project(folder, "shared = 1", "own = 2"))
    index = made["indexer"].index
    assert index is not None
    corpus = store.source().corpus("indexer", index.scheme)
    return {(hit.submission, hit.unit, hit.bands) for hit in corpus.near(index).hits}


@pytest.mark.parametrize("change", [{"features": "2"}, {"hashing": "y"}])
def test_everything_is_found_again_under_another_version(change: dict[str, str], tmp_path: Path, store: Store) -> None:
    with gate(tmp_path) as opened:
        fill(store, opened, tmp_path)
        before = answers(store, opened, tmp_path)
    with gate(tmp_path, **change) as opened:
        assert answers(store, opened, tmp_path) == set()
        reindexing = Reindexing(store, opened)
        assert reindexing.missing() == 4
        report = reindexing.run()
        assert (report.done, report.failed, reindexing.missing()) == (4, {}, 0)
        assert answers(store, opened, tmp_path) == before
    with gate(tmp_path) as opened:
        assert answers(store, opened, tmp_path) == before, "what the older version made is still there"
    assert check(store) == []


def test_the_older_version_is_forgotten_when_that_is_asked_for(tmp_path: Path, file_store: Store) -> None:
    with gate(tmp_path) as opened:
        fill(file_store, opened, tmp_path)
    with gate(tmp_path, features="2") as opened:
        reindexing = Reindexing(file_store, opened)
        reindexing.run()
        assert reindexing.drop_older() == 1
        assert len(answers(file_store, opened, tmp_path)) == 5
    with gate(tmp_path) as opened:
        assert Reindexing(file_store, opened).missing() == 4
    assert check(file_store) == []


def test_it_stops_when_told_and_goes_on_where_it_was(tmp_path: Path, file_store: Store) -> None:
    with gate(tmp_path) as opened:
        fill(file_store, opened, tmp_path)
    stop = threading.Event()
    with gate(tmp_path, features="2") as opened:
        reindexing = Reindexing(file_store, opened)
        first = reindexing.run(stop=stop, step=lambda done: stop.set() if done == 2 else None)
        assert (first.done, reindexing.missing()) == (2, 2)
        assert reindexing.run().done == 2


def test_it_runs_in_the_background_while_reviews_go_on(tmp_path: Path, file_store: Store) -> None:
    with gate(tmp_path) as opened:
        fill(file_store, opened, tmp_path)
    with gate(tmp_path, features="2") as opened:
        with in_background(file_store, opened) as missing:
            assert missing == 4
            while Reindexing(file_store, opened).missing():
                opened.examine(project(tmp_path, "other = 1"), corpus=file_store.source())
        assert len(answers(file_store, opened, tmp_path)) == 5
        with in_background(file_store, opened) as missing:
            assert missing == 0


def test_what_cannot_be_indexed_is_named_and_the_rest_is_done(tmp_path: Path, file_store: Store) -> None:
    with gate(tmp_path) as opened:
        fill(file_store, opened, tmp_path)
    with gate(tmp_path, features="2", refused="own = 2") as opened:
        report = Reindexing(file_store, opened).run()
    digest = next(row.project_digest for row in file_store.submissions() if row.id == "s2")
    assert report.done == 3
    assert list(report.failed) == [digest]


def test_reference_sets_are_indexed_too(tmp_path: Path, file_store: Store) -> None:
    with gate(tmp_path) as opened:
        file_store.keep_reference("known", [opened.features_of(project(tmp_path, "a = 1"))])
    with gate(tmp_path, features="2") as opened:
        _, made = opened.features_of(project(tmp_path, "b = 1"))
        assert Reindexing(file_store, opened).run().done == 1
        index = made["indexer"].index
        assert index is not None
        (member,) = file_store.source().corpus("indexer", index.scheme).reference("known")
        assert member["lines"] == ["a = 1"]


def test_an_index_is_made_anew_from_the_sources(tmp_path: Path, file_store: Store) -> None:
    with gate(tmp_path) as opened:
        fill(file_store, opened, tmp_path)
        before = answers(file_store, opened, tmp_path)
        reindexing = Reindexing(file_store, opened)
        reindexing.drop_all()
        assert answers(file_store, opened, tmp_path) == set()
        assert reindexing.run().done == 4
        assert answers(file_store, opened, tmp_path) == before


@pytest.mark.parametrize(
    "paths",
    [("model.py",), ("src/model.py",), ("src/a.py", "src/deep/b.py"), ("src/a.py", "b.py"), ("a/a.py", "b/b.py")],
)
def test_a_snapshot_is_read_again_as_it_was(paths: tuple[str, ...], tmp_path: Path) -> None:
    snapshot = Snapshot.of(dict.fromkeys(paths, b"x = 1\n"))
    with gate(tmp_path) as opened:
        assert opened.features_of(archive_of(snapshot))[0].digest == snapshot.digest
