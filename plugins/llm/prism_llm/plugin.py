"""What the host registers: material and phrases in the guarded process, the review in the worker, the commands.

litellm is never imported here: it lives in a process of its own, which is started when a question must be asked.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import msgspec

from prism.finding import Finding, Severity
from prism.hookspecs import hookimpl
from prism.notebook import Notebook
from prism.project import Project
from prism.rule import Rule
from prism.verdict import Outcome, Reason, Verdict
from prism_llm.bounds import bounded
from prism_llm.rules import OWN_RULES
from prism_llm.settings import SCHEMA, Mode, settings_of

if TYPE_CHECKING:
    import typer

    from prism.corpus import Resemblance
    from prism.schema_problems import Complaint
    from prism_llm.asked import AskedRule
    from prism_llm.asker import Asker

UNUSED_HOOKS: Final = {
    Mode.OFF: ("prism_prepare", "prism_check_project", "prism_material", "prism_review", "prism_verdict"),
    Mode.ADVISORY: ("prism_verdict",),
    Mode.REQUIRED: (),
}
FORGIVEN_HOOKS: Final = {Mode.ADVISORY: ("prism_material", "prism_review")}


class LlmPlugin:
    """Asks a language model for its opinion, and checks what it says before that counts."""

    name = "llm"
    reads_only = True
    settings_schema = SCHEMA

    def __init__(self, settings: Mapping[str, Any]) -> None:
        """Take the validated section of the policy."""
        self._settings = settings_of(settings)
        self.unused_hooks = UNUSED_HOOKS[self._settings.mode]
        self.forgiven_hooks = FORGIVEN_HOOKS.get(self._settings.mode, ())
        self._asker: Asker | None = None
        self._asked: tuple[AskedRule, ...] = ()

    @staticmethod
    def check_settings(settings: Mapping[str, Any]) -> "Iterator[Complaint]":
        """What is wrong with the rules, the rules file, the models, their keys and prices."""
        from prism_llm.asked import complaints_about_rules

        stated = settings_of(settings)
        yield from complaints_about_rules(stated)
        if stated.mode is not Mode.OFF:
            from prism_llm.checking import complaints_about_reviewers

            yield from complaints_about_reviewers(stated)

    @hookimpl
    def prism_rules(self) -> tuple[Rule, ...]:
        """The plugin's own rules and those that a model is asked about, as the rules file stated them at first."""
        from prism_llm.intents import SHIPPED

        asked = {rule.page.id: rule.page for rule in self._rules()}
        shipped = {rule.id: rule for rule in SHIPPED.values()}
        return tuple(bounded((*OWN_RULES, *(shipped | asked).values()), self._settings.mode))

    @hookimpl
    def prism_prepare(self) -> None:
        """Import what the guarded hooks need; a policy that switches the plugin off does not pay for it."""
        from prism_llm import gathering, phrases  # noqa: F401 - for whom they are imported is forked from here

    @hookimpl
    def prism_check_project(self, project: Project) -> Iterator[Finding]:
        """Texts that speak to a reviewer: without any model, whatever one would say of them."""
        from prism_llm.phrases import findings

        yield from findings(project)

    @hookimpl
    def prism_material(self, project: Project) -> dict[str, Any]:
        """The project in pieces, each with its neutral twin, and the symbols that it uses."""
        from prism_llm.gathering import material_of

        built: dict[str, Any] = msgspec.to_builtins(material_of(project))
        return built

    @hookimpl
    def prism_review(
        self,
        project: Project,
        findings: tuple[Finding, ...],
        resemblances: "tuple[Resemblance, ...]",
        material: Mapping[str, Any],
        notebook: Notebook,
        deadline: float,
    ) -> Iterator[Finding]:
        """What a model says of the project, as far as it stands."""
        from prism_llm.reviewing import Reviewing, Subject

        subject = Subject(
            project=project,
            findings=findings,
            resemblances=resemblances,
            material=material,
            notebook=notebook,
            deadline=deadline,
        )
        yield from Reviewing(self._settings, self._rules(), self._live_asker()).review(subject).findings

    @hookimpl
    def prism_verdict(self, findings: tuple[Finding, ...], proposed: Verdict) -> Verdict | None:
        """Held, where an answer is required and something of it is missing or in doubt, whatever a policy holds for."""
        if proposed.outcome is not Outcome.APPROVED:
            return None
        amiss = sorted({each.rule for each in findings if _holds(each)})
        reasons = tuple(
            Reason(outcome=Outcome.HELD, rule=rule, text="the policy requires a complete review by a model")
            for rule in amiss
        )
        return Verdict(outcome=Outcome.HELD, reasons=reasons) if reasons else None

    @hookimpl
    def prism_cli(self, app: "typer.Typer") -> None:
        """``prism llm try``."""
        from prism_llm.cli import add_commands

        add_commands(app)

    def _rules(self) -> "tuple[AskedRule, ...]":
        """What a model is asked about, read once: with another content of the file another policy is put in force."""
        from prism_llm.asked import asked_rules

        self._asked = self._asked or asked_rules(self._settings)
        return self._asked

    def _live_asker(self) -> "Asker":
        """Whoever asks; its process is started by the first question, and stays for the next project."""
        from prism_llm.asker import Asker

        self._asker = self._asker or Asker(self._settings.reviewers, Path())
        return self._asker


def _holds(finding: Finding) -> bool:
    is_counted = finding.waived is None and finding.at_most != "approved"
    return finding.plugin == "llm" and finding.severity is not Severity.NOTE and is_counted
