"""What the methods of constants and containers give."""

from collections.abc import Mapping

import msgspec

from prism_safety import fold, values
from prism_safety.values import UNKNOWN, Atom, Constant, Fragment, Value, constant, container, union


class Target(msgspec.Struct, frozen=True):
    """One thing a call may call, with everything that is handed to it."""

    callee: Atom
    arguments: tuple[Value, ...]
    named: Mapping[str, Value]
    is_complete: bool = True
    """Whether the positions of the arguments are known: no ``*rest`` of unknown length came before."""

    def argument(self, index: int) -> Value:
        """The argument at a position; unknown when it may be there, nothing when it is not."""
        if index < len(self.arguments):
            return self.arguments[index]
        return values.NOTHING if self.is_complete else UNKNOWN


def call_method(receiver: Value, name: str, arguments: tuple[Value, ...]) -> Value:
    """What a method of a constant or container gives."""
    return method_of(receiver, name, Target(next(iter(receiver)), arguments, {}))


def method_of(receiver: Value, name: str, target: Target) -> Value:
    """What calling a method of constants and containers gives."""
    found: list[Value] = []
    for atom in values.ordered(receiver):
        if isinstance(atom, values.Items):
            found.append(_container_method(atom, name, target))
        elif isinstance(atom, Constant | Fragment):
            found.append(_text_method(atom, name, target))
    return union(found)


def _container_method(atom: values.Items, name: str, target: Target) -> Value:
    held = frozenset({atom})
    if name in {"get", "pop", "setdefault", "__getitem__"}:
        default = target.argument(1)
        key = target.argument(0)
        return union([values.item(held, key) if key else values.elements(held), default])
    if name in {"values", "copy", "__iter__"}:
        return container([(None, values.elements(held))]) if name != "copy" else held
    if name == "items":
        return container([(None, container([(Constant(1, int), values.elements(held))]))])
    if name in {"popleft", "__next__"}:
        return values.elements(held)
    if name == "popitem":
        return container([(None, values.elements(held))])
    return UNKNOWN


def _text_method(atom: Constant | Fragment, name: str, target: Target) -> Value:
    if not isinstance(atom, Constant) and name in {"split", "rsplit", "partition", "rpartition"}:
        return container([(None, frozenset({atom if atom.digits else fold.ANY_TEXT}))])
    if not isinstance(atom, Constant):
        return frozenset({fold.ANY_TEXT})
    if name == "join" and isinstance(atom.value, str):
        return _joined(atom.value, target.argument(0))
    if name == "translate" and isinstance(atom.value, str):
        return _translated(atom.value, target.argument(0))
    if name == "format" and isinstance(atom.value, str):
        return fold.formatted(atom.value, list(target.arguments), dict(target.named))
    literals = plain_constants(target.arguments)
    return UNKNOWN if literals is None else fold.called(atom.value, name, literals)


def _translated(text: str, table: Value) -> Value:
    only = next(iter(table)) if len(table) == 1 else None
    pairs = only.pairs if isinstance(only, values.Items) else ()
    codes = {key.value: next(iter(held)) for key, held in pairs if key is not None and len(held) == 1}
    if not codes or len(codes) != len(pairs) or len(text) > fold.MAX_TEXT // 2:
        return frozenset({fold.ANY_TEXT})
    mapped = {code: held.value for code, held in codes.items() if isinstance(held, Constant)}
    try:
        return constant("".join(_swapped(character, mapped) for character in text)[: fold.MAX_TEXT])
    except (TypeError, ValueError):
        return frozenset({fold.ANY_TEXT})


def _swapped(character: str, mapped: Mapping[values.Literal, values.Literal]) -> str:
    new = mapped.get(ord(character), character)
    return "" if new is None else chr(new) if isinstance(new, int) else str(new)


def plain_constants(arguments: tuple[Value, ...]) -> list[values.Literal] | None:
    """The arguments as plain constants, if each is exactly one."""
    found: list[values.Literal] = []
    for value in arguments:
        only = next(iter(value)) if len(value) == 1 else None
        if not isinstance(only, Constant):
            return None
        found.append(only.value)
    return found


def _joined(separator: str, parts: Value) -> Value:
    only = next(iter(parts)) if len(parts) == 1 else None
    if isinstance(only, Constant) and isinstance(only.value, str):
        return constant(separator.join(only.value)) if len(only.value) <= fold.MAX_TEXT // 2 else UNKNOWN
    if not isinstance(only, values.Items) or any(key is None for key, _ in only.pairs):
        return frozenset({fold.ANY_TEXT})
    pieces = [value for _, value in only.pairs]
    spread = [part for piece in pieces for part in (constant(separator), piece)][1:]
    return fold.concatenated(spread)
