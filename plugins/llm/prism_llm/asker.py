"""Asking for one answer: keys, retries, waiting as long as a provider says, fallbacks, all before one deadline.

Retries are made here and not by litellm, so that a deadline is a deadline and every attempt is accounted for.
"""

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import msgspec

from prism_llm.exchange import Failure, FailureKind, Reply, Request, Reviewer
from prism_llm.keys import KeyTrouble, key_of
from prism_llm.pool import SHARED
from prism_llm.prices import price_of
from prism_llm.reviewer_process import environment_for
from prism_llm.wire import Failed, Order, Said

FIRST_WAIT_SECONDS: Final = 0.5
LONGEST_WAIT_SECONDS: Final = 60.0
"""A provider that wants to be left alone for longer is not waited for: the next reviewer is asked, or nobody."""
BYTES_PER_TOKEN: Final = 3
"""For an estimate where the provider does not say; most tokens are longer."""

_PASSING = {
    FailureKind.TIMEOUT,
    FailureKind.RATE_LIMITED,
    FailureKind.UNAVAILABLE,
    FailureKind.EMPTY,
    FailureKind.NOT_JSON,
}
"""What asking again may help against, at once or later."""


class _Bill(msgspec.Struct):
    """What the attempts have taken so far."""

    input_tokens: int = 0
    output_tokens: int = 0
    micro_usd: int = 0

    def add(self, reviewer: Reviewer, result: Said | Failed) -> None:
        price = price_of(reviewer)
        self.input_tokens += result.input_tokens
        self.output_tokens += result.output_tokens
        if price is not None:
            self.micro_usd += price.micro_usd(result.input_tokens, result.output_tokens)


class Asker:
    """Asks reviewers in their order: each is the fallback of those before it. Safe for threads."""

    def __init__(self, reviewers: Sequence[Reviewer], base: Path) -> None:
        """``base`` is the folder that key files are named from. Nothing is started before the first question."""
        self._reviewers = tuple(reviewers)
        self._base = base
        self._environment = environment_for(reviewer.model for reviewer in reviewers)

    def ask(self, request: Request, *, deadline: float) -> Reply | Failure:
        """The first answer of a reviewer, before ``deadline`` on the monotonic clock; else why there is none."""
        bill = _Bill()
        failures: list[tuple[Reviewer, Failed]] = []
        for reviewer in self._reviewers:
            began = time.monotonic()
            result = self._ask_one(reviewer, request, deadline, bill)
            if isinstance(result, Said):
                return _reply(reviewer, result, bill, time.monotonic() - began)
            failures.append((reviewer, result))
        return _failure(failures, bill)

    def _ask_one(self, reviewer: Reviewer, request: Request, deadline: float, bill: _Bill) -> Said | Failed:
        """One reviewer's answer after as many attempts as it is allowed, or its last failure."""
        attempt = 0
        while True:
            result = self._attempt(reviewer, request, deadline)
            bill.add(reviewer, result)
            if isinstance(result, Said) or result.kind not in _PASSING or attempt == reviewer.retries:
                return result
            wait = max(FIRST_WAIT_SECONDS * 2**attempt, result.retry_after or 0.0)
            if wait > LONGEST_WAIT_SECONDS or time.monotonic() + wait >= deadline:
                return result
            time.sleep(wait)
            attempt += 1

    def _attempt(self, reviewer: Reviewer, request: Request, deadline: float) -> Said | Failed:
        try:
            key = key_of(reviewer, self._base)
        except KeyTrouble as trouble:
            return Failed(kind=FailureKind.KEY_MISSING, message=f"{trouble.what}; {trouble.do}")
        try:
            with SHARED.process(self._environment) as process:
                failed = process.wait_until_ready(deadline)
                if failed is not None:
                    return failed
                seconds = min(reviewer.timeout_seconds, deadline - time.monotonic())
                if seconds <= 0:
                    return Failed(kind=FailureKind.TIMEOUT, message="no time was left to ask")
                return _counted(process.obey(_order(reviewer, request, key, seconds)), request)
        except OSError as error:
            return Failed(kind=FailureKind.UNAVAILABLE, message=f"no process could be started: {error.strerror}")


def _counted(result: Said | Failed, request: Request) -> Said | Failed:
    """The result with tokens estimated where the provider is silent: an answer is never free of charge."""
    if isinstance(result, Failed) or (result.input_tokens and result.output_tokens):
        return result
    asked = len((request.system + request.user).encode("utf-8", "replace")) // BYTES_PER_TOKEN
    wrote = len(result.text.encode()) // BYTES_PER_TOKEN
    return msgspec.structs.replace(
        result, input_tokens=result.input_tokens or asked, output_tokens=result.output_tokens or wrote
    )


def _order(reviewer: Reviewer, request: Request, key: str, seconds: float) -> Order:
    return Order(
        model=reviewer.model,
        api_base=reviewer.api_base,
        key=key,
        temperature=reviewer.temperature,
        seed=reviewer.seed,
        output_tokens=reviewer.output_tokens,
        answers_by=reviewer.answers_by,
        seconds=seconds,
        request=request,
    )


def _reply(reviewer: Reviewer, said: Said, bill: _Bill, seconds: float) -> Reply:
    return Reply(
        text=said.text,
        model=reviewer.model,
        answered_by=said.way,
        input_tokens=bill.input_tokens,
        output_tokens=bill.output_tokens,
        micro_usd=bill.micro_usd,
        seconds=seconds,
    )


def _failure(failures: Sequence[tuple[Reviewer, Failed]], bill: _Bill) -> Failure:
    """Of several failures the first reviewer's counts, and all are told."""
    if not failures:
        return Failure(kind=FailureKind.KEY_MISSING, message="no reviewer is configured")
    reviewer, first = failures[0]
    return Failure(
        kind=first.kind,
        message="; ".join(f"{asked.model}: {failed.kind.value}: {failed.message}" for asked, failed in failures)[:2000],
        model=reviewer.model,
        is_passing=any(failed.kind in _PASSING for _, failed in failures),
        input_tokens=bill.input_tokens,
        output_tokens=bill.output_tokens,
        micro_usd=bill.micro_usd,
    )
