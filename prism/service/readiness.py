"""Whether this process can do its work now: the database, the policy with its plugins, the broker's promises."""

import asyncio
import logging
import threading
import time
from collections.abc import Callable, Mapping
from typing import Final

from anyio import CapacityLimiter, to_thread
from sqlalchemy import text

from prism.errors import PrismError
from prism.service.policy_in_force import PolicyInForce
from prism.store import Store

FRESH_SECONDS: Final = 5.0
READY: Final = "ready"
NO_ANSWER: Final = "no-answer"
ANSWER_SECONDS: Final = 5.0
"""How long somebody who asks waits for parts that do not answer."""
_LOOKING: Final = CapacityLimiter(1)
log = logging.getLogger(__name__)

Check = Callable[[], None]


class Readiness:
    """Looks at each part, not more often than every few seconds however often it is asked."""

    def __init__(self, checks: Mapping[str, Check]) -> None:
        """Take the parts: each raises ``PrismError`` when it is not ready."""
        self._checks = checks
        self._turn = threading.Lock()
        self._found: dict[str, str] = {}
        self._looked_at = float("-inf")
        self._looking: asyncio.Task[dict[str, str]] | None = None

    async def soon(self) -> dict[str, str]:
        """The same as :meth:`parts` for those who ask over HTTP.

        However many ask, and however long a part takes to answer, one thread is kept busy, and nobody's connection.
        """
        if self._looking is None or self._looking.done():
            looking = to_thread.run_sync(self.parts, limiter=_LOOKING, abandon_on_cancel=True)
            self._looking = asyncio.create_task(looking)
        done, _ = await asyncio.wait({self._looking}, timeout=ANSWER_SECONDS)
        return self._looking.result() if done else {"readiness": NO_ANSWER}

    def parts(self) -> dict[str, str]:
        """By part, ``ready`` or the code of what is wrong with it."""
        with self._turn:
            if time.monotonic() - self._looked_at >= FRESH_SECONDS:
                self._found = {name: _code(name, check) for name, check in self._checks.items()}
                self._looked_at = time.monotonic()
            return dict(self._found)


def _code(name: str, check: Check) -> str:
    try:
        check()
    except PrismError as error:
        log.warning("%s is not ready: %s: %s", name, error.code, error.what)
        return error.code
    return READY


def answers_questions(store: Store) -> Check:
    """Whether the database answers, and has the tables that this PRISM knows."""

    def check() -> None:
        with store.database.reading() as connection:
            connection.execute(text("SELECT 1"))

    return check


def keeps_promises(policy: PolicyInForce) -> Check:
    """Whether there is a broker, and what the policy requires of it has been proved."""

    def check() -> None:
        from prism.runner.outcome import broker_for
        from prism.sandbox.requirement import require_verified

        effective = policy.current()
        require_verified(broker_for(effective), effective.policy.runner)

    return check


def is_valid(policy: PolicyInForce) -> Check:
    """Whether the policy is valid with what stands in its files now."""

    def check() -> None:
        policy.current()

    return check


def has_plugins(policy: PolicyInForce) -> Check:
    """Whether every plugin of the policy can be registered."""

    def check() -> None:
        policy.host()

    return check
