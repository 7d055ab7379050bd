"""Blobs outside of the database: in a folder, and in a bucket of a server that speaks S3."""

import warnings
from collections.abc import Iterator
from pathlib import Path
from urllib.request import Request, urlopen

import pytest

from prism.errors import StoreError, UsageError
from prism.snapshot import Snapshot
from prism.store import Store, open_store
from prism.store.check import check
from prism.store.place import Place, place_of
from tests.store.synthetic import features, snapshot

DIGEST = "ab" * 32


@pytest.fixture(scope="module")
def bucket() -> Iterator[str]:
    """A bucket on a server of our own."""
    server_module = pytest.importorskip("moto.server")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what the server's own packages warn about
        server = server_module.ThreadedMotoServer(ip_address="127.0.0.1", port=0)
        server.start()
    host, port = server.get_host_and_port()
    endpoint = f"http://{host}:{port}"
    urlopen(Request(f"{endpoint}/blobs", method="PUT")).close()  # noqa: S310 - a server of our own
    with pytest.MonkeyPatch.context() as patch:
        for name, value in {
            "ACCESS_KEY_ID": "test",
            "SECRET_ACCESS_KEY": "test",
            "DEFAULT_REGION": "us-east-1",
        }.items():
            patch.setenv(f"AWS_{name}", value)
        yield f"s3://blobs/prism?endpoint={endpoint}"
    server.stop()


@pytest.fixture(params=["folder", "bucket"])
def name(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    return str(tmp_path / "blobs") if request.param == "folder" else str(request.getfixturevalue("bucket"))


@pytest.fixture
def place(name: str) -> Iterator[Place]:
    place = place_of(name)
    yield place
    for digest in list(place.digests()):
        place.drop(digest)


def test_a_blob_is_there_until_it_is_dropped(place: Place) -> None:
    assert place.get(DIGEST) is None
    for _ in range(2):
        place.put(DIGEST, b"packed")
    assert (place.get(DIGEST), list(place.digests())) == (b"packed", [DIGEST])
    for _ in range(2):
        place.drop(DIGEST)
    assert (place.get(DIGEST), list(place.digests())) == (None, [])


def test_a_store_keeps_its_blobs_there(name: str, place: Place, file_store: Store) -> None:
    file_store.put_blobs_in(name)
    file_store.keep(snapshot(1), features(1), id="one")
    file_store.keep(snapshot(2), features(2), id="two")
    assert set(place.digests()) == {entry.sha256 for number in (1, 2) for entry in snapshot(number).files}
    assert file_store.snapshot("one").contents == snapshot(1).contents
    assert check(file_store) == []
    with pytest.raises(UsageError, match="already"):
        file_store.put_blobs_in("/elsewhere")
    file_store.forget(id="one")
    assert set(place.digests()) == {entry.sha256 for entry in snapshot(2).files}
    lost = snapshot(2).files[0]
    place.drop(lost.sha256)
    (problem,) = check(file_store)
    assert problem.what == f"blob {lost.sha256} is missing"
    with pytest.raises(StoreError, match="is missing") as failure:
        file_store.snapshot("two")
    assert failure.value.code == "store-damaged"


def test_what_a_killed_process_left_is_swept_by_the_next_deletion(tmp_path: Path, file_store: Store) -> None:
    file_store.put_blobs_in(str(tmp_path / "blobs"))
    file_store.keep(snapshot(1), {}, id="one")
    place = place_of(str(tmp_path / "blobs"))
    place.put(DIGEST, b"left behind")
    file_store.forget(id="nobody")
    assert set(place.digests()) == {entry.sha256 for entry in snapshot(1).files}


@pytest.mark.parametrize("name", ["relative", "ftp://host", "", "s3:bucket"])
def test_what_is_no_place_is_refused(name: str, file_store: Store) -> None:
    with pytest.raises(UsageError, match="no place"):
        file_store.put_blobs_in(name)


def test_a_folder_that_cannot_be_written_to_undoes_the_submission(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with open_store(str(tmp_path / "store.sqlite3")) as store:
        store.put_blobs_in(str(tmp_path / "file" / "blobs"))
        with pytest.raises(StoreError) as failure:
            store.keep(snapshot(1), features(1), id="one")
        assert failure.value.code == "store-place-unavailable"
        assert store.submissions() == []
        assert check(store) == []


def test_a_server_that_is_not_there_is_an_error(bucket: str) -> None:
    assert bucket
    place = place_of("s3://blobs/x?endpoint=http://127.0.0.1:1")
    with pytest.raises(StoreError, match="cannot be read"):
        place.get(DIGEST)


def test_a_blob_is_whole_or_not_there_whenever_its_writer_is_killed(tmp_path: Path) -> None:
    place = place_of(str(tmp_path))
    (tmp_path / "ab").mkdir()
    (tmp_path / "ab" / ".part-killed").write_bytes(b"half")
    assert place.get(DIGEST) is None
    assert list(place.digests()) == []
    assert [file.name for file in (tmp_path / "ab").iterdir()] == [".part-killed"]


def test_a_large_project_fits_in_a_bucket(bucket: str, file_store: Store) -> None:
    file_store.put_blobs_in(bucket)
    large = Snapshot.of({f"{number}.py": f"x = {number}\n".encode() for number in range(50)})
    file_store.keep(large, {}, id="large")
    assert file_store.snapshot("large").contents == large.contents
