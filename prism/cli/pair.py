"""What ``prism run --pair`` does: review two projects, have them compared in a container, and show what came of it."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from prism.cli import rendering
from prism.cli.ending import ending_orderly
from prism.cli.options import ListFormat
from prism.errors import EXIT_APPROVED, EXIT_HELD

if TYPE_CHECKING:
    from prism.runner.pair_result import PairResult

_SHOWN_MATCHES = 10


def compare(first: Path, second: Path, policy: str, output_format: ListFormat, output: Path | None) -> int:
    """Review and compare two projects, write the result, and return the exit code."""
    from prism.gate import Gate
    from prism.report.json_format import encode

    with Gate.from_policy(policy) as gate:
        with rendering.doing(f"reviewing {first} and {second}"):
            examinations = [gate.examine(path) for path in (first, second)]
        with rendering.doing(f"comparing {first} with {second}"), ending_orderly():
            outcome = gate.compare_pair(*examinations)
    result = outcome.result
    rendering.result(
        encode(msgspec.to_builtins(result)) if output_format is ListFormat.JSON else as_text(result), output
    )
    if outcome.log_tail and result.status != "completed":
        rendering.notice(f"the comparison's log, for the operator: {outcome.log_tail}")
    return EXIT_APPROVED if result.status == "completed" else EXIT_HELD


def as_text(result: "PairResult") -> str:
    """How the comparison ended, the scores, and where the two are alike."""
    from prism.report.escape import shorten

    lines = [f"pair {result.status}: {shorten(result.reason, 500)}", *_sides(result), *_scores(result)]
    for match in result.evidence.matches[:_SHOWN_MATCHES]:
        places = (
            f"{shorten(place.path, 200)}:{place.lines[0]}-{place.lines[1]}" for place in (match.first, match.second)
        )
        lines.append(f"  {match.likeness:.2f}  {'  ~  '.join(places)}")
    return "\n".join(lines) + "\n"


def _sides(result: "PairResult") -> Iterator[str]:
    for name, side in (("first", result.first), ("second", result.second)):
        yield f"  {name}: {side.verdict}, {side.project_digest or 'refused'}"


def _scores(result: "PairResult") -> Iterator[str]:
    from prism.runner.pair_result import SCORES

    for name in SCORES:
        value = getattr(result.scores, name)
        yield f"  {name} = {'unknown' if value is None else f'{value:.4f}'}"
