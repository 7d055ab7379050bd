"""The dashboard and the alert rules ask for numbers and labels that the service really gives."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import promql_parser
import pytest
from prometheus_client.parser import text_string_to_metric_families
from ruamel.yaml import YAML

from prism.service.http.submissions import internal
from prism.service.policy_in_force import PolicyInForce
from prism.service.queue import Queue
from prism.service.telemetry.families import COUNTED, TIMED, Family
from prism.service.telemetry.scraping import Meter
from prism.store import open_store
from tests.packaging.conftest import ROOT

MONITORING = ROOT / "docs/monitoring"
DASHBOARD = json.loads((MONITORING / "prism-dashboard.json").read_text(encoding="utf-8"))
RULES = YAML(typ="safe").load(MONITORING / "prism-alerts.yaml")
ALERTS = [rule for group in RULES["groups"] for rule in group["rules"]]
PANELS = [panel for panel in DASHBOARD["panels"] if panel["type"] != "row"]
OF_PROMETHEUS = frozenset({"instance", "job"})
"""Labels that Prometheus adds to what it reads."""


def expressions() -> list[str]:
    return [alert["expr"] for alert in ALERTS] + [each["expr"] for panel in PANELS for each in panel["targets"]]


@pytest.fixture(scope="module")
def given(tmp_path_factory: pytest.TempPathFactory) -> dict[str, set[str]]:
    """By name, the labels of every series that a process gives which has counted something of everything."""
    with open_store(str(tmp_path_factory.mktemp("store") / "store.sqlite3")) as store:
        queue = Queue(store)
        meter = Meter(queue, PolicyInForce("default"))
        with store.database.writing() as connection:
            for family in COUNTED:
                _count_once(connection, family)
        meter.traffic.saw({"method": "GET", "route": internal.routes[0]}, 200, 0.1)
        families = list(text_string_to_metric_families(meter.page().decode()))
    return {sample.name: set(sample.labels) for family in families for sample in family.samples}


def _count_once(connection: Any, family: Family) -> None:  # noqa: ANN401 - a connection
    from prism.service.telemetry import tallying

    tallying.add(connection, iter([(family.name, "something", 1.0)]))


def selectors(expression: Any) -> Iterator[Any]:  # noqa: ANN401 - the parser has no types
    """Every series that is asked for."""
    if isinstance(expression, promql_parser.VectorSelector):
        yield expression
    for name in ("lhs", "rhs", "expr", "vector_selector", "args", "param"):
        below = getattr(expression, name, None)
        for each in below if isinstance(below, list) else [below]:
            if each is not None and not isinstance(each, str):
                yield from selectors(each)


def grouped_by(expression: Any) -> set[str]:  # noqa: ANN401 - the parser has no types
    modifier = getattr(expression, "modifier", None)
    found = set(getattr(modifier, "labels", None) or ())
    for name in ("lhs", "rhs", "expr"):
        below = getattr(expression, name, None)
        found |= grouped_by(below) if below is not None else set()
    return found


@pytest.mark.parametrize("text", expressions())
def test_every_expression_asks_for_what_there_is(text: str, given: dict[str, set[str]]) -> None:
    parsed = promql_parser.parse(text)
    asked = list(selectors(parsed))
    assert asked
    labels: set[str] = set()
    for selector in asked:
        assert selector.name in given
        labels |= given[selector.name]
        assert {matcher.name for matcher in selector.matchers.matchers} <= given[selector.name]
    assert grouped_by(parsed) <= labels | OF_PROMETHEUS


def test_an_expression_of_what_there_is_not_is_noticed(given: dict[str, set[str]]) -> None:
    """The test above can fail: at a name, a label and a grouping."""
    for text in ("max(prism_nothing)", 'prism_submissions{rule="x"}', "sum by (hotkey) (prism_submissions)"):
        with pytest.raises(AssertionError):
            test_every_expression_asks_for_what_there_is(text, given)


def test_every_number_is_on_the_dashboard() -> None:
    shown = {selector.name for panel in PANELS for each in panel["targets"] for selector in selectors_of(each["expr"])}
    assert {f"{family.name}_total" for family in COUNTED} <= shown
    assert {f"{each.name}_bucket" for each in TIMED} <= shown


def selectors_of(text: str) -> Iterator[Any]:
    yield from selectors(promql_parser.parse(text))


def test_the_dashboard_can_be_read_and_nothing_lies_over_another() -> None:
    ids = [panel["id"] for panel in DASHBOARD["panels"]]
    assert len(set(ids)) == len(ids)
    taken: set[tuple[int, int]] = set()
    for panel in DASHBOARD["panels"]:
        place = panel["gridPos"]
        cells = {(place["x"] + x, place["y"] + y) for x in range(place["w"]) for y in range(place["h"])}
        assert not cells & taken, panel["title"]
        assert place["x"] + place["w"] <= 24
        taken |= cells
    assert all(panel["description"] and panel["title"] for panel in PANELS)


def test_rejected_and_failed_have_alerts_of_their_own() -> None:
    groups = {group["name"]: str(group["rules"]) for group in RULES["groups"]}
    assert "prism_failures" not in groups["prism-rejected"]
    assert "prism_rejections" not in groups["prism-failed"]
    assert "prism_reviews" not in groups["prism-failed"]


def test_every_alert_says_what_to_do() -> None:
    names = [alert["alert"] for alert in ALERTS]
    assert len(set(names)) == len(names)
    for alert in ALERTS:
        assert alert["labels"]["severity"] in {"critical", "warning"}
        assert alert["annotations"].keys() == {"summary", "description"}


def test_the_page_names_every_number() -> None:
    page = (Path(ROOT) / "docs/how-to/watch-the-service.md").read_text(encoding="utf-8")
    for family in COUNTED:
        assert f"| `{family.name}_total` | `{family.label}` |" in page
    for each in TIMED:
        assert f"| `{each.name}` |" in page
    for alert in ALERTS:
        assert alert["alert"] in page
