"""The verdict as a function: harsher with more findings, the same in any order, never approved on a broken check."""

import random

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from prism.finding import Finding, Severity, ordered
from prism.policy.model import VerdictPolicy
from prism.verdict import HARSHNESS, Outcome, Reason, Verdict, decide

RULES = ("safety/a", "safety/b", "contract/c", "host/plugin-failed", "intake/x")

severities = st.sampled_from(list(Severity))
finding_lists = st.lists(
    st.builds(
        Finding,
        rule=st.sampled_from(RULES),
        severity=severities,
        message=st.sampled_from(["one", "two"]),
        path=st.sampled_from([None, "a.py", "b.py"]),
        line=st.sampled_from([None, 1, 2]),
        waived=st.sampled_from([None, "accepted by the operator"]),
        at_most=st.sampled_from([None, "approved", "held"]),
    ),
    max_size=8,
)
policies = st.builds(
    VerdictPolicy,
    reject=st.lists(severities, unique=True).map(tuple),
    hold=st.lists(severities, unique=True).map(tuple),
)


def outcome_of(*findings: Finding, policy: VerdictPolicy | None = None) -> Outcome:
    return decide(policy or VerdictPolicy(), findings).outcome


def finding(rule: str, severity: Severity, waived: str | None = None) -> Finding:
    return Finding(rule=rule, severity=severity, message="m", waived=waived)


def test_the_default_policy_rejects_errors_holds_warnings_and_lets_notes_pass() -> None:
    assert outcome_of() is Outcome.APPROVED
    assert outcome_of(finding("safety/a", Severity.NOTE)) is Outcome.APPROVED
    assert outcome_of(finding("safety/a", Severity.WARNING)) is Outcome.HELD
    assert outcome_of(finding("safety/a", Severity.ERROR)) is Outcome.REJECTED


def test_a_check_that_did_not_finish_holds_whatever_the_policy_says() -> None:
    broken = finding("host/plugin-failed", Severity.ERROR)
    assert outcome_of(broken) is Outcome.HELD
    assert outcome_of(broken, policy=VerdictPolicy(reject=(), hold=())) is Outcome.HELD


def test_a_waived_finding_does_not_count_but_a_waived_failure_does() -> None:
    assert outcome_of(finding("safety/a", Severity.ERROR, waived="known and harmless")) is Outcome.APPROVED
    assert outcome_of(finding("host/plugin-failed", Severity.ERROR, waived="known")) is Outcome.HELD


def test_what_no_code_has_verified_never_rejects_and_what_is_only_on_record_has_no_consequence() -> None:
    harsh = VerdictPolicy(reject=tuple(Severity), hold=())
    for severity in Severity:
        plain = finding("llm/a", severity)
        assert outcome_of(replace(plain, at_most="held"), policy=harsh) is Outcome.HELD
        assert outcome_of(replace(plain, at_most="approved"), policy=harsh) is Outcome.APPROVED
        assert outcome_of(plain, policy=harsh) is Outcome.REJECTED
    assert outcome_of(replace(finding("llm/a", Severity.NOTE), at_most="held")) is Outcome.APPROVED
    broken = replace(finding("host/plugin-failed", Severity.ERROR), at_most="approved")
    assert outcome_of(broken) is Outcome.HELD


def test_reasons_name_each_rule_once_harshest_first() -> None:
    verdict = decide(
        VerdictPolicy(),
        [
            finding("safety/b", Severity.WARNING),
            finding("safety/a", Severity.ERROR),
            finding("safety/a", Severity.ERROR),
            finding("safety/c", Severity.NOTE),
        ],
    )
    assert verdict.reasons == (
        Reason(outcome=Outcome.REJECTED, rule="safety/a", count=2, text="m"),
        Reason(outcome=Outcome.HELD, rule="safety/b", count=1, text="m"),
    )


@given(policy=policies, findings=finding_lists, more=finding_lists)
def test_more_findings_never_make_it_milder(
    policy: VerdictPolicy, findings: list[Finding], more: list[Finding]
) -> None:
    assert HARSHNESS[decide(policy, findings + more).outcome] >= HARSHNESS[decide(policy, findings).outcome]


@given(policy=policies, findings=finding_lists, seed=st.integers())
def test_the_order_of_findings_does_not_matter(policy: VerdictPolicy, findings: list[Finding], seed: int) -> None:
    shuffled = random.Random(seed).sample(findings, len(findings))  # noqa: S311 - not for secrets
    assert decide(policy, shuffled) == decide(policy, findings)
    assert ordered(shuffled) == ordered(findings)


@given(first=st.sampled_from(list(Outcome)), second=st.sampled_from(list(Outcome)))
def test_the_harsher_of_two_verdicts_counts_with_the_reasons_of_both(first: Outcome, second: Outcome) -> None:
    one = Verdict(outcome=first, reasons=(Reason(outcome=first, rule="a/one", text="t"),))
    other = Verdict(outcome=second, reasons=(Reason(outcome=second, rule="b/two", text="t"),))
    both = one.harsher(other)
    assert both == other.harsher(one)
    assert HARSHNESS[both.outcome] == max(HARSHNESS[first], HARSHNESS[second])
    assert set(both.reasons) == {*one.reasons, *other.reasons}
