"""What answers mean for a project: findings, and what a model alone can never bring about.

No finding of a model rejects by itself. One does only in the mode ``required``, under a rule that the policy gives
the severity ``error``, for a violation whose quote and accused symbol code has found in the source, and that both
views show.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Final, Literal

import msgspec

from prism.document import escaped
from prism.finding import Finding, Severity, Span, put_on_record
from prism.project import Project
from prism.rule import Rule
from prism_llm.answer import WEIGHT, Level
from prism_llm.asked import AskedRule
from prism_llm.evidence import Verified
from prism_llm.interview import Trouble, Unanswered
from prism_llm.parts import LeftOut, Part
from prism_llm.rules import NOT_REVIEWED, PERSUASION, UNSUPPORTED
from prism_llm.sections import Section
from prism_llm.settings import Mode
from prism_llm.views import View

MAX_EXPLANATION: Final = 400
Judged = Mapping[tuple[str, int, str, View], Level]
"""By path, first line of the part, rule and view."""


class Opinion:
    """Findings from what was said about one project."""

    def __init__(self, project: Project, rules: Sequence[AskedRule], mode: Mode) -> None:
        self._project = project
        self._rules = {rule.id: rule for rule in rules}
        self._mode = mode

    def findings(
        self, sections: Sequence[Section], unanswered: Sequence[Unanswered], left_out: Sequence[LeftOut]
    ) -> Iterator[Finding]:
        """Everything that is to be reported, in any order."""
        judged = {
            (section.part.part.path, section.part.part.first, rule, section.view): level
            for section in sections
            for rule, level in section.judgements.items()
        }
        yield from self._accusations(sections, judged)
        yield from self._unsupported(sections)
        yield from self._persuasion(sections, judged)
        yield from self._missing(unanswered)
        for each in left_out:
            yield self.on_record(_left_out(each))

    def on_record(self, finding: Finding) -> Finding:
        """A finding about an answer that is missing: it holds where one is required, and else changes nothing."""
        if self._mode is Mode.REQUIRED:
            return msgspec.structs.replace(finding, severity=Severity.WARNING, at_most="held")
        return put_on_record(finding)

    def as_doubt(self, finding: Finding) -> Finding:
        """A finding about a suspicion without evidence: it holds where an answer is required, and else is a note."""
        severity = Severity.WARNING if self._mode is Mode.REQUIRED else Severity.NOTE
        return msgspec.structs.replace(finding, severity=severity, at_most="held")

    def _accusations(self, sections: Sequence[Section], judged: Judged) -> Iterator[Finding]:
        """A finding for each place that is accused, whether in one view or in both."""
        seen: list[tuple[str, str, int, int]] = []
        for section in sorted(sections, key=lambda section: section.view is View.NEUTRAL):
            for each in section.verified:
                path, rule = section.part.part.path, each.accusation.rule
                if rule not in self._rules or _is_among(seen, path, rule, each):
                    continue
                seen.append((path, rule, each.first, each.last))
                yield self._accusation(section, each, judged)

    def _accusation(self, section: Section, each: Verified, judged: Judged) -> Finding:
        asked = self._rules[each.accusation.rule]
        severity, at_most = self._weight(section, each, judged)
        named = f" about {each.symbol!r}" if each.symbol else ""
        said = escaped(each.accusation.explanation, limit=MAX_EXPLANATION)
        message = f'A model sees a {_level(section, each)} of {asked.id!r}{named}. It says: "{said}"'
        found = self.at(asked.page, message, each.part.part.path, each.first, each.last, each.accusation.confidence)
        return msgspec.structs.replace(found, severity=severity, at_most=at_most)

    def _weight(self, section: Section, each: Verified, judged: Judged) -> tuple[Severity, Literal["held"] | None]:
        stated = self._rules[each.accusation.rule].page.severity
        if _level(section, each) != "violation":
            is_mild = self._mode is Mode.ADVISORY or stated is Severity.NOTE
            return (Severity.NOTE if is_mild else Severity.WARNING), "held"
        if stated is not Severity.ERROR:
            return stated, "held"
        part = section.part.part
        is_plain = all(judged.get((part.path, part.first, each.accusation.rule, view)) == "violation" for view in View)
        if self._mode is Mode.REQUIRED and each.symbol and is_plain:
            return Severity.ERROR, None
        return Severity.WARNING, "held"

    def _unsupported(self, sections: Sequence[Section]) -> Iterator[Finding]:
        """Judgements of which no evidence is left, and evidence that did not stand; one finding a file and rule."""
        doubts: dict[tuple[str, str], int] = {}
        for section in sections:
            for rule in section.judgements:
                supported = any(each.accusation.rule == rule for each in section.verified)
                lost = sum(each.accusation.rule == rule for each in section.discarded)
                if not supported and (lost or section.judgements[rule] != "none"):
                    key = (section.part.part.path, rule)
                    doubts[key] = doubts.get(key, 0) + lost
        for (path, rule), lost in sorted(doubts.items()):
            evidence = f"{lost} accusations that do not stand in the source" if lost else "no accusation at all"
            message = f"A model suspects a violation of {rule!r} and brings {evidence}."
            yield self.as_doubt(UNSUPPORTED.finding(message, path=path))

    def _persuasion(self, sections: Sequence[Section], judged: Judged) -> Iterator[Finding]:
        """Parts that are judged milder as they are written than without prose and names."""
        for section in sections:
            if section.view is not View.NEUTRAL:
                continue
            part = section.part.part
            for rule, bare in section.judgements.items():
                written = judged.get((part.path, part.first, rule, View.WRITTEN))
                if written is not None and WEIGHT[written] < WEIGHT[bare]:
                    yield self._persuaded(section, rule, written, bare)

    def _persuaded(self, section: Section, rule: str, written: Level, bare: Level) -> Finding:
        part = section.part.part
        place = next((each for each in section.verified if each.accusation.rule == rule), None)
        first, last = (place.first, place.last) if place else (part.first, part.last)
        message = (
            f"Under the rule {rule!r} the bare code is judged as {bare!r}, and with its comments, prose and names as "
            f"{written!r}."
        )
        return msgspec.structs.replace(self.at(PERSUASION, message, part.path, first, last), at_most="held")

    def _missing(self, unanswered: Sequence[Unanswered]) -> Iterator[Finding]:
        """One finding for each reason, which lists what it is about."""
        ordered = sorted(unanswered, key=lambda each: (each.trouble.rule.id, each.trouble.why))
        for _, group in groupby(ordered, key=lambda each: (each.trouble.rule.id, each.trouble.why)):
            same = tuple(group)
            yield self.on_record(finding_of_trouble(same[0].trouble, [part for each in same for part in each.parts]))

    def at(
        self, rule: Rule, message: str, path: str, first: int, last: int, confidence: float | None = None
    ) -> Finding:
        """A finding with whole lines of a file as its place."""
        file = self._project.sources[path]
        span = Span(line=first, end_line=last, end_column=len(file.lines[last - 1]) + 1)
        return rule.finding(message, file=file, span=span, confidence=confidence)


def finding_of_trouble(trouble: Trouble, parts: Iterable[Part] = ()) -> Finding:
    """A finding about an answer that is missing, with what it is missing for."""
    places = sorted({f"{escaped(part.path, limit=200)}:{part.first}-{part.last}" for part in parts})
    listing = f" Not judged: {_listed(places)}." if places else ""
    later = "It may pass by itself." if trouble.is_passing else "It does not pass by itself."
    finding = trouble.rule.finding(f"There is no valid answer: {trouble.why}. {later}{listing}")
    return msgspec.structs.replace(finding, may_pass=trouble.is_passing)


def _listed(places: Sequence[str], most: int = 20) -> str:
    more = f" and {len(places) - most} more" if len(places) > most else ""
    return ", ".join(places[:most]) + more


def _left_out(left: LeftOut) -> Finding:
    lines = f"Lines {left.first} to {left.last} were" if left.first else "The file was"
    return NOT_REVIEWED.finding(f"{lines} shown to no model: {left.why}.", path=left.path)


def _level(section: Section, each: Verified) -> Level:
    """How harsh an accusation is; one that the model brings without a judgement to match is a suspicion."""
    level = section.judgements.get(each.accusation.rule, "none")
    return "suspicion" if level == "none" else level


def _is_among(seen: Iterable[tuple[str, str, int, int]], path: str, rule: str, each: Verified) -> bool:
    return any((path, rule) == known[:2] and each.first <= known[3] and known[2] <= each.last for known in seen)
