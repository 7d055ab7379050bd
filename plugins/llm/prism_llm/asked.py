"""What a model is asked about: the policy's rules and those of its rules file, with a page for each.

The file is read whenever somebody wants the rules, so that a change counts from the next review on.
"""

import os
import stat
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import msgspec

from prism.document import MAX_BYTES, load_document
from prism.errors import DocumentError, PolicyError, Problem
from prism.finding import Severity
from prism.rule import Rule
from prism.schema_problems import Complaint, did_you_mean, listed, problems_of
from prism_llm.intents import SHIPPED
from prism_llm.rules import OWN_RULES
from prism_llm.settings import SCHEMA, Settings, StatedRule

MAX_RULES: Final = 30
FILE_SCHEMA: Final[dict[str, Any]] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["rules"],
    "properties": {"rules": SCHEMA["properties"]["rules"]},
}
_RESERVED: Final = frozenset(rule.id for rule in OWN_RULES)


class AskedRule(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that the model judges."""

    id: str
    text: str
    page: Rule
    """The rule that its findings are of, with the severity of a violation."""


class _StatedHere(msgspec.Struct, frozen=True, kw_only=True):
    rule: StatedRule
    path: tuple[str | int, ...]
    """Where in the settings it comes from."""
    where: str = ""
    """Where in the rules file it stands."""


def asked_rules(settings: Settings) -> tuple[AskedRule, ...]:
    """The rules in the order they are stated, those of the file last; the shipped ones when none is stated.

    Raises:
        PolicyError: they cannot be used; every problem is in it.
    """
    stated, complaints = _stated(settings)
    if complaints:
        problems = tuple(
            Problem(where="the rules for the model", what=complaint.what, do=complaint.do) for complaint in complaints
        )
        what = f"the rules for the model cannot be used: {problems[0].what}"
        raise PolicyError(what, where=problems[0].where, do=problems[0].do, problems=problems)
    return tuple(_asked(each.rule) for each in stated)


def complaints_about_rules(settings: Settings) -> list[Complaint]:
    """All that is wrong with the rules and the rules file, by where the settings name them."""
    return _stated(settings)[1]


def _stated(settings: Settings) -> tuple[list[_StatedHere], list[Complaint]]:
    stated = [_StatedHere(rule=rule, path=("rules", index, "id")) for index, rule in enumerate(settings.rules or ())]
    if settings.rules_file:
        problems, more = _rules_in(Path(settings.rules_file))
        if problems:
            return [], [Complaint(("rules_file",), f"{each.where}: {each.what}", each.do) for each in problems]
        stated += more
    elif settings.rules is None:
        stated = [_StatedHere(rule=StatedRule(id=name), path=("rules",)) for name in SHIPPED]
    complaints = [_fault(each, stated[:index]) for index, each in enumerate(stated)]
    if len(stated) > MAX_RULES:
        complaints.append(Complaint(("rules_file",), f"{len(stated)} rules are stated", f"state at most {MAX_RULES}"))
    return stated, [complaint for complaint in complaints if complaint]


def _rules_in(file: Path) -> tuple[tuple[Problem, ...], list[_StatedHere]]:
    """The rules of a file, or what is wrong with it."""
    try:
        document = load_document(_text(file), name=file.name)
    except DocumentError as error:
        return error.problems, []
    problems = problems_of(document, FILE_SCHEMA)
    if problems:
        return problems, []
    rules = msgspec.convert(document.data, dict[str, list[StatedRule]])["rules"]
    places = [document.where(("rules", index, "id")) for index in range(len(rules))]
    return (), [
        _StatedHere(rule=rule, path=("rules_file",), where=where) for rule, where in zip(rules, places, strict=True)
    ]


def _text(file: Path) -> str:
    """The text of a regular file, never more than a document may hold and one byte.

    Raises:
        DocumentError: it cannot be read.
    """
    try:
        with open(file, "rb", opener=_without_waiting) as stream:
            if stat.S_ISREG(os.fstat(stream.fileno()).st_mode):
                return stream.read(MAX_BYTES + 1).decode()
            reason = "it is no file"
    except UnicodeDecodeError as error:
        reason = f"it is not UTF-8 at byte {error.start}"
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "it is no path"
    problem = Problem(where=file.name, what=f"the rules file cannot be read: {reason}", do="name a file with rules")
    raise DocumentError(problem.what, where=problem.where, do=problem.do, problems=(problem,))


def _without_waiting(file: str, flags: int) -> int:
    """Open a file; a pipe without a writer does not hold the process up."""
    return os.open(file, flags | os.O_NONBLOCK)


def _fault(each: _StatedHere, before: Sequence[_StatedHere]) -> Complaint | None:
    rule, place = each.rule, f"{each.where}: " if each.where else ""
    if any(rule.id == other.rule.id for other in before):
        return Complaint(each.path, f"{place}the rule {rule.id!r} is stated twice", "take one of them out")
    if f"llm/{rule.id}" in _RESERVED:
        return Complaint(each.path, f"{place}the name {rule.id!r} is the plugin's own", "give the rule another name")
    if not rule.text and rule.id not in SHIPPED:
        do = f"{did_you_mean(rule.id, SHIPPED)}give it a `text`; shipped: {listed(SHIPPED)}"
        return Complaint(each.path, f"{place}no rule {rule.id!r} is shipped", do)
    return None


def _asked(stated: StatedRule) -> AskedRule:
    page = SHIPPED[stated.id] if not stated.text else _page(stated)
    page = msgspec.structs.replace(page, severity=stated.severity or page.severity)
    return AskedRule(id=stated.id, text=stated.text or page.why, page=page)


def _page(stated: StatedRule) -> Rule:
    return Rule(
        id=f"llm/{stated.id}",
        title=f"What the operator's rule {stated.id!r} describes",
        severity=Severity.WARNING,
        why=stated.text,
        example="Code that the text of the rule describes.",
        instead="Leave out what the rule describes.",
    )
