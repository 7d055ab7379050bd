"""Questions to a scripted server through the real library, in the real process, over loopback."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from prism_llm.asker import Asker
from prism_llm.asking import MEMORY_BYTES
from prism_llm.budget import Purse
from prism_llm.exchange import Failure, FailureKind, Reply, Request, Reviewer
from prism_llm.settings import Budget, Budgets

from prism.memory_notebook import MemoryNotebooks
from tests.llm import model_server as scripted
from tests.llm.model_server import Behaviour, ModelServer, Way, says

QUESTION = Request(
    system="Judge.",
    user="data",
    schema_name="answer",
    schema={
        "type": "object",
        "additionalProperties": False,
        "properties": {"a": {"type": "integer"}},
        "required": ["a"],
    },
)
KEY = "sk-very-secret"


def reviewer(server: ModelServer, *, retries: int = 0, timeout: float = 60.0, key_env: str = "") -> Reviewer:
    return Reviewer(
        model="openai/scripted",
        api_base=server.api_base,
        key_env=key_env,
        timeout_seconds=timeout,
        retries=retries,
        usd_per_million_input=1.0,
        usd_per_million_output=2.0,
    )


def purse(**limits: float) -> Purse:
    """A purse with as much in it as a test needs, unless it says otherwise."""
    budget = Budget(tokens=int(limits.get("tokens", 10**9)), usd=limits.get("usd", 1000.0))
    notebook = MemoryNotebooks().source().notebook("llm")
    return Purse(Budgets(submission=budget, hotkey=budget, day=budget), notebook, "one")


def ask(*reviewers: Reviewer, seconds: float = 120.0) -> Reply | Failure:
    return Asker(reviewers, Path()).ask(QUESTION, deadline=time.monotonic() + seconds, purse=purse())


@pytest.mark.parametrize(
    ("ways", "way", "requests"), [(("schema", "tool"), "schema", 1), (("tool",), "tool", 2), (("prompt",), "prompt", 3)]
)
def test_the_strictest_way_that_the_server_knows_is_taken(
    model_server: ModelServer, ways: tuple[Way, ...], way: Way, requests: int
) -> None:
    model_server.follow(says('Here: ```json\n{"a": 1}\n```' if way == "prompt" else {"a": 1}), ways=ways)
    reply = ask(reviewer(model_server))
    assert isinstance(reply, Reply)
    assert reply.answered_by == way
    assert reply.text == '{"a": 1}'
    assert reply.micro_usd > 0
    assert len(model_server.requests) == requests
    assert model_server.requests[-1].schema == (None if way == "prompt" else QUESTION.schema)


@pytest.mark.parametrize(
    ("behaviour", "kind"),
    [
        (says("no"), FailureKind.NOT_JSON),
        (says('{"a":'), FailureKind.NOT_JSON),
        (says('{"a": 1} {"a": 2}'), FailureKind.NOT_JSON),
        (scripted.refuses, FailureKind.REFUSED),
        (scripted.filters, FailureKind.REFUSED),
        (scripted.cuts_off, FailureKind.TRUNCATED),
        (scripted.says_nothing, FailureKind.EMPTY),
        (scripted.limits_rate(""), FailureKind.RATE_LIMITED),
        (scripted.fails(500), FailureKind.UNAVAILABLE),
        (scripted.fails(401), FailureKind.UNAUTHORISED),
        (scripted.fails(404), FailureKind.UNKNOWN_MODEL),
        (scripted.fails(422), FailureKind.BAD_REQUEST),
        (scripted.fails(400, "maximum context length is 10 tokens"), FailureKind.TOO_LARGE),
        (scripted.talks_nonsense, FailureKind.UNAVAILABLE),
        (scripted.closes, FailureKind.UNAVAILABLE),
        (scripted.closes_halfway, FailureKind.UNAVAILABLE),
        (scripted.floods(10_000_000), FailureKind.TOO_LARGE),
    ],
)
def test_what_is_no_answer_says_of_which_kind_it_is(
    model_server: ModelServer, behaviour: Behaviour, kind: FailureKind
) -> None:
    model_server.follow(behaviour)
    failure = ask(reviewer(model_server))
    assert isinstance(failure, Failure)
    assert failure.kind is kind


@pytest.mark.parametrize("behaviour", [scripted.hangs, scripted.drips])
def test_an_attempt_ends_at_its_time_and_the_process_lives_on(model_server: ModelServer, behaviour: Behaviour) -> None:
    model_server.follow(behaviour, says({"a": 1}))
    failure = ask(reviewer(model_server, timeout=0.5))
    assert isinstance(failure, Failure)
    assert failure.kind is FailureKind.TIMEOUT
    assert failure.is_passing
    assert isinstance(ask(reviewer(model_server)), Reply)


def test_a_provider_is_left_alone_for_as_long_as_it_says(model_server: ModelServer) -> None:
    model_server.follow(scripted.limits_rate("1.2"), says({"a": 1}))
    assert isinstance(ask(reviewer(model_server, retries=1)), Reply)
    first, second = model_server.times
    assert second - first >= 1.2


@pytest.mark.parametrize("until", ["3600", "Fri, 01 Jan 2100 00:00:00 GMT"])
def test_a_wait_beyond_the_deadline_is_not_begun(model_server: ModelServer, until: str) -> None:
    model_server.follow(scripted.limits_rate(until))
    failure = ask(reviewer(model_server, retries=5))
    assert isinstance(failure, Failure)
    assert failure.kind is FailureKind.RATE_LIMITED
    assert len(model_server.requests) == 1


def test_attempts_are_as_many_as_the_policy_says(model_server: ModelServer) -> None:
    model_server.follow(scripted.fails(500))
    ask(reviewer(model_server, retries=1))
    assert len(model_server.requests) == 2


def test_the_next_reviewer_is_asked_when_the_first_fails(model_server: ModelServer) -> None:
    model_server.follow(scripted.cuts_off, says({"a": 1}))
    reply = ask(reviewer(model_server), reviewer(model_server))
    assert isinstance(reply, Reply)
    assert len(model_server.requests) == 2
    assert reply.output_tokens > len(reply.text) // 4 + 1  # what was cut off is on the bill too


def test_a_reviewer_without_its_key_is_passed_over(model_server: ModelServer) -> None:
    model_server.follow(says({"a": 1}))
    reply = ask(reviewer(model_server, key_env="NO_SUCH_KEY"), reviewer(model_server))
    assert isinstance(reply, Reply)
    assert len(model_server.requests) == 1


def test_when_all_fail_the_first_says_why_and_all_are_told(model_server: ModelServer) -> None:
    model_server.follow(scripted.fails(401), scripted.fails(500))
    failure = ask(reviewer(model_server), reviewer(model_server))
    assert isinstance(failure, Failure)
    assert failure.kind is FailureKind.UNAUTHORISED
    assert "unauthorised" in failure.message
    assert "unavailable" in failure.message
    assert failure.is_passing  # of the second


def test_all_attempts_of_all_reviewers_end_at_one_deadline(model_server: ModelServer) -> None:
    slow = reviewer(model_server, retries=9, timeout=0.6)
    model_server.follow(says({"a": 1}))
    assert isinstance(ask(slow), Reply)  # the process runs
    model_server.follow(scripted.hangs)
    failure = ask(slow, slow, slow, seconds=1.5)
    assert isinstance(failure, Failure)
    assert failure.kind is FailureKind.TIMEOUT
    assert 1 <= len(model_server.requests) <= 2


def test_a_response_that_unpacks_to_more_than_there_is_memory_for_is_none(model_server: ModelServer) -> None:
    model_server.follow(scripted.bombs(MEMORY_BYTES), says({"a": 1}))
    failure = ask(reviewer(model_server))
    assert isinstance(failure, Failure)
    assert failure.kind in {FailureKind.TOO_LARGE, FailureKind.UNAVAILABLE}
    assert isinstance(ask(reviewer(model_server)), Reply)


def reviewers_processes() -> list[int]:
    """The reviewer's processes of this one."""
    found = []
    for status in Path("/proc").glob("[0-9]*/status"):
        with contextlib.suppress(OSError):
            its = f"PPid:\t{os.getpid()}\n" in status.read_text()
            if its and b"prism_llm.asking" in status.with_name("cmdline").read_bytes():
                found.append(int(status.parent.name))
    return found


def test_a_process_that_is_killed_is_a_failure_that_passes_and_the_next_question_has_another(
    model_server: ModelServer,
) -> None:
    def kills(exchange: scripted.Exchange) -> None:
        for pid in reviewers_processes():
            os.kill(pid, signal.SIGKILL)
        exchange.handler.close_connection = True

    model_server.follow(kills, says({"a": 1}))
    failure = ask(reviewer(model_server))
    assert isinstance(failure, Failure)
    assert failure.kind is FailureKind.UNAVAILABLE
    assert failure.is_passing
    assert failure.output_tokens  # who knows what it did cost
    assert isinstance(ask(reviewer(model_server)), Reply)


def test_no_process_outlives_whoever_asked(model_server: ModelServer) -> None:
    program = (
        "import os, time; from tests.llm.test_transport import *\n"
        f"ask(Reviewer(model='openai/x', api_base={model_server.api_base!r}, usd_per_million_input=0, "
        "usd_per_million_output=0)); print(*reviewers_processes(), flush=True); os.kill(os.getpid(), 9)"
    )
    model_server.follow(says({"a": 1}))
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False, timeout=120)
    (pid,) = map(int, ran.stdout.split())
    patience = time.monotonic() + 30
    while is_alive(pid) and time.monotonic() < patience:
        time.sleep(0.05)
    assert not is_alive(pid)


def is_alive(pid: int) -> bool:
    try:
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return False


def test_a_key_goes_to_the_provider_and_nowhere_else(
    model_server: ModelServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REVIEWER_KEY", KEY)
    model_server.follow(scripted.fails(401, f"Incorrect API key provided: {KEY}"))
    failure = ask(reviewer(model_server, key_env="REVIEWER_KEY"))
    assert isinstance(failure, Failure)
    assert model_server.requests[0].key == KEY
    assert KEY not in failure.message


def test_without_its_key_nobody_is_asked(model_server: ModelServer) -> None:
    failure = ask(reviewer(model_server, key_env="NO_SUCH_KEY"))
    assert isinstance(failure, Failure)
    assert failure.kind is FailureKind.KEY_MISSING
    assert not model_server.requests
