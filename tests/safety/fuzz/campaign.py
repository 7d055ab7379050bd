"""A row of random projects through the gate, and what must hold for each of them.

Every file ends in a canary: a function with a forbidden import. Whatever stands before it, the review must end with a
record, without a ``host/`` finding, and must have either reported the canary or said that it cannot read the file.
"""

import random
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import msgspec
from prism_safety.report import MAX_OF_ONE_RULE

from prism.gate import Gate
from prism.review import Review
from prism.verdict import Outcome
from tests.safety.attack_corpus import cases
from tests.safety.fuzz.damage import damaged
from tests.safety.fuzz.grammar import Grammar
from tests.safety.recall import archive

CANARY = b"\n\n\ndef canary():\n    import ctypes\n"
CANARY_RULE = "safety/forbidden-import"
UNREADABLE = frozenset({"project/unparsable", "safety/too-complex"})
FILES_A_PROJECT = 3
FIXTURES = Path(__file__).parents[3] / "plugins" / "safety" / "tests"


class Failure(msgspec.Struct, frozen=True, kw_only=True):
    """A project that broke what must hold, and how to make it again."""

    seed: int
    problem: str
    files: dict[str, bytes]


def corpus() -> tuple[bytes, ...]:
    """Programs to damage: the rules' own cases and the attacks."""
    fixtures = [path.read_bytes() for kind in ("fires", "silent") for path in sorted((FIXTURES / kind).rglob("*.py"))]
    attacks = [data for case in cases() for path, data in case.files.items() if path.endswith(".py")]
    return tuple(data for data in (*fixtures, *attacks) if len(data) < 20_000)


def project(seed: int, programs: Sequence[bytes]) -> dict[str, bytes]:
    """The files of one random project; the same seed and programs give the same files."""
    chance = random.Random(seed)  # noqa: S311 - a fuzzer wants repeatable chance, not secrets
    files: dict[str, bytes] = {}
    for number in range(FILES_A_PROJECT):
        is_new = chance.random() < 0.5
        text = Grammar(chance).program().encode() if is_new else damaged(chance, programs)
        files["model.py" if not number else f"m{number}.py"] = text + CANARY
    return files


def problem_of(review: Review, files: Mapping[str, bytes]) -> str:
    """What is wrong with the review of a project; empty when nothing is."""
    host = [finding for finding in review.findings if finding.rule.startswith("host/")]
    if host:
        return f"{host[0].rule}: {host[0].message}"
    if review.verdict is Outcome.APPROVED:
        return "approved"
    if any(finding.rule.startswith("intake/") for finding in review.findings):
        return ""  # not a text at all: nothing was read
    return next((f"the canary in {path} is not reported" for path in _silent(review, files)), "")


def _silent(review: Review, files: Mapping[str, bytes]) -> Iterator[str]:
    """Files that parse, with a canary that nothing is said about."""
    for path, data in files.items():
        line = len(data.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")) - 1
        known = [(finding.rule, finding.line) for finding in review.findings if finding.path == path]
        is_said = (CANARY_RULE, line) in known or any(rule in UNREADABLE for rule, _ in known)
        is_flooded = sum(rule == CANARY_RULE for rule, _ in known) >= MAX_OF_ONE_RULE
        if not is_said and not is_flooded:
            yield path


def run(gate: Gate, seeds: Iterator[int]) -> Iterator[Failure | None]:
    """Review one project a seed; yields a failure, or ``None`` where all is well."""
    programs = corpus()
    for seed in seeds:
        files = project(seed, programs)
        problem = problem_of(gate.review(archive(files)), files)
        yield Failure(seed=seed, problem=problem, files=files) if problem else None
