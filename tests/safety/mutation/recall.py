"""Whether the review finds mutants: the safety plugin's findings that reject a project."""

import random
import re
from collections.abc import Collection, Iterable, Mapping

import msgspec
from prism_safety.plugin import SafetyPlugin

from prism.finding import Finding, Severity
from prism.guard.boundary import guarded_here
from prism.project import Project
from prism.snapshot import Snapshot
from tests.safety.attack_corpus import Case, cases
from tests.safety.mutation.mutants import Mutant, Original, is_valid, mutants
from tests.safety.mutation.program import Program

# They are about the text of a file, which a rewritten tree no longer has.
ABOUT_TEXT = frozenset(
    f"safety/{name}"
    for name in (
        "confusable-identifier",
        "invisible-character",
        "hidden-code",
        "odd-encoding",
        "version-dependent-syntax",
    )
) | {"safety/too-complex", "project/unparsable"}
COOKIE = re.compile(r"(.*\n)?[ \t\f]*#.*coding[:=]")
MAX_TEXT = 20_000
RUNS_ON_IMPORT = "safety/top-level-code"


class Reviewer:
    """The safety plugin with its defaults, which the default policy spells out."""

    def __init__(self) -> None:
        self._plugin = SafetyPlugin({})

    def errors(self, files: Mapping[str, str]) -> list[Finding]:
        """Findings that reject a project of these files."""
        project = Project(Snapshot.of({path: text.encode() for path, text in files.items()}))
        with guarded_here():
            found = [one for file in project for one in self._plugin.prism_check_file(file, project)]
        return [one for one in found if one.severity is Severity.ERROR]


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """A mutant and what was found."""

    mutant: Mutant
    is_found: bool
    is_same_rule: bool
    """Whether a rule that the original breaks is among the findings."""


def original_of(case: Case) -> Original | None:
    """A case as something to rewrite; ``None`` when it is about text or size, or no valid Python in UTF-8."""
    is_about_text = any(rule in ABOUT_TEXT for rule, _, _ in case.expected)
    is_large = sum(map(len, case.texts.values())) > MAX_TEXT
    is_plain = case.encoding == "utf-8" and all(COOKIE.match(text) is None for text in case.texts.values())
    if is_about_text or is_large or not is_plain or not is_valid(case.texts):
        return None
    focus = tuple(sorted((path, line) for _, path, line in case.expected if line))
    rules = frozenset(rule for rule, _, _ in case.expected)
    return Original(id=case.id, family=case.family, files=case.texts, focus=focus, rules=rules)


def found_originals(chosen: Iterable[Case], reviewer: Reviewer) -> list[Original]:
    """What mutants are made from: cases that are found after they were parsed and written out again.

    The others are the business of the corpus's own test.
    """
    originals = [original for case in chosen if (original := original_of(case)) is not None]
    return [one for one in originals if reviewer.errors(written_out(one))]


def written_out(original: Original) -> dict[str, str]:
    """The text of an original as the rewriter writes it, with nothing rewritten."""
    return Program(original.files, (), random.Random(0)).files()  # noqa: S311 - nothing is drawn


def run(seed: int, count: int, families: Collection[str] = ()) -> list[Outcome]:
    """Make mutants of the attack corpus, all families or some, and review them."""
    reviewer = Reviewer()
    originals = found_originals((case for case in cases() if not families or case.family in families), reviewer)
    return [outcome_of(mutant, reviewer) for mutant in mutants(originals, seed, count)]


def outcome_of(mutant: Mutant, reviewer: Reviewer) -> Outcome:
    """Review a mutant.

    A detour at module level may be code that runs on import, whatever goes through it: that finding counts only where
    the original has it too.
    """
    rules = mutant.original.rules
    found = {finding.rule for finding in reviewer.errors(mutant.files)} - ({RUNS_ON_IMPORT} - rules)
    return Outcome(mutant=mutant, is_found=bool(found), is_same_rule=bool(found & rules))
