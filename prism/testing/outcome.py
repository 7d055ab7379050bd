"""What came of a review, and the assertions about it, each with a failure that shows the whole review."""

from collections import Counter
from collections.abc import Mapping
from difflib import get_close_matches

from prism import verdict
from prism.finding import Finding
from prism.report.format import Report, Reviewed
from prism.report.text_format import render
from prism.review import Review, StageStatus
from prism.rule import Rule
from prism.testing.marks import Expectation, expectations

OURS = ("host/", "project/", "intake/")
"""Rules that say that something was not reviewed as it should be."""


class Outcome:
    """The review of one project."""

    def __init__(self, review: Review, files: Mapping[str, bytes], rules: Mapping[str, Rule], plugin: str = "") -> None:
        """``files`` are the project's, with their marks; ``plugin`` owns the rules that are named without a slash."""
        self.review = review
        self._files = files
        self._rules = rules
        self._plugin = plugin

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Everything that was found."""
        return self.review.findings

    def assert_rejected(self, *rules: str) -> None:
        """The project is rejected, and each of the rules is a reason for it."""
        __tracebackhide__ = True
        self._assert_verdict(verdict.Outcome.REJECTED, rules)

    def assert_held(self, *rules: str) -> None:
        """The project is held, and each of the rules is a reason for it."""
        __tracebackhide__ = True
        self._assert_verdict(verdict.Outcome.HELD, rules)

    def assert_approved(self) -> None:
        """The project is approved; there may be notes."""
        __tracebackhide__ = True
        self._assert_verdict(verdict.Outcome.APPROVED, ())

    def assert_no_finding(self, *rules: str) -> None:
        """None of the rules has found anything; without rules, nothing at all has.

        A check that failed has found nothing either: that is a failure too.
        """
        __tracebackhide__ = True
        named = self._ids(rules)
        unwanted = [each for each in self.findings if not named or each.rule in named]
        if unwanted:
            self._fail(f"found what should not be: {', '.join(sorted({each.rule for each in unwanted}))}")
        self._assert_whole(named)

    def assert_marks(self) -> None:
        """There is exactly one finding for each mark (``# expect: RULE``) of the project, on the mark's line."""
        __tracebackhide__ = True
        expected = expectations(self._files, prefix=self._plugin)
        self._ids(tuple(mark.rule for mark in expected))
        found = Counter(Expectation(each.rule, each.path, each.line) for each in self.findings)
        missing, surplus = expected - found, found - expected
        lines = [f"  missing  {each}" for each in sorted(map(str, missing.elements()))]
        lines += [f"  surplus  {each}" for each in sorted(map(str, surplus.elements()))]
        if lines:
            self._fail("the findings are not those that are marked:\n" + "\n".join(lines))
        self._assert_whole(frozenset(mark.rule for mark in expected))

    def _assert_verdict(self, wanted: verdict.Outcome, rules: tuple[str, ...]) -> None:
        __tracebackhide__ = True
        named = self._ids(rules)
        if self.review.verdict is not wanted:
            self._fail(f"{wanted} was expected, and it is {self.review.verdict}")
        reasons = {reason.rule for reason in self.review.reasons if reason.outcome is wanted}
        for rule in sorted(named - reasons):
            is_found = any(each.rule == rule for each in self.findings)
            what = "was found, but is no reason for that" if is_found else "was not found"
            self._fail(f"it is {wanted}, and {rule} {what}")
        if wanted is not verdict.Outcome.APPROVED:
            self._assert_whole(named)

    def _assert_whole(self, named: frozenset[str]) -> None:
        """Everything ran that should have, or it is what the test is about."""
        __tracebackhide__ = True
        failed = [stage for stage in self.review.stages if stage.status is StageStatus.FAILED]
        if failed and not any(rule.startswith(OURS) for rule in named):
            self._fail(f"not everything was looked at: {failed[0].why}")

    def _ids(self, rules: tuple[str, ...]) -> frozenset[str]:
        """The rules by their whole ids; one that nobody has is a mistake in the test."""
        ids = {rule if "/" in rule else f"{self._plugin}/{rule}" for rule in rules}
        owned = {*self._rules, *(reason.rule for reason in self.review.reasons)}
        for unknown in sorted(ids - owned):
            close = get_close_matches(unknown, owned, n=1)
            hint = f"; did you mean {close[0]!r}?" if close else f"; there are: {', '.join(sorted(self._own()))}"
            raise AssertionError(f"there is no rule {unknown!r}{hint}")
        return frozenset(ids)

    def _own(self) -> list[str]:
        return [rule for rule in self._rules if rule.startswith(f"{self._plugin}/")] or list(self._rules)

    def _fail(self, what: str) -> None:
        __tracebackhide__ = True
        report = Report(reviews=(Reviewed(name="the project", review=self.review),), rules=self._rules)
        raise AssertionError(f"{what}\n\n{render(report)}")
