"""What one submission resembles, found out once more when an operator looks: from what is kept, without parsing."""

import threading
from collections.abc import Mapping
from typing import Any, Final

import msgspec

from prism.corpus import EarlierSubmission, Index, Resemblance
from prism.host import Host
from prism.plugin_failure import PluginFailedError, within
from prism.service.queue import Queue
from prism.service.records import Entry
from prism.service.refusal import RefusalError
from prism.store import Store

SECONDS: Final = 60
_TURN: Final = threading.Lock()
"""Comparing takes memory and a processor: one at a time, whoever asks."""


class LikenessError(RefusalError):
    """There is nothing to compare, or nobody who can."""

    code = "likeness-unavailable"


class Likeness(msgspec.Struct, frozen=True, kw_only=True):
    """One earlier submission, what is said of it, and its files."""

    earlier: EarlierSubmission
    resemblance: Resemblance
    contents: Mapping[str, bytes]


class Likenesses(msgspec.Struct, frozen=True, kw_only=True):
    """A submission's files, and what resembles them; what weighs most comes first."""

    entry: Entry
    contents: Mapping[str, bytes]
    found: tuple[Likeness, ...]


def likenesses(host: Host, queue: Queue, entry: Entry) -> Likenesses:
    """What a submission resembles of what was received before it.

    Raises:
        LikenessError: its sources are not kept, no plugin compares, or one failed.
    """
    kept, store = queue.sources(entry), queue.store
    if kept is None:
        raise LikenessError("its files are not kept, or not any more", where=entry.id)
    names = host.implementers("prism_resemblances")
    if not names:
        raise LikenessError("no plugin of the policy shows likenesses", do="add: similarity")
    snapshot, prints = kept.snapshot, kept.fingerprints
    found: list[Likeness] = []
    with _TURN:
        for name in names:
            arguments = {"snapshot": snapshot, "fingerprint": prints.get(name)}
            found += _asked(host, store, entry, name, arguments)
    return Likenesses(entry=entry, contents=snapshot.contents, found=tuple(found))


def _asked(host: Host, store: Store, entry: Entry, name: str, arguments: Mapping[str, Any]) -> list[Likeness]:
    """What one plugin says."""
    if arguments["fingerprint"] is None:
        raise LikenessError(f"the plugin {name!r} has kept nothing of it", where=entry.id)
    try:
        index = host.index(name, arguments["fingerprint"])
        corpus = _corpus(store, entry, name, index)
        said = within(SECONDS, lambda: host.resemblances(name, **arguments, index=index, corpus=corpus))
    except PluginFailedError as error:
        raise LikenessError(f"the plugin {name!r} could not compare: {error}", where=entry.id) from error
    if corpus.failure is not None:
        raise corpus.failure
    earlier = corpus.earlier([each.submission for each in said])
    return [
        Likeness(earlier=earlier[each.submission], resemblance=each, contents=store.snapshot(each.submission).contents)
        for each in said
        if each.submission in earlier
    ]


def _corpus(store: Store, entry: Entry, name: str, index: Index | None) -> Any:  # noqa: ANN401 - the store's own
    source = store.source(hotkey=entry.hotkey, before=entry.received_at, without=entry.id)
    return source.corpus(name, index.scheme if index else None)
