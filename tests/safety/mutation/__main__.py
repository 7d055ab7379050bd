"""Recall over mutants of the attack corpus: ``python -m tests.safety.mutation --seed 1 --count 1500``."""

import argparse
import sys
from pathlib import Path

from tests.safety.mutation.recall import Outcome, run
from tests.safety.mutation.table import by_family, by_rewrite, page, plain

PAGE = Path(__file__).parents[3] / "docs" / "explanation" / "mutation-recall.md"


def main() -> None:
    """Print the tables and every mutant that is not found; with ``--write``, write the page of the documentation."""
    parser = argparse.ArgumentParser(prog="python -m tests.safety.mutation", description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=1500)
    parser.add_argument("--family", action="append", default=[], help="only these families of attacks")
    parser.add_argument("--write", action="store_true", help=f"write {PAGE.name}")
    asked = parser.parse_args()
    outcomes = run(asked.seed, asked.count, asked.family)
    for outcome in outcomes:
        if not outcome.is_found:
            sys.stdout.write(_shown(outcome))
    sys.stdout.write(plain(by_rewrite(outcomes)) + "\n" + plain(by_family(outcomes)))
    if asked.write:
        PAGE.write_text(page(outcomes, asked.seed), "utf-8")


def _shown(outcome: Outcome) -> str:
    mutant = outcome.mutant
    files = "".join(f"--- {path}\n{text}\n" for path, text in mutant.files.items())
    return f"not found: {mutant.original.id} by {', '.join(mutant.rewrites)}\n{files}\n"


if __name__ == "__main__":
    main()
