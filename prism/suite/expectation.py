"""``expect.yaml``: what a policy must make of one project, read with the place of everything that is wrong with it."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated, Any, Final

import msgspec
from msgspec import Meta

from prism.document import Document, load_document, shown
from prism.document.reading import text_of
from prism.errors import DocumentError, Problem
from prism.plain_schema import DIALECT
from prism.policy.schema import flat_schema
from prism.schema_problems import Complaint, did_you_mean, problems_of
from prism.snapshot import Snapshot
from prism.suite.marks import marks_in
from prism.verdict import Outcome

FILE: Final = "expect.yaml"
MAX_FINDINGS: Final = 10_000

Relative = Annotated[str, Meta(min_length=1, max_length=4096)]


class ExpectedFinding(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """One finding that has to come: what is stated has to fit, what is left out may be anything."""

    rule: Annotated[str, Meta(min_length=1, max_length=100, description="Rule id.")]
    path: Annotated[str, Meta(description="Path in the project; left out: any place.")] | None = None
    line: Annotated[int, Meta(ge=1, description="Line in that file; left out: any.")] | None = None
    waived: Annotated[bool, Meta(description="Whether a waiver of the policy covers it.")] = False


class Expectation(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """What has to come of a project. A list in place of the object is its ``findings``."""

    description: Annotated[str, Meta(description="What the case is about, for people.")] = ""
    verdict: Annotated[Outcome, Meta(description="The verdict; left out: any.")] | None = None
    findings: (
        Annotated[
            tuple[ExpectedFinding, ...],
            Meta(
                max_length=MAX_FINDINGS, description="Every finding, in any order; `[]` is no finding; left out: any."
            ),
        ]
        | None
    ) = None
    marked: Annotated[
        bool,
        Meta(description="Whether lines of the project that end in `# expect: RULE` have a finding of it as well."),
    ] = False
    project: Annotated[
        Relative,
        Meta(description="The project, relative to this file; left out: `project/`, `files.yaml` or the one `.zip`."),
    ] = ""
    earlier: Annotated[
        tuple[Relative, ...],
        Meta(max_length=100, description="Projects that others have handed in before, relative to this file."),
    ] = ()


def marked(snapshot: Snapshot) -> tuple[ExpectedFinding, ...]:
    """What the lines of a project themselves expect."""
    return tuple(
        ExpectedFinding(rule=rule, path=path, line=line)
        for path, data in snapshot.contents.items()
        for line, rule in marks_in(data)
    )


class Stated(msgspec.Struct, frozen=True):
    """An expectation with the document it stands in, for whoever finds something wrong with it later."""

    expectation: Expectation
    document: Document

    def unknown_rules(self, known: Iterable[str], policy: str) -> tuple[Problem, ...]:
        """A problem for each expected finding of a rule that is not among the known ones."""
        names = frozenset(known)
        below: tuple[str, ...] = () if isinstance(self.document.data, list) else ("findings",)
        return tuple(
            self.document.problem((*below, index, "rule"), *unknown_rule(each.rule, names, policy))
            for index, each in enumerate(self.expectation.findings or ())
            if each.rule not in names
        )


def unknown_rule(rule: str, known: Iterable[str], policy: str) -> tuple[str, str]:
    """What is wrong with a rule's name that is none, and what to do about it."""
    hint = did_you_mean(rule, known)
    what = f"the policy {shown(policy, 200)} has no rule {shown(rule)}"
    return what, f"{hint}see: prism rules list --policy {shown(policy, 200)}"


def read_expectation(file: Path) -> Stated:
    """What an ``expect.yaml`` states.

    Raises:
        DocumentError: it cannot be read, or is no expectation; every problem is in it.
    """
    document = load_document(text_of(file, asked_by=str(file.parent)), name=str(file))
    is_list = isinstance(document.data, list)
    problems = problems_of(document, _schema(is_list=is_list))
    if not problems:
        data = {"findings": document.data} if is_list else document.data
        stated = Stated(msgspec.convert(data, Expectation), document)
        problems = tuple(document.problem(*each) for each in _senseless(stated.expectation, is_list=is_list))
        if not problems:
            return stated
    first = problems[0]
    raise DocumentError(first.what, where=first.where, do=first.do, problems=problems)


def _senseless(expectation: Expectation, *, is_list: bool) -> Iterable[Complaint]:
    """What no schema can say."""
    if expectation.verdict is None and expectation.findings is None and not expectation.marked:
        do = "state a `verdict`, or `findings`; `findings: []` is no finding"
        yield Complaint((), "nothing is expected, so nothing could fail", do)
    below: tuple[str, ...] = () if is_list else ("findings",)
    for index, each in enumerate(expectation.findings or ()):
        if each.line is not None and each.path is None:
            yield Complaint((*below, index, "line"), "a line is stated without its file", "state the `path` as well")


def _schema(*, is_list: bool) -> Mapping[str, Any]:
    whole = flat_schema(Expectation)
    return {"$schema": DIALECT, **whole["properties"]["findings"]} if is_list else whole
