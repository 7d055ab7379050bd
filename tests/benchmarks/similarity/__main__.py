"""Copies of published model files under many disguises, and who finds them.

python -m tests.benchmarks.similarity                 print the tables
python -m tests.benchmarks.similarity --write         also write docs/explanation/similarity-benchmark.md
python -m tests.benchmarks.similarity --each 5        fewer copies of each kind
"""

import argparse
import os
import platform
import sys
import tempfile
from pathlib import Path

from prism.store import open_store
from tests.benchmarks.similarity.copies import copies
from tests.benchmarks.similarity.material import PACKAGES, Material, material
from tests.benchmarks.similarity.measuring import FALSE_PAIRS, Figures, Outcome, families, measured
from tests.benchmarks.similarity.systems import CopyDetect, PlainMinHash, Prism, System

PAGE = Path(__file__).parents[3] / "docs" / "explanation" / "similarity-benchmark.md"


def main() -> int:
    """Measure, print, and write the page where that is asked for."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.similarity", description=__doc__)
    parser.add_argument("--each", type=int, default=20, help="copies of each kind")
    parser.add_argument("--alone", action="store_true", help="only PRISM, without the systems beside it")
    parser.add_argument("--write", action="store_true", help="write the page in docs/explanation")
    options = parser.parse_args()
    chosen = material()
    outcomes = run(chosen, options.each, alone=options.alone)
    text = page(chosen, outcomes)
    sys.stdout.write(text)
    if options.write:
        PAGE.write_text(text, encoding="utf-8")
    return 0


def run(chosen: Material, each: int, *, alone: bool) -> list[Outcome]:
    """Every system on the same copies, one after the other."""
    made = list(copies(chosen, each))
    with tempfile.TemporaryDirectory() as folder, open_store(str(Path(folder) / "store.sqlite3")) as store:
        systems: list[System] = [Prism(chosen.priors, store)]
        if not alone:
            systems += [PlainMinHash(chosen.priors), CopyDetect(chosen.priors)]
        return [measured(system, chosen, made, lambda text: sys.stderr.write(f"{text}\n")) for system in systems]


def page(chosen: Material, outcomes: list[Outcome]) -> str:
    """The figures as a page of the documentation."""
    first = outcomes[0]
    overall = "".join(_row(f"**{outcome.system}**", outcome.mean) for outcome in outcomes)
    thresholds = "".join(_thresholds(outcome) for outcome in outcomes)
    tables = "".join(f"\n## {outcome.system}, kind by kind\n\n{HEAD}{_kinds(outcome)}" for outcome in outcomes)
    pairs = len(chosen.innocents) * len(chosen.priors)
    return (
        "# How well copies are found\n\n"
        f"{len(chosen.priors)} published model files stand for earlier submissions, in\n"
        f"{len(families(chosen.priors))} families (the folder a file was published in).\n"
        f"{first.mean.copies} copies of {len(first.kinds)} kinds are made of them by rewritings written for\n"
        f"this benchmark, and {len(chosen.innocents)} other files are innocent: half of them from packages of\n"
        "which nothing is among the earlier ones, half from the same packages. The threshold of each system is the\n"
        "score "
        f"that {FALSE_PAIRS:.1%} of the {pairs:,} innocent pairs exceed.\n\n"
        f"{READING}\n{HEAD}{overall}\n{thresholds}{tables}\n"
        "What counts against the line evidence: lines that a disguise inserts between copied ones count as wrong when\n"
        "they are named, so *padded* and *everything* cannot reach 1. What is missed are parts that compute next to\n"
        "nothing.\n\n"
        f"Packages: {', '.join(f'`{each}`' for each in PACKAGES)}.\n\n"
        f"Measured with {os.cpu_count()} processors and Python {platform.python_version()};\n"
        "`python -m tests.benchmarks.similarity --write` makes this page anew.\n"
    )


READING = """\
- *detected*: the true source is above the threshold over **all** innocent pairs. Files of one family often do share
  code, taken over in the open, so this threshold is higher than chance likeness asks for.
- *unrelated*: the same, with the threshold over pairs of unrelated files.
- *first*: no other earlier submission scores higher. *precision*, *recall*: of the lines named as copied. *ms*: of
  processor time for a query, parsing excluded.
"""
HEAD = (
    "| | copies | detected | unrelated | first | precision | recall | ms |\n"  # one column each
    "|---|--:|--:|--:|--:|--:|--:|--:|\n"
)


def _thresholds(outcome: Outcome) -> str:
    return (
        f"- {outcome.system}: {outcome.threshold:.3f} over all innocent pairs,"
        f" {outcome.threshold_unrelated:.3f} over those of unrelated files;\n"
        f"  99 of 100 queries take at most {outcome.milliseconds_p99:.0f} ms.\n"
    )


def _kinds(outcome: Outcome) -> str:
    return "".join(_row(kind, row) for kind, row in outcome.kinds.items())


def _row(name: str, row: Figures) -> str:
    shown = (row.precision, row.recall) if row.recall else (None, None)  # a system that names no lines at all
    parts = (row.detected, row.detected_unrelated, row.ranked_first, *shown)
    cells = " | ".join("-" if part is None else f"{part:.3f}" for part in parts)
    return f"| {name} | {row.copies} | {cells} | {row.milliseconds:.0f} |\n"


if __name__ == "__main__":
    sys.exit(main())
