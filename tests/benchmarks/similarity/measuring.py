"""What the systems find, kind by kind, at the threshold where one in a thousand innocent pairs is accused."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from tests.benchmarks.similarity.copies import Copy
from tests.benchmarks.similarity.material import Material, Model, related
from tests.benchmarks.similarity.systems import Lines, Result, System

FALSE_PAIRS = 0.001


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What one system does on the copies of one kind, each a part of one."""

    copies: int
    detected: float
    """Sources whose score is above the threshold drawn from all innocent pairs."""
    detected_unrelated: float
    """The same with the threshold drawn from innocent pairs of unrelated files only."""
    ranked_first: float
    precision: float
    recall: float
    milliseconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What one system does on everything."""

    system: str
    threshold: float
    threshold_unrelated: float
    kinds: dict[str, Figures]
    milliseconds_p99: float

    @property
    def mean(self) -> Figures:
        """Every kind weighing the same."""
        rows = list(self.kinds.values())
        return Figures(copies=sum(row.copies for row in rows), **{name: _mean(rows, name) for name in MEASURES})


MEASURES = ("detected", "detected_unrelated", "ranked_first", "precision", "recall", "milliseconds")


def measured(system: System, material: Material, copies: Sequence[Copy], said: Callable[[str], object]) -> Outcome:
    """Ask a system about every innocent file and every copy."""
    innocent = [system.query({"model.py": model.text}) for model in material.innocents]
    said(f"{system.name}: {len(innocent)} innocent files")
    everybody, unrelated = thresholds(innocent, material)
    by_kind: dict[str, list[tuple[Copy, Result]]] = defaultdict(list)
    for copy in copies:
        by_kind[copy.kind].append((copy, system.query(copy.files)))
    said(f"{system.name}: {len(copies)} copies")
    kinds = {kind: _figures(found, everybody, unrelated) for kind, found in by_kind.items()}
    times = [result.seconds * 1000 for found in by_kind.values() for _, result in found]
    return Outcome(
        system=system.name,
        threshold=everybody,
        threshold_unrelated=unrelated,
        kinds=kinds,
        milliseconds_p99=float(np.percentile(times, 99)),
    )


def thresholds(innocent: Sequence[Result], material: Material) -> tuple[float, float]:
    """Scores that one in a thousand innocent pairs exceeds: of all pairs, and of those of unrelated files."""
    everybody, unrelated = [], []
    for model, result in zip(material.innocents, innocent, strict=True):
        for prior in material.priors:
            score = result.scores.get(prior.name, 0.0)
            everybody.append(score)
            if not related(model, prior):
                unrelated.append(score)
    return _exceeded(everybody), _exceeded(unrelated)


def _exceeded(scores: list[float]) -> float:
    return sorted(scores, reverse=True)[int(len(scores) * FALSE_PAIRS)]


def _figures(found: Sequence[tuple[Copy, Result]], everybody: float, unrelated: float) -> Figures:
    evidence = [_evidence(copy, result) for copy, result in found]
    return Figures(
        copies=len(found),
        detected=float(np.mean([_detected(copy, result, everybody) for copy, result in found])),
        detected_unrelated=float(np.mean([_detected(copy, result, unrelated) for copy, result in found])),
        ranked_first=float(np.mean([_is_first(copy, result) for copy, result in found])),
        precision=float(np.mean([precision for precision, _ in evidence])),
        recall=float(np.mean([recall for _, recall in evidence])),
        milliseconds=float(np.mean([result.seconds * 1000 for _, result in found])),
    )


def _detected(copy: Copy, result: Result, threshold: float) -> float:
    return float(np.mean([result.scores.get(source, 0.0) > threshold for source in copy.sources]))


def _is_first(copy: Copy, result: Result) -> bool:
    """Whether no earlier submission has a greater score than the best of the sources."""
    best = max((result.scores.get(source, 0.0) for source in copy.sources), default=0.0)
    return best > 0 and best >= max(result.scores.values(), default=0.0)


def _evidence(copy: Copy, result: Result) -> tuple[float, float]:
    """Precision and recall of the lines named as copied from the true sources; empty lines do not count."""
    code = {
        (path, number)
        for path, text in copy.files.items()
        for number, line in enumerate(text.split("\n"), start=1)
        if line.strip()
    }
    named: Lines = set().union(*(result.lines.get(source, set()) for source in copy.sources)) & code
    true = {(path, line) for path, truth in copy.truth.items() for line in truth} & code
    right = len(named & true)
    return right / len(named) if named else 0.0, right / len(true) if true else 0.0


def _mean(rows: Sequence[Figures], name: str) -> float:
    return float(np.mean([getattr(row, name) for row in rows]))


def families(models: Sequence[Model]) -> Mapping[str, int]:
    """How many files each family has."""
    counts: dict[str, int] = defaultdict(int)
    for model in models:
        counts[model.family] += 1
    return dict(sorted(counts.items()))
