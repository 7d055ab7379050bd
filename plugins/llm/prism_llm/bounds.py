"""What a policy may make of the plugin's rules in each mode: no order of an advice, and no advice of a requirement."""

from collections.abc import Iterable, Iterator
from typing import Final

import msgspec

from prism.finding import Severity
from prism.rule import Rule
from prism_llm.rules import BUDGET_SPENT, NO_ANSWER, NOT_REVIEWED, PERSUASION, UNSUPPORTED
from prism_llm.settings import Mode

_INCOMPLETE: Final = frozenset(rule.id for rule in (NO_ANSWER, NOT_REVIEWED, BUDGET_SPENT))
"""That an answer is missing. What was not reviewed cannot be waived."""
_DOUBTFUL: Final = frozenset(rule.id for rule in (PERSUASION, UNSUPPORTED))
"""That an answer is in doubt. A person may look at the code and waive that."""


def bounded(rules: Iterable[Rule], mode: Mode) -> Iterator[Rule]:
    """The rules with what a policy may make of them."""
    for rule in rules:
        if mode is Mode.ADVISORY:
            severity = Severity.WARNING if rule.severity is Severity.ERROR else rule.severity
            yield msgspec.structs.replace(rule, severity=severity, highest=Severity.WARNING)
        elif mode is Mode.REQUIRED and rule.id in _INCOMPLETE | _DOUBTFUL:
            yield msgspec.structs.replace(rule, lowest=Severity.WARNING, is_waivable=rule.id in _DOUBTFUL)
        else:
            yield rule
