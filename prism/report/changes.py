"""What the author of a project would change for a better verdict: one change for findings that have one cause."""

from collections.abc import Iterator, Sequence

import msgspec

from prism.finding import Finding
from prism.report.escape import shorten
from prism.report.excerpt import excerpt
from prism.report.painting import Sheet
from prism.review import Review

SHOWN_CHANGES = 50
SHOWN_PLACES = 8
WIDTH = 200
Place = tuple[str, int]


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """One thing to change, and the findings that come of it."""

    findings: tuple[Finding, ...]
    """The first is where the change is made; the others have it in their chains, or stand in the same place."""


def changes(review: Review) -> tuple[Change, ...]:
    """What to change, in the order of places: everything that asks for the verdict is in one of them."""
    rules = {reason.rule for reason in review.reasons}
    asking = [finding for finding in review.findings if finding.rule in rules and finding.waived is None]
    causes = {place: finding for finding in reversed(asking) if (place := _place(finding))}
    grouped: dict[int, list[Finding]] = {}
    for finding in asking:
        cause = _cause(finding, causes)
        grouped.setdefault(id(cause), [cause])
        if finding is not cause:
            grouped[id(cause)].append(finding)
    return tuple(Change(findings=tuple(each)) for each in grouped.values())


def _place(finding: Finding) -> Place | None:
    return (finding.path, finding.line) if finding.path is not None and finding.line is not None else None


def _cause(finding: Finding, causes: "dict[Place, Finding]") -> Finding:
    """The finding that stands where this one's chain begins, or else in the same line."""
    steps: Sequence[Place | None] = [*((step.path, step.line) for step in finding.chain), _place(finding)]
    return next((causes[step] for step in steps if step in causes), finding)


def change_lines(review: Review, sheet: Sheet) -> Iterator[str]:
    """The changes as text; nothing when there is nothing to change."""
    found = changes(review)
    for change in found[:SHOWN_CHANGES]:
        yield from _lines_of(change, sheet)
    if len(found) > SHOWN_CHANGES:
        yield f"    ... and {len(found) - SHOWN_CHANGES} more changes"


def _lines_of(change: Change, sheet: Sheet) -> Iterator[str]:
    """The place where everything begins with what to do there, then the places that follow from it."""
    places: dict[str, list[Finding]] = {}
    for finding in change.findings:
        places.setdefault(_shown(finding), []).append(finding)
    for number, found in enumerate([*places.values()][: 1 + SHOWN_PLACES]):
        yield from _place_lines(found, "      and " if number else "    ", sheet)
    if len(places) > 1 + SHOWN_PLACES:
        yield f"      and {len(places) - 1 - SHOWN_PLACES} more places"


def _place_lines(found: Sequence[Finding], lead: str, sheet: Sheet) -> Iterator[str]:
    head = f"{lead}{_shown(found[0])}    "
    drawn = excerpt(found[0], room=sheet.columns - len(head))
    yield head + drawn[0].strip() if drawn else head.rstrip()
    for remedy in dict.fromkeys(each.remedy or each.message for each in found):
        yield from sheet.wrapped(" " * len(lead) + "  ", remedy)


def _shown(finding: Finding) -> str:
    if finding.path is None:
        return "(whole project)"
    return shorten(finding.path, WIDTH) + (f":{finding.line}" if finding.line is not None else "")
