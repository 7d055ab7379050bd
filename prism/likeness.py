"""What a project resembles, with both sources, for the eyes of operators: found from what is kept, without parsing."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

import msgspec

from prism.corpus import EarlierSubmission, Resemblance
from prism.plugin_failure import within

if TYPE_CHECKING:
    from prism.host import Host
    from prism.snapshot import Snapshot
    from prism.store import Store
    from prism.store.answers import StoreSource

SECONDS: Final = 60


class Likeness(msgspec.Struct, frozen=True, kw_only=True):
    """One earlier submission, what is said of it, and its files."""

    earlier: EarlierSubmission
    resemblance: Resemblance
    contents: Mapping[str, bytes]


def likenesses(
    host: "Host",
    store: "Store",
    source: "StoreSource",
    *,
    plugin: str,
    snapshot: "Snapshot",
    fingerprint: Mapping[str, Any],
) -> list[Likeness]:
    """What one plugin says that a project resembles of what it may see; what weighs most comes first.

    Raises:
        PluginFailedError: it raised, took too long, or returned something else.
        StoreError: the earlier submissions cannot be read.
    """
    index = host.index(plugin, fingerprint)
    corpus = source.corpus(plugin, index.scheme if index else None)
    arguments = {"snapshot": snapshot, "fingerprint": fingerprint, "index": index, "corpus": corpus}
    said = within(SECONDS, lambda: host.resemblances(plugin, **arguments))
    if corpus.failure is not None:
        raise corpus.failure
    earlier = corpus.earlier([each.submission for each in said])
    return [
        Likeness(earlier=earlier[each.submission], resemblance=each, contents=store.snapshot(each.submission).contents)
        for each in said
        if each.submission in earlier
    ]
