"""Asking for one answer: keys, retries, waiting as long as a provider says, fallbacks, all before one deadline.

Retries are made here and not by litellm, so that a deadline is a deadline and every attempt is accounted for.
"""

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import msgspec

from prism_llm.budget import Cost, OverBudgetError, Purse, most_of
from prism_llm.exchange import Failure, FailureKind, Reply, Request, Reviewer
from prism_llm.keys import KeyTrouble, key_of
from prism_llm.pool import SHARED
from prism_llm.prices import Price, price_of
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
_BILLED = {FailureKind.TIMEOUT, FailureKind.TRUNCATED, FailureKind.EMPTY, FailureKind.NOT_JSON}
"""Failures for which a provider sends a bill; where it did not say of how much, the most is taken for true."""


class _Bill(msgspec.Struct):
    """What the attempts have taken so far."""

    input_tokens: int = 0
    output_tokens: int = 0
    micro_usd: int = 0
    attempts: int = 0

    def add(self, result: Said | Failed, price: Price) -> Cost:
        """Add what one attempt took, and say what that is."""
        paid = price.micro_usd(result.input_tokens, result.output_tokens)
        self.attempts += 1
        self.input_tokens += result.input_tokens
        self.output_tokens += result.output_tokens
        self.micro_usd += paid
        return Cost(tokens=result.input_tokens + result.output_tokens, micro_usd=paid)


class _Asking(msgspec.Struct):
    """One question on its way, with who pays for it."""

    request: Request
    deadline: float
    purse: Purse
    bill: _Bill


class Asker:
    """Asks reviewers in their order: each is the fallback of those before it. Safe for threads."""

    def __init__(self, reviewers: Sequence[Reviewer], base: Path) -> None:
        """``base`` is the folder that key files are named from. Nothing is started before the first question."""
        self._reviewers = tuple(reviewers)
        self._base = base
        self._environment = environment_for(reviewer.model for reviewer in reviewers)

    def ask(self, request: Request, *, deadline: float, purse: Purse) -> Reply | Failure:
        """The first answer of a reviewer, before ``deadline`` on the monotonic clock; else why there is none.

        Raises:
            StoreError: what the purse is charged to cannot be read or written.
        """
        asking = _Asking(request, deadline, purse, _Bill())
        failures: list[tuple[Reviewer, Failed]] = []
        over: OverBudgetError | None = None
        for reviewer in self._reviewers:
            began = time.monotonic()
            try:
                result = self._ask_one(reviewer, asking)
            except OverBudgetError as error:
                over = over or error
                continue
            if isinstance(result, Said):
                return _reply(reviewer, result, asking.bill, time.monotonic() - began)
            failures.append((reviewer, result))
        if over is not None and not failures:
            return Failure(kind=FailureKind.OVER_BUDGET, message=over.why, is_passing=over.is_passing)
        return _failure(failures, asking.bill)

    def _ask_one(self, reviewer: Reviewer, asking: _Asking) -> Said | Failed:
        """One reviewer's answer after as many attempts as it is allowed and can be paid for, or its last failure."""
        result = self._paid(reviewer, asking)
        for attempt in range(reviewer.retries):
            if isinstance(result, Said) or result.kind not in _PASSING:
                break
            wait = max(FIRST_WAIT_SECONDS * 2**attempt, result.retry_after or 0.0)
            if wait > LONGEST_WAIT_SECONDS or time.monotonic() + wait >= asking.deadline:
                break
            time.sleep(wait)
            try:
                result = self._paid(reviewer, asking)
            except OverBudgetError:
                break
        return result

    def _paid(self, reviewer: Reviewer, asking: _Asking) -> Said | Failed:
        """One attempt. What it can cost is set aside first, and stays so if it is never known what it did cost."""
        price = price_of(reviewer)
        if price is None:
            return Failed(kind=FailureKind.UNKNOWN_PRICE, message="nobody knows what the model costs; state its price")
        most = most_of(asking.request, reviewer.output_tokens, price)
        asking.purse.reserve(most)
        result = self._attempt(reviewer, asking)
        asking.purse.settle(most, asking.bill.add(result, price))
        return result

    def _attempt(self, reviewer: Reviewer, asking: _Asking) -> Said | Failed:
        try:
            key = key_of(reviewer, self._base)
        except KeyTrouble as trouble:
            return Failed(kind=FailureKind.KEY_MISSING, message=f"{trouble.what}; {trouble.do}")
        try:
            with SHARED.process(self._environment) as process:
                failed = process.wait_until_ready(asking.deadline)
                if failed is not None:
                    return failed
                seconds = min(reviewer.timeout_seconds, asking.deadline - time.monotonic())
                if seconds <= 0:
                    return Failed(kind=FailureKind.TIMEOUT, message="no time was left to ask")
                result = process.obey(_order(reviewer, asking.request, key, seconds))
                is_billed = isinstance(result, Said) or result.kind in _BILLED or not process.is_alive
                return _counted(result, reviewer, asking.request) if is_billed else result
        except OSError as error:
            return Failed(kind=FailureKind.UNAVAILABLE, message=f"no process could be started: {error.strerror}")


def _counted(result: Said | Failed, reviewer: Reviewer, request: Request) -> Said | Failed:
    """The result with tokens estimated where the provider is silent: what was worked on is never free of charge."""
    asked = len((request.system + request.user).encode("utf-8", "replace")) // BYTES_PER_TOKEN
    wrote = len(result.text.encode()) // BYTES_PER_TOKEN if isinstance(result, Said) else reviewer.output_tokens
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
        attempts=bill.attempts,
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
        attempts=bill.attempts,
    )
