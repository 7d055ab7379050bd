"""Findings where they stand: the lines of a file, each followed by what was found in it. Nothing here parses."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

from prism.finding import Finding
from prism.report.escape import escaped_characters, shorten
from prism.report.markup import Child, Markup, badge, element, joined, text

AROUND: Final = 6
"""Lines that are shown before and after a finding."""
MOST_LINES: Final = 5_000
"""Lines of one file that are shown at all."""
WIDTH: Final = 500
"""Characters of a line that are shown."""
LEAD: Final = 40
"""Characters that are shown before a finding which stands too far to the right."""
MOST_MARKED: Final = 20
"""Lines of one finding that are shown, unless the whole file is."""
MOST_FINDINGS: Final = 300
STEPS: Final = 10
TEXT: Final = 2_000

Naming = Callable[[str], Child]
"""How the id of a rule is shown: as it is, or as a link."""


def lines_of(data: bytes) -> list[str]:
    """The lines that are shown of a file."""
    whole = data.decode("utf-8", "replace").replace("\r\n", "\n").replace("\r", "\n")
    return whole.split("\n", MOST_LINES)[:MOST_LINES]


def with_excerpts(findings: Sequence[Finding], rule: Naming = text) -> Markup:
    """Findings with the lines that their evidence quotes; for a project whose files are not kept."""
    return joined(_file(_place(finding), [*_quoted(finding), _note(finding, rule)]) for finding in findings)


def with_findings(
    data: bytes, findings: Sequence[Finding], *, title: Markup, is_whole: bool, rule: Naming = text
) -> Markup:
    """One file with its findings; only the lines around them unless the whole of it is wanted."""
    lines = lines_of(data)
    at, beyond = _by_line(findings, len(lines))
    most = MOST_LINES if is_whole else MOST_MARKED
    marked = {number for finding in findings for number in _span(finding, len(lines))[:most]}
    shown = set(range(1, len(lines) + 1)) if is_whole else _around(marked, len(lines)) | (at.keys() - {0})
    rows = [*_rows(lines, at, marked, shown, rule), *_beyond(beyond, rule)]
    return joined([_file(title, rows), *(element("p", each, class_="quiet") for each in _left_out(data, lines))])


def _left_out(data: bytes, lines: Sequence[str]) -> Iterator[str]:
    """What a person has to know of a file that is not shown as it is."""
    try:
        data.decode()
    except UnicodeDecodeError:
        yield "It is not text in UTF-8: each byte that is none is shown as \N{REPLACEMENT CHARACTER}."
    if len(lines) == MOST_LINES:
        yield f"Lines beyond {MOST_LINES} are not shown, but for those that a finding quotes."


def _rows(
    lines: Sequence[str], at: Mapping[int, Sequence[Finding]], marked: set[int], shown: set[int], rule: Naming
) -> Iterator[Markup]:
    yield from (_note(finding, rule) for finding in at.get(0, ()))
    last = 0
    for number in sorted(shown):
        if number > last + 1:
            yield _gap()
        line = lines[number - 1]
        yield _row(number, line, marked=number in marked)
        for finding in at.get(number, ()):
            if not _is_seen(finding, line):
                yield from _quoted(finding)
            yield _note(finding, rule)
        last = number


def _beyond(findings: Sequence[Finding], rule: Naming) -> Iterator[Markup]:
    """Findings after the last line that is shown."""
    for finding in findings:
        yield _gap()
        yield from _quoted(finding)
        yield _note(finding, rule)


def _quoted(finding: Finding) -> Iterator[Markup]:
    """The lines that a finding's evidence quotes, so that the place it points at is among what is shown."""
    if finding.evidence is None or finding.line is None:
        return
    skipped = max(0, (finding.column or 1) - finding.evidence.first_column - LEAD)
    first, *others = finding.evidence.excerpt.split("\n")[:AROUND]
    is_cut = finding.evidence.first_column > 1 or skipped >= WIDTH - 2 * LEAD
    yield _row(finding.line, first[skipped:] if is_cut else first, marked=True, is_cut=is_cut)
    for number, line in enumerate(others, start=finding.line + 1):
        yield _row(number, line, marked=True)


def _is_seen(finding: Finding, line: str) -> bool:
    """Whether a shown line has what the finding quotes: it may stand too far right, or be in another encoding."""
    if finding.evidence is None:
        return True
    quoted = finding.evidence.excerpt.split("\n", 1)[0]
    return (finding.column or 1) < WIDTH - LEAD and line.startswith(quoted[:WIDTH])


def _gap() -> Markup:
    return element("tr", element("td", "…", colspan=2), class_="gap")


def _by_line(findings: Sequence[Finding], last: int) -> tuple[dict[int, list[Finding]], list[Finding]]:
    """Findings by the line below which they are shown, 0 is above the first; and those after the last line."""
    found: dict[int, list[Finding]] = {}
    beyond = [finding for finding in findings if (finding.line or 0) > last]
    for finding in findings:
        if (finding.line or 0) <= last:
            found.setdefault(finding.line or 0, []).append(finding)
    return found, beyond


def _span(finding: Finding, last: int) -> range:
    if finding.line is None:
        return range(0)
    return range(finding.line, min(finding.end_line or finding.line, last) + 1)


def _around(marked: set[int], last: int) -> set[int]:
    return {number for mark in marked for number in range(max(1, mark - AROUND), min(last, mark + AROUND) + 1)}


def _file(title: Markup, rows: "Iterator[Markup] | Sequence[Markup]") -> Markup:
    body = element("table", element("tbody", *rows), class_="code")
    return element("article", element("h3", title), element("div", body, class_="wide"), class_="file")


def _row(number: int, line: str, *, marked: bool, is_cut: bool = False) -> Markup:
    return element(
        "tr",
        element("td", number, class_="number"),
        element("td", element("code", "…" if is_cut else None, code(line))),
        class_="marked" if marked else None,
    )


def code(line: str) -> Markup:
    """A source line in which every character is visible."""
    shown = "".join(escaped_characters(line[:WIDTH].replace("\t", "    ")))
    return text(shown + ("…" if len(line) > WIDTH else ""))


def _note(finding: Finding, rule: Naming) -> Markup:
    parts = [
        element("p", badge(finding.severity), " ", rule(finding.rule)),
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
    said = element("td", element("div", *parts, class_="said"), colspan=2)
    return element("tr", said, class_=f"note {finding.severity}", data_severity=finding.severity)


def _place(finding: Finding) -> Markup:
    if finding.path is None:
        return text("the whole project")
    return text(shorten(finding.path, TEXT) + (f":{finding.line}" if finding.line else ""))
