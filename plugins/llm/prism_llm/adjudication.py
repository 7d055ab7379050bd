"""Asking whether what resembles an earlier submission was copied from it, and what an answer means.

Whoever handed the project in reads the findings, so that nothing of the earlier side stands in them: no code, no name,
and not a word of what the model says about it, which may quote both. An opinion holds at most, and frees nobody: that
the two resemble each other remains a finding of the plugin that found it.
"""

from collections.abc import Iterator, Sequence
from typing import Final

import msgspec

from prism.corpus import Resemblance
from prism.document import escaped
from prism.finding import Finding, put_on_record
from prism.notebook import Notebook
from prism.project import Project
from prism_llm.answer import InvalidAnswerError
from prism_llm.budget import Purse, size_of_request
from prism_llm.copies import Case, case_of
from prism_llm.copy_answer import Weighed, copy_request, weighed
from prism_llm.exchange import Failure, Reply, Request
from prism_llm.interview import MAY_DIFFER, Asks, Trouble, trouble_of
from prism_llm.opinion import Opinion, finding_of_trouble
from prism_llm.prompt import new_nonce
from prism_llm.records import key_of_question, prompt_digest, read_record, record_of
from prism_llm.rules import COPIED_CODE, DOUBTFUL_COPY, NO_ANSWER, NOT_REVIEWED, UNSUPPORTED
from prism_llm.views import View

MOST_CASES: Final = 20
"""Likenesses of one project that are judged; comparisons report the strongest first."""


class Heard(msgspec.Struct, frozen=True, kw_only=True):
    """One likeness with what came of it."""

    case: Case
    weighed: Weighed | None = None
    trouble: Trouble | None = None
    """Why there is no opinion."""
    recalled: str = ""
    """The model whose kept answer it is; empty when somebody was asked."""


class CopyExchange(msgspec.Struct, frozen=True, kw_only=True):
    """One question about a likeness with what came of it."""

    request: Request
    outcome: Reply | Failure
    invalid: str = ""
    """Why the answer does not count; empty when it does."""


class Adjudication:
    """The likenesses of one project, asked about one by one."""

    def __init__(
        self,
        *,
        asker: Asks,
        notebook: Notebook,
        purse: Purse,
        asking: str,
        input_tokens: int,
        attempts: int,
        deadline: float,
    ) -> None:
        """``asking`` names the way of asking; questions hold at most ``input_tokens``."""
        self._asker = asker
        self._notebook = notebook
        self._purse = purse
        self._asking = asking
        self._input_tokens = input_tokens
        self._attempts = attempts
        self._deadline = deadline
        self.heard: list[Heard] = []
        self.left_out = 0
        """Likenesses beyond those that are judged."""
        self.exchanged: list[CopyExchange] = []
        """The questions that went out, in their order."""

    @property
    def weighed(self) -> tuple[Weighed, ...]:
        """The answers that count."""
        return tuple(each.weighed for each in self.heard if each.weighed is not None)

    def hear(self, resemblances: Sequence[Resemblance], project: Project, stopped: Trouble | None) -> None:
        """Find out what there is to say of each likeness; with ``stopped``, of those that are known already."""
        self.left_out = max(0, len(resemblances) - MOST_CASES)
        for resemblance in resemblances[:MOST_CASES]:
            case = self._case(resemblance, project)
            known = self._recalled(case)
            if known is not None:
                self.heard.append(known)
                continue
            heard = Heard(case=case, trouble=stopped) if stopped else self._asked(case)
            if heard.trouble is not None and heard.trouble.kind is not None and heard.trouble.kind not in MAY_DIFFER:
                stopped = heard.trouble
            self.heard.append(heard)

    def _case(self, resemblance: Resemblance, project: Project) -> Case:
        empty = Case(submission="", report=resemblance.report, regions=(), left_out=0)
        room = self._input_tokens - size_of_request(copy_request(empty, new_nonce()))
        return case_of(resemblance, project, self._notebook, room)

    def _asked(self, case: Case) -> Heard:
        if not case.regions:
            why = "none of what is alike can be shown"
            return Heard(case=case, trouble=Trouble(rule=NO_ANSWER, why=why, is_passing=False))
        heard = self._attempt(case)
        for _ in range(self._attempts - 1):
            if heard.trouble is None or not (heard.trouble.kind is None or heard.trouble.kind in MAY_DIFFER):
                break
            heard = self._attempt(case)
        return heard

    def _attempt(self, case: Case) -> Heard:
        nonce = new_nonce()
        request = copy_request(case, nonce)
        outcome = self._asker.ask(request, deadline=self._deadline, purse=self._purse)
        if isinstance(outcome, Failure):
            self.exchanged.append(CopyExchange(request=request, outcome=outcome))
            return Heard(case=case, trouble=trouble_of(outcome))
        heard = _read(case, outcome, nonce)
        invalid = heard.trouble.why if heard.trouble else ""
        self.exchanged.append(CopyExchange(request=request, outcome=outcome, invalid=invalid))
        if not invalid:
            record = record_of((), View.WRITTEN, nonce, request, outcome)
            self._notebook.keep(self._key(case), msgspec.json.encode(record), files=case.files)
        return heard

    def _key(self, case: Case) -> str:
        return key_of_question(copy_request(case, ""), self._asking)

    def _recalled(self, case: Case) -> Heard | None:
        """What the notebook knows of a likeness; a record that does not stand any more is forgotten."""
        data = self._notebook.recall(self._key(case)) if case.regions else None
        known = _recorded(case, data) if data is not None else None
        if data is not None and known is None:
            self._notebook.forget(self._key(case))
        return known


def _recorded(case: Case, data: bytes) -> Heard | None:
    """What a record says, believed no more than a fresh answer."""
    record = read_record(data)
    if record is None or prompt_digest(copy_request(case, record.nonce)) != record.prompt:
        return None
    try:
        return Heard(case=case, weighed=weighed(record.answer, case, record.nonce), recalled=record.model)
    except InvalidAnswerError:
        return None


def _read(case: Case, reply: Reply, nonce: str) -> Heard:
    try:
        return Heard(case=case, weighed=weighed(reply.text, case, nonce))
    except InvalidAnswerError as error:
        return Heard(case=case, trouble=Trouble(rule=NO_ANSWER, why=str(error), is_passing=True))


def findings_about(adjudication: Adjudication, opinion: Opinion) -> Iterator[Finding]:
    """What was said about likenesses, and about which nothing was."""
    for each in adjudication.heard:
        if each.weighed is not None:
            yield from _of_answer(each.case, each.weighed, opinion)
        if each.trouble is not None:
            what = f"{finding_of_trouble(each.trouble).message} It would be about what resembles {_named(each.case)}."
            yield opinion.on_record(each.trouble.rule.finding(what))
        elif each.case.left_out:
            total = each.case.left_out + len(each.case.regions)
            what = f"{each.case.left_out} of {total} regions that resemble {_named(each.case)} were shown to no model."
            yield opinion.on_record(NOT_REVIEWED.finding(what))
    if adjudication.left_out:
        total = adjudication.left_out + len(adjudication.heard)
        what = f"{adjudication.left_out} of {total} likenesses to earlier submissions were shown to no model."
        yield opinion.on_record(NOT_REVIEWED.finding(what))


def _of_answer(case: Case, found: Weighed, opinion: Opinion) -> Iterator[Finding]:
    said = found.answer.judgement
    if said == "copied" and found.verified:
        yield _accusation(case, found, opinion)
    elif said == "copied":
        what = f"A model takes what resembles {_named(case)} for a copy and quotes nothing that stands on both sides."
        yield opinion.as_doubt(UNSUPPORTED.finding(what))
    else:
        means = "is independent work" if said == "independent" else "may be independent work or a copy"
        what = f"To a model, what resembles {_named(case)} {means}. That changes nothing."
        yield put_on_record(DOUBTFUL_COPY.finding(what, confidence=found.answer.confidence))


def _accusation(case: Case, found: Weighed, opinion: Opinion) -> Finding:
    region, first, last = found.verified[0]
    count = f"{len(found.verified)} places" if len(found.verified) > 1 else "a place"
    what = f"A model takes {count} for copied from {_named(case)}: what it quotes stands on both sides."
    finding = opinion.at(COPIED_CODE, what, region.here.path, first, last, found.answer.confidence)
    return msgspec.structs.replace(finding, at_most="held")


def _named(case: Case) -> str:
    return f"the earlier submission {escaped(case.submission, limit=100)!r}"
