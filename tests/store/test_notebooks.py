"""What reviewers remember and spend: never twice, never more than allowed, whoever else is at it, in every keeping."""

import multiprocessing
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import inspect, select, text, update
from sqlalchemy.schema import DropTable

from prism.errors import StoreError
from prism.memory_notebook import MAX_ACCOUNTS, MAX_BYTES, MemoryNotebooks
from prism.notebook import Account, NotebookSource, Usage
from prism.store import Store, open_store, tables
from prism.store.check import check
from prism.store.notebooks import MAX_RECORD
from tests.store.synthetic import features, snapshot
from tests.store.test_transfer import exported, filled

KEY = "0" * 63 + "a"
OTHER = "b" * 64
DAY = Account(name="day:2026-01-31", tokens=100, micro_usd=1_000)
HOTKEY = Account(name="hotkey:5F:2026-01-31", tokens=50)
FREE = Account(name="free")

Sources = Callable[..., NotebookSource]


@pytest.fixture(params=["memory", "sqlite", "postgresql"])
def sources(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Sources]:
    """Makes the notebooks of one review, in each keeping."""
    if request.param == "memory":
        yield MemoryNotebooks().source
        return
    place = str(tmp_path / "s.sqlite3") if request.param == "sqlite" else str(request.getfixturevalue("postgres")())
    with open_store(place) as store:
        yield store.notebooks


def test_what_was_kept_is_recalled_by_its_plugin_and_the_first_stays(sources: Sources) -> None:
    notebook = sources(hotkey="5F").notebook("one")
    assert (notebook.hotkey, notebook.recall(KEY)) == ("5F", None)
    notebook.keep(KEY, b"first", files=())
    notebook.keep(KEY, b"second", files=())
    assert sources().notebook("one").recall(KEY) == b"first"
    assert sources().notebook("one").recall(OTHER) is None
    assert sources().notebook("two").recall(KEY) is None


def test_what_is_forgotten_makes_room_for_another_record(sources: Sources) -> None:
    notebook = sources().notebook("one")
    notebook.keep(KEY, b"first", files={"f" * 64})
    sources().notebook("two").forget(KEY)
    notebook.forget(OTHER)
    assert notebook.recall(KEY) == b"first"
    notebook.forget(KEY)
    assert notebook.recall(KEY) is None
    notebook.keep(KEY, b"second", files={"f" * 64})
    assert notebook.recall(KEY) == b"second"


def test_a_budget_is_set_aside_on_all_accounts_or_on_none(sources: Sources) -> None:
    notebook = sources().notebook("one")
    assert notebook.reserve([DAY, HOTKEY, FREE], tokens=50, micro_usd=1_000) is None
    assert notebook.reserve([DAY, HOTKEY], tokens=1, micro_usd=0) == HOTKEY.name
    assert notebook.reserve([DAY], tokens=0, micro_usd=1) == DAY.name
    assert notebook.reserve([DAY], tokens=50, micro_usd=0) is None
    assert notebook.reserve([DAY], tokens=1, micro_usd=0) == DAY.name
    assert sources().notebook("two").reserve([DAY], tokens=100, micro_usd=0) is None


def test_what_was_set_aside_is_corrected_and_nothing_falls_below_zero(sources: Sources) -> None:
    notebook = sources().notebook("one")
    notebook.reserve([DAY], tokens=100, micro_usd=900)
    notebook.settle([DAY], tokens=-90, micro_usd=200)
    assert notebook.reserve([DAY], tokens=90, micro_usd=0) == DAY.name  # more was paid than may be
    notebook.settle([DAY], tokens=-500, micro_usd=-5_000)
    assert notebook.reserve([DAY], tokens=100, micro_usd=1_000) is None
    assert notebook.reserve([DAY], tokens=1, micro_usd=0) == DAY.name


def test_usages_are_those_of_one_review(sources: Sources) -> None:
    review = sources()
    usage = Usage(model="m", requests=1, input_tokens=7)
    review.notebook("one").report(usage)
    review.notebook("one").report(usage)
    assert {name: list(usages) for name, usages in review.usages().items()} == {"one": [usage, usage]}
    assert not any(sources().usages().values())


@pytest.mark.parametrize("usage", [{"model": "m"}, Usage(model="m", requests=-1), Usage(model="m" * 300)])
def test_what_is_no_usage_is_refused(usage: Usage) -> None:
    with pytest.raises((TypeError, ValueError)):
        MemoryNotebooks().source().notebook("one").report(usage)


def test_memory_forgets_the_oldest_answers_before_it_grows_without_end() -> None:
    notebook = MemoryNotebooks().source().notebook("one")
    for number in range(5):
        notebook.keep(f"{number:064x}", bytes(MAX_BYTES // 4), files=())
    assert [notebook.recall(f"{number:064x}") is None for number in range(5)] == [True, False, False, False, False]
    assert not notebook.is_lasting
    assert notebook.earlier_file("s", "model.py") is None


@pytest.mark.parametrize(("key", "record"), [("short", b""), ("G" * 64, b""), (KEY, bytes(MAX_RECORD + 1))])
def test_a_store_takes_neither_odd_keys_nor_endless_records(key: str, record: bytes, file_store: Store) -> None:
    with pytest.raises(ValueError, match="64 hexadecimal digits"):
        file_store.notebooks().notebook("one").keep(key, record, files=())


def test_a_damaged_answer_is_named_by_check_and_asked_for_anew(store: Store) -> None:
    notebook = store.notebooks().notebook("one")
    assert notebook.is_lasting
    notebook.keep(KEY, b"first", files=())
    assert check(store) == []
    with store.database.writing() as connection:
        connection.execute(update(tables.answers).values(packed=b"x"))
    assert [problem.where for problem in check(store)] == [f"answer {KEY}"]
    assert notebook.recall(KEY) is None
    notebook.keep(KEY, b"second", files=())
    assert notebook.recall(KEY) == b"second"


def test_an_earlier_file_is_had_only_of_what_may_be_seen(store: Store) -> None:
    for number in range(3):
        store.keep(snapshot(number), features(number), id=f"s{number}", received_at=number)
    path, data = next(iter(snapshot(1).contents.items()))
    notebook = store.notebooks(before=2, without="s0").notebook("one")
    assert notebook.earlier_file("s1", path) == data
    assert [notebook.earlier_file(each, path) for each in ("s0", "s2", "s9")] == [None] * 3
    assert notebook.earlier_file("s1", "../" + path) is None


def test_what_is_damaged_in_the_sources_is_not_shown_to_anybody(file_store: Store) -> None:
    file_store.keep(snapshot(1), features(1), id="s1")
    with file_store.database.writing() as connection:
        connection.execute(update(tables.blobs).values(packed=b"x"))
    with pytest.raises(StoreError, match="damaged"):
        file_store.notebooks().notebook("one").earlier_file("s1", next(iter(snapshot(1).contents)))


def test_a_hotkey_goes_with_its_answers_and_accounts_and_nobody_elses(store: Store) -> None:
    for hotkey, key in (("5F", KEY), ("5G", OTHER)):
        notebook = store.notebooks(hotkey=hotkey).notebook("one")
        notebook.keep(key, hotkey.encode(), files=())
        notebook.reserve([Account(name=f"hotkey:{hotkey}:2026-01-31", tokens=10), DAY], tokens=10, micro_usd=0)
    notebook = store.notebooks().notebook("one")
    odd = Account(name="hotkey:5%:2026-01-31", tokens=10)
    notebook.reserve([odd], tokens=10, micro_usd=0)
    store.forget(hotkey="5%")
    store.forget(hotkey="5F")
    assert (notebook.recall(KEY), notebook.recall(OTHER)) == (None, b"5G")
    limits = {name: notebook.reserve([Account(name=name, tokens=10)], tokens=1, micro_usd=0) for name in accounts()}
    assert [name for name, refused in limits.items() if not refused] == ["hotkey:5F:2026-01-31", odd.name]


def test_an_answer_goes_with_the_last_submission_that_has_a_file_it_may_quote(store: Store) -> None:
    for number in (1, 2):
        store.keep(snapshot(number), features(number), id=f"s{number}", hotkey=f"5{number}")
    store.keep(snapshot(1), features(1), id="s1-again", hotkey="5F")
    first, second = ({entry.sha256 for entry in snapshot(number).files} for number in (1, 2))
    notebook = store.notebooks(hotkey="5G").notebook("one")
    notebook.keep(KEY, b"about one and what it was compared with", files=first | second)
    notebook.keep(OTHER, b"about what was never kept", files={"f" * 64})
    store.forget(id="s1")
    assert notebook.recall(KEY) is not None
    store.forget(id="s1-again")
    assert (notebook.recall(KEY), notebook.recall(OTHER)) == (None, b"about what was never kept")
    with store.database.reading() as connection:
        assert connection.scalars(select(tables.answer_files.c.file)).all() == ["f" * 64]


def test_memory_forgets_the_accounts_that_nothing_was_charged_to_for_the_longest() -> None:
    notebook = MemoryNotebooks().source().notebook("one")
    for number in range(MAX_ACCOUNTS + 10):
        its = Account(name=f"submission:{number}", tokens=1)
        assert notebook.reserve([its, FREE], tokens=1, micro_usd=0) is None
    full = Account(name="free", tokens=MAX_ACCOUNTS + 10)
    assert notebook.reserve([full], tokens=1, micro_usd=0) == "free"
    first, last = (Account(name=f"submission:{number}", tokens=1) for number in (0, MAX_ACCOUNTS + 9))
    assert notebook.reserve([last], tokens=1, micro_usd=0) == last.name
    assert notebook.reserve([first], tokens=1, micro_usd=0) is None


def accounts() -> list[str]:
    return [*(f"hotkey:{hotkey}:2026-01-31" for hotkey in ("5F", "5G", "5%")), DAY.name]


def test_what_is_old_is_forgotten(store: Store) -> None:
    notebook = store.notebooks().notebook("one")
    notebook.keep(KEY, b"answer", files=())
    notebook.reserve([DAY], tokens=100, micro_usd=0)
    assert store.trim(before=store.now() - 60_000_000) == (0, 0)
    assert notebook.recall(KEY) == b"answer"
    assert store.trim(before=store.now() + 1) == (1, 1)
    assert notebook.recall(KEY) is None
    assert notebook.reserve([DAY], tokens=100, micro_usd=0) is None


def test_deleting_what_is_old_deletes_old_answers_and_leaves_budgets_alone(store: Store) -> None:
    notebook = store.notebooks().notebook("one")
    notebook.keep(KEY, b"answer", files=())
    notebook.reserve([DAY], tokens=100, micro_usd=0)
    store.forget(before=store.now() + 1)
    assert notebook.recall(KEY) is None
    assert notebook.reserve([DAY], tokens=1, micro_usd=0) == DAY.name


def test_an_export_holds_neither_answers_nor_accounts(tmp_path: Path) -> None:
    store = filled(tmp_path)
    before = exported(store)
    notebook = store.notebooks(hotkey="5F").notebook("one")
    notebook.keep(KEY, b"answer", files=())
    notebook.reserve([HOTKEY], tokens=1, micro_usd=1)
    assert exported(store) == before


FIRST_TABLES = {
    *("settings", "blobs", "snapshots", "snapshot_files", "submissions", "schemes", "fingerprints", "indexed"),
    *("units", "occurrences", "bands", "reference_sets", "reference_members"),
}


def test_a_store_of_the_first_version_gets_its_notebooks_and_keeps_the_rest(location: str) -> None:
    with open_store(location) as store:
        store.keep(snapshot(1), features(1), id="old")
        with store.database.writing() as connection:
            for table in reversed(tables.metadata.sorted_tables):
                if table.name not in FIRST_TABLES:
                    connection.execute(DropTable(table))
            connection.execute(text("DELETE FROM settings WHERE name IN ('decisions', 'nonces_forgotten')"))
            if connection.dialect.name == "postgresql":
                connection.execute(text("DROP FUNCTION decisions_are_final"))
            connection.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    with open_store(location) as store:
        assert [row.id for row in store.submissions()] == ["old"]
        store.notebooks().notebook("one").keep(KEY, b"answer", files=())
        with store.database.reading() as connection:
            assert {"answers", "spending"} <= set(inspect(connection).get_table_names())
        assert check(store) == []


SPENDERS = 4
ATTEMPTS = 30


def test_four_processes_together_spend_what_is_allowed_and_no_more(location: str) -> None:
    context = multiprocessing.get_context("spawn")
    results = context.SimpleQueue()
    with open_store(location) as store:
        store.notebooks().notebook("one").keep(KEY, b"the store is made", files=())
    processes = [context.Process(target=spend, args=(location, number, results)) for number in range(SPENDERS)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(120)
    assert [process.exitcode for process in processes] == [0] * SPENDERS
    assert sum(results.get() for _ in range(SPENDERS)) == DAY.tokens
    with open_store(location) as store:
        assert store.notebooks().notebook("one").reserve([DAY], tokens=1, micro_usd=0) == DAY.name


def spend(location: str, number: int, results: "multiprocessing.SimpleQueue[int]") -> None:
    """Set aside what two requests cost and give half of it back, in an order of accounts that invites a deadlock."""
    both = [DAY, FREE] if number % 2 else [FREE, DAY]
    spent = 0
    with open_store(location) as store:
        notebook = store.notebooks().notebook("one")
        for _ in range(ATTEMPTS):
            if notebook.reserve(both, tokens=2, micro_usd=0) is None:
                notebook.settle(both, tokens=-1, micro_usd=0)
                spent += 1
        while notebook.reserve(both, tokens=1, micro_usd=0) is None:
            spent += 1
    results.put(spent)
