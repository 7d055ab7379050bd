"""What would have to change for another verdict: the fewest findings in the code, the fewest lines in the policy.

Every way through the policy is tried before it is shown: the policy with it is put in force, and the same findings are
weighed again. A way that the policy may not go, because a rule may not be made milder for example, is not shown.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import chain, combinations
from typing import Any, Final

import msgspec

from prism.document import JsonPath, spelled_path
from prism.errors import PluginError, PolicyError
from prism.finding import Finding, Severity
from prism.policy.lines import PolicyLine, line_of
from prism.policy.loading import EffectivePolicy, in_force
from prism.policy.severities import CORE_PREFIXES, with_severities
from prism.policy.waivers import with_waivers
from prism.review import Review
from prism.rule import Rule
from prism.snapshot import Snapshot
from prism.verdict import HARSHNESS, Outcome, Reason, consequence, decide

WAIVED_DAYS: Final = 30
MAX_TRIES: Final = 24
"""Ways that are tried for one verdict; each puts a policy in force."""
_MILDEST_LAST: Final = ("error", "warning", "note", "off")


class Edit(msgspec.Struct, frozen=True, kw_only=True):
    """One statement that has to become another one."""

    json_path: str
    now: PolicyLine
    then: Any


class Way(msgspec.Struct, frozen=True, kw_only=True):
    """One way through the policy, tried."""

    about: str
    """Whom it concerns, in words."""
    edits: tuple[Edit, ...]


class Alternative(msgspec.Struct, frozen=True, kw_only=True):
    """Another verdict, and what would lead to it."""

    verdict: Outcome
    findings: tuple[Finding, ...] = ()
    """What must no longer be in the code: each of them, for nothing less suffices. Empty if code alone cannot."""
    in_code: str = ""
    """In words what would have to change in the code."""
    ways: tuple[Way, ...] = ()
    """Through the policy, the narrowest first."""
    in_policy: str = ""
    """In words why no way leads there, if none does."""


Edits = Mapping[JsonPath, Any]


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """A review under a policy, of which is asked how it could have ended otherwise."""

    effective: EffectivePolicy
    rules: Mapping[str, Rule]
    review: Review
    snapshot: Snapshot | None

    def alternatives(self) -> tuple[Alternative, ...]:
        """The two verdicts that did not come, the milder first."""
        others = sorted((each for each in Outcome if each is not self.review.verdict), key=HARSHNESS.__getitem__)
        return tuple(self._alternative(each) for each in others)

    def _alternative(self, target: Outcome) -> Alternative:
        if HARSHNESS[target] > HARSHNESS[self.review.verdict]:
            return self._harsher(target)
        blocking = self._blocking(target)
        verdict = self.effective.policy.verdict
        rest = [each for each in self.review.findings if HARSHNESS[consequence(verdict, each)] <= HARSHNESS[target]]
        objections = [each for each in self._objections() if HARSHNESS[each.outcome] > HARSHNESS[target]]
        if objections:
            said = f"a plugin objects by itself ({objections[0].rule}): only its settings or its removal change that"
            return Alternative(verdict=target, in_code=said, in_policy=said)
        suffices = decide(verdict, rest).outcome is target
        in_code = "these must be gone" if suffices else f"nothing in it asks for {target}: without these it is approved"
        ways = tuple(self._milder_ways(target, blocking))
        why_not = "" if ways else self._why_not(sorted({each.rule for each in blocking}))
        return Alternative(verdict=target, findings=blocking, in_code=in_code, ways=ways, in_policy=why_not)

    def _why_not(self, rules: Sequence[str]) -> str:
        """Why no weight leads there; whether a rule of PRISM itself fires may be for a setting to say."""
        firm = [rule for rule in rules if rule.startswith(CORE_PREFIXES)]
        if not firm:
            return "no setting of severities leads there"
        settings = sorted({name for rule in firm if rule in self.rules for name in self.rules[rule].settings})
        decided = f"; whether it fires is decided by {', '.join(settings)}" if settings else ""
        return f"no severity and no waiver softens {', '.join(firm)}{decided}"

    def _objections(self) -> list[Reason]:
        asked = decide(self.effective.policy.verdict, self.review.findings).reasons
        amended = {(each.rule, each.outcome) for each in asked}
        return [each for each in self.review.reasons if (each.rule, each.outcome) not in amended]

    def _blocking(self, target: Outcome) -> tuple[Finding, ...]:
        verdict = self.effective.policy.verdict
        return tuple(each for each in self.review.findings if HARSHNESS[consequence(verdict, each)] > HARSHNESS[target])

    def _milder_ways(self, target: Outcome, blocking: Sequence[Finding]) -> Iterator[Way]:
        rules = tuple(sorted({each.rule for each in blocking}))
        if self.snapshot is not None:
            waivers = self._waivers(rules)
            if self._leads({("waivers",): waivers}, target):
                yield self._way({("waivers",): waivers}, "this project alone")
        candidates = sorted(self._weighings(target, blocking), key=len)
        found = next((each for each in candidates[:MAX_TRIES] if self._leads(each, target)), None)
        if found is not None:
            yield self._way(found, "every project")

    def _waivers(self, rules: Iterable[str]) -> list[Any]:
        digest = self.snapshot.digest if self.snapshot else ""
        last = (datetime.now(UTC).date() + timedelta(days=WAIVED_DAYS)).isoformat()
        reason = "say here why this is acceptable"
        new = [{"rule": rule, "project": digest, "reason": reason, "expires": last} for rule in rules]
        return [*self.effective.document["waivers"], *new]

    def _weighings(self, target: Outcome, blocking: Sequence[Finding]) -> Iterator[dict[JsonPath, Any]]:
        """Other weights under which the findings might ask for no more than the target: by severity, and by rule."""
        severities = sorted({each.severity for each in blocking})
        subsets = chain.from_iterable(combinations(severities, size) for size in range(len(severities) + 1))
        for moved in subsets:
            rules = sorted({each.rule for each in blocking if each.severity not in moved})
            thresholds = self._thresholds(target, moved)
            yield from ({**thresholds, **weights} for weights in self._weights(target, rules))

    def _weights(self, target: Outcome, rules: Sequence[str]) -> Iterator[dict[JsonPath, Any]]:
        """A weight for each rule, the same for all: the harshest one that is mild enough, then milder ones."""
        verdict = self.effective.policy.verdict
        for choice in _MILDEST_LAST:
            harsh = verdict.reject if target is Outcome.HELD else (*verdict.reject, *verdict.hold)
            if choice not in harsh:
                yield {("rules", rule): choice for rule in rules}

    def _thresholds(self, target: Outcome, moved: Iterable[Severity]) -> dict[JsonPath, Any]:
        verdict, away = self.effective.policy.verdict, set(moved)
        if not away:
            return {}
        reject = [each for each in verdict.reject if each not in away]
        hold = [each for each in verdict.hold if target is Outcome.HELD or each not in away]
        hold += [each for each in verdict.reject if each in away and target is Outcome.HELD and each not in hold]
        said: dict[JsonPath, Any] = {("verdict", "reject"): reject, ("verdict", "hold"): hold}
        return {path: value for path, value in said.items() if value != list(getattr(verdict, str(path[1])))}

    def _harsher(self, target: Outcome) -> Alternative:
        verdict = self.effective.policy.verdict
        asking = verdict.reject if target is Outcome.REJECTED else verdict.hold
        words = " or ".join(repr(each.value) for each in asking)
        in_code = f"one finding of severity {words} would do" if asking else "no severity asks for it"
        return Alternative(
            verdict=target,
            in_code=in_code,
            ways=tuple(self._harsher_ways(target, asking)),
            in_policy="" if self.review.findings else "nothing was found that could weigh more",
        )

    def _harsher_ways(self, target: Outcome, asking: Sequence[Severity]) -> Iterator[Way]:
        rules = sorted({each.rule for each in self.review.findings if each.waived is None})
        candidates: list[Edits] = [{("rules", rule): choice.value} for rule in rules for choice in asking]
        found = next((each for each in candidates[:MAX_TRIES] if self._leads(each, target)), None)
        if found is not None:
            yield self._way(found, "every project")

    def _leads(self, edits: Edits, target: Outcome) -> bool:
        """Whether the findings ask for the target and no more under the policy with these edits."""
        try:
            changed = in_force(self.effective.layers.over(_nested(edits), said_by="another policy"))
        except (PolicyError, PluginError):
            return False
        bare = (msgspec.structs.replace(each, waived=None) for each in self.review.findings)
        weighed = with_severities(bare, changed.policy.rules)
        waived = with_waivers(weighed, self.snapshot, changed.policy.waivers, datetime.now(UTC).date())
        return decide(changed.policy.verdict, waived).outcome is target

    def _way(self, edits: Edits, about: str) -> Way:
        listed = [
            Edit(json_path=spelled_path(path), now=line_of(self.effective, path), then=value)
            for path, value in edits.items()
        ]
        return Way(about=about, edits=tuple(listed))


def _nested(edits: Edits) -> dict[str, Any]:
    data: dict[str, Any] = {}
    for path, value in edits.items():
        at = data
        for step in path[:-1]:
            at = at.setdefault(str(step), {})
        at[str(path[-1])] = value
    return data
