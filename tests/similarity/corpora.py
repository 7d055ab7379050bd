"""A store with earlier submissions, and questions to it through the plugin, all of it real."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from prism_similarity.comparison import Comparer, Comparison
from prism_similarity.plugin import SimilarityPlugin
from prism_similarity.settings import settings_of
from prism_similarity.shape import Shape, shape_of
from prism_similarity.signatures import SCHEME

from prism.corpus import Corpus, Features
from prism.finding import Finding
from prism.guard.boundary import guarded_here
from prism.project import Project
from prism.snapshot import Snapshot
from prism.store import Store, open_store

Files = Mapping[str, str | bytes]


def project(files: Files) -> Project:
    contents = {path: text.encode() if isinstance(text, str) else text for path, text in files.items()}
    return Project(Snapshot.of(contents))


def features(made: Project, settings: Mapping[str, object] | None = None) -> Features:
    plugin = SimilarityPlugin(settings or {})
    with guarded_here():
        fingerprint = plugin.prism_fingerprint(made)
    return Features(fingerprint=fingerprint, index=plugin.prism_index(fingerprint))


def shape(text: str, path: str = "model.py") -> Shape:
    return shape_of(features(project({path: text})).fingerprint)


class Earlier:
    """A store that tests fill and ask."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self._moment = 0

    def add(self, name: str, files: Files, hotkey: str = "") -> None:
        made = project(files)
        self._moment += 1
        self.store.keep(made.snapshot, {"similarity": features(made)}, id=name, hotkey=hotkey, received_at=self._moment)

    def corpus(self, hotkey: str = "") -> Corpus:
        return self.store.source(hotkey=hotkey).corpus("similarity", SCHEME)

    def compare(self, files: Files, hotkey: str = "", settings: Mapping[str, object] | None = None) -> Comparison:
        made = project(files)
        own = features(made)
        assert own.index is not None
        comparer = Comparer(settings_of(settings or {}))
        shape = shape_of(own.fingerprint)
        return comparer.compare(shape, own.index, made.files, made.digest, self.corpus(hotkey))

    def findings(self, files: Files, hotkey: str = "", settings: Mapping[str, object] | None = None) -> list[Finding]:
        made = project(files)
        own = features(made, settings)
        plugin = SimilarityPlugin(settings or {})
        return [
            each
            for each in plugin.prism_compare(made, own.fingerprint, own.index, self.corpus(hotkey))
            if isinstance(each, Finding)
        ]

    def rules(self, files: Files, hotkey: str = "", settings: Mapping[str, object] | None = None) -> list[str]:
        return [finding.rule.partition("/")[2] for finding in self.findings(files, hotkey, settings)]


@contextmanager
def earlier(folder: Path) -> Iterator[Earlier]:
    with open_store(str(folder / "store.sqlite3")) as store:
        yield Earlier(store)
