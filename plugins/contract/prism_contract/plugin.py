"""What the host registers: the rules, and the one check that applies them to a project.

Only the guarded process imports the checks: elsewhere the settings, their schema and the rules are enough.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from prism.finding import Finding
from prism.hookspecs import hookimpl
from prism.project import Project
from prism.rule import Rule
from prism_contract.rules import RULES
from prism_contract.settings import SCHEMA, settings_of

MAX_PER_RULE: Final = 50
"""Places that are named for one rule; the rest are counted in one more finding, so that none goes unreported."""


class ContractPlugin:
    """Checks that a project has the structure and the functions that the policy's contract asks for."""

    name = "contract"
    reads_only = True
    guarded_imports = tuple(
        f"prism_contract.{name}" for name in ("entrypoint", "functions", "own_imports", "structure")
    )
    settings_schema = SCHEMA

    def __init__(self, settings: Mapping[str, Any]) -> None:
        """Take the validated section of the policy."""
        self._settings = settings_of(settings)

    @hookimpl
    def prism_rules(self) -> tuple[Rule, ...]:
        """The rules of this plugin; they do not depend on the settings."""
        return RULES

    @hookimpl
    def prism_check_project(self, project: Project) -> Iterator[Finding]:
        """Findings about the project's structure, its entrypoint, and the functions of the contract."""
        from prism_contract import entrypoint, functions, own_imports, structure

        yield from _bounded(structure.findings(project, self._settings))
        yield from _bounded(own_imports.findings(project, self._settings))
        yield from _bounded(entrypoint.findings(project))
        yield from _bounded(functions.findings(project, self._settings))


def _bounded(findings: Iterable[Finding]) -> Iterator[Finding]:
    seen: Counter[str] = Counter()
    surplus: dict[str, Finding] = {}
    for finding in findings:
        seen[finding.rule] += 1
        if seen[finding.rule] <= MAX_PER_RULE:
            yield finding
        else:
            surplus[finding.rule] = finding
    by_id = {rule.id: rule for rule in RULES}
    for rule_id in surplus:
        yield by_id[rule_id].finding(f"{seen[rule_id] - MAX_PER_RULE} more places like those named.")
