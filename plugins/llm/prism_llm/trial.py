"""Rules tried on one project: what was asked, what came back, what of it stands, and what it cost.

Nothing is remembered and nothing is decided. A trial asks as the mode ``required`` does.
"""

import time
from collections.abc import Iterator
from pathlib import Path

import msgspec

from prism.document import Json
from prism.errors import UsageError
from prism.finding import Finding
from prism.gate import Gate
from prism.memory_notebook import MemoryNotebooks
from prism.notebook import Usage
from prism.policy.layers import read_layers, value_at
from prism.policy.loading import EffectivePolicy, in_force
from prism.project import Project
from prism_llm.asked import asked_rules
from prism_llm.asker import Asker
from prism_llm.evidence import Discarded, Verified
from prism_llm.exchange import Failure
from prism_llm.interview import Exchanged
from prism_llm.reviewing import Reviewing, Subject
from prism_llm.settings import settings_of

PLUGIN = "llm"


class Evidence(msgspec.Struct, frozen=True, kw_only=True):
    """One accusation, and whether it stands in the source."""

    stands: bool
    path: str
    """What the model calls the file; in the neutral view that is not its name."""
    rule: str
    first_line: int
    last_line: int
    quote: str
    symbol: str
    role: str
    explanation: str
    confidence: float
    why: str = ""
    """Why it is discarded; empty when it stands."""


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """One question with all that came of it."""

    view: str
    paths: tuple[str, ...]
    system: str
    user: str
    model: str
    answer: str = ""
    """Text of the model, as it came."""
    answered_by: str = ""
    """How the answer was bound to its schema."""
    failure: str = ""
    """Why there is no valid answer."""
    judgements: tuple[tuple[str, str, str], ...] = ()
    """File, rule and judgement, if the answer is valid."""
    evidence: tuple[Evidence, ...] = ()
    attempts: int
    input_tokens: int
    output_tokens: int
    micro_usd: int


class Trial(msgspec.Struct, frozen=True, kw_only=True):
    """Everything about one trial."""

    project: str
    digest: str
    rules: tuple[str, ...]
    questions: tuple[Question, ...]
    findings: tuple[Finding, ...]
    usage: tuple[Usage, ...]

    @property
    def is_complete(self) -> bool:
        """Whether there is a valid answer for all code."""
        return not any(finding.rule in _MISSING for finding in self.findings)


_MISSING = frozenset({"llm/no-answer", "llm/not-reviewed", "llm/budget-spent"})


def policy_with(rules: Path, reference: str) -> EffectivePolicy:
    """A policy that asks its models about the rules of a file and about nothing else.

    Raises:
        PolicyError: the rules or the policy cannot be used; every problem is in it.
        UsageError: the policy names no model.
    """
    layers = read_layers(reference)
    if not value_at(layers.data, ("plugins", PLUGIN, "settings", "reviewers")):
        do = "name a policy that has `reviewers` among the settings of the plugin `llm`: --policy FILE"
        raise UsageError("the policy names no model that could be asked", where=reference, do=do)
    settings: Json = {"mode": "required", "rules": None, "rules_file": str(rules.absolute())}
    return in_force(layers.over({"plugins": {PLUGIN: {"settings": settings}}}, said_by="prism llm try"))


def tried(effective: EffectivePolicy, path: Path) -> Trial:
    """What comes of asking about a project.

    Raises:
        UsageError: the project cannot be read as the policy asks.
    """
    settings = settings_of(effective.policy.plugins[PLUGIN].settings)
    with Gate(effective) as gate:
        snapshot, materials = gate.materials_of(path)
    source = MemoryNotebooks().source()
    subject = Subject(
        project=Project(snapshot, default_entrypoint=effective.policy.project.entrypoint),
        material=materials.get(PLUGIN, {}),
        notebook=source.notebook(PLUGIN),
        deadline=time.monotonic() + effective.policy.verdict.reviewer_seconds,
    )
    rules = asked_rules(settings)
    review = Reviewing(settings, rules, Asker(settings.reviewers, Path())).review(subject)
    return Trial(
        project=str(path),
        digest=snapshot.digest,
        rules=tuple(rule.id for rule in rules),
        questions=tuple(map(_question, review.interview.exchanged if review.interview else ())),
        findings=review.findings,
        usage=tuple(source.usages().get(PLUGIN, ())),
    )


def _question(exchanged: Exchanged) -> Question:
    outcome = exchanged.outcome
    return Question(
        view=exchanged.view.value,
        paths=exchanged.paths,
        system=exchanged.request.system,
        user=exchanged.request.user,
        model=outcome.model,
        answer="" if isinstance(outcome, Failure) else outcome.text,
        answered_by="" if isinstance(outcome, Failure) else outcome.answered_by,
        failure=f"{outcome.kind}: {outcome.message}" if isinstance(outcome, Failure) else exchanged.invalid,
        judgements=tuple(_judgements(exchanged)),
        evidence=tuple(_evidence(exchanged)),
        attempts=outcome.attempts,
        input_tokens=outcome.input_tokens,
        output_tokens=outcome.output_tokens,
        micro_usd=outcome.micro_usd,
    )


def _judgements(exchanged: Exchanged) -> Iterator[tuple[str, str, str]]:
    for section in exchanged.sections:
        for rule, level in section.judgements.items():
            yield section.part.part.path, rule, level


def _evidence(exchanged: Exchanged) -> Iterator[Evidence]:
    for section in exchanged.sections:
        yield from map(_one, section.verified)
        yield from map(_one, section.discarded)


def _one(each: Verified | Discarded) -> Evidence:
    said = each.accusation
    return Evidence(
        stands=isinstance(each, Verified),
        path=each.part.part.path if isinstance(each, Verified) else said.path,
        rule=said.rule,
        first_line=each.first if isinstance(each, Verified) else said.first_line,
        last_line=each.last if isinstance(each, Verified) else said.last_line,
        quote=said.quote,
        symbol=said.symbol,
        role=said.role,
        explanation=said.explanation,
        confidence=said.confidence,
        why="" if isinstance(each, Verified) else each.why,
    )
