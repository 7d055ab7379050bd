"""The same projects under two policies: whose verdict flips, and the smallest reason for it.

One project is in hand at a time. Nothing is kept, and what cannot be read is said and does not stop the rest.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec

from prism.errors import PolicyError, Problem, StoreError, UsageError
from prism.finding import Finding
from prism.gate import Gate
from prism.policy.difference import Change
from prism.review import Review
from prism.verdict import HARSHNESS, Outcome, consequence

if TYPE_CHECKING:
    from prism.corpus import CorpusSource
    from prism.store import Store

SHOWN_RULES: Final = 5


class Subject(msgspec.Struct, frozen=True, kw_only=True):
    """A project to be reviewed twice."""

    name: str
    source: bytes | Path
    corpus: "CorpusSource | None" = None
    """What it is to be compared with."""


class Cause(msgspec.Struct, frozen=True, kw_only=True):
    """One rule on account of which a verdict is another one."""

    rule: str
    count: int
    place: str
    """Of the first finding; empty where it concerns the whole project."""
    text: str
    before: str
    after: str
    changes: tuple[str, ...] = ()
    """What of the policy's changes concerns the rule."""


class Flip(msgspec.Struct, frozen=True, kw_only=True):
    """A project whose verdict is another one under the new policy."""

    project: str
    old: Outcome
    new: Outcome
    causes: tuple[Cause, ...]
    """The fewest that make the difference: one for a harsher verdict, all of them for a milder one. Before them stands
    what only one of the two did not look at to its end."""


class Unread(msgspec.Struct, frozen=True, kw_only=True):
    """A project that could not be reviewed."""

    project: str
    problem: Problem


class Same(msgspec.Struct, frozen=True, kw_only=True):
    """A project with one verdict under both."""

    project: str
    verdict: Outcome


def replay(
    subjects: "Iterable[Subject | Unread]",
    old: Gate,
    new: Gate,
    changes: Sequence[Change],
    during: Callable[[str], AbstractContextManager[None]] = lambda _: nullcontext(),
) -> Iterator[Flip | Same | Unread]:
    """What becomes of each project under the second gate, in their order.

    Args:
        subjects: the projects.
        old: the gate under the old policy.
        new: the gate under the new one.
        changes: what is different between the two.
        during: is at hand while the project of a name is reviewed.

    Raises:
        GuardError: the guarded process cannot be had.
    """
    for subject in subjects:
        if isinstance(subject, Unread):
            yield subject
            continue
        try:
            with during(subject.name):
                reviews = [gate.review(subject.source, corpus=subject.corpus) for gate in (old, new)]
        except (UsageError, PolicyError) as error:
            yield Unread(project=subject.name, problem=Problem(where=error.where, what=error.what, do=error.do))
            continue
        if reviews[0].verdict is reviews[1].verdict:
            yield Same(project=subject.name, verdict=reviews[0].verdict)
        else:
            causes = _causes(reviews[0], reviews[1], old, new, changes)
            yield Flip(project=subject.name, old=reviews[0].verdict, new=reviews[1].verdict, causes=causes)


def in_folder(folder: Path) -> list[Subject]:
    """The projects in a folder: every folder and every ZIP archive directly in it.

    Raises:
        UsageError: it cannot be read, or there is none in it.
    """
    try:
        entries = sorted(folder.iterdir())
        found = [each for each in entries if each.is_dir() or (each.suffix.lower() == ".zip" and each.is_file())]
    except OSError as error:
        do = "name a folder that holds projects"
        raise UsageError(f"the folder cannot be read: {error.strerror}", where=str(folder), do=do) from error
    if not found:
        raise UsageError("there is no project in this folder", where=str(folder), do="name the folder above projects")
    return [Subject(name=str(each), source=each) for each in found]


def in_store(store: "Store") -> Iterator[Subject | Unread]:
    """The submissions in a store, each to be compared with those before it."""
    from prism.store.reindex import archive_of

    for row in store.oldest_first():
        corpus = store.source(hotkey=row.hotkey, before=row.received_at, without=row.id)
        try:
            source = archive_of(store.snapshot(row.id))
        except (StoreError, UsageError) as error:  # damaged, or deleted meanwhile
            yield Unread(project=row.id, problem=Problem(where=row.id, what=error.what, do=error.do))
            continue
        yield Subject(name=row.id, source=source, corpus=corpus)


def _causes(before: Review, after: Review, old: Gate, new: Gate, changes: Sequence[Change]) -> tuple[Cause, ...]:
    """Why one verdict is harsher than the other."""
    is_harsher = HARSHNESS[after.verdict] > HARSHNESS[before.verdict]
    (harsh, gate), mild = ((after, new), before) if is_harsher else ((before, old), after)
    asking = _by_rule(
        each for each in harsh.findings if HARSHNESS[consequence(gate.policy.verdict, each)] > HARSHNESS[mild.verdict]
    )
    rules = sorted(asking, key=lambda rule: (len(asking[rule]), rule))
    wanted = {rule: asking[rule] for rule in (rules[:1] if is_harsher else rules)}
    causes = []
    for rule, found in (_unfinished(mild, harsh) | wanted).items() if wanted else ():
        said = [_said(review, judge, rule) for review, judge in ((before, old), (after, new))]
        causes.append(
            Cause(
                rule=rule,
                count=len(found),
                place=f"{found[0].path}:{found[0].line}" if found[0].path and found[0].line else found[0].path or "",
                text=found[0].message,
                before=said[0],
                after=said[1],
                changes=tuple(each.what for each in changes if rule in each.rules),
            )
        )
    return tuple(causes) or _objections(harsh, mild)


def _unfinished(mild: Review, harsh: Review) -> dict[str, list[Finding]]:
    """What was not looked at to its end in one review alone: what was found in the other may be missing for that."""
    theirs = {each.rule for each in harsh.findings}
    return _by_rule(each for each in mild.findings if each.rule.startswith("host/") and each.rule not in theirs)


def _by_rule(findings: Iterable[Finding]) -> dict[str, list[Finding]]:
    groups: dict[str, list[Finding]] = {}
    for finding in findings:
        groups.setdefault(finding.rule, []).append(finding)
    return groups


def _said(review: Review, gate: Gate, rule: str) -> str:
    """What a rule's findings ask for in one of the two."""
    outcomes = [consequence(gate.policy.verdict, each) for each in review.findings if each.rule == rule]
    if not outcomes:
        return "not reported"
    worst = max(outcomes, key=HARSHNESS.__getitem__)
    words = {Outcome.REJECTED: "rejects", Outcome.HELD: "holds", Outcome.APPROVED: "does not count"}
    return words[worst]


def _objections(harsh: Review, mild: Review) -> tuple[Cause, ...]:
    """Where no finding makes the difference, what a plugin says by itself."""
    return tuple(
        Cause(rule=each.rule, count=each.count, place="", text=each.text, before="", after="")
        for each in harsh.reasons
        if HARSHNESS[each.outcome] > HARSHNESS[mild.verdict]
    )
