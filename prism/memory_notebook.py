"""Notebooks of this process alone: what reviewers remember and spend where there is no store to keep it."""

import threading
from collections.abc import Collection, Mapping, Sequence
from typing import Final

from prism.notebook import Account, Usage, checked

MAX_BYTES: Final = 64 * 1024 * 1024
"""Of all answers together; the oldest go first."""
MAX_ACCOUNTS: Final = 100_000
"""Those that nothing was charged to for the longest time go first: that of the day is charged each time."""


class MemoryNotebooks:
    """What the plugins of one process remember and have spent; safe for threads."""

    def __init__(self) -> None:
        self._turn = threading.Lock()
        self._answers: dict[tuple[str, str], bytes] = {}
        self._bytes = 0
        self._spent: dict[tuple[str, str], tuple[int, int]] = {}
        """By plugin and account: tokens and millionths of a dollar."""

    def source(self, *, hotkey: str = "") -> "MemorySource":
        """The notebooks for one review of what somebody hands in."""
        return MemorySource(self, hotkey)

    def recall(self, plugin: str, key: str) -> bytes | None:
        """What a plugin kept under a key."""
        with self._turn:
            return self._answers.get((plugin, key))

    def keep(self, plugin: str, key: str, record: bytes) -> None:
        """Keep a record unless there is one, and forget the oldest ones where there are too many."""
        with self._turn:
            if (plugin, key) in self._answers or len(record) > MAX_BYTES:
                return
            self._answers[plugin, key] = record
            self._bytes += len(record)
            while self._bytes > MAX_BYTES:
                self._bytes -= len(self._answers.pop(next(iter(self._answers))))

    def forget(self, plugin: str, key: str) -> None:
        """Take a record away."""
        with self._turn:
            self._bytes -= len(self._answers.pop((plugin, key), b""))

    def reserve(self, plugin: str, accounts: Sequence[Account], tokens: int, micro_usd: int) -> str | None:
        """Charge all accounts, or none and say which one forbids it."""
        with self._turn:
            for account in accounts:
                used, paid = self._spent.get((plugin, account.name), (0, 0))
                if not account.allows(used + tokens, paid + micro_usd):
                    return account.name
            self._charge(plugin, accounts, tokens, micro_usd)
            return None

    def settle(self, plugin: str, accounts: Sequence[Account], tokens: int, micro_usd: int) -> None:
        """Charge all accounts, whatever their limits; nothing falls below zero."""
        with self._turn:
            self._charge(plugin, accounts, tokens, micro_usd)

    def _charge(self, plugin: str, accounts: Sequence[Account], tokens: int, micro_usd: int) -> None:
        for account in accounts:
            used, paid = self._spent.pop((plugin, account.name), (0, 0))
            self._spent[plugin, account.name] = (max(0, used + tokens), max(0, paid + micro_usd))
        while len(self._spent) > MAX_ACCOUNTS:
            del self._spent[next(iter(self._spent))]


class MemorySource:
    """See :class:`prism.notebook.NotebookSource`."""

    def __init__(self, memory: MemoryNotebooks, hotkey: str) -> None:
        self._memory = memory
        self._hotkey = hotkey
        self._usages: dict[str, list[Usage]] = {}

    def notebook(self, plugin: str) -> "MemoryNotebook":
        """One plugin's notebook for one review."""
        return MemoryNotebook(self._memory, plugin, self._hotkey, self._usages.setdefault(plugin, []))

    def usages(self) -> Mapping[str, Sequence[Usage]]:
        """By plugin, what was reported so far."""
        return {plugin: tuple(usages) for plugin, usages in self._usages.items()}


class MemoryNotebook:
    """See :class:`prism.notebook.Notebook`."""

    is_lasting = False

    def __init__(self, memory: MemoryNotebooks, plugin: str, hotkey: str, usages: list[Usage]) -> None:
        self._memory = memory
        self._plugin = plugin
        self._usages = usages
        self.hotkey = hotkey

    def recall(self, key: str) -> bytes | None:
        """What was kept under a key."""
        return self._memory.recall(self._plugin, key)

    def keep(self, key: str, record: bytes, *, files: Collection[str]) -> None:  # noqa: ARG002 - none is ever deleted
        """Keep a record unless there is one."""
        self._memory.keep(self._plugin, key, record)

    def forget(self, key: str) -> None:
        """Take a record away."""
        self._memory.forget(self._plugin, key)

    def reserve(self, accounts: Sequence[Account], *, tokens: int, micro_usd: int) -> str | None:
        """Set aside what a request can cost, or say which account forbids it."""
        return self._memory.reserve(self._plugin, accounts, tokens, micro_usd)

    def settle(self, accounts: Sequence[Account], *, tokens: int, micro_usd: int) -> None:
        """Correct what was set aside."""
        self._memory.settle(self._plugin, accounts, tokens, micro_usd)

    def report(self, usage: Usage) -> None:
        """Add to the record of the review what was taken."""
        self._usages.append(checked(usage))

    def earlier_file(self, submission: str, path: str) -> bytes | None:  # noqa: ARG002 - there are none here
        """Nothing: this process knows no earlier submissions."""
        return None
