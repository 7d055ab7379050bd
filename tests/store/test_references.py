"""Reference sets: by name and version, and a version never changes."""

import pytest

from prism.errors import StoreError, UsageError
from prism.store import Store
from prism.store.check import check
from tests.store.synthetic import OTHER_SCHEME, PLUGIN, SCHEME, features, snapshot


def numbers(store: Store, name: str) -> list[int]:
    return sorted(each["number"] for each in store.source().corpus(PLUGIN, SCHEME).reference(name))


def test_a_set_grows_by_versions_that_stay(store: Store) -> None:
    first = store.keep_reference("torch-examples", [(snapshot(1), features(1)), (snapshot(2), features(2))])
    same = store.keep_reference("torch-examples", [(snapshot(2), features(2))])
    second = store.keep_reference("torch-examples", [(snapshot(2), features(2)), (snapshot(3), features(3))])
    assert (first.version, same.version, second.version) == (1, 1, 2)
    assert numbers(store, "torch-examples") == [1, 2, 3]
    assert numbers(store, "torch-examples@1") == [1, 2]
    assert store.source().corpus(PLUGIN, SCHEME).reference_version("torch-examples") == 2
    assert store.reference_sets() == [("torch-examples", 2, 3)]


@pytest.mark.parametrize("name", ["nobody", "known@2", "known@0", "known@x", "known@-1", "known@99999999999999999999"])
def test_a_set_or_version_that_is_not_there_is_a_key_error(name: str, file_store: Store) -> None:
    file_store.keep_reference("known", [(snapshot(1), features(1))])
    with pytest.raises(KeyError):
        numbers(file_store, name)


def test_reference_code_is_no_earlier_submission(store: Store) -> None:
    store.keep_reference("known", [(snapshot(1), features(1))])
    corpus = store.source().corpus(PLUGIN, SCHEME)
    own = features(1)[PLUGIN].index
    assert own is not None
    assert (len(corpus), corpus.missing, corpus.sample(5)) == (0, 0, [])
    assert corpus.near(own).hits == corpus.same_units(own).hits == ()
    assert corpus.same_files([entry.sha256 for entry in snapshot(1).files]) == {}
    store.keep(snapshot(1), features(1), id="copy")
    assert {hit.submission for hit in corpus.near(own).hits} == {"copy"}
    store.forget(id="copy")
    assert numbers(store, "known") == [1]
    assert check(store) == []


def test_a_set_that_is_not_indexed_by_the_present_features_says_so(file_store: Store) -> None:
    file_store.keep_reference("known", [(snapshot(1), features(1))])
    corpus = file_store.source().corpus(PLUGIN, OTHER_SCHEME)
    with pytest.raises(StoreError, match="not indexed") as failure:
        list(corpus.reference("known"))
    assert failure.value.code == "store-not-indexed"
    assert corpus.failure is failure.value


@pytest.mark.parametrize("name", ["", "UPPER", "with space", "a@b", "../up", "x" * 65])
def test_a_name_that_cannot_be_is_refused(name: str, file_store: Store) -> None:
    with pytest.raises(UsageError, match="name of a reference set"):
        file_store.keep_reference(name, [(snapshot(1), features(1))])
    assert file_store.reference_sets() == []
