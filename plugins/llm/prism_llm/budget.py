"""What may be spent: set aside before each attempt at an answer, corrected after it."""

from datetime import UTC, datetime, timedelta
from typing import Final

import msgspec

from prism.notebook import Account, Notebook
from prism_llm.exchange import Request
from prism_llm.prices import Price
from prism_llm.settings import Budget, Budgets
from prism_llm.tokens import tokens_in

MICRO: Final = 1_000_000


class Cost(msgspec.Struct, frozen=True, kw_only=True):
    """Tokens, in and out, and millionths of a US dollar."""

    tokens: int
    micro_usd: int


class OverBudgetError(Exception):
    """An attempt can cost more than is left: whose money that is, and whether there is more of it later."""

    def __init__(self, why: str, *, is_passing: bool) -> None:
        super().__init__(why)
        self.why = why
        self.is_passing = is_passing


class Purse:
    """The accounts that the questions about one submission are charged to."""

    def __init__(self, budgets: Budgets, notebook: Notebook, project: str) -> None:
        """``project`` names the submission: its digest together with that of how it is asked about."""
        today = datetime.now(UTC).date()
        hotkey = notebook.hotkey
        self._renewed = f"{today + timedelta(days=1)} 00:00 UTC"
        self._accounts = [_account(f"submission:{project}", budgets.submission), _account(f"day:{today}", budgets.day)]
        if hotkey:
            self._accounts.append(_account(f"hotkey:{hotkey}:{today}", budgets.hotkey))
        self._notebook = notebook

    def reserve(self, most: Cost) -> None:
        """Set aside the most that an attempt can cost.

        Raises:
            OverBudgetError: an account does not allow it, and nothing is set aside.
            StoreError: the accounts cannot be read.
        """
        forbids = self._notebook.reserve(self._accounts, tokens=most.tokens, micro_usd=most.micro_usd)
        if forbids is not None:
            raise self._over(forbids, most)

    def settle(self, reserved: Cost, cost: Cost) -> None:
        """Charge what the attempt did cost instead of what was set aside for it."""
        self._notebook.settle(
            self._accounts, tokens=cost.tokens - reserved.tokens, micro_usd=cost.micro_usd - reserved.micro_usd
        )

    def _over(self, name: str, most: Cost) -> OverBudgetError:
        account = next(each for each in self._accounts if each.name == name)
        whose = name.partition(":")[0]
        why = f"the budget of the {whose} does not allow another question"
        if whose == "submission":
            return OverBudgetError(why, is_passing=False)
        if not account.allows(most.tokens, most.micro_usd):
            return OverBudgetError(f"the budget of the {whose} does not allow a single question", is_passing=False)
        return OverBudgetError(f"{why} before {self._renewed}", is_passing=True)


def most_of(request: Request, output_tokens: int, price: Price) -> Cost:
    """The most that one attempt at an answer of so many tokens can cost."""
    sent = size_of_request(request)
    return Cost(tokens=sent + output_tokens, micro_usd=price.micro_usd(sent, output_tokens))


def size_of_request(request: Request) -> int:
    """Tokens that a question takes at most."""
    schema = msgspec.json.encode(request.schema).decode()
    return sum(tokens_in(text) for text in (request.system, request.user, schema))


def _account(name: str, budget: Budget) -> Account:
    return Account(name=name, tokens=budget.tokens, micro_usd=round(budget.usd * MICRO))
