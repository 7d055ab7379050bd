"""Whatever is damaged in a store is found and named, with whom it belongs to."""

import zlib

import pytest
from sqlalchemy import text

from prism.store import Store
from prism.store.check import check
from tests.store.synthetic import features, snapshot

CHANGED = zlib.compress(b"changed")


def change(store: Store, statement: str, **values: object) -> None:
    with store.database.writing() as connection:
        assert connection.execute(text(statement), values).rowcount >= 1


def test_a_damaged_blob_is_named_with_its_submissions(store: Store) -> None:
    store.keep(snapshot(1), features(1), id="one")
    store.keep(snapshot(2), features(2), id="two")
    digest = next(entry.sha256 for entry in snapshot(2).files if entry.path == "model.py")
    change(store, "UPDATE blobs SET packed = :packed WHERE digest = :digest", packed=CHANGED, digest=digest)
    (problem,) = check(store)
    assert problem.what == f"blob {digest} is damaged"
    assert problem.where == "two: model.py"
    shared = next(entry.sha256 for entry in snapshot(2).files if entry.path == "shared_1.py")
    change(store, "UPDATE blobs SET packed = NULL WHERE digest = :digest", digest=shared)
    assert {(each.what, each.where) for each in check(store)} == {
        (f"blob {digest} is damaged", "two: model.py"),
        (f"blob {shared} is missing", "one: shared_1.py, two: shared_1.py"),
    }


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("DELETE FROM snapshot_files WHERE path = 'model.py'", "its files are not those it was made of"),
        (
            "UPDATE snapshot_files SET path = 'other.py' WHERE path = 'model.py'",
            "its files are not those it was made of",
        ),
        ("UPDATE fingerprints SET packed = :packed", "its fingerprint by 'similarity' is damaged"),
        ("DELETE FROM bands WHERE band = 3", "bucket entries where"),
        ("UPDATE bands SET unit = unit + 100 WHERE band = 3", "of units that are not there"),
        ("DELETE FROM occurrences", "units occur nowhere"),
    ],
)
def test_what_was_changed_is_found(statement: str, expected: str, store: Store) -> None:
    store.keep(snapshot(1), features(1), id="one")
    change(store, statement, **({"packed": CHANGED} if ":packed" in statement else {}))
    assert any(expected in problem.what for problem in check(store))
    assert all(problem.where and problem.do for problem in check(store))


def test_a_whole_store_has_no_problems(store: Store) -> None:
    assert check(store) == []
    store.keep(snapshot(1), features(1))
    store.keep_reference("known", [(snapshot(3), features(3))])
    assert check(store) == []
