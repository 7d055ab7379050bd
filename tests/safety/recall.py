"""How much of the attack corpus is found, by family: ``python -m tests.safety.recall``."""

import io
import sys
import zipfile
from collections.abc import Iterable, Mapping

from prism.gate import Gate
from prism.review import Review
from prism.verdict import Outcome
from tests.safety.attack_corpus import Case, Place, cases


def archive(files: Mapping[str, bytes]) -> bytes:
    """A ZIP archive of these files."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as packed:
        for path, data in files.items():
            packed.writestr(path, data)
    return buffer.getvalue()


def found_places(review: Review, case: Case) -> frozenset[Place]:
    """The places a review reports; those of the contract plugin only where the case expects one."""
    is_contract_expected = any(rule.startswith("contract/") for rule, _, _ in case.expected)
    return frozenset(
        (found.rule, found.path or "", found.line or 0)
        for found in review.findings
        if is_contract_expected or not found.rule.startswith("contract/")
    )


class Seen(dict[str, frozenset[Place]]):
    """What a review under the default policy reported about each case, by the case's id."""

    approved: frozenset[str] = frozenset()
    """Ids of the cases that would have been run."""


def see(chosen: Iterable[Case]) -> Seen:
    """Review cases under the default policy, in one guarded gate."""
    seen = Seen()
    with Gate.from_policy("default") as gate:
        for case in chosen:
            review = gate.review(archive(case.files))
            seen[case.id] = found_places(review, case)
            if review.verdict is Outcome.APPROVED:
                seen.approved |= {case.id}
    return seen


def main() -> None:
    """Print a table of families, and below it each case that is not found as it should be."""
    chosen = [case for case in cases() if not sys.argv[1:] or case.family in sys.argv[1:]]
    seen = see(chosen)
    say = sys.stdout.write
    for family in dict.fromkeys(case.family for case in chosen):
        of_family = [case for case in chosen if case.family == family]
        exact = sum(seen[case.id] == case.expected for case in of_family)
        stopped = sum(case.id not in seen.approved for case in of_family)
        say(f"{family:26} {len(of_family):4} cases {stopped:4} stopped {exact:4} exact\n")
    exact = sum(seen[case.id] == case.expected for case in chosen)
    say(f"{'all':26} {len(chosen):4} cases {len(chosen) - len(seen.approved):4} stopped {exact:4} exact\n\n")
    for case in chosen:
        if seen[case.id] != case.expected:
            missing, surplus = sorted(case.expected - seen[case.id]), sorted(seen[case.id] - case.expected)
            say(f"{case.id}{' APPROVED' if case.id in seen.approved else ''}: missing {missing} surplus {surplus}\n")


if __name__ == "__main__":
    main()
