"""What an expression may denote: a bounded set of symbols, constants, containers and callables.

A value is a ``frozenset`` of atoms. The empty set means "nothing reaches here"; ``UNKNOWN`` is an atom of its own, so a
value can be "``os.system`` or something we cannot see". Equality of atoms ignores how they were reached: the first
trail that was seen is kept.
"""

import ast
from collections.abc import Iterable
from typing import Final

import msgspec
from msgspec.structs import replace

MAX_ATOMS = 64
MAX_CONSTANTS = 32
MAX_TRAIL = 8
MAX_NESTING = 4


class Place(msgspec.Struct, frozen=True):
    """Where something was imported, named or used: the file and the extent of a node, as the syntax tree counts."""

    path: str
    line: int
    column: int
    end_line: int
    end_column: int


class Symbol(msgspec.Struct, frozen=True, eq=False):
    """A name outside the project by its dotted path, such as ``os.system`` or ``builtins.eval``."""

    path: str
    blamed: bool = False
    """Reached through something that is a finding already; what follows from it is not reported again."""
    origin: Place | None = None
    """The node that made this symbol out of a shorter one, an import or nothing."""
    trail: tuple[Place, ...] = ()
    """Import and aliases on the way here, oldest first."""
    via: str = ""
    """The path as written, where it reached a module through another one: ``torch.os`` for ``os``."""
    plain: bool = False
    """Whether nothing is found at it, unless it is changed."""

    def __eq__(self, other: object) -> bool:
        """Whether it is the same thing, however it was reached."""
        if not isinstance(other, Symbol):
            return NotImplemented
        return self.path == other.path and self.blamed == other.blamed and self.via == other.via

    def __hash__(self) -> int:
        return hash((self.path, self.blamed, self.via))


ARGUMENT: Final = "argument."
"""Begins the paths of what the evaluator hands in, and of what is reached from there: ``argument.checkpoint_dir``."""
CAUGHT: Final = f"{ARGUMENT}caught"
"""An error that the project caught."""
FOLDER: Final = f"{ARGUMENT}checkpoint_dir"
"""The folder that is handed in for a checkpoint, and any path that is surely below it."""


class Below(msgspec.Struct, frozen=True):
    """A text that begins with the path of the folder that is handed in; the rest of it."""

    rest: str


class Constant(msgspec.Struct, frozen=True):
    """A constant; ``kind`` keeps ``1``, ``1.0`` and ``True`` apart."""

    value: str | bytes | int | float | None
    kind: type


class Fragment(msgspec.Struct, frozen=True):
    """A text of which only the beginning and the end are known."""

    prefix: str
    suffix: str
    digits: bool = False
    """Whether what stands between is the digits of a number."""
    loose: bool = False
    """Whether the digits only stand for a text that is like a number in not being a special name."""

    @property
    def is_number(self) -> bool:
        """Whether what stands between is surely the digits of a number and nothing else."""
        return self.digits and not self.loose

    def could_be(self, text: str) -> bool:
        """Whether the text may turn out to be this one."""
        if self.digits and not any(character.isdigit() for character in text):
            return False
        return (
            len(text) >= max(len(self.prefix), len(self.suffix))
            and text.startswith(self.prefix)
            and text.endswith(self.suffix)
        )


class Number(msgspec.Struct, frozen=True):
    """Some number that is not known."""


class Items(msgspec.Struct, frozen=True):
    """A container; a key of ``None`` stands for any key or position."""

    pairs: "tuple[tuple[Constant | None, Value], ...]"
    nesting: int = 1


class OwnModule(msgspec.Struct, frozen=True):
    """A module of the project by its dotted name."""

    name: str


class Function(msgspec.Struct, frozen=True):
    """A function or lambda of the project."""

    node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
    plain: bool = False
    """Whether nothing that matters comes out of it."""


class Class(msgspec.Struct, frozen=True):
    """A class of the project."""

    node: ast.ClassDef


class Instance(msgspec.Struct, frozen=True):
    """An object of a class of the project."""

    node: ast.ClassDef


class Method(msgspec.Struct, frozen=True):
    """A method of a constant or container, not called yet."""

    receiver: "Value"
    name: str
    nesting: int = 1


class Partial(msgspec.Struct, frozen=True):
    """A callable with its first arguments filled in."""

    callee: "Value"
    arguments: "tuple[Value, ...]"
    nesting: int = 1


class Getter(msgspec.Struct, frozen=True):
    """``operator.attrgetter`` (attributes) or ``operator.itemgetter`` (items) with known names."""

    names: "tuple[Constant, ...]"
    attributes: bool


class Unknown(msgspec.Struct, frozen=True):
    """Anything at all."""


Atom = (
    Symbol
    | Below
    | Constant
    | Fragment
    | Number
    | Items
    | OwnModule
    | Function
    | Class
    | Instance
    | Method
    | Partial
    | Getter
    | Unknown
)
Value = frozenset[Atom]

UNKNOWN: Final[Value] = frozenset({Unknown()})
NUMBER: Final[Value] = frozenset({Number()})
NOTHING: Final[Value] = frozenset()
Literal = str | bytes | int | float | None


def constant(value: Literal) -> Value:
    """The value of one constant."""
    return frozenset({Constant(value, type(value))})


def union(values: Iterable[Value]) -> Value:
    """Everything that any of the values may be, bounded: symbols outlive constants when there are too many."""
    merged: Value = NOTHING
    for value in values:
        if value and value is not merged:
            merged = merged | value if merged else value
    return merged if len(merged) <= MAX_CONSTANTS else bounded(merged)


def bounded(value: Value) -> Value:
    """The value itself, or a coarser one that covers it.

    Of the atoms that are alike to the rules (the project's own classes, objects and functions, plain symbols) one
    stands for all, so that nobody can crowd out what matters.
    """
    if len(value) <= MAX_CONSTANTS:
        return value
    kept: set[Atom] = set(UNKNOWN)
    alike: dict[type, Atom] = {}
    for atom in value:
        if isinstance(atom, Class | Instance) or (isinstance(atom, Symbol | Function) and atom.plain):
            other = alike.get(type(atom))
            alike[type(atom)] = atom if other is None else min(atom, other, key=rank)
        elif not isinstance(atom, Below | Constant | Fragment | Items):
            kept.add(atom)
    return frozenset(kept.union(alike.values()))


def container(pairs: "Iterable[tuple[Constant | None, Value]]") -> Value:
    """A container with these items; one that nests too deeply or is too long forgets its keys."""
    listed = tuple(pairs)
    nesting = 1 + max((depth(value) for _, value in listed), default=0)
    if nesting > MAX_NESTING or len(listed) > MAX_ATOMS:
        listed = ((None, _shallow(union(leaves(value) for _, value in listed))),)
        nesting = 2
    return frozenset({Items(listed, nesting)})


def method(receiver: Atom, name: str) -> Value:
    """A method of a constant or container; unknown when that nests too deeply."""
    held = frozenset({receiver})
    nesting = 1 + depth(held)
    return UNKNOWN if nesting > 2 * MAX_NESTING else frozenset({Method(held, name, nesting)})


def partial(callee: Value, arguments: tuple[Value, ...]) -> Value:
    """A callable with arguments filled in; unknown when that nests too deeply."""
    nesting = 1 + max(depth(value) for value in (callee, *arguments))
    return UNKNOWN if nesting > 2 * MAX_NESTING else frozenset({Partial(callee, arguments, nesting)})


def depth(value: Value) -> int:
    """How deeply containers, methods and partial calls nest in a value."""
    return max((atom.nesting for atom in value if isinstance(atom, Items | Method | Partial)), default=0)


def _shallow(value: Value) -> Value:
    kept = frozenset(atom for atom in value if not isinstance(atom, Method | Partial))
    return kept if len(kept) == len(value) else kept | UNKNOWN


def sequence(value: Value) -> list[Atom]:
    """The atoms of a value in the same order in every run; what is in them is written out only where they are alike."""
    listed = sorted(value, key=rank)
    if len(listed) == len({rank(atom) for atom in listed}):
        return listed
    return sorted(listed, key=lambda atom: (rank(atom), spelt(atom)))


def rank(atom: Atom) -> tuple[str, str]:
    """A key that puts most atoms in the same order in every run, looking into containers one level deep."""
    match atom:
        case Symbol(path=path, via=via):
            return ("symbol", f"{path} {via}")
        case Constant(value=value):
            return ("constant", repr(value))
        case Below(rest=rest):
            return ("below", rest)
        case Fragment(prefix=prefix, suffix=suffix):
            return ("fragment", f"{prefix} {suffix}")
        case Function(node=node) | Class(node=node) | Instance(node=node):
            return (type(atom).__name__, f"{node.lineno:9} {node.col_offset:9} {getattr(node, 'name', '')}")
        case Items(pairs=pairs):
            return ("items", " ".join(_origins(held) for _, held in pairs))
    return (type(atom).__name__, "")


def spelt(atom: Atom) -> str:
    """All that can differ between atoms of one rank, however deep, in the same words in every run."""
    match atom:
        case Items(pairs=pairs):
            return f"[{' '.join(f'{key}: {_spelt(held)}' for key, held in pairs)}]"
        case Method(receiver=receiver, name=name):
            return f"{_spelt(receiver)}.{name}"
        case Partial(callee=callee, arguments=arguments):
            return f"{_spelt(callee)}({' '.join(map(_spelt, arguments))})"
        case Symbol(trail=trail, origin=origin):
            return f"{rank(atom)} {trail or origin}"
        case Getter(names=names, attributes=attributes):
            return f"{names} {attributes}"
    return str(rank(atom))


def _spelt(value: Value) -> str:
    return " ".join(sorted(map(spelt, value)))


def _origins(value: Value) -> str:
    """Where the symbols that are directly in a value came from: all that can differ between values that are equal."""
    found = [f"{atom.path} {atom.trail or atom.origin}" for atom in value if isinstance(atom, Symbol)]
    return " ".join(sorted(found)) if found else ""


def ordered(value: Value) -> Iterable[Atom]:
    """The atoms of a value in the same order in every run: of equal symbols, the trail that is met first is kept.

    A set of symbols has one order in every run. Another atom goes by where its node or its type lies in memory, which
    differs from process to process, and can move the symbols that it lies between.
    """
    is_moved = len(value) > 1 and any(not isinstance(atom, Symbol | Unknown) for atom in value)
    return sequence(value) if is_moved else value


def leaves(value: Value) -> Value:
    """A value with every container replaced by what is in it."""
    found = value
    for _ in range(MAX_NESTING + 1):
        inner = [atom for atom in ordered(found) if isinstance(atom, Items)]
        if not inner:
            break
        found = frozenset(found.difference(inner)).union(*(item for atom in inner for _, item in atom.pairs))
    return frozenset(atom for atom in found if not isinstance(atom, Items))


def elements(value: Value) -> Value:
    """What iterating over a value may give."""
    found: list[Value] = []
    for atom in ordered(value):
        if isinstance(atom, Items):
            found += [item for _, item in atom.pairs]
        elif isinstance(atom, Constant) and isinstance(atom.value, str) and len(atom.value) <= MAX_CONSTANTS:
            found += [constant(character) for character in atom.value]
        else:
            found.append(UNKNOWN)
    return union(found)


def item(value: Value, key: Value) -> Value:
    """What indexing a value with a key may give."""
    found: list[Value] = []
    keys = {atom for atom in key if isinstance(atom, Constant)}
    exact = bool(keys) and len(keys) == len(key)
    for atom in ordered(value):
        if isinstance(atom, Items):
            found += [held for held_key, held in atom.pairs if not exact or held_key is None or held_key in keys]
            if exact:
                found += [_from_end(atom, wanted) for wanted in keys]
        else:
            found.append(UNKNOWN)
    return union(found)


def _from_end(atom: Items, key: Constant) -> Value:
    if isinstance(key.value, int) and -len(atom.pairs) <= key.value < 0:
        return atom.pairs[key.value][1]
    return NOTHING


def symbols(value: Value) -> list[Symbol]:
    """The symbols among a value, in the order of their paths."""
    found = [atom for atom in value if isinstance(atom, Symbol)]
    return found if len(found) < 2 else sorted(found, key=lambda atom: (atom.path, atom.via))  # noqa: PLR2004


def texts(value: Value) -> list[str]:
    """The constant texts among a value, sorted."""
    return sorted(atom.value for atom in value if isinstance(atom, Constant) and isinstance(atom.value, str))


def passing(value: Value, place: Place) -> Value:
    """The same value, its symbols remembering that they passed through an alias at ``place``."""
    if not any(isinstance(atom, Symbol) for atom in value):
        return value
    return frozenset(
        replace(atom, trail=longer(atom.trail, place)) if isinstance(atom, Symbol) else atom for atom in value
    )


def longer(trail: tuple[Place, ...], place: Place) -> tuple[Place, ...]:
    """A trail with one more place, unless it was in that line already or the trail is long."""
    for known in trail:
        if known.line == place.line and known.path == place.path:
            return trail
    return (*trail, place) if len(trail) < MAX_TRAIL else trail
