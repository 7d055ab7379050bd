"""The plugin's settings as typed data; their meaning and defaults stand in the schema beside it."""

import enum
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import msgspec

from prism.finding import Severity
from prism_llm.exchange import Reviewer

SCHEMA: Final[dict[str, Any]] = json.loads(Path(__file__).with_name("settings.schema.json").read_text(encoding="utf-8"))


class Mode(enum.StrEnum):
    """Whether a model is asked, and what follows when it does not answer."""

    OFF = "off"
    ADVISORY = "advisory"
    REQUIRED = "required"


class StatedRule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A rule as a policy or a rules file states it; what it leaves out is taken from the shipped rule of that name."""

    id: str
    text: str = ""
    severity: Severity | None = None


class Budget(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What may be spent."""

    tokens: int
    usd: float


class Budgets(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What may be spent on one submission, on one hotkey in a day, and in a day in all."""

    submission: Budget
    hotkey: Budget
    day: Budget


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a policy says about the review by a model."""

    mode: Mode
    reviewers: tuple[Reviewer, ...]
    rules: tuple[StatedRule, ...] | None = None
    rules_file: str
    twin_view: bool
    judges_copies: bool
    attempts: int
    seconds: int
    budgets: Budgets


def settings_of(section: Mapping[str, Any]) -> Settings:
    """The settings of a validated policy section; what it leaves out has the schema's default."""
    return msgspec.convert(_filled(section, SCHEMA), Settings)


def _filled(stated: Mapping[str, Any], schema: Mapping[str, Any]) -> dict[str, Any]:
    """An object with the defaults of the schema, at every depth that it or a default reaches."""
    properties = schema.get("properties", {})
    given = {name: each["default"] for name, each in properties.items() if "default" in each} | dict(stated)
    return {
        name: _filled(value, properties[name]) if isinstance(value, Mapping) and name in properties else value
        for name, value in given.items()
    }
