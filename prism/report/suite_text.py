"""What came of suites, as text for people and as JUnit cases for continuous integration."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Final

from prism.errors import Problem
from prism.finding import Finding
from prism.report.escape import escape, shorten
from prism.report.junit import JunitCase, JunitSuite
from prism.report.painting import BOLD, GREEN, RED, YELLOW, Sheet, counted
from prism.suite.expectation import ExpectedFinding
from prism.suite.suite import Tried
from prism.suite.trial import Standing, Trial

SHOWN: Final = 50
"""Lines of one kind of one case; --format json has all."""
_MARKS: Final = {
    Standing.PASSED: ("ok    ", GREEN),
    Standing.FAILED: ("FAILED", RED),
    Standing.BROKEN: ("BROKEN", YELLOW),
}


def suites_text(suites: Sequence[Tried], sheet: Sheet, *, verbose: bool = False) -> str:
    """Every case that is not as expected (with ``verbose`` each one), what no case exercises, and the counts."""
    lines: list[str] = []
    for tried in suites:
        lines += [*_suite_lines(tried, sheet, verbose=verbose), ""]
    return "\n".join([*lines, _tally(suites, sheet)]) + "\n"


def junit_suites(suites: Iterable[Tried]) -> tuple[JunitSuite, ...]:
    """The suites for :func:`prism.report.junit.junit_xml`."""
    return tuple(_junit_suite(tried) for tried in suites)


def _suite_lines(tried: Tried, sheet: Sheet, *, verbose: bool) -> Iterator[str]:
    digest = f" ({escape(tried.digest[:12])})" if tried.digest else ""
    yield sheet.paint(shorten(tried.policy, sheet.columns), BOLD) + digest
    yield from _problem_lines(tried.problems, sheet, "  ")
    for trial in tried.trials:
        if verbose or trial.standing is not Standing.PASSED:
            mark, colour = _MARKS[trial.standing]
            yield f"  {sheet.paint(mark, colour)} {shorten(trial.name, sheet.columns)}"
            for sign, line in _difference(trial):
                painted = {"-": RED, "+": GREEN}.get(sign)
                yield from _lines(sheet, sign, line, painted)
            yield from _problem_lines(trial.problems, sheet, "    ")
    counts = Counter(trial.standing for trial in tried.trials)
    if tried.trials:
        yield f"  {_counted(counts)}"
        yield from _coverage_lines(tried, sheet)


def _lines(sheet: Sheet, sign: str, line: str, colour: str | None) -> Iterator[str]:
    for text in sheet.wrapped(f"    {sign} ", line):
        yield sheet.paint(text, colour) if colour else text


def _difference(trial: Trial) -> Iterator[tuple[str, str]]:
    """Signs and lines: ``-`` was expected and did not come, ``+`` came and was not expected."""
    if trial.standing is not Standing.FAILED:
        return
    if trial.expected_verdict is not None and trial.expected_verdict is not trial.verdict:
        yield "-", f"verdict {trial.expected_verdict}"
        yield "+", f"verdict {trial.verdict}"
        yield from _cut((" ", f"because {text}") for text in trial.reasons)
    yield from _cut(("-", _expected(each, trial.unexpected)) for each in trial.missing)
    yield from _cut(("+", _came(each)) for each in trial.unexpected)
    if trial.fitting:
        yield "=", f"{counted(trial.fitting, 'finding')} as expected"


def _cut(lines: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    listed = list(lines)
    yield from listed[:SHOWN]
    if len(listed) > SHOWN:
        yield listed[0][0], f"... and {len(listed) - SHOWN} more; --format json shows all"


def _expected(each: ExpectedFinding, unexpected: Sequence[Finding]) -> str:
    said = f"{each.rule}  {_place(each.path, each.line)}{'  waived' if each.waived else ''}"
    same = [finding for finding in unexpected if finding.rule == each.rule]
    if not same:
        return said
    near = min(same, key=lambda finding: (finding.path != each.path, abs((finding.line or 0) - (each.line or 0))))
    return f"{said}  (came at {_place(near.path, near.line)}{', waived' if near.waived is not None else ''})"


def _came(finding: Finding) -> str:
    waived = "  waived" if finding.waived is not None else ""
    return f"{finding.rule}  {_place(finding.path, finding.line, whole=True)}{waived}  {finding.message[:300]}"


def _place(path: str | None, line: int | None, *, whole: bool = False) -> str:
    if path is None:
        return "(whole project)" if whole else "(any place)"
    return f"{shorten(path, 200)}:{line}" if line is not None else shorten(path, 200)


def _problem_lines(problems: Iterable[Problem], sheet: Sheet, indent: str) -> Iterator[str]:
    for problem in problems:
        yield from sheet.wrapped(indent, f"{problem.where}: {problem.what[:1000]}")
        if problem.do:
            yield from sheet.wrapped(f"{indent}  do: ", problem.do[:1000])


def _coverage_lines(tried: Tried, sheet: Sheet) -> Iterator[str]:
    whole = len(tried.exercised) + len(tried.unexercised)
    yield f"  {len(tried.exercised)} of {whole} rules of the policy's plugins are exercised by a case"
    for plugin, rules in groupby(tried.unexercised, key=lambda rule: rule.partition("/")[0]):
        yield from sheet.wrapped(f"    not exercised: {plugin}/ ", ", ".join(rule.partition("/")[2] for rule in rules))


def _counted(counts: "Counter[Standing]") -> str:
    words = {Standing.PASSED: "as expected", Standing.FAILED: "different", Standing.BROKEN: "broken"}
    return ", ".join(f"{counts[standing]} {word}" for standing, word in words.items())


def _tally(suites: Sequence[Tried], sheet: Sheet) -> str:
    cases = Counter(trial.standing for tried in suites for trial in tried.trials)
    broken = sum(bool(tried.problems) for tried in suites)
    text = f"{counted(cases.total(), 'case')}: {_counted(cases)}"
    text += f"; {counted(broken, 'suite')} could not be tried" if broken else ""
    worst = next((each for each in (Standing.BROKEN, Standing.FAILED) if any(t.standing is each for t in suites)), None)
    return sheet.paint(text, _MARKS[worst or Standing.PASSED][1])


def _junit_suite(tried: Tried) -> JunitSuite:
    own = JunitCase(
        name="suite",
        group=tried.policy,
        error="; ".join(problem.what for problem in tried.problems),
        details=tuple(_problem_lines(tried.problems, Sheet(), "")),
    )
    cases = tuple(_junit_case(tried.policy, trial) for trial in tried.trials)
    coverage = (("policy.digest", tried.digest), ("rules.not_exercised", ", ".join(tried.unexercised)))
    return JunitSuite(
        name=tried.policy,
        cases=(*cases, *([own] if tried.problems else [])),
        properties=tuple(each for each in coverage if each[1]),
    )


def _junit_case(policy: str, trial: Trial) -> JunitCase:
    lines = [f"{sign} {line}" for sign, line in _difference(trial)]
    return JunitCase(
        name=trial.name,
        group=policy,
        seconds=trial.seconds,
        file=trial.file,
        failure=lines[0] if lines else ("different" if trial.standing is Standing.FAILED else ""),
        error=trial.problems[0].what if trial.problems else "",
        details=(*lines, *_problem_lines(trial.problems, Sheet(), "")),
    )
