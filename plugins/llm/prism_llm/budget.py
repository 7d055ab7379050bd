"""What may be spent: set aside before a question, corrected after the answer."""

from collections.abc import Sequence
from datetime import UTC, datetime

import msgspec

from prism.notebook import Account, Notebook
from prism_llm.exchange import Failure, Reply, Request, Reviewer
from prism_llm.prices import price_of
from prism_llm.settings import Budget, Budgets
from prism_llm.tokens import tokens_in

MICRO = 1_000_000


class Cost(msgspec.Struct, frozen=True, kw_only=True):
    """Tokens, in and out, and millionths of a US dollar."""

    tokens: int
    micro_usd: int


class Purse:
    """The accounts that the questions about one submission are charged to."""

    def __init__(self, budgets: Budgets, reviewers: Sequence[Reviewer], notebook: Notebook, project: str) -> None:
        """``project`` names the submission: its digest together with that of how it is asked about."""
        day = datetime.now(UTC).date().isoformat()
        hotkey = notebook.hotkey
        self._accounts = [_account(f"submission:{project}", budgets.submission), _account(f"day:{day}", budgets.day)]
        if hotkey:
            self._accounts.append(_account(f"hotkey:{hotkey}:{day}", budgets.hotkey))
        self._reviewers = reviewers
        self._notebook = notebook

    def reserve(self, request: Request) -> Cost | str:
        """The most that one attempt can cost, which is set aside; or the name of the account that forbids it."""
        cost = self._most(request)
        forbids = self._notebook.reserve(self._accounts, tokens=cost.tokens, micro_usd=cost.micro_usd)
        return cost if forbids is None else forbids.partition(":")[0]

    def settle(self, reserved: Cost, outcome: Reply | Failure | None) -> None:
        """Charge what an exchange did cost; without an outcome, all that was set aside is given back."""
        tokens = outcome.input_tokens + outcome.output_tokens if outcome else 0
        micro_usd = outcome.micro_usd if outcome else 0
        self._notebook.settle(self._accounts, tokens=tokens - reserved.tokens, micro_usd=micro_usd - reserved.micro_usd)

    def _most(self, request: Request) -> Cost:
        """What the dearest reviewer takes for it."""
        sent = size_of_request(request)
        output = max(reviewer.output_tokens for reviewer in self._reviewers)
        prices = [price_of(reviewer) for reviewer in self._reviewers]
        dearest = max((price.micro_usd(sent, output) for price in prices if price), default=0)
        return Cost(tokens=sent + output, micro_usd=dearest)


def size_of_request(request: Request) -> int:
    """Tokens that a question takes at most."""
    schema = msgspec.json.encode(request.schema).decode()
    return sum(tokens_in(text) for text in (request.system, request.user, schema))


def _account(name: str, budget: Budget) -> Account:
    return Account(name=name[:200], tokens=budget.tokens, micro_usd=round(budget.usd * MICRO))
