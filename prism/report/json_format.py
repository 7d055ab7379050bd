"""Reviews as JSON: the record itself, one object for one project and an array for several; for a batch, its lines."""

import json
from typing import Any

import msgspec

from prism.report.format import Report, ReportFormat


def render(report: Report) -> str:
    """The reviews as indented JSON in pure ASCII, so that no terminal or log can be disturbed by what they quote."""
    if report.is_batch:
        from prism.report.jsonl_format import line_of

        return encode([line_of(each).record() for each in report.reviews])
    records = [msgspec.to_builtins(each.review) for each in report.reviews]
    return encode(records[0] if len(records) == 1 else records)


def encode(value: Any) -> str:  # noqa: ANN401 - whatever JSON can hold
    """Indented ASCII JSON with a line feed at its end.

    DEL is the one control character that JSON encoders leave as it is. It can only stand inside a string.
    """
    return json.dumps(value, indent=2, allow_nan=False).replace("\x7f", "\\u007f") + "\n"


FORMAT = ReportFormat(name="json", description="the whole record, for programs", render=render)
