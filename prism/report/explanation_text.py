"""An explanation as text: a chain for each rule, then what would lead to another verdict."""

from collections.abc import Iterator
from typing import Final

from prism.explanation.chain import Link
from prism.explanation.explanation import Explanation
from prism.explanation.ways import Alternative, Edit, Way
from prism.finding import Finding
from prism.policy.lines import PolicyLine, shown_value
from prism.report.escape import escape, shorten
from prism.report.excerpt import excerpt
from prism.report.painting import BOLD, CYAN, GREEN, RED, YELLOW, Sheet, counted
from prism.verdict import Outcome

SHOWN_FINDINGS: Final = 10  # of one rule; --format json has all
SHOWN_LINKS: Final = 30
SHOWN_PLACES: Final = 20
SHOWN_VALUE: Final = 120
WAIVERS: Final = "$.waivers"
_COLOURS: Final = {Outcome.REJECTED: RED, Outcome.HELD: YELLOW, Outcome.APPROVED: GREEN}
_VERBS: Final = {Outcome.REJECTED: "rejects", Outcome.HELD: "holds", Outcome.APPROVED: "does not count"}


def explanation_text(name: str, explanation: Explanation, sheet: Sheet) -> str:
    """The whole explanation of the project of a name."""
    lines = [sheet.paint(shorten(name, 2 * sheet.columns), BOLD), *_head(explanation, sheet), ""]
    for link in explanation.chain[:SHOWN_LINKS]:
        lines += [*_link_lines(link, sheet), ""]
    hidden = len(explanation.chain) - SHOWN_LINKS
    lines += [f"  ... and {hidden} more rules; --format json shows all", ""] if hidden > 0 else []
    for alternative in explanation.alternatives:
        lines += [*_alternative_lines(alternative, sheet), ""]
    lines += _unfinished_lines(explanation, sheet)
    return "\n".join(lines).rstrip("\n") + "\n"


def _head(explanation: Explanation, sheet: Sheet) -> Iterator[str]:
    verdict = sheet.paint(explanation.verdict, _COLOURS[explanation.verdict])
    policy = f"{escape(explanation.policy.name)} {escape(explanation.policy.digest[:12])}"
    yield f"  {verdict} under the policy {policy}" + ("" if explanation.chain else ": nothing was found")
    yield from sheet.wrapped("  made of ", ", ".join(explanation.sources))
    known = {link.rule for link in explanation.chain}
    for reason in explanation.reasons:
        if reason.rule not in known:  # no finding: a plugin objected by itself
            yield from sheet.wrapped("  objection ", f"{reason.rule}: {reason.text}")


def _link_lines(link: Link, sheet: Sheet) -> Iterator[str]:
    verb = sheet.paint(_VERBS[link.outcome], _COLOURS[link.outcome])
    yield f"  {sheet.paint(escape(link.rule), BOLD)} {verb}"
    yield from sheet.wrapped("    rule       ", link.title) if link.title else ()
    for finding in link.findings[:SHOWN_FINDINGS]:
        yield from _evidence_lines(finding, sheet)
    if len(link.findings) > SHOWN_FINDINGS:
        yield f"               ... and {len(link.findings) - SHOWN_FINDINGS} more"
    by = _place(link.severity_line) if link.severity_line else "the rule's own"
    yield from sheet.wrapped("    severity   ", f"{link.severity}: {by}")
    if link.threshold is not None:
        yield from sheet.wrapped("    threshold  ", f"{link.why}: {_said(link.threshold)}")
    elif link.waiver is not None:
        yield from sheet.wrapped("    waived     ", f"{_place(link.waiver)}: {link.findings[0].waived or ''}")
    else:
        yield from sheet.wrapped("    threshold  ", link.why)
    for setting in link.settings:
        yield from sheet.wrapped("    setting    ", _said(setting))
    if link.selected is not None:
        yield from sheet.wrapped("    selected   ", _place(link.selected))


def _evidence_lines(finding: Finding, sheet: Sheet) -> Iterator[str]:
    yield from sheet.wrapped("    evidence   ", f"{_where(finding)}  {finding.message[:500]}")
    drawn = excerpt(finding)
    if drawn is not None:
        room = max(sheet.columns - 15, 20)
        yield f"               {sheet.paint(drawn[0].rstrip()[:room], CYAN)}"


def _alternative_lines(alternative: Alternative, sheet: Sheet) -> Iterator[str]:
    yield f"  {sheet.paint(f'To be {alternative.verdict}', BOLD)}"
    count = len(alternative.findings)
    many = f" ({counted(count, 'finding')})" if count else ""
    yield from sheet.wrapped("    in the code    ", f"{alternative.in_code}{many}")
    places = list(dict.fromkeys(f"{_where(each)}  {each.rule}" for each in alternative.findings))
    for place in places[:SHOWN_PLACES]:
        yield from sheet.wrapped("                     ", place)
    if len(places) > SHOWN_PLACES:
        yield f"                     ... and {len(places) - SHOWN_PLACES} more places"
    if alternative.in_policy:
        yield from sheet.wrapped("    in the policy  ", alternative.in_policy)
    for way in alternative.ways:
        yield from _way_lines(way, sheet)


def _way_lines(way: Way, sheet: Sheet) -> Iterator[str]:
    count = sum(_statements(edit) for edit in way.edits)
    yield from sheet.wrapped("    in the policy  ", f"{counted(count, 'statement')}, for {way.about}:")
    for edit in way.edits:
        if edit.json_path == WAIVERS:
            yield from _waiver_lines(edit)
        else:
            yield from sheet.wrapped("                     ", _edit(edit))


def _statements(edit: Edit) -> int:
    return len(edit.then) - len(edit.now.value or ()) if edit.json_path == WAIVERS else 1


def _waiver_lines(edit: Edit) -> Iterator[str]:
    """The waivers to be added as they are written in a policy, narrow enough for their digests to stay whole."""
    yield "    waivers:"
    for waiver in edit.then[len(edit.now.value or ()) :]:
        for mark, (key, value) in zip(("-", *" " * len(waiver)), waiver.items(), strict=False):
            yield f"    {mark} {key}: {escape(value)}"


def _edit(edit: Edit) -> str:
    now = "not said now" if edit.now.value is None else f"now {_place(edit.now)}: {_cut(shown_value(edit.now.value))}"
    return f"{edit.json_path}: {_cut(shown_value(edit.then))}  ({now})"


def _unfinished_lines(explanation: Explanation, sheet: Sheet) -> Iterator[str]:
    for stage in explanation.unfinished:
        yield from sheet.wrapped(f"  {stage.status}  ", f"{stage.name}: {stage.why or 'no reason was given'}")
    if explanation.unfinished:
        yield from sheet.wrapped("  ", "What was not run may have more to say once it runs.")


def _where(finding: Finding) -> str:
    if finding.path is None:
        return "(whole project)"
    path = shorten(finding.path, 200)
    return path if finding.line is None else f"{path}:{finding.line}"


def _said(line: PolicyLine) -> str:
    return f"{_place(line)}: {_cut(shown_value(line.value))}"


def _place(line: PolicyLine) -> str:
    if line.line is None:
        return f"a default: {line.json_path}"
    return f"{shorten(line.file, 200)}:{line.line}: {line.json_path}"


def _cut(text: str) -> str:
    return text if len(text) <= SHOWN_VALUE else f"{text[:SHOWN_VALUE]}..."
