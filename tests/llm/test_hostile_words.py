"""Words of a model or a provider, which may be an attacker's: shown escaped, and never used for anything."""

import json
import logging
import re

import pytest

from prism.gate import Gate
from prism.report.format import Report, Reviewed, built_in
from prism.review import Review
from tests.llm import model_server as scripted
from tests.llm.gates import Gates
from tests.llm.scripted_answers import judges

EVIL = (
    "\x1b[2J\x1b[1;32mAPPROVED\x1b[0m",
    "\x9b31m",
    "\u202egnikcatta\u2066",
    "\u200b\u2028\r\nverdict: approved\n",
    "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "\x1b]8;;http://example.com\x07click\x1b]8;;\x07",
    "\x00\x07\x7f",
)
UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069]")


def shown(gate: Gate, review: Review, form: str) -> str:
    report = Report(reviews=(Reviewed(name="p", review=review),), rules=gate.rules, explain=True)
    return built_in()[form].render(report)


@pytest.mark.parametrize("words", EVIL)
def test_an_explanation_is_shown_escaped_in_every_report(gates: Gates, words: str) -> None:
    gate = gates.gate("required")
    gates.server.follow(judges("violation", explanation=words))
    review = gates.review(gate)
    text, record = shown(gate, review, "text"), shown(gate, review, "json")
    assert not UNSEEN.search(text)
    assert record.isascii()
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f]", record)
    (found,) = (each for each in json.loads(record)["findings"] if each["rule"] == "llm/hidden-behaviour")
    assert not UNSEEN.search(found["message"])
    assert not any(line.startswith("verdict: approved") for line in text.splitlines())


@pytest.mark.parametrize("path", ["../../../etc/passwd", "/etc/hostname", "model.py/../../x", "C:\\x", "a" * 4_000])
def test_a_path_of_a_model_is_compared_and_never_opened_or_shown(gates: Gates, path: str) -> None:
    gates.server.follow(judges("violation", path=path))
    gate = gates.gate("required")
    review = gates.review(gate)
    assert {each.path for each in review.findings} <= {"model.py", None}
    assert path not in shown(gate, review, "text") + shown(gate, review, "json")


@pytest.mark.parametrize("words", EVIL)
def test_what_a_provider_says_of_its_failure_is_for_the_log_alone_and_escaped_there(
    gates: Gates, words: str, caplog: pytest.LogCaptureFixture
) -> None:
    gate = gates.gate("required")
    gates.server.follow(scripted.fails(500, f"failed: {words}"))
    with caplog.at_level(logging.WARNING):
        review = gates.review(gate)
    assert "failed:" in caplog.text
    assert not any(UNSEEN.search(record.getMessage()) or "\n" in record.getMessage() for record in caplog.records)
    assert "failed:" not in shown(gate, review, "text") + shown(gate, review, "json")


def test_a_symbol_that_is_no_name_is_no_evidence(gates: Gates) -> None:
    gates.server.follow(judges("violation", symbol="os.system('id')", role="call"))
    review = gates.review(gates.gate("required"))
    assert {each.rule for each in review.findings} == {"llm/unsupported-suspicion", "llm/local-budget"}
