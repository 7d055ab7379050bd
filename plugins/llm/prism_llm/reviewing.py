"""One project's review by a model, from what the guard handed over to findings."""

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

import msgspec

from prism.core_rules import CORPUS_INCOMPLETE
from prism.corpus import Resemblance
from prism.errors import StoreError
from prism.finding import Finding, put_on_record
from prism.notebook import Notebook, Usage
from prism.project import Project
from prism_llm.adjudication import Adjudication, findings_about
from prism_llm.asked import AskedRule
from prism_llm.budget import Purse, size_of_request
from prism_llm.interview import Asks, Interview, Trouble
from prism_llm.material import Material
from prism_llm.memory import Memory
from prism_llm.opinion import Opinion, finding_of_trouble
from prism_llm.parts import LeftOut, cut
from prism_llm.prompt import new_nonce, request_for
from prism_llm.records import asking_digest
from prism_llm.rules import LOCAL_BUDGET, NO_ANSWER
from prism_llm.settings import Settings
from prism_llm.views import View, size_of

PLUGIN: Final = "llm"
MARGIN_SECONDS: Final = 5.0
"""Kept of the host's deadline for what comes after the last answer."""


class Subject(msgspec.Struct, frozen=True, kw_only=True):
    """One project to be reviewed, with what is known of it."""

    project: Project
    findings: tuple[Finding, ...] = ()
    """Of all earlier stages."""
    resemblances: tuple[Resemblance, ...] = ()
    material: Mapping[str, Any]
    notebook: Notebook
    deadline: float
    """On the monotonic clock; nobody waits for longer."""


class Review(msgspec.Struct, frozen=True, kw_only=True):
    """Everything about the review of one project."""

    findings: tuple[Finding, ...]
    interview: Interview | None = None
    adjudication: Adjudication | None = None
    left_out: tuple[LeftOut, ...] = ()


class Reviewing:
    """Reviews projects under one section of a policy."""

    def __init__(self, settings: Settings, rules: Sequence[AskedRule], asker: Asks) -> None:
        self._settings = settings
        self._rules = rules
        self._asker = asker

    def review(self, subject: Subject) -> Review:
        """What models say of a project. A store that fails is an answer that is missing.

        Where text was found that speaks to a reviewer, or a check failed that may have found some, answers are
        remembered for this very project alone: whatever that text brings about in them must not reach a project
        without it.
        """
        own = subject.project.digest if any(map(_may_speak, subject.findings)) else ""
        try:
            return self._reviewed(subject, asking_digest(self._rules, self._settings.reviewers, only_for=own))
        except StoreError:
            why = "the store of answers and accounts failed"
            finding = finding_of_trouble(Trouble(rule=NO_ANSWER, why=why, is_passing=True))
            return Review(findings=(self._opinion(subject.project).on_record(finding),))

    def _reviewed(self, subject: Subject, asking: str) -> Review:
        settings, rules, project, notebook = self._settings, self._rules, subject.project, subject.notebook
        material = _material_in(subject.material)
        files = {file.path: file for file in material.files}
        room = self._room()
        parts, left_out = cut(project, material, lambda part: size_of(part, files[part.path]), room)
        interview = Interview(
            rules=rules,
            files=files,
            asker=self._asker,
            memory=Memory(notebook, rules, files, asking),
            purse=Purse(settings.budgets, notebook, f"{project.digest}:{asking[:16]}"),
            room=room,
            attempts=settings.attempts,
            deadline=self._deadline(subject),
        )
        for view in self._views():
            interview.hold(parts, view)
        opinion = self._opinion(project)
        findings = [*opinion.findings(interview.sections, interview.unanswered, left_out), *_about_accounts(notebook)]
        adjudication = self._adjudication(subject, asking)
        if settings.judges_copies:
            adjudication.hear(subject.resemblances, project, interview.stopped)
            findings += findings_about(adjudication, opinion)
        for usage in usages_of(interview, adjudication):
            notebook.report(usage)
        return Review(findings=tuple(findings), interview=interview, adjudication=adjudication, left_out=left_out)

    def _adjudication(self, subject: Subject, asking: str) -> Adjudication:
        settings = self._settings
        return Adjudication(
            asker=self._asker,
            notebook=subject.notebook,
            purse=Purse(settings.budgets, subject.notebook, f"{subject.project.digest}:{asking[:16]}"),
            asking=asking_digest((), settings.reviewers),
            input_tokens=min(reviewer.input_tokens for reviewer in settings.reviewers),
            attempts=settings.attempts,
            deadline=self._deadline(subject),
        )

    def _deadline(self, subject: Subject) -> float:
        return min(subject.deadline - MARGIN_SECONDS, time.monotonic() + self._settings.seconds)

    def _room(self) -> int:
        """Tokens that are left for code in one question, whichever reviewer answers it."""
        around = max(size_of_request(request_for((), self._rules, view, new_nonce())) for view in View)
        return min(reviewer.input_tokens for reviewer in self._settings.reviewers) - around

    def _views(self) -> tuple[View, ...]:
        return (View.WRITTEN, View.NEUTRAL) if self._settings.twin_view else (View.WRITTEN,)

    def _opinion(self, project: Project) -> Opinion:
        return Opinion(project, self._rules, self._settings.mode)


def _may_speak(finding: Finding) -> bool:
    """Whether a finding says that some text speaks to a reviewer, or that it may have been missed."""
    is_failure = finding.rule.startswith("host/") and finding.rule != CORPUS_INCOMPLETE.id
    return finding.plugin == PLUGIN or is_failure


def usages_of(interview: Interview, adjudication: Adjudication) -> Iterator[Usage]:
    """What each model took. What did not stand is counted with the first one."""
    exchanged = [each.outcome for each in interview.exchanged] + [each.outcome for each in adjudication.exchanged]
    recalled = [each.record.model for each in interview.recalled.values()]
    recalled += [each.recalled for each in adjudication.heard if each.recalled]
    models = list(dict.fromkeys([*(each.model for each in exchanged), *recalled]))
    stood = sum(len(each.verified) for each in interview.sections)
    stood += sum(len(each.verified) for each in adjudication.weighed)
    fell = sum(len(each.discarded) for each in interview.sections)
    fell += sum(each.discarded for each in adjudication.weighed)
    for index, model in enumerate(models):
        own = [each for each in exchanged if each.model == model]
        yield Usage(
            model=model[:200],
            requests=sum(each.attempts for each in own),
            recalled=recalled.count(model),
            input_tokens=sum(each.input_tokens for each in own),
            output_tokens=sum(each.output_tokens for each in own),
            micro_usd=sum(each.micro_usd for each in own),
            accusations=0 if index else stood + fell,
            discarded=0 if index else fell,
        )


def _material_in(material: Mapping[str, Any]) -> Material:
    """What the guard handed over; nothing where it is not what it should be, and then nothing is reviewed."""
    try:
        return msgspec.convert(material, Material)
    except msgspec.ValidationError:
        return Material(files=())


def _about_accounts(notebook: Notebook) -> Iterable[Finding]:
    if notebook.is_lasting:
        return ()
    what = "Without a store, the budgets of the day and of the hotkey count this process only."
    return (put_on_record(LOCAL_BUDGET.finding(what)),)
