"""What the host registers: material and phrases in the guarded process, the review in the worker, the commands.

litellm is never imported here: it lives in a process of its own, which is started when a question must be asked.
"""

import logging
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from prism.finding import Finding, Severity
from prism.hookspecs import hookimpl
from prism.notebook import Notebook
from prism.project import Project
from prism.rule import Rule
from prism.verdict import Outcome, Reason, Verdict
from prism_llm.rules import NO_ANSWER, OWN_RULES
from prism_llm.settings import SCHEMA, Mode, settings_of

if TYPE_CHECKING:
    from prism.schema_problems import Complaint
    from prism_llm.asker import Asker

_LOG = logging.getLogger(__name__)
MODEL_HOOKS = ("prism_material", "prism_review", "prism_verdict")


class LlmPlugin:
    """Asks a language model for its opinion, and checks what it says before that counts."""

    name = "llm"
    reads_only = True
    guarded_imports = ("prism_llm.gathering",)
    settings_schema = SCHEMA

    def __init__(self, settings: Mapping[str, Any]) -> None:
        """Take the validated section of the policy."""
        self._settings = settings_of(settings)
        self.unused_hooks = MODEL_HOOKS if self._settings.mode is Mode.OFF else ()
        self._asker: Asker | None = None

    @staticmethod
    def check_settings(settings: Mapping[str, Any]) -> "Iterable[Complaint]":
        """What is wrong with the rules, the rules file, the models, their keys and prices."""
        from prism_llm.checking import complaints_about

        return complaints_about(settings_of(settings))

    @hookimpl
    def prism_rules(self) -> tuple[Rule, ...]:
        """The plugin's own rules and those that a model is asked about, as the rules file states them now."""
        from prism_llm.asked import asked_rules
        from prism_llm.intents import SHIPPED

        asked = {rule.page.id: rule.page for rule in asked_rules(self._settings)}
        shipped = {rule.id: rule for rule in SHIPPED.values()}
        return (*OWN_RULES, *(shipped | asked).values())

    @hookimpl
    def prism_material(self, project: Project) -> dict[str, Any]:
        """The project in pieces, each with its neutral twin, and the symbols that it uses."""
        from prism_llm.gathering import material_of

        try:
            built: dict[str, Any] = msgspec.to_builtins(material_of(project))
        except (RecursionError, ValueError):
            if self._settings.mode is Mode.REQUIRED:
                raise
            return {"files": []}  # a failure changes nothing: what is missing is listed as not reviewed
        return built

    @hookimpl
    def prism_review(
        self,
        project: Project,
        findings: tuple[Finding, ...],
        material: Mapping[str, Any],
        notebook: Notebook,
        deadline: float,
    ) -> Iterator[Finding]:
        """What a model says of the project, as far as it stands."""
        from prism_llm.reviewing import Reviewing

        try:
            reviewing = Reviewing(self._settings, self._live_asker())
            yield from reviewing.review(project, findings, material, notebook, deadline).findings
        except Exception:
            if self._settings.mode is Mode.REQUIRED:
                raise
            _LOG.exception("the review by a model failed, which changes nothing in the mode 'advisory'")
            failed = NO_ANSWER.finding("There is no valid answer: the review by a model failed.")
            yield msgspec.structs.replace(failed, severity=Severity.NOTE, at_most="approved")

    @hookimpl
    def prism_verdict(self, findings: tuple[Finding, ...], proposed: Verdict) -> Verdict | None:
        """Held, where an answer is required and something of it is missing or in doubt, whatever a policy holds for."""
        if self._settings.mode is not Mode.REQUIRED or proposed.outcome is not Outcome.APPROVED:
            return None
        amiss = sorted({each.rule for each in findings if _holds(each)})
        reasons = tuple(
            Reason(outcome=Outcome.HELD, rule=rule, text="the policy requires a complete review by a model")
            for rule in amiss
        )
        return Verdict(outcome=Outcome.HELD, reasons=reasons) if reasons else None

    def _live_asker(self) -> "Asker":
        """Whoever asks; its process is started by the first question, and stays for the next project."""
        from prism_llm.asker import Asker

        self._asker = self._asker or Asker(self._settings.reviewers, Path())
        return self._asker


def _holds(finding: Finding) -> bool:
    return finding.plugin == "llm" and finding.severity is not Severity.NOTE and finding.waived is None
