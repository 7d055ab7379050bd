"""What holds for every archive: the digest is that of the contents, damage is refused, nothing leaves its folder."""

import io
import zipfile
import zlib
from collections import Counter
from dataclasses import replace
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from prism.intake import RefusedError, take_archive
from prism.policy.model import IntakePolicy
from prism.snapshot import Snapshot
from tests.intake.archive_corpus import hostile
from tests.intake.ordinary_corpus import ordinary
from tests.intake.zip_builder import DEFLATE, DESCRIPTOR, STORE, UTF8, Part, archive, deflate

LIMITS = IntakePolicy()
VALID = tuple(data for _, data in ordinary())
HOSTILE = tuple(case.data for case in hostile() if len(case.data) < 10_000)

_words = st.text("abcdefghijklmnopqrstuvwxyz_0123456789é中", min_size=1, max_size=8).filter(
    lambda word: word not in {"con", "prn", "aux", "nul", "venv"} and word[:3] not in {"com", "lpt"}
)
_paths = st.builds(
    lambda folders, stem, end: "/".join([*folders, stem + end]),
    st.lists(_words, max_size=3),
    _words,
    st.sampled_from([".py", ".md", ".json", ".txt"]),
)
_texts = st.text(st.characters(codec="utf-8", exclude_characters="\0\ufeff"), max_size=300)
_comments = st.binary(max_size=20).filter(lambda comment: b"PK" not in comment)  # what may begin a record is refused
_projects = st.dictionaries(_paths, _texts.map(str.encode), min_size=1, max_size=6)


@st.composite
def _archives_of(draw: st.DrawFn, project: dict[str, bytes]) -> bytes:
    """An archive of a project with everything left open that does not change what it holds."""
    parts = []
    for name, data in draw(st.permutations(sorted(project.items()))):
        method = draw(st.sampled_from([STORE, DEFLATE]))
        part = Part(
            name=name.encode(), data=data, method=method, flags=draw(st.sampled_from([UTF8, UTF8 | DESCRIPTOR]))
        )
        raw = deflate(data, draw(st.integers(0, 9))) if method == DEFLATE else None
        time, comment = draw(st.integers(0, 0xFFFF)), draw(_comments)
        parts.append(replace(part, raw=raw, time=time, date=time, comment=comment))
    order = draw(st.permutations(range(len(parts))))
    return archive(*parts, order=order, comment=draw(_comments), end64=draw(st.sampled_from([None, {}])))


@given(st.data(), _projects)
@settings(max_examples=150, deadline=None)
def test_digest_does_not_depend_on_how_the_archive_was_made(data: st.DataObject, project: dict[str, bytes]) -> None:
    first, second = (_digest_or_refusal(data.draw(_archives_of(project))) for _ in range(2))
    assert first == second


def _digest_or_refusal(archived: bytes) -> object:
    """Generated names may collide, and generated text may be what intake refuses: then both archives are refused."""
    outcome = _outcome(archived)
    if isinstance(outcome, RefusedError):
        return {finding.rule for finding in outcome.findings}
    return outcome.digest


def _outcome(archived: bytes) -> Snapshot | RefusedError:
    """What intake makes of an archive; any other exception than a refusal fails the test."""
    try:
        return take_archive(archived, LIMITS)
    except RefusedError as refusal:
        return refusal


@given(
    st.sampled_from(VALID + HOSTILE), st.lists(st.tuples(st.integers(0), st.integers(0, 255)), min_size=1, max_size=4)
)
@settings(max_examples=600, deadline=None)
def test_flipped_bytes_give_a_snapshot_or_a_refusal(original: bytes, changes: list[tuple[int, int]]) -> None:
    damaged = bytearray(original or b"\0")
    for position, value in changes:
        damaged[position % len(damaged)] = value
    _check_safe(bytes(damaged))


@given(st.sampled_from(VALID), st.integers(0))
@settings(max_examples=200, deadline=None)
def test_truncated_archive_is_refused(original: bytes, cut: int) -> None:
    assert _check_safe(original[: cut % len(original)]) is None


@given(st.sampled_from(VALID + HOSTILE), st.sampled_from(VALID + HOSTILE), st.integers(0), st.integers(0))
@settings(max_examples=300, deadline=None)
def test_spliced_archives_give_a_snapshot_or_a_refusal(first: bytes, second: bytes, to: int, since: int) -> None:
    _check_safe(first[: to % (len(first) + 1)] + second[since % (len(second) + 1) :])


@given(st.binary(max_size=200))
@settings(max_examples=200, deadline=None)
def test_any_name_is_safe_or_refused(name: bytes) -> None:
    _check_safe(archive(Part(name=name, data=b"x = 1\n", flags=UTF8)))
    _check_safe(archive(Part(name=name + b".py", data=b"x = 1\n", flags=UTF8)))


@given(st.text(max_size=60).map(lambda text: text + ".py"))
@settings(max_examples=300, deadline=None)
def test_any_text_as_a_name_is_safe_or_refused(name: str) -> None:
    _check_safe(archive(Part(name=name.encode("utf-8", "replace"), data=b"x = 1\n", flags=UTF8)))


@given(st.binary(max_size=400))
@settings(max_examples=200, deadline=None)
def test_any_packed_bytes_are_the_promised_data_or_refused(raw: bytes) -> None:
    snapshot = _check_safe(archive(Part(name=b"b.py", data=b"x = 1\n", raw=raw)))
    assert snapshot is None or zlib.decompress(raw, -15) == b"x = 1\n"


def _check_safe(archived: bytes) -> Snapshot | None:
    """The snapshot, whose files stay in the folder they are written to; nothing when it is refused."""
    outcome = _outcome(archived)
    if isinstance(outcome, RefusedError):
        assert outcome.findings
        assert all(finding.path is None or finding.path.isprintable() for finding in outcome.findings)
        return None
    snapshot = outcome
    _check_witness(archived, snapshot)
    with TemporaryDirectory() as folder:
        root = Path(folder).resolve()
        for path, data in snapshot.contents.items():
            assert PurePosixPath(path).as_posix() == path
            target = root / path
            assert target.resolve().is_relative_to(root)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)
        written = {file.relative_to(root).as_posix() for file in root.rglob("*") if file.is_file()}
    assert written == set(snapshot.contents)
    return snapshot


def _check_witness(archived: bytes, snapshot: Snapshot) -> None:
    """Another reader finds every accepted file's contents too: what is accepted is read in one way only."""
    with zipfile.ZipFile(io.BytesIO(archived)) as witness:
        seen = Counter(witness.read(info) for info in witness.infolist() if not info.is_dir())
    assert not Counter(snapshot.contents.values()) - seen
