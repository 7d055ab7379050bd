"""Several processes at once: nothing is lost, nothing is there twice, and nothing half-written is ever seen."""

import multiprocessing
from multiprocessing.queues import SimpleQueue

from prism.errors import StoreError
from prism.store import Store, open_store
from prism.store.check import check
from tests.store.synthetic import PLUGIN, SCHEME, features, snapshot

WRITERS = 2
READERS = 2
EACH = 40
SHARED = range(10)
"""Submissions of the same projects with the same units, by everybody."""


def test_four_processes_lose_and_invent_nothing(location: str) -> None:
    context = multiprocessing.get_context("spawn")
    problems = context.SimpleQueue()
    work = [(write, number) for number in range(WRITERS)] + [(read, number) for number in range(READERS)]
    with open_store(location) as store:
        store.keep(snapshot(10_000), features(10_000), id="first")
    processes = [context.Process(target=target, args=(location, number, problems)) for target, number in work]
    for process in processes:
        process.start()
    for process in processes:
        process.join(120)
    assert [process.exitcode for process in processes] == [0] * len(work)
    assert problems.empty(), problems.get()
    with open_store(location) as store:
        expected = {f"{writer}-{number}" for writer in range(WRITERS) for number in range(EACH)}
        assert {row.id for row in store.submissions()} == expected | {"first"}
        assert check(store) == []
        corpus = store.source().corpus(PLUGIN, SCHEME)
        assert corpus.missing == 0
        for writer in range(WRITERS):
            for number in range(EACH):
                assert found(store, number_of(writer, number)) >= {f"{writer}-{number}"}


def number_of(writer: int, number: int) -> int:
    return number if number in SHARED else 1_000 * (writer + 1) + number


def write(location: str, writer: int, problems: "SimpleQueue[str]") -> None:
    with open_store(location) as store:
        for number in range(EACH):
            try:
                own = number_of(writer, number)
                store.keep(snapshot(own), features(own), id=f"{writer}-{number}", hotkey=str(writer))
            except StoreError as error:
                problems.put(f"writer {writer}: {error.what}")


def read(location: str, reader: int, problems: "SimpleQueue[str]") -> None:
    """Whatever is in the store is found with everything that belongs to it, at any instant."""
    with open_store(location) as store:
        for _ in range(EACH):
            try:
                for row in store.submissions():
                    corpus = store.source().corpus(PLUGIN, SCHEME)
                    number = corpus.fingerprint(row.id)["number"]
                    if row.project_digest != snapshot(number).digest or row.id not in found(store, number):
                        problems.put(f"reader {reader}: {row.id} is not whole")
                        return
                    break
            except (StoreError, KeyError) as error:
                problems.put(f"reader {reader}: {error!r}")
                return


def found(store: Store, number: int) -> set[str]:
    """The submissions that all units of a synthetic project lead to, and whose sources are its own."""
    own = features(number)[PLUGIN].index
    assert own is not None
    hits = store.source().corpus(PLUGIN, SCHEME).near(own).hits
    names = {hit.submission for hit in hits}
    whole = {name for name in names if {hit.unit for hit in hits if hit.submission == name} == set(range(5))}
    return {name for name in whole if store.snapshot(name).digest == snapshot(number).digest}
