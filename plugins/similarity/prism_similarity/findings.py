"""What a comparison means to its author: which of his lines resemble what, and nothing of anybody else's code."""

from collections.abc import Iterator, Mapping
from typing import Final

import msgspec

from prism.corpus import Resemblance, SharedLines
from prism.finding import Finding, Span, Step
from prism.project import Project, SourceFile
from prism.rule import Rule
from prism_similarity.comparison import Comparison, Kind, Match
from prism_similarity.regions import Region
from prism_similarity.rules import COPIED, CROWDED_INDEX, DUPLICATE, NOT_COMPARED, PARTIAL_COPY, SUSPECTED

RULE_OF: Final[Mapping[Kind, Rule]] = {
    Kind.DUPLICATE: DUPLICATE,
    Kind.COPIED: COPIED,
    Kind.PARTIAL: PARTIAL_COPY,
    Kind.SUSPECTED: SUSPECTED,
}
MAX_STEPS: Final = 20
MAX_SHARED: Final = 1_000


def findings_of(comparison: Comparison, is_whole: bool, project: Project) -> Iterator[Finding]:
    """The findings of a comparison; a match below every threshold, or with one's own work, is none."""
    for match in comparison.matches:
        if match.kind in RULE_OF:
            yield _finding(match, comparison, project)
    if not is_whole:
        yield NOT_COMPARED.finding("The project has more code than is compared with earlier submissions.")
    if comparison.dropped:
        yield CROWDED_INDEX.finding(
            f"{comparison.dropped} buckets of the index hold more than is looked at; their oldest units were."
        )


def shown_of(comparison: Comparison) -> Iterator[Resemblance]:
    """All matches with their places on both sides: for an operator."""
    for match in comparison.matches:
        yield _resemblance(match, f"{match.kind}: {_says(match, comparison)}")


def _resemblance(match: Match, report: str) -> Resemblance:
    shared = (SharedLines(**msgspec.structs.asdict(region)) for region in match.regions[:MAX_SHARED])
    return Resemblance(submission=match.id, report=report, regions=tuple(shared))


def resemblances_of(comparison: Comparison) -> Iterator[Resemblance]:
    """The matches that are neither clear nor negligible, with their places on both sides: for a reviewer alone."""
    for match in comparison.matches:
        if match.kind is Kind.SUSPECTED and match.regions:
            yield _resemblance(match, _says(match, comparison))


def _says(match: Match, comparison: Comparison) -> str:
    return (
        f"{match.share:.0%} of this project resembles the earlier submission {match.id!r} (score {match.score:.2f}); "
        f"{comparison.new:.0%} of it is new."
    )


def _finding(match: Match, comparison: Comparison, project: Project) -> Finding:
    says = _says(match, comparison)
    chain = tuple(_step(region) for region in match.regions[:MAX_STEPS])
    rule = RULE_OF[match.kind]
    largest = match.regions[0] if match.regions else None
    file = project.sources.get(largest.path) if largest else None
    if largest is None or file is None or not _is_text(file):
        return rule.finding(says, path=largest.path if largest else None, chain=chain)
    return rule.finding(says, file=file, span=_span(file, largest), chain=chain)


def _step(region: Region) -> Step:
    first, last = region.lines
    return Step(
        path=region.path,
        line=first,
        text=f"lines {first} to {last} match lines {region.other_lines[0]} to {region.other_lines[1]} there",
    )


def _span(file: SourceFile, region: Region) -> Span:
    first, last = (min(line, len(file.lines)) for line in region.lines)
    return Span(line=first, end_line=last, end_column=len(file.lines[last - 1]) + 1)


def _is_text(file: SourceFile) -> bool:
    try:
        return bool(file.lines)
    except UnicodeDecodeError:
        return False
