"""The systems that are measured, each behind the same two questions: what is it like, and which lines are it."""

import importlib
import io
import keyword
import os
import subprocess
import sys
import time
import tokenize
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from prism_similarity.comparison import Comparer
from prism_similarity.plugin import SimilarityPlugin
from prism_similarity.settings import settings_of
from prism_similarity.shape import shape_of
from prism_similarity.signatures import SCHEME

from prism.corpus import Features
from prism.guard.boundary import guarded_here
from prism.project import Project
from prism.snapshot import Snapshot
from prism.store import Store
from tests.benchmarks.similarity.material import Model

Files = Mapping[str, str]
Lines = set[tuple[str, int]]


class Result:
    """What one system says about one query: scores and lines by earlier submission, and the processor time it took."""

    def __init__(self, scores: dict[str, float], lines: Mapping[str, Lines], seconds: float) -> None:
        self.scores = scores
        self.lines = lines
        self.seconds = seconds


class System(Protocol):
    """Something that finds copies."""

    name: str

    def query(self, files: Files) -> Result:
        """What it says about a project."""
        ...


class Prism:
    """The plugin with its shipped settings and a store in a file; the time is that of comparing, without parsing."""

    name = "PRISM"

    def __init__(self, priors: Sequence[Model], store: Store) -> None:
        self._plugin = SimilarityPlugin({})
        for model in priors:
            snapshot, features = self._features({"model.py": model.text})
            store.keep(snapshot, {"similarity": features}, id=model.name)
        self._corpus = store.source().corpus("similarity", SCHEME)
        self._comparer = Comparer(settings_of({}))
        self.query({"model.py": priors[0].text})  # counts how rare each gram is, once for a corpus

    def query(self, files: Files) -> Result:
        snapshot, features = self._features(files)
        began = time.process_time()
        shape = shape_of(features.fingerprint)
        index = self._plugin.prism_index(features.fingerprint)
        found = self._comparer.compare(shape, index, snapshot.files, snapshot.digest, self._corpus)
        seconds = time.process_time() - began
        lines = {
            match.id: {(each.path, line) for each in match.regions for line in range(each.lines[0], each.lines[1] + 1)}
            for match in found.matches
        }
        return Result({match.id: match.score for match in found.matches}, lines, seconds)

    def _features(self, files: Files) -> tuple[Snapshot, Features]:
        snapshot = Snapshot.of({path: text.encode() for path, text in files.items()})
        with guarded_here():
            fingerprint = self._plugin.prism_fingerprint(Project(snapshot))
        return snapshot, Features(fingerprint=fingerprint, index=self._plugin.prism_index(fingerprint))


class PlainMinHash:
    """MinHash of a whole file's token 5-grams, names and numbers taken out: the usual first idea."""

    name = "MinHash"

    def __init__(self, priors: Sequence[Model]) -> None:
        self._names = [model.name for model in priors]
        self._values = np.array([self._signature(model.text) for model in priors])

    def query(self, files: Files) -> Result:
        began = time.process_time()
        mine = self._signature("\n".join(files.values()))
        alike = (self._values == mine).mean(axis=1)
        scores = dict(zip(self._names, alike.tolist(), strict=True))
        return Result(scores, {}, time.process_time() - began)

    def _signature(self, text: str) -> Any:  # noqa: ANN401 - an array of datasketch's own type
        from datasketch import MinHash

        words = [word for word in _words(text) if word]
        grams = {" ".join(words[place : place + 5]).encode() for place in range(max(1, len(words) - 4))}
        minhash = MinHash(num_perm=128, seed=1, scheme="affine32")
        minhash.update_batch(grams)
        return minhash.hashvalues


def _words(text: str) -> list[str]:
    kinds = {tokenize.NAME: "v", tokenize.NUMBER: "n", tokenize.STRING: "s", tokenize.OP: ""}
    return [
        each.string if each.type == tokenize.OP or keyword.iskeyword(each.string) else kinds[each.type]
        for each in tokenize.generate_tokens(io.StringIO(text).readline)
        if each.type in kinds
    ]


class CopyDetect:
    """The package of this name with its usual settings; every pair is compared, because it has no index."""

    name = "copydetect"

    def __init__(self, priors: Sequence[Model]) -> None:
        self._module = _copydetect()
        self._priors = {model.name: self._print(model.text) for model in priors}

    def query(self, files: Files) -> Result:
        began = time.process_time()
        text = "".join(files.values())
        mine = self._print(text)
        scores: dict[str, float] = {}
        slices: dict[str, Any] = {}
        for name, theirs in self._priors.items():
            _, shares, found = self._module.compare_files(mine, theirs)
            scores[name] = float(max(shares))
            slices[name] = found[0]
        seconds = time.process_time() - began
        place = _places(files)
        lines = {
            name: {
                place[line]
                for first, last in np.asarray(found).T.tolist()
                for line in range(text.count("\n", 0, int(first)), text.count("\n", 0, int(last)) + 1)
                if line < len(place)
            }
            for name, found in slices.items()
            if len(found) and len(found[0])
        }
        return Result(scores, lines, seconds)

    def _print(self, text: str) -> Any:  # noqa: ANN401 - of a package without types
        return self._module.CodeFingerprint("x.py", 25, 1, filter=True, language="python", fp=io.StringIO(text))


def _places(files: Files) -> list[tuple[str, int]]:
    """The file and line of each line of all files joined."""
    return [(path, line) for path, text in files.items() for line in range(1, text.count("\n") + 1)]


def _copydetect() -> Any:  # noqa: ANN401 - a module without types
    base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "prism-tests"
    folder = base / "copydetect-0.5.0"
    if not folder.exists():
        partial = base / f"{folder.name}.{os.getpid()}"
        pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "install", "--quiet", "--no-compile"]
        subprocess.run([*pip, "--target", partial, "copydetect==0.5.0"], check=True)
        partial.rename(folder)
    sys.path.append(str(folder))
    return importlib.import_module("copydetect")
