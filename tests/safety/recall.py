"""How much of the attack corpus is found, by family: ``python -m tests.safety.recall``."""

import io
import sys
import zipfile
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

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


@dataclass(frozen=True, slots=True)
class Sight:
    """What a review under the default policy made of one case."""

    places: frozenset[Place]
    is_approved: bool


def see(chosen: Iterable[Case]) -> dict[str, Sight]:
    """Review cases under the default policy, by two guarded gates at a time; by the case's id."""
    listed = list(chosen)
    with ThreadPoolExecutor(2) as pool:
        halves = list(pool.map(_one_gate_sees, (listed[::2], listed[1::2])))
    return halves[0] | halves[1]


def _one_gate_sees(chosen: list[Case]) -> dict[str, Sight]:
    with Gate.from_policy("default") as gate:
        reviews = [(case, gate.review(archive(case.files))) for case in chosen]
    return {
        case.id: Sight(found_places(review, case), is_approved=review.verdict is Outcome.APPROVED)
        for case, review in reviews
    }


def main() -> None:
    """Print a table of families, and below it each case that is not found as it should be."""
    chosen = [case for case in cases() if not sys.argv[1:] or case.family in sys.argv[1:]]
    seen = see(chosen)
    for family in dict.fromkeys(case.family for case in chosen):
        _print_row(family, [case for case in chosen if case.family == family], seen)
    _print_row("all", chosen, seen)
    for case in chosen:
        sight = seen[case.id]
        if sight.places != case.expected:
            missing, surplus = sorted(case.expected - sight.places), sorted(sight.places - case.expected)
            approved = " APPROVED" if sight.is_approved else ""
            sys.stdout.write(f"{case.id}{approved}: missing {missing} surplus {surplus}\n")


def _print_row(name: str, chosen: list[Case], seen: dict[str, Sight]) -> None:
    stopped = sum(not seen[case.id].is_approved for case in chosen)
    exact = sum(seen[case.id].places == case.expected for case in chosen)
    sys.stdout.write(f"{name:22} {len(chosen):5} cases {stopped:5} stopped {exact:5} exact\n")


if __name__ == "__main__":
    main()
