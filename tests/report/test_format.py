from typing import Any

import pytest

from prism.errors import PluginError, UsageError
from prism.report.format import ReportFormat, built_in, choose, registry

CSV = ReportFormat(name="csv", description="rows", render=lambda report: f"{len(report.reviews)}\n")


def test_a_plugins_format_stands_beside_the_built_in_ones() -> None:
    formats = registry([("house", [CSV])])
    assert sorted(formats) == ["csv", "html", "json", "jsonl", "junit", "markdown", "sarif", "text"]
    assert choose("csv", formats) is CSV


def test_a_second_format_of_a_name_names_both_owners() -> None:
    with pytest.raises(PluginError, match="of house and of street"):
        registry([("house", [CSV]), ("street", [CSV])])
    with pytest.raises(PluginError, match="of PRISM and of house"):
        registry([("house", [ReportFormat(name="json", description="", render=CSV.render)])])


def test_what_is_not_a_format_is_refused() -> None:
    offer: Any = "csv"
    with pytest.raises(PluginError, match="offers a str as a report format"):
        registry([("house", [offer])])


def test_a_misspelt_format_is_corrected() -> None:
    with pytest.raises(UsageError) as caught:
        choose("jsn", built_in())
    assert caught.value.do == "did you mean 'json'? choose one of: html, json, jsonl, junit, markdown, sarif, text"
