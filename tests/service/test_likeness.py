"""What a submission resembles, found from what is kept, in both databases; and what a plugin can do wrong in it."""

from pathlib import Path

import msgspec
import pytest

from prism.gate import Gate
from prism.host import Host
from prism.plugin import find_plugin
from prism.service.http.views import status_view
from prism.service.likeness import LikenessError, likenesses
from prism.service.queue import Queue
from prism.service.records import Origin
from prism.store import Store
from tests.service.console import hostile
from tests.service.deliveries import upload
from tests.service.house import work_off

BROKEN = """
from prism.corpus import Resemblance
from prism.hookspecs import hookimpl

@hookimpl
def prism_fingerprint(project):
    return {{}}

@hookimpl
def prism_resemblances(snapshot, corpus):
    {0}
"""
WRONGS = {
    "raise ValueError('no')": "ValueError: no",
    "return None": "TypeError",
    "return ['x']": "resemblances were expected",
    "return [Resemblance(submission='s', report='r' * 3_000, regions=())]": "ValidationError",
    "raise SystemExit(0)": "SystemExit",
}


@pytest.fixture
def copies(store: Store, queue: Queue, tmp_path: Path) -> tuple[str, str]:
    """A project and its copy, both held."""
    policy = tmp_path / "policy.yaml"
    policy.write_text("policy: 1\nextends: default\nname: t\nrules: {similarity/duplicate: warning}\n")
    first = queue.accept(upload(hostile.original()), Origin(hotkey="first")).entry.id
    second = queue.accept(upload(hostile.copied()), Origin(hotkey="second")).entry.id
    with Gate.from_policy(policy) as gate:
        work_off(store, gate)
    return first, second


def test_the_later_one_resembles_the_earlier_one(queue: Queue, copies: tuple[str, str]) -> None:
    first, second = (queue.entry(each) for each in copies)
    with Gate.from_policy("default") as gate:
        (found,) = likenesses(gate.host, queue, second).found
        assert (found.earlier.id, found.earlier.hotkey) == (first.id, "first")
        assert found.resemblance.regions[0].path == "model.py"
        assert b"class Rotary" in found.contents["model.py"]
        assert likenesses(gate.host, queue, first).found == ()
        waiting = queue.accept(upload("x"), Origin(hotkey="third")).entry
        with pytest.raises(LikenessError, match="not kept"):
            likenesses(gate.host, queue, waiting)


def test_without_a_plugin_that_compares_that_is_told(queue: Queue, copies: tuple[str, str]) -> None:
    with pytest.raises(LikenessError, match="no plugin"):
        likenesses(Host([]), queue, queue.entry(copies[1]))


def test_what_a_plugin_does_wrong_is_told(store: Store, queue: Queue, tmp_path: Path) -> None:
    plugin, policy = tmp_path / "broken.py", tmp_path / "policy.yaml"
    plugin.write_text(BROKEN.format("return []"))
    policy.write_text("policy: 1\nname: t\nplugins: {broken: {from: ./broken.py}}\n")
    id_ = queue.accept(upload(hostile.original()), Origin(hotkey="first")).entry.id
    with Gate.from_policy(policy) as gate:
        work_off(store, gate)
        assert likenesses(gate.host, queue, queue.entry(id_)).found == ()
    for wrong, says in WRONGS.items():
        plugin.write_text(BROKEN.format(wrong))
        host = Host([(find_plugin("broken", plugin.name, tmp_path), {})])
        with pytest.raises(LikenessError, match=says):
            likenesses(host, queue, queue.entry(id_))


def test_a_miner_is_told_of_a_copy_without_the_way_to_the_other(queue: Queue, copies: tuple[str, str]) -> None:
    """Whoever knows the id of a submission may ask whose it is and what became of it."""
    first, second = copies
    detail = queue.detail(second)
    shown = msgspec.json.encode(status_view(detail.entry, detail.rounds)).decode()
    assert "similarity/duplicate" in shown
    assert second in shown
    assert first in detail.entry.text
    assert first not in shown


def test_a_rejected_copy_is_compared_as_well(store: Store, queue: Queue) -> None:
    first = queue.accept(upload(hostile.original()), Origin(hotkey="first")).entry.id
    second = queue.accept(upload(hostile.copied()), Origin(hotkey="second")).entry.id
    with Gate.from_policy("default") as gate:
        work_off(store, gate)
        assert queue.entry(second).status == "rejected"
        (found,) = likenesses(gate.host, queue, queue.entry(second)).found
    assert found.earlier.id == first
