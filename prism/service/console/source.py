"""Findings where they stand: the lines of a file, each followed by what was found in it. Nothing here parses."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from prism.finding import Finding, Severity
from prism.report.escape import escaped_characters, shorten
from prism.service.console.layout import badge, link
from prism.service.console.markup import Markup, element, joined, text

AROUND: Final = 6
"""Lines that are shown before and after a finding."""
MOST_LINES: Final = 5_000
"""Lines of one file that are shown at all."""
WIDTH: Final = 500
"""Characters of a line that are shown."""
MOST_FINDINGS: Final = 300
STEPS: Final = 10
TEXT: Final = 2_000


def gravest(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """As many findings as a page shows, in their order; a flood of notes does not bury an error."""
    if len(findings) <= MOST_FINDINGS:
        return tuple(findings)
    ranks = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.NOTE: 2}
    weighed = sorted(
        range(len(findings)), key=lambda at: (findings[at].waived is not None, ranks[findings[at].severity])
    )
    return tuple(findings[at] for at in sorted(weighed[:MOST_FINDINGS]))


def lines_of(data: bytes) -> list[str]:
    """The lines that are shown of a file."""
    whole = data.decode("utf-8", "replace").replace("\r\n", "\n").replace("\r", "\n")
    return whole.split("\n", MOST_LINES)[:MOST_LINES]


def with_excerpts(findings: Sequence[Finding]) -> Markup:
    """Findings with the lines that their evidence quotes; for a project whose files are not kept."""
    shown = []
    for finding in findings:
        quoted = finding.evidence.excerpt.split("\n")[:AROUND] if finding.evidence and finding.line else []
        rows = [_row(number, line, marked=True) for number, line in enumerate(quoted, start=finding.line or 1)]
        shown.append(_file(_place(finding), [*rows, _note(finding)]))
    return joined(shown)


def with_findings(lines: Sequence[str], findings: Sequence[Finding], *, title: Markup, is_whole: bool) -> Markup:
    """One file with its findings; only the lines around them unless the whole of it is wanted."""
    at = _by_line(findings, len(lines))
    marked = {number for finding in findings for number in _span(finding, len(lines))}
    shown = set(range(1, len(lines) + 1)) if is_whole else _around(marked, len(lines)) | (at.keys() - {0})
    return _file(title, _rows(lines, at, marked, shown))


def _rows(
    lines: Sequence[str], at: Mapping[int, Sequence[Finding]], marked: set[int], shown: set[int]
) -> Iterator[Markup]:
    yield from map(_note, at.get(0, ()))
    last = 0
    for number in sorted(shown):
        if number > last + 1:
            yield element("tr", element("td", "⋮", colspan=2), class_="gap")
        yield _row(number, lines[number - 1], marked=number in marked)
        yield from map(_note, at.get(number, ()))
        last = number


def _by_line(findings: Sequence[Finding], last: int) -> dict[int, list[Finding]]:
    """Findings by the line below which they are shown; 0 is above the first."""
    found: dict[int, list[Finding]] = {}
    for finding in findings:
        found.setdefault(min(finding.line or 0, last), []).append(finding)
    return found


def _span(finding: Finding, last: int) -> range:
    if finding.line is None:
        return range(0)
    return range(finding.line, min(finding.end_line or finding.line, last) + 1)


def _around(marked: set[int], last: int) -> set[int]:
    return {number for mark in marked for number in range(max(1, mark - AROUND), min(last, mark + AROUND) + 1)}


def _file(title: Markup, rows: "Iterator[Markup] | Sequence[Markup]") -> Markup:
    body = element("table", element("tbody", *rows), class_="code")
    return element("article", element("h3", title), element("div", body, class_="wide"), class_="file")


def _row(number: int, line: str, *, marked: bool) -> Markup:
    return element(
        "tr",
        element("td", number, class_="number"),
        element("td", element("code", code(line))),
        class_="marked" if marked else None,
    )


def code(line: str) -> Markup:
    """A source line in which every character is visible."""
    shown = "".join(escaped_characters(line[:WIDTH].replace("\t", "    ")))
    return text(shown + ("…" if len(line) > WIDTH else ""))


def _note(finding: Finding) -> Markup:
    parts = [
        element("p", badge(finding.severity), " ", link(finding.rule, f"/submissions?rule={finding.rule}")),
        element("p", shorten(finding.message, TEXT)),
        *(
            element("p", f"via {shorten(step.path, TEXT)}:{step.line}: {shorten(step.text, TEXT)}", class_="quiet")
            for step in finding.chain[:STEPS]
        ),
    ]
    if finding.remedy:
        parts.append(element("p", f"The author should: {shorten(finding.remedy, TEXT)}", class_="quiet"))
    if finding.confidence is not None:
        parts.append(element("p", f"A model's opinion, confidence {finding.confidence:.2f}.", class_="quiet"))
    if finding.waived is not None:
        parts.append(element("p", f"Waived by the policy: {shorten(finding.waived, TEXT)}", class_="quiet"))
    return element(
        "tr", element("td", element("div", *parts, class_="said"), colspan=2), class_=f"note {finding.severity}"
    )


def _place(finding: Finding) -> Markup:
    if finding.path is None:
        return text("the whole project")
    return text(shorten(finding.path, TEXT) + (f":{finding.line}" if finding.line else ""))
