"""Every rule of this plugin that does not depend on the settings, each named for what is bad."""

from typing import Final

from prism_llm.rules.outcome import (
    BUDGET_SPENT,
    COPIED_CODE,
    DOUBTFUL_COPY,
    INSTRUCTION,
    LOCAL_BUDGET,
    NO_ANSWER,
    NOT_REVIEWED,
    PERSUASION,
    UNSUPPORTED,
)

__all__ = [
    "BUDGET_SPENT",
    "COPIED_CODE",
    "DOUBTFUL_COPY",
    "INSTRUCTION",
    "LOCAL_BUDGET",
    "NOT_REVIEWED",
    "NO_ANSWER",
    "OWN_RULES",
    "PERSUASION",
    "UNSUPPORTED",
]

OWN_RULES: Final = (
    INSTRUCTION,
    PERSUASION,
    UNSUPPORTED,
    NO_ANSWER,
    NOT_REVIEWED,
    BUDGET_SPENT,
    COPIED_CODE,
    DOUBTFUL_COPY,
    LOCAL_BUDGET,
)
