"""One file from store to store; what comes from strangers is verified to its end before anything is written."""

import hashlib
import io
import zlib
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from prism.errors import StoreError, UsageError
from prism.snapshot import FileEntry, project_digest
from prism.store import Store, open_store
from prism.store.check import check
from prism.store.portable import BLOB_HEAD, MAGIC, SNAPSHOT, SUBMISSION, SnapshotRecord, SubmissionRecord, Writer
from prism.store.transfer import export, import_
from tests.store.synthetic import features, snapshot

ONE = hashlib.sha256(b"x").hexdigest()


def filled(folder: Path) -> Store:
    store = open_store(str(folder / "from.sqlite3"))
    for number in range(3):
        store.keep(snapshot(number), features(number), id=f"s{number}", hotkey=f"h{number}", received_at=number)
    store.keep(snapshot(2), features(2), id="again", received_at=9)
    store.keep_reference("known", [(snapshot(7), features(7))])
    store.keep_reference("known", [(snapshot(8), features(8))])
    return store


def exported(store: Store) -> bytes:
    stream = io.BytesIO()
    export(store, stream)
    return stream.getvalue()


def test_everything_arrives(tmp_path: Path, store: Store) -> None:
    source = filled(tmp_path)
    (tmp_path / "file").write_bytes(exported(source))
    assert import_(store, tmp_path / "file") == 4
    assert store.submissions() == source.submissions()
    assert store.reference_sets() == source.reference_sets() == [("known", 2, 2)]
    assert all(store.snapshot(row.id).contents == source.snapshot(row.id).contents for row in store.submissions())
    assert check(store) == []
    assert exported(store) == exported(source)


def test_importing_again_changes_nothing_and_completes_what_was_interrupted(tmp_path: Path, file_store: Store) -> None:
    (tmp_path / "file").write_bytes(exported(filled(tmp_path)))
    import_(file_store, tmp_path / "file")
    file_store.forget(id="s1")
    assert import_(file_store, tmp_path / "file") == 1
    assert import_(file_store, tmp_path / "file") == 0
    assert len(file_store.submissions()) == 4


def test_conflicts_are_refused_before_anything_is_written(tmp_path: Path, file_store: Store) -> None:
    (tmp_path / "file").write_bytes(exported(filled(tmp_path)))
    file_store.keep(snapshot(5), {}, id="s2")
    with pytest.raises(UsageError, match="'s2' is another one"):
        import_(file_store, tmp_path / "file")
    file_store.forget(id="s2")
    file_store.keep_reference("known", [(snapshot(5), {})])
    with pytest.raises(UsageError, match="'known' is another one"):
        import_(file_store, tmp_path / "file")
    assert file_store.submissions() == []


def test_a_damaged_store_is_not_exported_as_if_it_were_whole(tmp_path: Path, file_store: Store) -> None:
    file_store.put_blobs_in(str(tmp_path / "blobs"))
    file_store.keep(snapshot(1), {}, id="s1")
    next((tmp_path / "blobs").glob("*/*")).write_bytes(b"else")
    with pytest.raises(StoreError, match="is damaged"):
        exported(file_store)


@pytest.fixture(scope="module")
def honest(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return exported(filled(tmp_path_factory.mktemp("honest")))


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(data=st.data())
def test_a_changed_file_imports_nothing(data: st.DataObject, honest: bytes, tmp_path: Path) -> None:
    damaged = bytearray(honest)
    match data.draw(st.sampled_from(["flip", "cut", "add", "drop"])):
        case "flip":
            damaged[data.draw(st.integers(0, len(honest) - 1))] ^= 1 << data.draw(st.integers(0, 7))
        case "cut":
            del damaged[data.draw(st.integers(0, len(honest) - 1)) :]
        case "add":
            damaged += data.draw(st.binary(min_size=1, max_size=20))
        case _:
            start = data.draw(st.integers(0, len(honest) - 2))
            del damaged[start : start + data.draw(st.integers(1, 40))]
    refuse(bytes(damaged), tmp_path)


def refuse(content: bytes, folder: Path) -> UsageError:
    """What importing says, which must leave no store behind that holds anything."""
    (folder / "file").write_bytes(content)
    with open_store(str(folder / "into.sqlite3")) as store, pytest.raises(UsageError) as refusal:
        import_(store, folder / "file")
    assert not (folder / "into.sqlite3").exists()
    return refusal.value


def crafted(write: Callable[[Writer], None]) -> bytes:
    """A file with the right digest at its end, whatever it holds."""
    stream = io.BytesIO()
    writer = Writer(stream)
    write(writer)
    writer.end()
    return stream.getvalue()


def entry(path: str, data: bytes) -> FileEntry:
    return FileEntry(path=path, sha256=hashlib.sha256(data).hexdigest(), size=len(data))


def with_files(*files: FileEntry) -> Callable[[Writer], None]:
    def write(writer: Writer) -> None:
        writer.blob(ONE, 1, zlib.compress(b"x"))
        writer.record(SNAPSHOT, SnapshotRecord(digest=project_digest(files), files=files))

    return write


@pytest.mark.parametrize(
    "write",
    [
        pytest.param(with_files(entry("../up.py", b"x")), id="a step upwards"),
        pytest.param(with_files(entry("/etc/x", b"x")), id="an absolute path"),
        pytest.param(with_files(entry("a\x1b[2J.py", b"x")), id="a control character"),
        pytest.param(with_files(entry("a.py", b"x"), entry("a.py", b"x")), id="a path twice"),
        pytest.param(with_files(entry("a.py", b"y")), id="a blob that is not there"),
        pytest.param(with_files(msgspec.structs.replace(entry("a.py", b"x"), size=2)), id="a size that is not"),
        pytest.param(
            lambda writer: writer.blob(hashlib.sha256(b"x").hexdigest(), 1, zlib.compress(bytes(10_000_000))),
            id="a bomb",
        ),
        pytest.param(lambda writer: writer.blob("0" * 64, 2**62, zlib.compress(b"x")), id="a size that nothing has"),
        pytest.param(
            lambda writer: writer.record(
                SUBMISSION, SubmissionRecord(id="a", snapshot="0" * 64, hotkey="", received_at=0)
            ),
            id="a submission of nothing",
        ),
        pytest.param(
            lambda writer: writer.record(SNAPSHOT, SnapshotRecord(digest="0" * 64, files=())), id="a wrong digest"
        ),
        pytest.param(lambda writer: writer._frame(b"?", b""), id="an unknown kind"),
        pytest.param(lambda writer: writer._frame(b"B", b""), id="an empty blob"),
        pytest.param(lambda writer: writer._frame(b"S", b"{}" * 10), id="no record"),
        pytest.param(lambda writer: writer._frame(b"S", b"[" * 100_000), id="deep"),
    ],
)
def test_a_well_formed_lie_imports_nothing(write: Callable[[Writer], None], tmp_path: Path) -> None:
    assert refuse(crafted(write), tmp_path).where.endswith("file")


def test_a_frame_that_claims_to_be_endless_is_not_waited_for(tmp_path: Path) -> None:
    head = MAGIC + b"B" + (2**63).to_bytes(8, "big") + bytes(BLOB_HEAD.size)
    assert "larger than any may be" in refuse(head, tmp_path).what


def test_a_file_that_is_not_there_is_an_error(tmp_path: Path, file_store: Store) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        import_(file_store, tmp_path / "none")
