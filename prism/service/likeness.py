"""What one submission resembles, found out once more when an operator looks: from what is kept, without parsing."""

import threading
from collections.abc import Mapping
from typing import Final

import msgspec

from prism.host import Host
from prism.likeness import Likeness
from prism.likeness import likenesses as likenesses_by
from prism.plugin_failure import PluginFailedError
from prism.service.queue import Queue
from prism.service.records import Entry
from prism.service.refusal import RefusalError

_TURN: Final = threading.Lock()
"""Comparing takes memory and a processor: one at a time, whoever asks."""


class LikenessError(RefusalError):
    """There is nothing to compare, or nobody who can."""

    code = "likeness-unavailable"


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
    source = store.source(hotkey=entry.hotkey, before=entry.received_at, without=entry.id)
    found: list[Likeness] = []
    with _TURN:
        for name in names:
            if (fingerprint := kept.fingerprints.get(name)) is None:
                raise LikenessError(f"the plugin {name!r} has kept nothing of it", where=entry.id)
            try:
                found += likenesses_by(
                    host, store, source, plugin=name, snapshot=kept.snapshot, fingerprint=fingerprint
                )
            except PluginFailedError as error:
                raise LikenessError(f"the plugin {name!r} could not compare: {error}", where=entry.id) from error
    return Likenesses(entry=entry, contents=kept.snapshot.contents, found=tuple(found))
