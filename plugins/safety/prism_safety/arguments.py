"""Reviews functions that are harmless with most arguments and not with others; ``data/arguments.json`` says which."""

import ast
import functools
from pathlib import Path

import msgspec

from prism_safety import values
from prism_safety.calls import targets
from prism_safety.methods import Target
from prism_safety.report import Report
from prism_safety.resolve import Resolver
from prism_safety.rules import BY_NAME
from prism_safety.values import Constant, Fragment, Items, Number, Symbol, Value


class Demand(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What one argument must be; without any list it must not be given at all."""

    name: str
    position: int
    """Where it stands without a name; -1 for an argument that always has one."""
    rule: str
    says: str
    instead: str
    texts: frozenset[str] = frozenset()
    numbers: frozenset[int] = frozenset()
    keys: frozenset[str] = frozenset()
    """The keys that a dictionary may have."""
    known: bool = False
    """Whether any value will do that is known before the program runs."""

    def is_met(self, value: Value) -> bool:
        """Whether a value is surely one that may be given; nothing at all is fine."""
        return all(self._takes(atom) for atom in value)

    def _takes(self, atom: values.Atom) -> bool:
        if isinstance(atom, Constant):
            return self.known or atom.value is None or atom.value in self.texts or atom.value in self.numbers
        if isinstance(atom, Items):
            return self._takes_items(atom)
        return self.known and not isinstance(atom, Fragment | Number | values.Unknown)

    def _takes_items(self, items: Items) -> bool:
        if self.keys:
            return all(key is not None and key.value in self.keys for key, _ in items.pairs)
        return self.known and all(self.is_met(held) for _, held in items.pairs)


@functools.cache
def _demands() -> dict[str, tuple[Demand, ...]]:
    data = Path(__file__).with_name("data").joinpath("arguments.json").read_bytes()
    return msgspec.json.decode(data, type=dict[str, tuple[Demand, ...]])


def demanding() -> frozenset[str]:
    """The functions of which some argument is looked at."""
    return frozenset(_demands())


def review_arguments(node: ast.Call, resolver: Resolver, report: Report) -> None:
    """Report arguments that give a harmless function a capability."""
    for target in targets(resolver, node):
        if isinstance(target.callee, Symbol) and not target.callee.blamed:
            for demand in _demands().get(target.callee.path, ()):
                if not demand.is_met(_given(demand, target, node)):
                    message = (
                        f"`{target.callee.path.removeprefix('builtins.')}` with this `{demand.name}` {demand.says}."
                    )
                    rule = BY_NAME[demand.rule]
                    report.add(rule, node, message, symbol=target.callee, remedy=demand.instead)


def _given(demand: Demand, target: Target, node: ast.Call) -> Value:
    """The argument's value; unknown when it may hide in ``**rest``."""
    given = target.named.get(demand.name, values.NOTHING)
    if 0 <= demand.position < len(target.arguments):
        given |= target.arguments[demand.position]
    is_hidden = not given and any(keyword.arg is None for keyword in node.keywords) and demand.position < 0
    return values.NOTHING if is_hidden else given
