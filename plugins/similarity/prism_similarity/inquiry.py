"""Comparing one project by hand: the gate reads it, the store answers, and nothing is kept."""

from pathlib import Path
from typing import Any

import msgspec

from prism.corpus import EarlierSubmission
from prism.errors import PluginError
from prism.gate import Gate
from prism.snapshot import Snapshot
from prism.store import Store
from prism_similarity.comparison import Comparer, Comparison
from prism_similarity.folder import as_project
from prism_similarity.settings import settings_of
from prism_similarity.shape import shape_of
from prism_similarity.signatures import SCHEME

PLUGIN = "similarity"


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """One project with what explains it."""

    query: str
    snapshot: Snapshot
    comparison: Comparison
    earlier: dict[str, EarlierSubmission]

    def record(self) -> dict[str, Any]:
        """The answer as data, the form of ``--format json``."""
        built: dict[str, Any] = msgspec.to_builtins(self.comparison)
        return {"query": self.query, **built}


class Inquiry:
    """Compares projects with what is in a store, under a gate's policy."""

    def __init__(self, gate: Gate, store: Store, *, hotkey: str = "") -> None:
        """Take a gate whose policy selects the plugin.

        Raises:
            PluginError: it does not.
        """
        if PLUGIN not in gate.host.definitions:
            raise PluginError(
                "the policy does not select the plugin 'similarity'",
                where=gate.policy.name,
                do="add it under `plugins`",
            )
        self._gate = gate
        self._corpus = store.source(hotkey=hotkey).corpus(PLUGIN, SCHEME)
        self._comparer = Comparer(settings_of(gate.policy.plugins[PLUGIN].settings))

    def ask(self, query: Path) -> Answer:
        """What explains one project.

        Raises:
            UsageError: it cannot be read.
            StoreError: the store cannot be read, or is not indexed as the plugin is now.
        """
        snapshot, features = self._gate.features_of(as_project(query))
        made = features[PLUGIN]
        if made.index is None:
            raise PluginError("the plugin made no index", where=PLUGIN, do="check its version")
        shape = shape_of(made.fingerprint)
        comparison = self._comparer.compare(shape, made.index, snapshot.files, snapshot.digest, self._corpus)
        if self._corpus.failure is not None:
            raise self._corpus.failure
        earlier = dict(self._corpus.earlier([match.id for match in comparison.matches]))
        return Answer(query=str(query), snapshot=snapshot, comparison=comparison, earlier=earlier)
