"""What may still be found about a library's symbol: most are harmless whatever is done with them, and need no look."""

import builtins
import enum
from collections.abc import Iterable

from prism_safety.catalogue import Catalogue, is_dunder, prefixes
from prism_safety.values import ARGUMENT

MOST_REMEMBERED = 200_000


class Prospect(enum.Enum):
    """How much a symbol matters."""

    HARMLESS = "harmless"
    """Nothing is found at it or below it, and calling it gives nothing that matters."""
    OPEN = "open"
    """Nothing is found at it; something below it may be."""
    PASSING = "passing"
    """A call of it may give what it is given."""
    SPECIAL = "special"
    """A call of it has to be looked at."""
    BAD = "bad"
    """Something may be found where it is named."""


class Outlook:
    """What may be found about one symbol, and about those below it."""

    __slots__ = ("below", "path", "prospect")

    def __init__(self, path: str, prospect: Prospect) -> None:
        self.path = path
        self.prospect = prospect
        self.below: dict[str, Outlook] = {}


class Outlooks:
    """The outlook on every symbol that is asked for, for one policy's settings."""

    def __init__(self, catalogue: Catalogue, special: Iterable[str], passing: Iterable[str]) -> None:
        self.catalogue = catalogue
        self._special = frozenset(special)
        self._passing = frozenset(passing)
        matters = self._special | self._passing | catalogue.mattering
        self._above = frozenset(above for name in matters for above in prefixes(name)[1:])
        self._roots: dict[str, Outlook] = {}
        self._count = 0
        roots = [*dir(builtins), *(path.partition(".")[2] for path in matters if path.startswith("builtins."))]
        self.builtins = {
            name: outlook
            for name in roots
            if "." not in name
            for outlook in [self.of(f"builtins.{name}")]
            if outlook.prospect is not Prospect.HARMLESS
        }
        """The builtins that matter."""

    def of(self, path: str) -> Outlook:
        """The outlook on a symbol by its dotted path."""
        root, *rest = path.split(".")
        found = self._roots.get(root)
        if found is None:
            found = self._roots[root] = Outlook(root, self._root(root))
        for name in rest:
            found = self.step(found, name)
        return found

    def _root(self, name: str) -> Prospect:
        """The prospect of a whole library; of one that may not be imported, the import is the finding."""
        is_known = name in self._above or bool(self.catalogue.forbidden_name(name))
        if is_known or name == "builtins" or self.is_within_policy(name):
            return Prospect.OPEN
        return Prospect.OPEN if self.catalogue.listed(name) is not None else Prospect.HARMLESS

    def step(self, outlook: Outlook, name: str) -> Outlook:
        """The outlook on attribute ``name`` of a symbol; calling its ``__call__`` is calling it."""
        if name == "__call__":
            return outlook
        found = outlook.below.get(name)
        if found is None:
            path, via = self.catalogue.step(outlook.path, name)
            found = Outlook(path, Prospect.BAD if via else self._prospect(path, outlook.prospect))
            if self._count < MOST_REMEMBERED:
                self._count += 1
                outlook.below[name] = found
        return found

    def _prospect(self, path: str, above: Prospect) -> Prospect:
        if self._is_bad(path):
            return Prospect.BAD
        if path in self._special:
            return Prospect.SPECIAL
        if path in self._passing:
            return Prospect.PASSING
        if path in self._above:
            return Prospect.OPEN
        if above is Prospect.HARMLESS or self._is_thing(path):
            return Prospect.HARMLESS
        return Prospect.OPEN

    def _is_bad(self, path: str) -> bool:
        last = path.rpartition(".")[2]
        if is_dunder(last) and self.catalogue.unsafe_attribute(last):
            return True
        is_private = self.catalogue.is_private(path) and self.is_within_policy(path)
        if is_private or self.catalogue.is_unknown(path):
            return True
        entry = self.catalogue.forbidden_name(path)
        return bool(entry) and (entry == path or self.is_within_policy(path) or path.startswith(ARGUMENT))

    def _is_thing(self, path: str) -> bool:
        """Whether a symbol is a class, function or value and no module, or belongs to a module that is a finding."""
        if not self.is_within_policy(path):
            return self.catalogue.listed(path) is None
        module, _, name = path.rpartition(".")
        if module == "builtins" or path in self.catalogue.names.plain_values:
            return True
        # A value may be a table, which can be changed for everybody.
        return name in self.catalogue.callables(module)

    def is_deaf(self, path: str) -> bool:
        """Whether it makes no difference what a symbol is given when it is called."""
        prospect = self.of(path).prospect
        is_bad = prospect is Prospect.BAD and path not in self._special and path not in self._passing
        return prospect is Prospect.HARMLESS or (is_bad and self.is_covered(path))

    def is_covered(self, path: str) -> bool:
        """Whether the import of its module is a finding that covers all below a symbol."""
        return not self.is_within_policy(path) and not path.startswith(ARGUMENT) and path not in self._above

    def is_within_policy(self, path: str) -> bool:
        """Whether a symbol is Python's own, or of a library that may be imported."""
        return path.startswith("builtins.") or self.catalogue.is_allowed_import(path)
