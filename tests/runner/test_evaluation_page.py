"""The evaluation page names every reason, metric, attribute and setting there is, with the text the code has."""

import re
from pathlib import Path

import pytest

from prism.runner.metrics import KNOWN_METRICS
from prism.runner.result import SENTENCES, Reason, RunResult
from tests.runner.test_attacks import forgeries

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "reference" / "evaluation.md").read_text(encoding="utf-8")
CONTRACT = (ROOT / "prism" / "evaluator" / "contract.py").read_text(encoding="utf-8")


@pytest.mark.parametrize("reason", Reason)
def test_every_reason_is_explained_in_the_miners_own_sentence(reason: Reason) -> None:
    assert f"| `{reason}` | {RunResult(reason=reason).submission_status} | {SENTENCES[reason]} |" in PAGE


def test_every_metric_is_explained() -> None:
    section = PAGE.partition("## Metrics")[2].partition("\n## ")[0]
    named = {name for row in re.findall(r"^\|([^|]+)\|", section, re.MULTILINE) for name in re.findall("`(.+?)`", row)}

    assert named == KNOWN_METRICS


def test_every_forgery_that_is_tried_is_listed_with_what_comes_of_it() -> None:
    for case, expected in forgeries().items():
        end = "the honest numbers" if expected.reason is Reason.COMPLETED else f"`{expected.reason}`"
        assert f"| `{case}` | {expected.forges} | {end} |" in PAGE
    assert len(re.findall(r"^\| `", PAGE.partition("## Forgeries")[2].partition("\n## ")[0], re.MULTILINE)) == len(
        forgeries()
    )


def test_every_attribute_of_the_context_is_explained() -> None:
    fields = set(re.findall(r"^    ([a-z_]+): (?:int|str)", CONTRACT.partition("class Context:")[2], re.MULTILINE))
    section = PAGE.partition("### `ctx`")[2].partition("\n### ")[0]

    assert fields
    assert set(re.findall(r"^\| `([a-z_]+)` \|", section, re.MULTILINE)) == fields
