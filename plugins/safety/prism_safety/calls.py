"""What a call gives, for the callables whose meaning matters to the rules."""

import ast
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from prism_safety import fold, paths, values
from prism_safety.methods import Target, method_of, plain_constants
from prism_safety.spelled import elements_of, exact
from prism_safety.values import (
    NUMBER,
    UNKNOWN,
    Atom,
    Constant,
    Fragment,
    Place,
    Symbol,
    Value,
    constant,
    container,
    union,
)

if TYPE_CHECKING:
    from prism_safety.resolve import Resolver

NOBODY: Final = tuple(Target(atom, (), {}, is_complete=False) for atom in UNKNOWN)
"""What a call may call of which nothing is known."""
MAX_PARTIALS = 8
MAX_BYTE = 255


def targets(resolver: "Resolver", node: ast.Call) -> Sequence[Target]:
    """Everything a call may call; what ``functools.partial`` filled in is among the arguments."""
    found = resolver.targets.get(node)
    if found is None:
        found = _targets(resolver, node)
        if node.func in resolver.memo.known and all(part in resolver.memo.known for part in _handed(node)):
            resolver.targets[node] = found
    return found


def _handed(node: ast.Call) -> list[ast.expr]:
    return [*node.args, *(keyword.value for keyword in node.keywords)]


def _is_deaf(atom: Atom, resolver: "Resolver") -> bool:
    """Whether what a thing is given makes no difference to what it gives and to the rules."""
    if isinstance(atom, Symbol):
        is_plain = (
            atom.path not in MEANINGS and not atom.path.startswith(values.ARGUMENT) and not atom.path.endswith("_")
        )
        return is_plain and resolver.outlooks.is_deaf(atom.path)
    if isinstance(atom, values.Class):
        return not _is_text(atom.node, resolver)
    return isinstance(atom, values.Unknown | values.Function | values.Instance | values.OwnModule)


def _is_text(node: ast.ClassDef, resolver: "Resolver") -> bool:
    """Whether objects of a class are texts themselves."""
    symbols = (part for base in node.bases for part in values.symbols(resolver.value(base)))
    return any(part.path == "builtins.str" for part in symbols)


def _targets(resolver: "Resolver", node: ast.Call) -> Sequence[Target]:
    callees = resolver.value(node.func)
    if callees == UNKNOWN:
        return NOBODY
    hearing = [atom for atom in callees if not _is_deaf(atom, resolver)]
    if not hearing:
        return [Target(atom, (), {}, is_complete=False) for atom in values.ordered(callees)]
    arguments, is_complete = _positional(resolver, node)
    named = _named(resolver, node)
    found: list[Target] = []
    todo: list[tuple[Atom, tuple[Value, ...], int]] = [(atom, tuple(arguments), 0) for atom in values.ordered(callees)]
    while todo:
        atom, given, partials = todo.pop()
        if isinstance(atom, values.Partial) and partials < MAX_PARTIALS:
            todo += [(inner, (*atom.arguments, *given), partials + 1) for inner in values.ordered(atom.callee)]
        else:
            found.append(Target(atom, given, named, is_complete))
    return found


def _named(resolver: "Resolver", node: ast.Call) -> dict[str, Value]:
    """The arguments by name, those of a ``**`` dictionary included where its keys are known."""
    found: dict[str, Value] = {}
    for keyword in node.keywords:
        value = resolver.value(keyword.value)
        if keyword.arg is not None:
            found[keyword.arg] = value
            continue
        pairs = [pair for atom in values.ordered(value) if isinstance(atom, values.Items) for pair in atom.pairs]
        found |= {str(key.value): held for key, held in pairs if key is not None and key.kind is str}
    return found


def _positional(resolver: "Resolver", node: ast.Call) -> tuple[list[Value], bool]:
    found: list[Value] = []
    for argument in node.args:
        value = resolver.value(argument)
        if not isinstance(argument, ast.Starred):
            found.append(value)
            continue
        only = next(iter(value)) if len(value) == 1 else None
        if not isinstance(only, values.Items) or any(key is None for key, _ in only.pairs):
            return found, False
        found += [held for _, held in only.pairs]
    return found, True


def apply(resolver: "Resolver", target: Target, place: Place) -> Value:
    """What calling a target gives."""
    callee = target.callee
    match callee:
        case Symbol():
            meaning = MEANINGS.get(callee.path)
            result = resolver.catalogue.names.results.get(callee.path)
            if result is not None:
                return target.argument(0) | {Symbol(result, origin=place, trail=values.longer(callee.trail, place))}
            return meaning(resolver, target, place) if meaning is not None else UNKNOWN
        case values.Function(node=node):
            returned = resolver.variable(resolver.results[node])
            return returned | UNKNOWN if getattr(node, "decorator_list", []) or not returned else returned
        case values.Class(node=node):
            made = union([frozenset({values.Instance(node)}), _made_instead(resolver, node)])
            return made | target.argument(0) if _is_text(node, resolver) else made
        case values.Instance():
            return _returned(resolver, resolver.stored("__call__"))
        case values.Partial(callee=inner, arguments=given):
            handed = (*given, *target.arguments)
            filled = (Target(atom, handed, target.named, target.is_complete) for atom in values.ordered(inner))
            return union(apply(resolver, one, place) for one in filled)
        case values.Method(receiver=receiver, name=name):
            return method_of(receiver, name, target)
        case values.Getter(names=names, attributes=is_attribute):
            return union(_got(resolver, target.argument(0), name, place, is_attribute=is_attribute) for name in names)
    return UNKNOWN


def _made_instead(resolver: "Resolver", node: ast.ClassDef) -> Value:
    """What a class's own ``__new__`` gives in place of an object, as far as it is known."""
    maker = resolver.inner[node].names.get("__new__")
    bound = [binding.node for binding in maker.bindings] if maker is not None else []
    functions = [part for part in bound if isinstance(part, ast.FunctionDef)]
    return union(resolver.variable(resolver.results[function]) for function in functions) - UNKNOWN


def _returned(resolver: "Resolver", value: Value) -> Value:
    functions = [atom.node for atom in values.ordered(value) if isinstance(atom, values.Function)]
    return union([UNKNOWN, *(resolver.variable(resolver.results[node]) for node in functions)])


def _got(resolver: "Resolver", value: Value, name: Constant, place: Place, *, is_attribute: bool) -> Value:
    if not is_attribute:
        return values.item(value, frozenset({name}))
    for part in str(name.value).split("."):
        value = resolver.attribute(value, part, place)
        if any(resolver.is_blamable(symbol) for symbol in values.symbols(value)):
            break  # What it leads to is not the finding, this is.
    return value


def _maketrans(_: "Resolver", target: Target, __: Place) -> Value:
    literals = plain_constants(target.arguments)
    if literals is None or not all(isinstance(part, str) for part in literals) or not literals[1:]:
        return target.argument(0) if len(target.arguments) == 1 else UNKNOWN
    texts = [str(part) for part in literals]
    if len(texts[0]) != len(texts[1]):
        return UNKNOWN
    table = str.maketrans(*texts[:3])
    return container((Constant(code, int), constant(new)) for code, new in table.items())


# The meaning of library functions, by symbol


def _getattr(resolver: "Resolver", target: Target, place: Place) -> Value:
    receiver = target.argument(0)
    found: list[Value] = [target.argument(2)]
    for name in values.ordered(target.argument(1)):
        if isinstance(name, Constant):
            found.append(resolver.attribute(receiver, name.value, place) if isinstance(name.value, str) else UNKNOWN)
        else:
            found.append(resolver.stored_like(name) | UNKNOWN if isinstance(name, Fragment) else UNKNOWN)
    return union(found)


def _import(_: "Resolver", target: Target, place: Place) -> Value:
    named = values.texts(target.argument(0))
    return frozenset({Symbol(name, blamed=True, origin=place, trail=(place,)) for name in named}) or UNKNOWN


def _partial(_: "Resolver", target: Target, __: Place) -> Value:
    if not target.arguments:
        return UNKNOWN
    return values.partial(target.arguments[0], target.arguments[1:])


def _getter(*, attributes: bool) -> Callable[["Resolver", Target, Place], Value]:
    def make(_: "Resolver", target: Target, __: Place) -> Value:
        names = tuple(
            atom for value in target.arguments for atom in sorted(value, key=values.rank) if isinstance(atom, Constant)
        )
        return frozenset({values.Getter(names, attributes)})

    return make


def _same(_: "Resolver", target: Target, __: Place) -> Value:
    return target.argument(0) or UNKNOWN


def _reversed(resolver: "Resolver", target: Target, place: Place) -> Value:
    listed = elements_of(target.argument(0))
    return (
        _shuffled(resolver, target, place) if listed is None else exact([constant(part.value) for part in listed[::-1]])
    )


def _methodcaller(_: "Resolver", target: Target, __: Place) -> Value:
    names = tuple(atom for atom in sorted(target.argument(0), key=values.rank) if isinstance(atom, Constant))
    return frozenset({values.Getter(names, attributes=True)})


def _shuffled(_: "Resolver", target: Target, __: Place) -> Value:
    return container([(None, values.elements(target.argument(0)))])


def _dict(_: "Resolver", target: Target, __: Place) -> Value:
    given = [(None, values.elements(value)) for value in target.arguments]
    pairs: list[tuple[Constant | None, Value]] = [
        (None, held) for _, value in given for held in (value, values.leaves(value))
    ]
    return container([*pairs, *((Constant(name, str), value) for name, value in target.named.items())])


def _next(_: "Resolver", target: Target, __: Place) -> Value:
    return union([values.elements(target.argument(0)), target.argument(1)])


def _picked(_: "Resolver", target: Target, __: Place) -> Value:
    return union(target.arguments) if len(target.arguments) > 1 else values.elements(target.argument(0))


def _mapped(resolver: "Resolver", target: Target, place: Place) -> Value:
    listed = elements_of(target.argument(1)) if len(target.arguments) == 2 else None  # noqa: PLR2004 - one iterable
    only = next(iter(target.argument(0))) if len(target.argument(0)) == 1 else None
    if listed is not None and only is not None:
        return exact([apply(resolver, Target(only, (constant(part.value),), {}), place) for part in listed])
    arguments = tuple(values.elements(value) for value in target.arguments[1:])
    return container(
        [
            (
                None,
                union(
                    apply(resolver, Target(atom, arguments, {}), place) for atom in values.ordered(target.argument(0))
                ),
            )
        ]
    )


def _filtered(_: "Resolver", target: Target, __: Place) -> Value:
    return container([(None, values.elements(target.argument(1)))])


def _ranged(_: "Resolver", __: Target, ___: Place) -> Value:
    return container([(None, NUMBER)])


def _enumerated(_: "Resolver", target: Target, __: Place) -> Value:
    pair = container([(Constant(0, int), NUMBER), (Constant(1, int), values.elements(target.argument(0)))])
    return container([(None, pair)])


def _zipped(_: "Resolver", target: Target, __: Place) -> Value:
    row = container([(Constant(index, int), values.elements(value)) for index, value in enumerate(target.arguments)])
    return container([(None, row)])


def _number(_: "Resolver", __: Target, ___: Place) -> Value:
    return NUMBER


def _ord(_: "Resolver", target: Target, __: Place) -> Value:
    literals = plain_constants(target.arguments)
    is_one = bool(literals) and isinstance(literals[0], str) and len(literals[0]) == 1 if literals else False
    return constant(ord(str(literals[0]))) if literals and is_one else NUMBER


def _chr(_: "Resolver", target: Target, __: Place) -> Value:
    literals = plain_constants(target.arguments)
    return fold.character(literals[0]) if literals else frozenset({fold.ANY_TEXT})


def _str(_: "Resolver", target: Target, __: Place) -> Value:
    if len(target.arguments) == 1 and not target.named:
        return fold.shown(target.arguments[0])
    literals = plain_constants(target.arguments)
    return fold.called(literals[0], "decode", literals[1:]) if literals else frozenset({fold.ANY_TEXT})


def _bytes(_: "Resolver", target: Target, __: Place) -> Value:
    only = next(iter(target.argument(0)), None)
    if isinstance(only, Constant) and isinstance(only.value, bytes):
        return constant(only.value)
    if not isinstance(only, values.Items):
        return UNKNOWN
    codes = plain_constants(tuple(value for _, value in only.pairs))
    plain = codes is not None and all(isinstance(code, int) and 0 <= code <= MAX_BYTE for code in codes)
    return constant(bytes(code for code in codes or [] if isinstance(code, int))) if plain else UNKNOWN


def _text(method: str) -> Callable[["Resolver", Target, Place], Value]:
    def call(_: "Resolver", target: Target, __: Place) -> Value:
        rest = Target(target.callee, target.arguments[1:], target.named, target.is_complete)
        return method_of(target.argument(0), method, rest) or UNKNOWN

    return call


def _fromhex(_: "Resolver", target: Target, __: Place) -> Value:
    literals = plain_constants(target.arguments)
    try:
        return constant(bytes.fromhex(str(literals[0]))) if literals else UNKNOWN
    except ValueError:
        return UNKNOWN


def _cast(_: "Resolver", target: Target, __: Place) -> Value:
    return target.argument(1) or UNKNOWN


def _read(resolver: "Resolver", target: Target, place: Place) -> Value:
    """A property: reading it gives what its function returns."""
    given = (apply(resolver, Target(atom, (UNKNOWN,), {}), place) for atom in values.ordered(target.argument(0)))
    return union([UNKNOWN, *given])


def _called(resolver: "Resolver", target: Target, place: Place) -> Value:
    """``operator.call``: what calling the first argument with the others gives."""
    handed = target.arguments[1:]
    inner = (Target(atom, handed, target.named, target.is_complete) for atom in values.ordered(target.argument(0)))
    return union(apply(resolver, one, place) for one in inner)


def _starmapped(resolver: "Resolver", target: Target, place: Place) -> Value:
    held = values.elements(values.elements(target.argument(1)))
    inner = (
        Target(atom, (held,) if held else (), {}, is_complete=False) for atom in values.ordered(target.argument(0))
    )
    return container([(None, union(apply(resolver, one, place) for one in inner))])


def _repeated(_: "Resolver", target: Target, __: Place) -> Value:
    return container([(None, target.argument(0))])


def _chained(_: "Resolver", target: Target, __: Place) -> Value:
    return container([(None, values.elements(value)) for value in target.arguments])


def _reduced(resolver: "Resolver", target: Target, place: Place) -> Value:
    held = union([values.elements(target.argument(1)), target.argument(2)])
    return union(
        [held, *(apply(resolver, Target(atom, (held, held), {}), place) for atom in values.ordered(target.argument(0)))]
    )


def _type(_: "Resolver", target: Target, place: Place) -> Value:
    """The class of an object: of a folder that is handed in it makes paths; a class that is made is a finding."""
    if len(target.arguments) > 1 and isinstance(target.callee, Symbol):
        return frozenset({replace(target.callee, blamed=True, origin=place)})
    found: list[Value] = []
    for atom in values.ordered(target.argument(0)):
        if isinstance(atom, values.Instance):
            found.append(frozenset({values.Class(atom.node)}))
        elif isinstance(atom, Symbol) and paths.is_path(atom):
            found.append(frozenset({Symbol("pathlib.Path", origin=place, trail=(*atom.trail, place))}))
        else:
            found.append(UNKNOWN)
    return union(found)


Meaning = Callable[["Resolver", Target, Place], Value]

MEANINGS: dict[str, Meaning] = {
    "builtins.getattr": _getattr,
    "builtins.__import__": _import,
    "importlib.import_module": _import,
    "importlib.__import__": _import,
    "functools.partial": _partial,
    "operator.methodcaller": _methodcaller,
    "builtins.str.maketrans": _maketrans,
    "operator.attrgetter": _getter(attributes=True),
    "operator.itemgetter": _getter(attributes=False),
    "operator.getitem": lambda _, target, __: values.item(target.argument(0), target.argument(1)),
    "typing.NewType": lambda _, __, place: frozenset({Symbol("typing.NewType.made", origin=place, trail=(place,))}),
    "typing.NewType.made": _same,
    "typing.cast": _cast,
    "builtins.type": _type,
    "builtins.next": _next,
    "builtins.property": _read,
    "functools.cached_property": _read,
    "itertools.repeat": _repeated,
    "itertools.starmap": _starmapped,
    "operator.call": _called,
    "collections.ChainMap": _chained,
    "builtins.map": _mapped,
    "builtins.filter": _filtered,
    "functools.reduce": _reduced,
    "builtins.range": _ranged,
    "builtins.enumerate": _enumerated,
    "builtins.zip": _zipped,
    "builtins.dict": _dict,
    "builtins.ord": _ord,
    "builtins.chr": _chr,
    "builtins.str": _str,
    "builtins.bytes": _bytes,
    "builtins.bytearray": _bytes,
    "builtins.bytes.fromhex": _fromhex,
    "builtins.bytearray.fromhex": _fromhex,
}
MEANINGS |= dict.fromkeys(["builtins.len", "builtins.int", "builtins.float", "builtins.round", "builtins.id"], _number)
MEANINGS |= dict.fromkeys(
    ["builtins.iter", "copy.copy", "copy.deepcopy", "builtins.list", "builtins.tuple", "contextlib.nullcontext"], _same
)
MEANINGS |= dict.fromkeys([f"builtins.{name}" for name in ("sorted", "set", "frozenset")], _shuffled)
MEANINGS["builtins.reversed"] = _reversed
MEANINGS |= dict.fromkeys(["collections.deque", "itertools.cycle"], _shuffled)
MEANINGS["itertools.chain"] = _chained
MEANINGS |= dict.fromkeys(paths.JOINING_METHODS, paths.joined_by_call)
MEANINGS |= dict.fromkeys([f"{values.FOLDER}.as_posix", f"{values.FOLDER}.__str__"], paths.named)
MEANINGS |= dict.fromkeys(["builtins.max", "builtins.min"], _picked)
MEANINGS |= {f"builtins.str.{name}": _text(name) for name in ("join", "format", "replace", "lower", "upper", "strip")}

PASSING = frozenset(path for path, meaning in MEANINGS.items() if meaning not in {_number, _ranged, _ord, _chr})
"""The functions that may give what they are given, or a part of it."""
