"""Reviews as text for people: each finding with its place, why it matters and what to do; then the verdict and why."""

from collections import Counter
from collections.abc import Iterable, Iterator

from prism.finding import Finding, Severity
from prism.notebook import Usage
from prism.report.escape import escape, shorten
from prism.report.excerpt import excerpt
from prism.report.format import Report, ReportFormat, Reviewed
from prism.report.painting import BOLD, COLUMNS, CYAN, GREEN, RED, YELLOW, Sheet, counted
from prism.report.ranking import gravest
from prism.report.run_text import run_counts, run_lines
from prism.review import Review, StageStatus
from prism.verdict import Outcome, Reason

SHOWN_FINDINGS = 100  # of one project; a flood of notes must not bury the errors, so the gravest are shown
SHOWN_REASONS = 20
SHOWN_STEPS = 8

SEVERITY_COLOURS = {Severity.ERROR: RED, Severity.WARNING: YELLOW, Severity.NOTE: CYAN}
OUTCOME_COLOURS = {Outcome.REJECTED: RED, Outcome.HELD: YELLOW, Outcome.APPROVED: GREEN}


def render(report: Report) -> str:
    """Every review in turn and, for several, one line that counts the verdicts."""
    blocks = ["\n".join(_review_lines(each, report)) for each in report.reviews]
    if len(report.reviews) > 1:
        blocks.append(_tally(report.reviews))
    return "\n\n".join(blocks) + "\n"


def _review_lines(reviewed: Reviewed, report: Report) -> Iterator[str]:
    yield report.sheet.paint(shorten(reviewed.title, 2 * COLUMNS), BOLD)
    for finding in gravest(reviewed.review.findings, SHOWN_FINDINGS):
        yield from finding_lines(finding, report)
        yield ""
    hidden = len(reviewed.review.findings) - SHOWN_FINDINGS
    if hidden > 0:
        yield f"  ... and {hidden} more findings, none graver than these; --format json shows all"
        yield ""
    yield from _verdict_lines(reviewed.review, report.sheet)
    if reviewed.run is not None:
        yield from (f"  {line}" for line in run_lines(reviewed.run))


def finding_lines(finding: Finding, report: Report) -> Iterator[str]:
    """A finding with its place, its source, how it came about, and what to do."""
    rules, sheet = report.rules, report.sheet
    severity = sheet.paint(finding.severity, SEVERITY_COLOURS[finding.severity])
    yield f"  {place(finding)}  {severity}  {escape(finding.rule)}"
    yield from sheet.wrapped("    ", finding.message)
    yield from _source_lines(finding, sheet)
    for step in finding.chain[: SHOWN_STEPS if report.explain else 1]:
        yield from sheet.wrapped("    via:  ", f"{step.path}:{step.line}: {step.text}")
    if finding.rule in rules:
        yield from sheet.wrapped("    why:  ", rules[finding.rule].why)
    if finding.remedy:
        yield from sheet.wrapped("    do:   ", finding.remedy)
    if finding.confidence is not None:
        yield f"    a model's opinion, confidence {finding.confidence:.2f}"
    if finding.waived is not None:
        yield from sheet.wrapped("    waived by the policy:  ", finding.waived)


def place(finding: Finding) -> str:
    """``path:line:column`` as far as it is known."""
    if finding.path is None:
        return "(whole project)"
    numbers = [str(number) for number in (finding.line, finding.column) if number is not None]
    return ":".join([shorten(finding.path, 2 * COLUMNS), *numbers])


def _source_lines(finding: Finding, sheet: Sheet) -> Iterator[str]:
    number = str(finding.line or "")
    drawn = excerpt(finding, room=sheet.columns - len(number) - 7)
    if drawn is None:
        return
    source, underline = drawn
    yield f"    {number} | {source}"
    yield f"    {' ' * len(number)} | {sheet.paint(underline, SEVERITY_COLOURS[finding.severity])}"


def _verdict_lines(review: Review, sheet: Sheet) -> Iterator[str]:
    yield f"  {sheet.paint(review.verdict, OUTCOME_COLOURS[review.verdict])}: {_summary(review)}"
    for reason in review.reasons[:SHOWN_REASONS]:
        yield from sheet.wrapped("    because  ", reason_text(reason))
    if len(review.reasons) > SHOWN_REASONS:
        yield f"    ... and {len(review.reasons) - SHOWN_REASONS} more reasons"
    for usage in review.usage:
        yield from sheet.wrapped("    model    ", _taken(usage))
    for stage in review.stages:
        if stage.status is not StageStatus.COMPLETED:
            yield from sheet.wrapped(f"    {stage.status}  ", f"{stage.name}: {stage.why or 'no reason was given'}")


def reason_text(reason: Reason) -> str:
    """A reason in one sentence; what it quotes is not escaped."""
    times = f" ({reason.count} times)" if reason.count > 1 else ""
    return f"{reason.rule}{times} {'rejects' if reason.outcome is Outcome.REJECTED else 'holds'}: {reason.text}"


def _summary(review: Review) -> str:
    return f"{scope(review)} (policy {escape(review.policy.name)} {escape(review.policy.digest[:12])})"


def scope(review: Review) -> str:
    """What was found and in how much: never more than what was really looked at."""
    counts = Counter(finding.severity for finding in review.findings if finding.waived is None)
    waived = sum(finding.waived is not None for finding in review.findings)
    found = [counted(counts[severity], severity) for severity in Severity if counts[severity]]
    found += [f"{waived} waived"] if waived else []
    looked_at = (
        counted(len(review.project.files), "file") if review.project else "a project of which no file was accepted"
    )
    return f"{', '.join(found) or 'no findings'} in {looked_at}"


def _taken(usage: Usage) -> str:
    """What a reviewer took, in one sentence."""
    answers = f"{counted(usage.requests, 'request')}, {usage.recalled} answered before"
    tokens = f"{usage.input_tokens} tokens in, {usage.output_tokens} out, {usage.micro_usd / 1_000_000:.4f} USD"
    evidence = f"{counted(usage.accusations, 'accusation')}, {usage.discarded} without evidence"
    return f"{usage.plugin}, {usage.model}: {answers}; {tokens}; {evidence}"


def _tally(reviews: Iterable[Reviewed]) -> str:
    listed = tuple(reviews)
    counts = Counter(each.review.verdict for each in listed)
    verdicts = [f"{counts[outcome]} {outcome}" for outcome in Outcome]
    runs = [f"{number} run {status}" for status, number in run_counts(listed)]
    return f"{counted(len(listed), 'project')}: {', '.join(verdicts + runs)}"


FORMAT = ReportFormat(name="text", description="for people, on a terminal", render=render)
