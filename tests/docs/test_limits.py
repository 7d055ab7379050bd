"""The page of limits names every limit that a policy can set, and gives reasons that there are."""

import re
from pathlib import Path

import msgspec

from prism.policy.model import RunLimits
from prism.runner.result import Reason

PAGE = (Path(__file__).parents[2] / "docs" / "reference" / "limits.md").read_text(encoding="utf-8")
ROWS = [[cell.strip() for cell in line.strip("|").split("|")] for line in PAGE.splitlines() if line.startswith("| `")]


def test_every_limit_is_explained_in_the_policys_order() -> None:
    names = [row[0].strip("`") for row in ROWS]

    assert names[: len(RunLimits.__struct_fields__)] == [field.name for field in msgspec.structs.fields(RunLimits)]


def test_every_ending_is_a_reason() -> None:
    endings = [ending for row in ROWS for ending in re.findall(r"`([a-z]+-[a-z]+)`", row[3])]

    assert len(endings) >= 6
    assert {Reason(ending) for ending in endings} > {Reason.MEMORY_LIMIT, Reason.OUTPUT_LIMIT, Reason.TIME_LIMIT}
