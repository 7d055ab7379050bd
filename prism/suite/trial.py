"""The trial of a suite: each case reviewed by the gate, and what came compared with what was expected."""

import enum
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from prism.document import escaped
from prism.errors import PolicyError, Problem, UsageError
from prism.finding import Finding
from prism.gate import Examination, Gate
from prism.suite.case import Broken, Case
from prism.suite.expectation import ExpectedFinding, marked, unknown_rule
from prism.verdict import Outcome

if TYPE_CHECKING:
    from prism.corpus import CorpusSource
    from prism.review import Review

MAX_PROBLEMS = 100


class Standing(enum.StrEnum):
    """How a case ended."""

    PASSED = "passed"
    FAILED = "failed"
    BROKEN = "broken"
    """It could not be tried."""


class Trial(msgspec.Struct, frozen=True, kw_only=True):
    """What came of one case."""

    name: str
    file: str
    standing: Standing
    expected_verdict: Outcome | None = None
    verdict: Outcome | None = None
    """What came; ``None`` if the case was not tried."""
    reasons: tuple[str, ...] = ()
    """Why the verdict that came is not milder, where another one was expected."""
    fitting: int = 0
    """Findings that came as expected."""
    missing: tuple[ExpectedFinding, ...] = ()
    unexpected: tuple[Finding, ...] = ()
    problems: tuple[Problem, ...] = ()
    seconds: float = 0.0
    rules: frozenset[str] = frozenset()
    """The rules that the case names and that came as it says."""


def try_case(gate: Gate, case: Case | Broken, policy: str) -> Trial:
    """What comes of a case under the gate's policy, which people know by this name.

    Raises:
        GuardError, StoreError: PRISM could not do its work; nothing is known of the case.
    """
    if isinstance(case, Broken):
        return _broken(case.name, case.file, case.problems)
    problems = case.stated.unknown_rules(gate.rules, policy)
    if problems:
        return _broken(case.name, case.file, problems)
    began = time.monotonic()
    try:
        examination = _examined(gate, case)
    except (UsageError, PolicyError) as error:
        told = Problem(where=error.where or case.file, what=error.what, do=error.do)
        return _broken(case.name, case.file, error.problems or (told,))
    marks = marked(examination.snapshot) if examination.snapshot and case.stated.expectation.marked else ()
    stray = tuple(_stray(each, gate, policy) for each in marks if each.rule not in gate.rules)
    if stray:
        return _broken(case.name, case.file, stray)
    return _compared(case, marks, examination.review, time.monotonic() - began)


def _stray(mark: ExpectedFinding, gate: Gate, policy: str) -> Problem:
    where = f"{escaped(mark.path or '', limit=200)}:{mark.line}"
    what, do = unknown_rule(mark.rule, gate.rules, policy)
    return Problem(where=where, what=what, do=do, line=mark.line)


def compared(
    expected: Sequence[ExpectedFinding], came: Iterable[Finding]
) -> tuple[tuple[ExpectedFinding, ...], tuple[Finding, ...]]:
    """What is missing and what nobody expected, one finding for each that is expected.

    Who says more chooses first: places lie in files and files in projects, so that nobody takes what another needs.
    """
    open_ones: defaultdict[tuple[str, bool], list[Finding]] = defaultdict(list)
    for finding in came:
        open_ones[finding.rule, finding.waived is not None].append(finding)
    missing = []
    for each in sorted(expected, key=lambda each: (each.line is None, each.path is None)):
        left = open_ones[each.rule, each.waived]
        taken = next((finding for finding in left if _fits(each, finding)), None)
        if taken is None:
            missing.append(each)
        else:
            left.remove(taken)
    left_over = [finding for group in open_ones.values() for finding in group]
    return tuple(missing), tuple(sorted(left_over, key=lambda finding: finding.sort_key))


def _fits(expected: ExpectedFinding, finding: Finding) -> bool:
    return expected.path in {None, finding.path} and expected.line in {None, finding.line}


def _compared(case: Case, marks: tuple[ExpectedFinding, ...], review: "Review", seconds: float) -> Trial:
    said = case.stated.expectation
    expected = (*(said.findings or ()), *marks)
    is_exact = said.findings is not None or said.marked
    missing, unexpected = compared(expected, review.findings) if is_exact else ((), ())
    is_as_said = said.verdict in {None, review.verdict}
    passed = is_as_said and not missing and not unexpected
    return Trial(
        name=case.name,
        file=case.file,
        standing=Standing.PASSED if passed else Standing.FAILED,
        expected_verdict=said.verdict,
        verdict=review.verdict,
        reasons=() if is_as_said else tuple(f"{reason.rule}: {reason.text}" for reason in review.reasons),
        fitting=len(expected) - len(missing),
        missing=missing,
        unexpected=unexpected,
        seconds=seconds,
        rules=frozenset(each.rule for each in expected) if passed else frozenset(),
    )


def _examined(gate: Gate, case: Case) -> Examination:
    if not case.earlier:
        return gate.examine(case.source)
    with _handed_in_before(gate, case.earlier) as corpus:
        return gate.examine(case.source, corpus=corpus)


@contextmanager
def _handed_in_before(gate: Gate, earlier: Iterable[bytes | Path]) -> "Iterator[CorpusSource]":
    """A store of its own in which these projects are, as somebody else's."""
    from prism.store import open_store

    with tempfile.TemporaryDirectory(prefix="prism-suite-") as folder, open_store(f"{folder}/earlier.db") as store:
        for source in earlier:
            snapshot, features = gate.features_of(source)
            store.keep(snapshot, features, hotkey="earlier")
        yield store.source()


def _broken(name: str, file: str, problems: tuple[Problem, ...]) -> Trial:
    return Trial(name=name, file=file, standing=Standing.BROKEN, problems=problems[:MAX_PROBLEMS])
