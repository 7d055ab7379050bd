"""Money: set aside before it can be spent, charged as it was, and never more than a budget has, whoever else asks."""

import multiprocessing
import time
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from prism_llm.asker import Asker
from prism_llm.budget import Cost, OverBudgetError, Purse, most_of
from prism_llm.exchange import Failure, FailureKind, Reply, Request, Reviewer
from prism_llm.pool import SHARED
from prism_llm.prices import Price
from prism_llm.settings import Budget, Budgets

from prism.errors import PolicyError
from prism.gate import Gate
from prism.memory_notebook import MemoryNotebooks
from prism.notebook import Account, Notebook
from prism.review import Review
from prism.store import open_store
from prism.verdict import Outcome
from tests.llm import model_server as scripted
from tests.llm.gates import Gates, policy_file, reviewer
from tests.llm.model_server import Behaviour, ModelServer, completion, says
from tests.llm.scripted_answers import complete, judges, read

QUESTION = Request(system="Judge.", user="data " * 100, schema_name="answer", schema={"type": "object"})
OUTPUT = 50
PRICE = Price(input=2.0, output=10.0)
MOST = most_of(QUESTION, OUTPUT, PRICE)
PLENTY = Budget(tokens=10**9, usd=1000.0)
DAY = f"day:{datetime.now(UTC).date()}"


def purse(notebook: Notebook, **budgets: Budget) -> Purse:
    """A purse with plenty in it, but for what a test says."""
    every = {"submission": PLENTY, "hotkey": PLENTY, "day": PLENTY, **budgets}
    return Purse(Budgets(**every), notebook, "one")


def notebook(hotkey: str = "") -> Notebook:
    return MemoryNotebooks().source(hotkey=hotkey).notebook("llm")


def priced(api_base: str, **other: Any) -> Reviewer:  # noqa: ANN401 - any field
    said = {"usd_per_million_input": 2.0, "usd_per_million_output": 10.0, "output_tokens": OUTPUT, "retries": 0}
    return Reviewer(**{"model": "openai/scripted", "api_base": api_base, **said, **other})


def ask(paid_by: Purse, *reviewers: Reviewer) -> Reply | Failure:
    return Asker(reviewers, Path()).ask(QUESTION, deadline=time.monotonic() + 60, purse=paid_by)


def left(its: Notebook, account: str = DAY, most: int = 10**6) -> Cost:
    """What was charged to an account, found by how much more it takes."""
    spent = {}
    for field in ("tokens", "micro_usd"):
        low, high = 0, most
        while low < high:
            middle = (low + high) // 2
            probe = Account(name=account, **{field: middle})
            low, high = (low, middle) if its.reserve([probe], tokens=0, micro_usd=0) is None else (middle + 1, high)
        spent[field] = low
    return Cost(**spent)


@pytest.mark.parametrize("field", ["tokens", "usd"])
@pytest.mark.parametrize("whose", ["submission", "hotkey", "day"])
def test_a_question_is_asked_only_where_the_most_it_can_cost_is_left(
    model_server: ModelServer, whose: str, field: str
) -> None:
    limits = {"tokens": MOST.tokens, "usd": MOST.micro_usd / 1e6}
    enough = msgspec.structs.replace(PLENTY, **{field: limits[field]})
    model_server.follow(says({"a": 1}))
    assert isinstance(ask(purse(notebook("5F"), **{whose: enough}), priced(model_server.api_base)), Reply)
    step = 1 if field == "tokens" else 2e-6
    little = msgspec.structs.replace(PLENTY, **{field: limits[field] - step})
    failure = ask(purse(notebook("5F"), **{whose: little}), priced(model_server.api_base))
    assert isinstance(failure, Failure)
    assert failure.kind is FailureKind.OVER_BUDGET
    assert whose in failure.message
    assert len(model_server.requests) == 1


def test_what_is_charged_in_the_end_is_what_it_did_cost(model_server: ModelServer) -> None:
    its = notebook()
    model_server.follow(says({"a": 1}))
    reply = ask(purse(its), priced(model_server.api_base))
    assert isinstance(reply, Reply)
    assert left(its) == Cost(tokens=reply.input_tokens + reply.output_tokens, micro_usd=reply.micro_usd)
    assert reply.micro_usd == PRICE.micro_usd(reply.input_tokens, reply.output_tokens)
    assert left(its).tokens < MOST.tokens


@pytest.mark.parametrize(
    ("behaviour", "is_charged"),
    [
        (scripted.fails(500), False),
        (scripted.fails(401), False),
        (scripted.closes, False),
        (scripted.limits_rate(""), False),
        (scripted.says_nothing, True),
        (scripted.cuts_off, True),
        (scripted.hangs, True),
    ],
)
def test_a_failure_is_charged_if_the_provider_will(
    model_server: ModelServer, behaviour: Behaviour, is_charged: bool
) -> None:
    its = notebook()
    model_server.follow(behaviour)
    failure = ask(purse(its), priced(model_server.api_base, timeout_seconds=0.5))
    assert isinstance(failure, Failure)
    assert (left(its).tokens > 0) is is_charged
    assert left(its).micro_usd == failure.micro_usd


def test_an_attempt_that_nobody_can_pay_for_is_not_made(model_server: ModelServer) -> None:
    def takes_all(exchange: scripted.Exchange) -> None:
        usage = {"prompt_tokens": MOST.tokens - OUTPUT, "completion_tokens": OUTPUT}
        exchange.send(200, completion(exchange.asked, "no JSON") | {"usage": usage})

    model_server.follow(takes_all)
    almost_two = Budget(tokens=2 * MOST.tokens - 1, usd=1000.0)
    failure = ask(purse(notebook(), day=almost_two), priced(model_server.api_base, retries=5))
    assert isinstance(failure, Failure)
    assert failure.kind is FailureKind.NOT_JSON
    assert len(model_server.requests) == 1


def test_a_cheaper_reviewer_is_asked_where_the_first_is_too_dear(model_server: ModelServer) -> None:
    model_server.follow(says({"a": 1}))
    dear = priced(model_server.api_base, usd_per_million_output=1e6)
    reply = ask(
        purse(notebook(), day=Budget(tokens=10**9, usd=1.0)), dear, priced(model_server.api_base, model="openai/b")
    )
    assert isinstance(reply, Reply)
    assert reply.model == "openai/b"


def test_without_a_price_nobody_is_asked(model_server: ModelServer) -> None:
    failure = ask(purse(notebook()), Reviewer(model="openai/no-such-model", api_base=model_server.api_base))
    assert isinstance(failure, Failure)
    assert failure.kind is FailureKind.UNKNOWN_PRICE
    assert not model_server.requests


def test_what_was_set_aside_stays_so_if_the_asking_is_broken_off(model_server: ModelServer) -> None:
    """As when the process is killed: what a provider may charge for is never counted as free."""
    its = notebook()
    paid_by = purse(its)
    paid_by.reserve(MOST)
    del paid_by
    assert left(its) == MOST


def test_a_budget_says_when_it_begins_anew_unless_it_never_will() -> None:
    tomorrow = datetime.now(UTC).date() + timedelta(days=1)
    small = Budget(tokens=MOST.tokens, usd=1000.0)
    for whose, passes in (("day", True), ("hotkey", True), ("submission", False)):
        its = purse(notebook("5F"), **{whose: small})
        its.reserve(MOST)
        with pytest.raises(OverBudgetError) as caught:
            its.reserve(MOST)
        assert caught.value.is_passing is passes
        assert (f"before {tomorrow} 00:00 UTC" in caught.value.why) is passes
    with pytest.raises(OverBudgetError, match="a single question") as caught:
        purse(notebook(), day=Budget(tokens=1, usd=1.0)).reserve(MOST)
    assert not caught.value.is_passing


def bills(exchange: scripted.Exchange) -> None:
    """Finds nothing, and takes 9000 tokens for it, whatever was asked."""
    body = completion(exchange.asked, msgspec.json.encode(complete(read(exchange.asked))).decode())
    exchange.send(200, body | {"usage": {"prompt_tokens": 8_000, "completion_tokens": 1_000}})


def test_an_account_names_its_day_however_long_the_hotkey_is() -> None:
    its = notebook("5" * 255)
    purse(its).reserve(MOST)
    assert left(its, f"hotkey:{its.hotkey}:{datetime.now(UTC).date()}") == MOST


def spent_review(gates: Gates, mode: str, **budget: float) -> Review:
    gates.server.follow(bills)
    gate = gates.gate(mode, twin_view=False, budgets={"day": dict(budget)})
    files = {"model.py": "x = 1\n"}
    notebooks = MemoryNotebooks()
    gates.review(gate, files, notebooks.source())
    return gates.review(gate, {"model.py": "x = 2\n"}, notebooks.source())


@pytest.mark.parametrize(("mode", "verdict"), [("required", Outcome.HELD), ("advisory", Outcome.APPROVED)])
@pytest.mark.parametrize("budget", [{"tokens": 10_000}, {"usd": 0.01}])
def test_a_spent_budget_holds_where_an_answer_is_required_and_says_until_when(
    gates: Gates, mode: str, verdict: Outcome, budget: Mapping[str, float]
) -> None:
    review = spent_review(gates, mode, **budget)
    (found,) = (each for each in review.findings if each.rule == "llm/budget-spent")
    assert review.verdict is verdict
    assert "the budget of the day does not allow another question before" in found.message
    assert "It may pass by itself." in found.message


def test_the_budget_of_a_hotkey_is_its_own(gates: Gates) -> None:
    gates.server.follow(bills)
    gate = gates.gate("required", twin_view=False, budgets={"hotkey": {"tokens": 10_000}})
    notebooks = MemoryNotebooks()
    verdicts = [
        gates.review(gate, {"model.py": f"x = {number}\n"}, notebooks.source(hotkey=hotkey)).verdict
        for number, hotkey in enumerate(("5F", "5F", "5G"))
    ]
    assert verdicts == [Outcome.APPROVED, Outcome.HELD, Outcome.APPROVED]


def test_a_review_says_what_it_took(gates: Gates) -> None:
    gates.server.follow(judges("none"))
    review = gates.review(gates.gate("required"))
    (usage,) = review.usage
    assert (usage.model, usage.requests, usage.recalled) == ("openai/scripted", 2, 0)
    assert usage.micro_usd == usage.input_tokens + usage.output_tokens  # a dollar a million


def test_a_price_that_nobody_knows_is_refused_with_the_policy(tmp_path: Path, model_server: ModelServer) -> None:
    unknown = {**reviewer(model_server), "model": "openai/no-such-model"}
    del unknown["usd_per_million_input"]
    with pytest.raises(PolicyError) as caught:
        Gate.from_policy(policy_file(tmp_path, "required", unknown))
    (problem,) = caught.value.problems
    assert "no-such-model" in problem.what
    assert "usd_per_million_input" in problem.do


PROCESSES = 2
QUESTIONS = 4


def test_processes_together_spend_what_is_allowed_and_no_more(model_server: ModelServer, tmp_path: Path) -> None:
    location = str(tmp_path / "store.sqlite3")
    allowed = QUESTIONS * MOST.tokens
    context = multiprocessing.get_context("spawn")
    with open_store(location) as store:
        assert left(store.notebooks().notebook("llm")).tokens == 0
    model_server.follow(says({"a": 1}))
    processes = [
        context.Process(target=ask_until_refused, args=(location, model_server.api_base, allowed))
        for _ in range(PROCESSES)
    ]
    for process in processes:
        process.start()
    for process in processes:
        process.join(180)
    assert [process.exitcode for process in processes] == [0] * PROCESSES
    with open_store(location) as store:
        spent = left(store.notebooks().notebook("llm"))
    assert allowed - MOST.tokens < spent.tokens <= allowed
    assert len(model_server.requests) >= QUESTIONS


def ask_until_refused(location: str, api_base: str, allowed: int) -> None:
    """Ask as long as the budget of the day, which is shared by all, allows it."""
    reviewer = priced(api_base, answers_by="schema")
    with open_store(location) as store:
        its = store.notebooks().notebook("llm")
        while isinstance(ask(purse(its, day=Budget(tokens=allowed, usd=1000.0)), reviewer), Reply):
            pass
    SHARED.close()
