"""The difference of two policies as text, and each project whose verdict flips."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Final

from prism.policy.difference import Change
from prism.policy.directions import Direction
from prism.policy.lines import PolicyLine, shown_value
from prism.replay import Cause, Flip, Unread
from prism.report.escape import shorten
from prism.report.painting import BOLD, CYAN, GREEN, RED, YELLOW, Sheet, counted
from prism.verdict import Outcome

SHOWN_RULES: Final = 8
SHOWN_CAUSES: Final = 5
SHOWN_VALUE: Final = 80
SHOWN_ENTRIES: Final = 12
_COLOURS: Final = {Direction.STRICTER: RED, Direction.LOOSER: GREEN, Direction.OTHER: CYAN}
_OUTCOMES: Final = {Outcome.REJECTED: RED, Outcome.HELD: YELLOW, Outcome.APPROVED: GREEN}


def changes_text(old: str, new: str, changes: Sequence[Change], sheet: Sheet) -> str:
    """The changes, the stricter first."""
    lines = [sheet.paint(f"{shorten(old, 200)} -> {shorten(new, 200)}", BOLD)]
    for direction, group in groupby(changes, key=lambda change: change.direction):
        lines.append(f"  {sheet.paint(direction, _COLOURS[direction])}")
        for change in group:
            lines += _change_lines(change, sheet)
    lines += [] if changes else ["  nothing is different in meaning"]
    return "\n".join(lines) + "\n"


def flip_text(flip: Flip, sheet: Sheet) -> str:
    """A project whose verdict flips, with the reason."""
    verdicts = " -> ".join(sheet.paint(each, _OUTCOMES[each]) for each in (flip.old, flip.new))
    lines = [f"{shorten(flip.project, 200)}  {verdicts}"]
    for cause in flip.causes[:SHOWN_CAUSES]:
        lines += _cause_lines(cause, sheet)
    if len(flip.causes) > SHOWN_CAUSES:
        lines.append(f"    ... and {len(flip.causes) - SHOWN_CAUSES} more rules; --format json shows all")
    return "\n".join(lines) + "\n"


def unread_text(unread: Unread, sheet: Sheet) -> str:
    """A project that could not be reviewed."""
    lines = [f"{shorten(unread.project, 200)}  {sheet.paint('not reviewed', YELLOW)}"]
    lines += sheet.wrapped("    ", unread.problem.what[:500])
    lines += sheet.wrapped("    do: ", unread.problem.do[:500]) if unread.problem.do else []
    return "\n".join(lines) + "\n"


def tally_text(flips: int, same: int, unread: int) -> str:
    """How many flipped."""
    failed = f", {unread} could not be reviewed" if unread else ""
    return f"{counted(flips + same + unread, 'project')}: {flips} flipped, {same} as before{failed}\n"


def _change_lines(change: Change, sheet: Sheet) -> Iterator[str]:
    if isinstance(change.old, list) and isinstance(change.new, list):
        said = _entries(change.old, change.new)
    else:
        said = f"{_cut(change.old)} -> {_cut(change.new)}"
    yield from sheet.wrapped("    ", f"{change.what}: {said}")
    places = [_place(line) for line in (change.old_line, change.new_line)]
    yield from sheet.wrapped("        ", " -> ".join(places))
    if change.rules and not change.what.startswith(("rule ", "waiver ")):
        hidden = len(change.rules) - SHOWN_RULES
        more = f" and {hidden} more" if hidden > 0 else ""
        yield from sheet.wrapped("        for ", f"{', '.join(change.rules[:SHOWN_RULES])}{more}")


def _entries(old: list[object], new: list[object]) -> str:
    """Which entries of a list went and came."""
    gone, came = ([each for each in a if each not in b] for a, b in ((old, new), (new, old)))
    parts = [f"without {_listed(gone)}"] if gone else []
    parts += [f"with {_listed(came)}"] if came else []
    return ", ".join(parts) or "in another order"


def _listed(entries: Sequence[object]) -> str:
    hidden = len(entries) - SHOWN_ENTRIES
    more = [f"{hidden} more"] if hidden > 0 else []
    return ", ".join([*(_cut(each) for each in entries[:SHOWN_ENTRIES]), *more])


def _cause_lines(cause: Cause, sheet: Sheet) -> Iterable[str]:
    times = f" ({cause.count} times)" if cause.count > 1 else ""
    turned = f": {cause.before} -> {cause.after}" if cause.before else ""
    yield from sheet.wrapped("    ", f"{cause.rule}{times}{turned}")
    yield from sheet.wrapped("      ", f"{cause.place}  {cause.text[:300]}".strip())
    if cause.changes:
        yield from sheet.wrapped("      by ", ", ".join(cause.changes[:SHOWN_RULES]))


def _place(line: PolicyLine | None) -> str:
    if line is None:
        return "not there"
    if line.line is not None:
        return f"{shorten(line.file, 200)}:{line.line}"
    return "not stated" if line.value is None else "a default"


def _cut(value: object) -> str:
    text = value if isinstance(value, str) else shown_value(value)
    return text if len(text) <= SHOWN_VALUE else f"{text[:SHOWN_VALUE]}..."
