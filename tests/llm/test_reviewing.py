"""What a model's behaviour means for a project in each mode: a real server, the real library, a verdict of the gate."""

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import msgspec
import pytest

from prism.verdict import Outcome
from tests.llm import model_server as scripted
from tests.llm.gates import CONDITION, Gates
from tests.llm.model_server import ALL_WAYS, Behaviour, Way, says
from tests.llm.scripted_answers import accusation, changes, complete, judges, obeys, read

APPROVED, HELD, REJECTED = Outcome.APPROVED, Outcome.HELD, Outcome.REJECTED
TWO_FILES = {"model.py": "import layers\n", "layers.py": "width = 4\n"}
HASTY = {"timeout_seconds": 0.5}
TENACIOUS = {"retries": 1}


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """How a model behaves, and what comes of it."""

    name: str
    script: Callable[[], Behaviour | tuple[Behaviour, ...]]
    advisory: Outcome
    required: Outcome
    rule: str = ""
    """The rule that says why, in both modes."""
    requests: int | None = None
    """How many come to the server, where that is the point."""
    ways: Iterable[Way] = ALL_WAYS
    reviewer: Mapping[str, object] = {}
    files: Mapping[str, str] | None = None


def fine(name: str, script: Callable[[], Behaviour | tuple[Behaviour, ...]], **other: Any) -> Row:  # noqa: ANN401
    return Row(name=name, script=script, advisory=APPROVED, required=APPROVED, **other)


def accused(name: str, script: Callable[[], Behaviour], rule: str = "hidden-behaviour") -> Row:
    return Row(name=name, script=script, advisory=HELD, required=HELD, rule=rule)


def unsupported(name: str, script: Callable[[], Behaviour]) -> Row:
    return Row(name=name, script=script, advisory=APPROVED, required=HELD, rule="unsupported-suspicion")


def no_answer(name: str, script: Callable[[], Behaviour | tuple[Behaviour, ...]], **other: Any) -> Row:  # noqa: ANN401
    return Row(name=name, script=script, advisory=APPROVED, required=HELD, rule="no-answer", **other)


def leaves_out(answer: dict[str, Any]) -> None:
    answer["judgements"] = [each for each in answer["judgements"] if each["path"] != "layers.py"]


def invents_a_file(answer: dict[str, Any]) -> None:
    answer["judgements"].append({**answer["judgements"][0], "path": "other.py"})


def accuses_nothing(answer: dict[str, Any]) -> None:
    answer["judgements"][0]["judgement"] = "violation"


def contradicts(asked: scripted.Asked) -> str:
    """A violation, and behind it, under the same key of the same object, none."""
    question = read(asked)
    mild = json.dumps(complete(question)["judgements"])
    return f'{json.dumps(complete(question, "violation"))[:-1]}, "judgements": {mild}}}'


def calls_twice(exchange: scripted.Exchange) -> None:
    """Answers in two tool calls: first that there is nothing, then that there is a violation."""
    question = read(exchange.asked)
    mild, harsh = (json.dumps(complete(question, level)) for level in ("none", "violation"))
    body = scripted.completion(exchange.asked, mild)
    if exchange.asked.way == "tool":
        message = body["choices"][0]["message"]
        message["tool_calls"] += scripted.completion(exchange.asked, harsh)["choices"][0]["message"]["tool_calls"]
    exchange.send(200, body)


TABLE = (
    fine("finds nothing", lambda: judges("none")),
    fine("finds nothing in two files", lambda: judges("none"), files=TWO_FILES),
    fine(
        "knows no structured output", lambda: judges("none"), ways=["tool"], reviewer={"model": "openai/a"}, requests=3
    ),
    fine(
        "knows no tool calls", lambda: judges("none"), ways=["prompt"], reviewer={"model": "openai/b"}, requests=4
    ),
    fine("is bound as llama-cpp-python is", lambda: judges("none"), ways=["object"], reviewer={"answers_by": "object"}),
    fine(
        "limits the rate and then answers",
        lambda: (scripted.limits_rate("0.6"), judges("none")),
        reviewer=TENACIOUS,
        requests=3,
    ),
    fine("fails with 503 and then answers", lambda: (scripted.fails(503), judges("none")), reviewer=TENACIOUS),
    accused("accuses what stands there", lambda: judges("violation")),
    accused("suspects what stands there", lambda: judges("violation", confidence=0.1)),
    accused("accuses with control characters", lambda: judges("violation", explanation="\x00\x1b[31m\u202e\r\n")),
    accused("obeys the comment", lambda: says(obeys), "persuasion"),
    unsupported("invents a quote", lambda: judges("violation", "os.system('id')")),
    unsupported("accuses a path outside", lambda: judges("violation", path="../../etc/passwd")),
    unsupported("accuses an absolute path", lambda: judges("violation", path="/etc/passwd")),
    unsupported("accuses a call that is not made", lambda: judges("violation", role="call", symbol="os.system")),
    unsupported("accuses a call without its name", lambda: judges("violation", role="call")),
    unsupported("quotes another line", lambda: judges("violation", first_line=8, last_line=9)),
    unsupported("quotes control characters", lambda: judges("violation", "\x1b[31m== 20260131")),
    unsupported("accuses nothing in particular", lambda: changes(accuses_nothing)),
    no_answer("forgets the seal", lambda: changes(lambda said: said.update(seal="wrong"))),
    no_answer("leaves a file out", lambda: changes(leaves_out), files=TWO_FILES),
    no_answer("judges a file that is not there", lambda: changes(invents_a_file)),
    no_answer("answers with no JSON", lambda: says("I think that the code is fine.")),
    no_answer("breaks off inside the JSON", lambda: says('{"seal": "abc", "judgements": [{"path"')),
    no_answer("answers in another schema", lambda: says({"verdict": "approved"})),
    no_answer("answers with more than was asked", lambda: changes(lambda said: said.update(verdict="approved"))),
    no_answer("contradicts itself in one object", lambda: says(contradicts)),
    no_answer("answers in two tool calls", lambda: calls_twice, ways=["tool"], reviewer={"answers_by": "tool"}),
    no_answer("answers twice", lambda: says('{"verdict": "approved"} {"verdict": "rejected"}')),
    no_answer("is cut off", lambda: scripted.cuts_off),
    no_answer("says nothing", lambda: scripted.says_nothing),
    no_answer("refuses", lambda: scripted.refuses),
    no_answer("refuses in words", lambda: says("I'm sorry, but I can't help with that.")),
    no_answer("is filtered", lambda: scripted.filters),
    no_answer("limits the rate for ever", lambda: scripted.limits_rate("0.6"), reviewer=TENACIOUS, requests=2),
    no_answer("limits the rate for an hour", lambda: scripted.limits_rate("3600"), reviewer=TENACIOUS, requests=1),
    no_answer("fails with 500", lambda: scripted.fails(500), requests=1),
    no_answer("fails with 500 for ever", lambda: scripted.fails(500), reviewer=TENACIOUS, requests=2),
    no_answer("refuses the key", lambda: scripted.fails(401), reviewer=TENACIOUS, requests=1),
    no_answer("is not there", lambda: scripted.fails(404), reviewer=TENACIOUS, requests=1),
    no_answer("has no key", lambda: judges("none"), reviewer={"key_env": "PRISM_TEST_NO_SUCH_KEY"}, requests=0),
    no_answer("is at no address", lambda: judges("none"), reviewer={"api_base": "http://127.0.0.1:9/v1"}, requests=0),
    no_answer("is nobody's model", lambda: judges("none"), reviewer={"model": "nobody/model"}, requests=0),
    no_answer("cannot hold the question", lambda: scripted.fails(400, "maximum context length is 10 tokens")),
    no_answer("hangs", lambda: scripted.hangs, reviewer=HASTY, requests=1),
    no_answer("drips", lambda: scripted.drips, reviewer=HASTY, requests=1),
    no_answer("talks nonsense", lambda: scripted.talks_nonsense),
    no_answer("closes the connection", lambda: scripted.closes),
    no_answer("closes the connection halfway", lambda: scripted.closes_halfway),
    no_answer("answers with 10 MB", lambda: scripted.floods(10_000_000)),
    no_answer("answers without end", lambda: scripted.floods_forever, reviewer=HASTY),
)  # fmt: skip


@pytest.mark.parametrize("row", TABLE, ids=[row.name for row in TABLE])
@pytest.mark.parametrize("mode", ["advisory", "required"])
def test_each_behaviour_in_each_mode(gates: Gates, row: Row, mode: str) -> None:
    script = row.script()
    gates.server.follow(*(script if isinstance(script, tuple) else (script,)), ways=row.ways)
    about = {**row.reviewer, "model": f"{row.reviewer.get('model', 'openai/scripted')}-{mode}"}
    review = gates.review(gates.gate(mode, about), row.files)
    assert review.verdict is (row.advisory if mode == "advisory" else row.required)
    named = {finding.rule for finding in review.findings} - {"llm/local-budget"}
    assert (f"llm/{row.rule}" in named) if row.rule else not named
    assert row.requests is None or len(gates.server.requests) == row.requests
    assert not any(not finding.message.isprintable() for finding in review.findings)


def test_evidence_that_stands_is_a_finding_with_its_place(gates: Gates) -> None:
    gates.server.follow(judges("violation"))
    review = gates.review(gates.gate("required"))
    (found,) = (each for each in review.findings if each.rule == "llm/hidden-behaviour")
    assert (found.path, found.line, found.confidence) == ("model.py", CONDITION, 0.9)


@pytest.mark.parametrize(
    ("mode", "symbol", "verdict"),
    [("required", "ctx.seed", REJECTED), ("required", "", HELD), ("advisory", "ctx.seed", HELD)],
)
def test_only_what_code_has_verified_in_both_views_rejects_and_only_where_a_review_is_required(
    gates: Gates, mode: str, symbol: str, verdict: Outcome
) -> None:
    def named(asked: scripted.Asked) -> dict[str, Any]:
        question = read(asked)
        row = accusation(question, "== 20260131")
        line = next(text for _, number, text in question.lines if number == row["first_line"])
        own = line.split()[1] if symbol else ""
        return complete(question, "violation", [{**row, "symbol": own}])

    gates.server.follow(says(named))
    gate = gates.gate(mode, rules=[{"id": "hidden-behaviour", "severity": "error"}])
    assert gates.review(gate).verdict is verdict


def test_with_one_view_alone_nothing_is_rejected(gates: Gates) -> None:
    gates.server.follow(judges("violation", symbol="ctx.seed"))
    gate = gates.gate("required", twin_view=False, rules=[{"id": "hidden-behaviour", "severity": "error"}])
    review = gates.review(gate)
    assert review.verdict is HELD
    assert "llm/hidden-behaviour" in {finding.rule for finding in review.findings}


def test_without_the_second_view_persuasion_is_not_noticed(gates: Gates) -> None:
    gates.server.follow(says(obeys))
    review = gates.review(gates.gate("required", twin_view=False))
    assert "llm/persuasion" not in {finding.rule for finding in review.findings}


def test_an_answer_that_does_not_count_is_asked_for_again_as_often_as_the_policy_says(gates: Gates) -> None:
    gate = gates.gate("required", attempts=2, twin_view=False)
    wrong = changes(lambda said: said.update(seal="wrong"))
    for script, verdict in (((wrong, judges("none")), APPROVED), ((wrong, wrong, judges("none")), HELD)):
        gates.server.follow(*script)
        assert gates.review(gate).verdict is verdict
        assert len(gates.server.requests) == 2


def test_a_question_whose_answer_is_cut_off_is_asked_in_halves(gates: Gates) -> None:
    gates.server.follow(scripted.cuts_off, judges("none"))
    assert gates.review(gates.gate("required", twin_view=False), TWO_FILES).verdict is APPROVED
    assert [read(each).paths for each in gates.server.requests] == [
        ("layers.py", "model.py"),
        ("layers.py",),
        ("model.py",),
    ]


def test_all_questions_about_a_project_end_in_time_and_that_is_no_failure_of_the_plugin(gates: Gates) -> None:
    gates.server.follow(scripted.hangs)
    review = gates.review(gates.gate("required", {"retries": 5}, seconds=1))
    assert review.verdict is HELD
    (found,) = (each for each in review.findings if each.rule == "llm/no-answer")
    assert "(timeout)" in found.message
    assert "It may pass by itself" in found.message
    assert "Not judged: model.py:1-9" in found.message


def test_what_no_question_can_hold_is_listed_and_holds(gates: Gates) -> None:
    gates.server.follow(judges("none"))
    large = "".join(f"def layer_{number}(x):\n    return x * {number}\n\n\n" for number in range(200))
    line = "text = '" + "x" * 40_000 + "'\n"
    gate = gates.gate("required", {"input_tokens": 5_000}, twin_view=False)
    review = gates.review(gate, {"model.py": large, "other.py": line})
    assert review.verdict is HELD
    (found,) = (each for each in review.findings if each.rule == "llm/not-reviewed")
    assert found.path == "other.py"
    assert sum(len(read(each).lines) for each in gates.server.requests) == len(large.splitlines())


@pytest.mark.parametrize(("mode", "verdict"), [("required", HELD), ("advisory", APPROVED)])
def test_code_beyond_what_is_looked_at_is_listed_and_holds_where_an_answer_is_required(
    gates: Gates, mode: str, verdict: Outcome
) -> None:
    gates.server.follow(judges("none"))
    review = gates.review(gates.gate(mode), {"large.py": "# " + "x" * 1_048_576 + "\n", "model.py": "x = 1\n"})
    assert review.verdict is verdict
    assert [each.path for each in review.findings if each.rule == "llm/not-reviewed"] == ["large.py"]
    assert {path for asked in gates.server.requests for path in read(asked).paths} == {"model.py"}
