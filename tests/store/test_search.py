"""Questions to the index: what they find, in what order, and what they leave out and say so."""

import pytest

from prism.corpus import Candidates, Features, Index
from prism.store import Store, search
from tests.store.synthetic import OTHER_SCHEME, PLUGIN, SCHEME, features, index, snapshot, unit


def own_index(number: int) -> Index:
    made = features(number)[PLUGIN].index
    assert made is not None
    return made


def near(store: Store, asked: Index, **view: object) -> Candidates:
    return store.source(**view).corpus(PLUGIN, asked.scheme).near(asked)  # type: ignore[arg-type] # any view


def keep_units(store: Store, number: int, **units: object) -> None:
    store.keep(snapshot(number), {PLUGIN: Features(fingerprint={}, index=index(*units.values()))}, id=str(number))  # type: ignore[arg-type] # units


def test_units_are_found_by_a_single_shared_bucket(store: Store) -> None:
    for number in range(10):
        store.keep(snapshot(number), features(number), id=f"s{number}", received_at=number)
    third = own_index(3).units[2]
    alike = unit("new", buckets=(*unit("elsewhere").buckets[:-1], third.buckets[-1]))
    (hit,) = near(store, index(unit("nothing"), alike)).hits
    assert (hit.asked, hit.submission, hit.unit, hit.bands) == (1, "s3", 2, 1)
    (whole,) = near(store, index(third)).hits
    assert whole.bands == SCHEME.bands


def test_a_bucket_of_another_band_is_another_bucket(store: Store) -> None:
    store.keep(snapshot(1), features(1), id="s1")
    buckets = own_index(1).units[0].buckets
    shifted = (*buckets[1:], 7)
    assert near(store, index(unit("x", buckets=shifted))).hits == ()


def test_equal_digests_are_found_without_any_bucket(store: Store) -> None:
    without = unit("data").__class__(kind="file", path="data.bin", size=0, digest=unit("data").digest)
    store.keep(snapshot(1), {PLUGIN: Features(fingerprint={}, index=index(without))}, id="s1")
    corpus = store.source().corpus(PLUGIN, SCHEME)
    (hit,) = corpus.same_units(index(unit("x"), without)).hits
    assert (hit.asked, hit.submission, hit.unit, hit.bands) == (1, "s1", 0, 0)
    assert corpus.near(index(without)).hits == ()


def test_schemes_never_mix(store: Store) -> None:
    store.keep(snapshot(1), features(1), id="old")
    other = features(1, scheme=OTHER_SCHEME)
    assert near(store, index(*own_index(1).units, scheme=OTHER_SCHEME)).hits == ()
    corpus = store.source().corpus(PLUGIN, OTHER_SCHEME)
    assert corpus.missing == 1
    with pytest.raises(KeyError):
        corpus.fingerprint("old")
    store.keep(snapshot(1), other, id="new")
    assert corpus.missing == 0
    assert {hit.submission for hit in near(store, index(*own_index(1).units, scheme=OTHER_SCHEME)).hits} == {
        "old",
        "new",
    }
    assert store.source().corpus(PLUGIN, SCHEME).fingerprint("old") == {"number": 1}
    assert store.source().corpus("another", SCHEME).near(own_index(1)).hits == ()


def test_only_what_came_before_and_not_the_submission_itself_counts(store: Store) -> None:
    for number, name in enumerate(("first", "second", "third")):
        store.keep(snapshot(1), features(1), id=name, received_at=number)
    assert [hit.submission for hit in near(store, own_index(1)).hits][:3] == ["first"] * 3
    assert {hit.submission for hit in near(store, own_index(1), before=2, without="first").hits} == {"second"}
    corpus = store.source(before=2, without="first").corpus(PLUGIN, SCHEME)
    assert (len(corpus), corpus.same_project(snapshot(1).digest), corpus.sample(9)) == (1, ["second"], ["second"])
    assert set(corpus.earlier(["first", "second", "third"])) == {"second"}
    with pytest.raises(KeyError):
        corpus.fingerprint("third")


def test_files_are_found_by_digest_oldest_first(store: Store) -> None:
    for number in (2, 0, 1):
        store.keep(snapshot(number), {}, id=f"s{number}", received_at=number)
    shared = {entry.path: entry.sha256 for entry in snapshot(0).files}
    found = store.source().corpus(PLUGIN, SCHEME).same_files([*shared.values(), "0" * 64])
    assert found[shared["shared_1.py"]] == [("s0", "shared_1.py"), ("s1", "shared_1.py"), ("s2", "shared_1.py")]
    assert found[shared["model.py"]] == [("s0", "model.py")]
    assert "0" * 64 not in found


def test_a_sample_hardly_changes_when_something_is_added(store: Store) -> None:
    for number in range(60):
        store.keep(snapshot(number), features(number, units=1), id=str(number))
    corpus = store.source().corpus(PLUGIN, SCHEME)
    before = set(corpus.sample(30))
    assert len(before) == 30
    store.keep(snapshot(60), features(60, units=1), id="60")
    assert len(before - set(corpus.sample(30))) <= 1
    assert len(corpus.sample(1_000)) == 61


def test_a_full_bucket_gives_its_oldest_and_says_what_it_left_out(file_store: Store) -> None:
    shared = unit("victim").buckets[0]
    flood = [unit(f"flood {n}", buckets=(shared, *unit(f"flood {n}").buckets[1:])) for n in range(3 * search.BUCKET)]
    store = file_store
    store.keep(snapshot(0), {PLUGIN: Features(fingerprint={}, index=index(unit("victim")))}, id="victim")
    store.keep(snapshot(1), {PLUGIN: Features(fingerprint={}, index=index(*flood))}, id="attacker")
    found = near(store, index(unit("victim")))
    assert max(found.hits, key=lambda hit: hit.bands).submission == "victim"
    assert len(found.hits) == search.BUCKET
    (dropped,) = found.dropped
    assert (dropped.asked, dropped.band, dropped.kept, dropped.at_least) == (0, 0, search.BUCKET, 3 * search.BUCKET + 1)


def test_rare_buckets_are_looked_at_before_full_ones(file_store: Store) -> None:
    """An attacker fills all buckets of eight known units but one each, which is more than is looked at."""
    targets = [unit(f"target {n}") for n in range(8)]
    flood = [
        unit(f"{n} {m}", buckets=(*target.buckets[:-1], m))
        for n, target in enumerate(targets)
        for m in range(search.BUCKET)
    ]
    file_store.keep(snapshot(0), {PLUGIN: Features(fingerprint={}, index=index(*flood))}, id="flood")
    file_store.keep(snapshot(1), {PLUGIN: Features(fingerprint={}, index=index(*targets))}, id="source")
    found = near(file_store, index(*targets))
    rare = [hit for hit in found.hits if hit.submission == "source"]
    assert [(hit.asked, hit.unit, hit.bands) for hit in rare] == [(n, n, 1) for n in range(8)]
    left_out = [dropped for dropped in found.dropped if dropped.kept == 0]
    assert len(left_out) > 8 * SCHEME.bands - search.ROWS // search.BUCKET - 8
    assert all(dropped.at_least == search.BUCKET + 1 for dropped in found.dropped)


def test_very_many_identical_units_cost_nothing_and_hide_nobody(file_store: Store) -> None:
    store = file_store
    store.keep(snapshot(0), {PLUGIN: Features(fingerprint={}, index=index(unit("same")))}, id="source", received_at=0)
    many = index(*[unit("same")] * 50_000)
    store.keep(snapshot(1), {PLUGIN: Features(fingerprint={}, index=many)}, id="flood", received_at=1)
    found = near(store, index(unit("same")))
    assert found.hits[0].submission == "source"
    assert len(found.hits) <= 10
    assert found.dropped == ()


def test_a_snapshot_handed_in_very_often_is_traced_to_the_oldest(file_store: Store) -> None:
    for number in range(2 * search.SAME):
        file_store.keep(snapshot(1), features(1, units=1), id=f"s{number:03}", received_at=number)
    found = near(file_store, index(own_index(1).units[0]))
    assert [hit.submission for hit in found.hits] == [f"s{number:03}" for number in range(search.SAME)]
