"""A comparison as text for a terminal; whatever came from a submission is escaped."""

from collections.abc import Iterator
from typing import Final

from prism.report.escape import escape
from prism_similarity.comparison import Match
from prism_similarity.inquiry import Answer

MAX_REGIONS: Final = 20


def text_of(answer: Answer) -> str:
    """The matches of one project, best first, each with its longest regions."""
    lines = [escape(answer.query)]
    if not answer.comparison.matches:
        lines.append("  nothing like it was handed in before")
    for match in answer.comparison.matches:
        lines += _match(match)
    lines.append(f"  {answer.comparison.new:.0%} of it is new")
    if answer.comparison.dropped:
        lines.append(f"  {answer.comparison.dropped} buckets of the index hold more than was looked at")
    return "\n".join(lines) + "\n"


def _match(match: Match) -> Iterator[str]:
    explains = f"{match.share:.0%} of it, {match.adds:.0%} not above"
    yield f"  {match.score:.2f} {match.kind.value} {escape(match.id)}: {explains}"
    for region in match.regions[:MAX_REGIONS]:
        here = f"{escape(region.path)}:{region.lines[0]}-{region.lines[1]}"
        yield f"       {here} = {escape(region.other_path)}:{region.other_lines[0]}-{region.other_lines[1]}"
    if len(match.regions) > MAX_REGIONS:
        yield f"       and {len(match.regions) - MAX_REGIONS} more regions"
