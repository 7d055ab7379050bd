"""From a review to the store and back: what is kept, what it is compared with, and who is to be held for it."""

import secrets
import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import text

from prism.errors import StoreError
from prism.gate import Gate
from prism.review import Review, StageStatus
from prism.store import Store
from prism.store.keep import examine_and_keep, keep
from prism.verdict import Outcome
from tests.store.indexer import gate, project


def reviewed(gate: Gate, store: Store, path: Path, hotkey: str = "") -> Review:
    return keep(store, gate.examine(path, corpus=store.source(hotkey=hotkey)), hotkey=hotkey).review


def stage(review: Review, name: str) -> tuple[StageStatus, str]:
    return next((stage.status, stage.why) for stage in review.stages if stage.name == name)


def test_what_is_approved_is_compared_with_from_then_on(tmp_path: Path, store: Store) -> None:
    with gate(tmp_path) as opened:
        first = reviewed(opened, store, project(tmp_path, "a = 1", "b = 2"), "alice")
        copy = reviewed(opened, store, project(tmp_path, "c = 3", "b = 2"), "bob")
        own = reviewed(opened, store, project(tmp_path, "d = 3", "b = 2"), "alice")
    assert [each.verdict for each in (first, copy, own)] == [Outcome.APPROVED, Outcome.REJECTED, Outcome.APPROVED]
    (kept,) = [row.id for row in store.submissions() if row.hotkey == "alice"][-1:]
    assert [finding.message for finding in copy.findings] == [f"a line of {kept}"]
    assert stage(first, "keep") == (StageStatus.COMPLETED, "")
    assert stage(copy, "keep") == (StageStatus.SKIPPED, "the project is rejected")
    assert {row.hotkey for row in store.submissions()} == {"alice"}


def test_a_project_that_is_rejected_before_is_not_kept(tmp_path: Path, file_store: Store) -> None:
    with gate(tmp_path) as opened:
        review = reviewed(opened, file_store, project(tmp_path, "# REJECT"))
        refused = keep(file_store, opened.examine(b"no archive", corpus=file_store.source())).review
    assert review.verdict is refused.verdict is Outcome.REJECTED
    assert stage(refused, "keep") == (StageStatus.SKIPPED, "the project is rejected")
    file_store.keep(*gate_features(tmp_path, "x = 1"))
    assert len(file_store.submissions()) == 1


def gate_features(folder: Path, *lines: str):  # type: ignore[no-untyped-def] # noqa: ANN201 - what keep takes
    with gate(folder) as opened:
        return opened.features_of(project(folder, *lines))


def test_what_a_plugin_cannot_fingerprint_is_held_and_does_not_stop_those_after_it(
    tmp_path: Path, file_store: Store
) -> None:
    with gate(tmp_path, refused="poison = 1") as opened:
        poisoned = reviewed(opened, file_store, project(tmp_path, "poison = 1"))
        after = reviewed(opened, file_store, project(tmp_path, "fine = 1"))
    assert poisoned.verdict is Outcome.HELD
    assert stage(poisoned, "keep") == (StageStatus.SKIPPED, "it could not be fingerprinted")
    assert after.verdict is Outcome.APPROVED


def test_nothing_is_approved_while_submissions_are_not_indexed(tmp_path: Path, file_store: Store) -> None:
    with gate(tmp_path) as opened:
        reviewed(opened, file_store, project(tmp_path, "a = 1"), "alice")
    with gate(tmp_path, features="2") as opened:
        review = reviewed(opened, file_store, project(tmp_path, "b = 1"), "bob")
    assert review.verdict is Outcome.HELD
    assert [finding.rule for finding in review.findings] == ["host/corpus-incomplete"]
    assert "1 earlier submissions are not indexed" in review.reasons[0].text


def test_features_without_checks_say_why_a_project_cannot_be_read(tmp_path: Path) -> None:
    from prism.errors import UsageError

    with gate(tmp_path, refused="poison = 1") as opened:
        with pytest.raises(UsageError, match="cannot be read") as failure:
            opened.features_of(b"no archive")
        assert failure.value.problems
        with pytest.raises(UsageError) as failure:
            opened.features_of(project(tmp_path, "poison = 1"))
        assert "refuses" in failure.value.problems[0].what
        snapshot, features = opened.features_of(project(tmp_path, "# REJECT", "x = ("))
    assert list(snapshot.contents) == ["model.py"]
    assert features["indexer"].index is not None
    assert len(features["indexer"].index.units) == 2


def test_of_two_copies_that_come_at_once_one_is_the_earlier(tmp_path: Path, store: Store) -> None:
    with gate(tmp_path) as opened:
        before = store.revision()
        first = opened.examine(project(tmp_path, "same = 1"), corpus=store.source(hotkey="alice"))
        second = opened.examine(project(tmp_path, "same = 1"), corpus=store.source(hotkey="bob"))
        assert first.review.verdict is second.review.verdict is Outcome.APPROVED
        keep(store, first, hotkey="alice", revision=before)
        with pytest.raises(StoreError) as failure:
            keep(store, second, hotkey="bob", revision=before)
        assert failure.value.code == "store-changed"
        again = examine_and_keep(store, opened, project(tmp_path, "same = 1"), hotkey="bob")
    assert again.review.verdict is Outcome.REJECTED
    assert [row.hotkey for row in store.submissions()] == ["alice"]


def test_gates_at_work_at_once_never_approve_two_copies(tmp_path: Path, store: Store) -> None:
    verdicts: dict[str, Review] = {}
    path = project(tmp_path, "same = 1")

    def examine(hotkey: str) -> None:
        with gate_of(tmp_path) as own:
            verdicts[hotkey] = examine_and_keep(store, own, path, hotkey=hotkey).review

    gate(tmp_path).close()
    threads = [threading.Thread(target=examine, args=(f"h{number}",)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    outcomes = sorted(str(review.verdict) for review in verdicts.values())
    assert outcomes.count("approved") == 1
    assert len(store.submissions()) == 1 + outcomes.count("held")


def gate_of(folder: Path) -> Gate:
    return Gate.from_policy(folder / "policy.yaml")


def test_a_store_that_fails_holds_whatever_the_plugin_makes_of_it(tmp_path: Path, file_store: Store) -> None:
    with gate(tmp_path) as opened:
        reviewed(opened, file_store, project(tmp_path, "a = 1"))
        file_store.close()
        Path(file_store.where).write_bytes(b"this is no database" * 1_000)
        examination = opened.examine(project(tmp_path, "b = 1"), corpus=file_store.source())
        kept = keep(file_store, examination).review
    for review in (examination.review, kept):
        assert review.verdict is Outcome.HELD
        assert {finding.rule for finding in review.findings} == {"host/corpus-incomplete"}
        assert str(tmp_path) not in review.reasons[0].text
    assert stage(kept, "keep")[0] is StageStatus.FAILED
    with pytest.raises(StoreError):
        file_store.submissions()


def lock(store: Store) -> sqlite3.Connection:
    other = sqlite3.connect(store.where, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    return other


def fill_up(store: Store) -> None:
    with store.database._engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA max_page_count=1")


def make_newer(store: Store) -> None:
    with store.database.writing() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    store.database._is_ready = False


def lose(store: Store) -> None:
    with store.database.writing(alone=True) as connection:
        connection.execute(text("DROP TABLE occurrences"))


@pytest.mark.parametrize(
    ("trouble", "words"),
    [
        (lock, "is in use by somebody"),
        (fill_up, "no space left"),
        (make_newer, "made by a newer PRISM"),
        (lose, "the store failed"),
    ],
)
def test_every_trouble_of_the_store_holds_and_says_which(
    trouble: Callable[[Store], object], words: str, tmp_path: Path, file_store: Store
) -> None:
    with gate(tmp_path) as opened:
        reviewed(opened, file_store, project(tmp_path, "a = 1"))
        kept = trouble(file_store)
        large = f"b = {secrets.token_hex(50_000)!r}"  # more than fits into what is left of a page
        review = examine_and_keep(file_store, opened, project(tmp_path, large)).review
        if isinstance(kept, sqlite3.Connection):
            kept.close()
            assert len(file_store.submissions()) == 1
    assert review.verdict is Outcome.HELD
    assert {finding.rule for finding in review.findings} == {"host/corpus-incomplete"}
    assert any(words in reason.text for reason in review.reasons)
