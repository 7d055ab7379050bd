"""Folds text and numbers that a program puts together from constants, within strict bounds of size."""

import ast
import re
import string
from collections.abc import Callable, Iterable
from itertools import islice, product

from prism_safety.values import (
    FOLDER,
    NUMBER,
    UNKNOWN,
    Atom,
    Below,
    Constant,
    Fragment,
    Items,
    Literal,
    Number,
    Symbol,
    Value,
    bounded,
    constant,
    container,
    rank,
    union,
)

MAX_TEXT = 2_000
MAX_WAYS = 64
MAX_SHIFT = 64
MAX_NUMBER = 2**128
MAX_CODE_POINT = 0x10FFFF
ANY_TEXT = Fragment("", "")
DIGITS = Fragment("", "", digits=True)
PART_NAME = Fragment("", "", digits=True, loose=True)
"""The name of a part of a model, which is no special one, and may be anything else."""
PLAIN_PERCENT = re.compile(r"%(?:[sdrcxi%])")
NAMED_PERCENT = re.compile(r"%\((\w+)\)[sdi]")

TEXT_METHODS = frozenset(
    {
        "capitalize",
        "casefold",
        "decode",
        "encode",
        "hex",
        "lower",
        "lstrip",
        "partition",
        "removeprefix",
        "removesuffix",
        "replace",
        "rpartition",
        "rsplit",
        "rstrip",
        "split",
        "splitlines",
        "strip",
        "swapcase",
        "title",
        "upper",
        "zfill",
        "ljust",
        "rjust",
        "center",
    }
)
SAFE_CODECS = frozenset({"utf-8", "utf8", "ascii", "latin-1", "latin1", "iso-8859-1", "utf-16", "utf-32"})

ARITHMETIC: dict[type[ast.operator], Callable[[int, int], int]] = {
    ast.Add: lambda left, right: left + right,
    ast.Sub: lambda left, right: left - right,
    ast.Mult: lambda left, right: left * right,
    ast.FloorDiv: lambda left, right: left // right,
    ast.Mod: lambda left, right: left % right,
    ast.BitXor: lambda left, right: left ^ right,
    ast.BitOr: lambda left, right: left | right,
    ast.BitAnd: lambda left, right: left & right,
    ast.LShift: lambda left, right: left << right if 0 <= right <= MAX_SHIFT else 0,
    ast.RShift: lambda left, right: left >> right if 0 <= right <= MAX_SHIFT else 0,
}


def combine(operator: ast.operator, left: Value, right: Value) -> Value:
    """What ``left operator right`` may be."""
    found: set[Atom] = set()
    for one, other in islice(product(sorted(left, key=rank), sorted(right, key=rank)), MAX_WAYS):
        found |= _combine(operator, one, other)
    if len(left) * len(right) > MAX_WAYS:
        found |= UNKNOWN
    return bounded(frozenset(found))


def _combine(operator: ast.operator, left: Atom, right: Atom) -> Value:
    if isinstance(left, Items) or isinstance(right, Items):
        return _combine_containers(operator, left, right)
    if (
        isinstance(operator, ast.Add)
        and isinstance(left, Below | Constant)
        and (isinstance(left, Below) or isinstance(right, Below))
    ):
        return _joined_below(left, right)
    if isinstance(operator, ast.Add) and (_is_text(left) or _is_text(right)):
        return frozenset({_joined(left, right)})
    if isinstance(operator, ast.Mod) and isinstance(left, Constant) and isinstance(left.value, str):
        return percent(left.value, [right])
    if isinstance(left, Constant) and isinstance(right, Constant):
        return _combine_constants(operator, left.value, right.value)
    numeric = all(isinstance(atom, Number) or _is_number(atom) for atom in (left, right))
    return NUMBER if numeric else UNKNOWN


def _combine_containers(operator: ast.operator, left: Atom, right: Atom) -> Value:
    if isinstance(operator, ast.Mod) and isinstance(left, Constant) and isinstance(left.value, str):
        assert isinstance(right, Items)  # noqa: S101 - one of the two is, and left is not
        if NAMED_PERCENT.search(left.value):
            return _percent_named(left.value, right)
        values = [value for _, value in right.pairs]
        if all(len(value) == 1 for value in values) and all(key is not None for key, _ in right.pairs):
            return percent(left.value, [next(iter(value)) for value in values])
        return frozenset({ANY_TEXT})
    held = [value for atom in (left, right) if isinstance(atom, Items) for _, value in atom.pairs]
    return container([(None, union(held))])


def _combine_constants(operator: ast.operator, left: Literal, right: Literal) -> Value:
    if isinstance(left, bytes) and isinstance(right, bytes) and isinstance(operator, ast.Add):
        return constant(left + right) if len(left) + len(right) <= MAX_TEXT else UNKNOWN
    if isinstance(operator, ast.Mult):
        for text, count in ((left, right), (right, left)):
            if isinstance(text, str | bytes) and isinstance(count, int):
                return constant(text * count) if len(text) * max(count, 0) <= MAX_TEXT else UNKNOWN
    if isinstance(left, int) and isinstance(right, int):
        return _calculate(operator, left, right)
    return NUMBER if isinstance(left, int | float) and isinstance(right, int | float) else UNKNOWN


def _calculate(operator: ast.operator, left: int, right: int) -> Value:
    function = ARITHMETIC.get(type(operator))
    if function is None or max(abs(left), abs(right)) > MAX_NUMBER:
        return NUMBER
    try:
        return constant(function(left, right))
    except (ArithmeticError, ValueError):
        return NUMBER


def _is_text(atom: Atom) -> bool:
    return isinstance(atom, Fragment) or (isinstance(atom, Constant) and isinstance(atom.value, str))


def _is_number(atom: Atom) -> bool:
    return isinstance(atom, Constant) and isinstance(atom.value, int | float)


def _joined(left: Atom, right: Atom) -> Atom:
    """Two texts, one after the other; what is not known becomes the unknown middle."""
    first, second = _piece(left), _piece(right)
    if isinstance(first, str) and isinstance(second, str):
        return Constant(first + second, str) if len(first) + len(second) <= MAX_TEXT else ANY_TEXT
    prefix = first if isinstance(first, str) else first.prefix
    suffix = second if isinstance(second, str) else second.suffix
    if isinstance(first, str) and isinstance(second, Fragment):
        prefix += second.prefix
    if isinstance(second, str) and isinstance(first, Fragment):
        suffix = first.suffix + suffix
    digits = all(piece.digits for piece in (first, second) if isinstance(piece, Fragment))
    both = isinstance(first, Fragment) and isinstance(second, Fragment)
    loose = any(piece.loose for piece in (first, second) if isinstance(piece, Fragment))
    return Fragment(prefix[:MAX_TEXT], suffix[-MAX_TEXT:], digits and not both, loose)


def _joined_below(left: Below | Constant, right: Atom) -> Value:
    """A text put before or behind one that begins with the folder's path; digits stand for a number."""
    if isinstance(left, Constant):
        return frozenset({ANY_TEXT if left.value else right})
    behind = f"{right.prefix}0{right.suffix}" if isinstance(right, Fragment) and right.is_number else None
    behind = right.value if isinstance(right, Constant) and isinstance(right.value, str) else behind
    is_known = behind is not None and len(left.rest) + len(behind) <= MAX_TEXT
    return frozenset({Below(f"{left.rest}{behind}") if is_known else ANY_TEXT})


def _piece(atom: Atom) -> str | Fragment:
    if isinstance(atom, Constant) and isinstance(atom.value, str):
        return atom.value
    return atom if isinstance(atom, Fragment) else ANY_TEXT


def shown(value: Value, conversion: int = -1) -> Value:
    """What ``str()`` (or ``repr()`` by the f-string's conversion) makes of a value."""
    found: set[Atom] = set()
    for atom in value:
        if isinstance(atom, Constant) and (not isinstance(atom.value, int) or abs(atom.value) <= MAX_NUMBER):
            text = str(atom.value) if conversion in {-1, ord("s")} else repr(atom.value)
            found.add(Constant(text[:MAX_TEXT], str))
        elif isinstance(atom, Fragment | Below):
            found.add(atom if conversion in {-1, ord("s")} else ANY_TEXT)
        elif atom == Symbol(FOLDER) and conversion in {-1, ord("s")}:
            found.add(Below(""))
        else:
            found.add(DIGITS if isinstance(atom, Number) else ANY_TEXT)
    return frozenset(found)


def concatenated(parts: Iterable[Value]) -> Value:
    """The texts that follow one another in an f-string or a join."""
    total = constant("")
    for part in parts:
        total = combine(
            ast.Add(),
            total,
            frozenset(atom if _is_text(atom) or isinstance(atom, Below) else ANY_TEXT for atom in part),
        )
    return total


def percent(template: str, arguments: list[Atom]) -> Value:
    """What ``template % arguments`` gives, for plain conversions without width or key."""
    pieces = PLAIN_PERCENT.split(template)
    marks = PLAIN_PERCENT.findall(template)
    if "%" in "".join(pieces) or len([mark for mark in marks if mark != "%%"]) != len(arguments):
        return frozenset({Fragment(template.partition("%")[0], "")})
    left = iter(arguments)
    parts: list[Value] = [constant(pieces[0])]
    for mark, piece in zip(marks, pieces[1:], strict=True):
        parts += [constant("%") if mark == "%%" else _percent_one(mark, next(left)), constant(piece)]
    return concatenated(parts)


def _percent_named(template: str, items: Items) -> Value:
    """What ``template % mapping`` gives, for plain conversions by name."""
    held = {key.value: value for key, value in items.pairs if key is not None}
    pieces = NAMED_PERCENT.split(template)
    parts = [constant(pieces[0])]
    for name, rest in zip(pieces[1::2], pieces[2::2], strict=True):
        parts += [shown(held.get(name, UNKNOWN)), constant(rest)]
    return frozenset({ANY_TEXT}) if any("%" in piece for piece in pieces[::2]) else concatenated(parts)


def _percent_one(mark: str, atom: Atom) -> Value:
    if mark == "%c" and isinstance(atom, Constant) and isinstance(atom.value, int):
        return character(atom.value)
    if mark in {"%d", "%i", "%x"} and not isinstance(atom, Constant):
        return frozenset({DIGITS})
    if mark == "%x":
        return frozenset({ANY_TEXT})
    return shown(frozenset({atom}), ord("r") if mark == "%r" else -1)


def character(code: Literal) -> Value:
    """What ``chr`` gives."""
    return constant(chr(code)) if isinstance(code, int) and 0 <= code <= MAX_CODE_POINT else frozenset({ANY_TEXT})


def template_fields(template: str) -> list[str] | None:
    """The field names of a ``str.format`` template, nested ones included; ``None`` when it is not a valid one."""
    found: list[str] = []
    todo = [template]
    try:
        while todo:
            for _, name, spec, _ in string.Formatter().parse(todo.pop()):
                found += [name] if name is not None else []
                todo += [spec] if spec else []
    except ValueError:
        return None
    return found


def formatted(template: str, arguments: list[Value], named: dict[str, Value]) -> Value:
    """What ``template.format(...)`` gives, for fields without attributes, indexes and format."""
    parts: list[Value] = []
    try:
        for index, (text, name, spec, conversion) in enumerate(string.Formatter().parse(template)):
            parts.append(constant(text))
            if name is not None:
                key = name or str(index)
                value = (
                    arguments[int(key)] if key.isdecimal() and int(key) < len(arguments) else named.get(key, UNKNOWN)
                )
                plain = not spec and not conversion
                parts.append(shown(value) if plain else frozenset({ANY_TEXT}))
    except ValueError:
        return UNKNOWN
    return concatenated(parts)


def sliced(text: Literal, lower: Literal, upper: Literal, step: Literal) -> Value:
    """A slice of a text or of bytes."""
    bounds = [bound if isinstance(bound, int) else None for bound in (lower, upper, step)]
    if not isinstance(text, str | bytes) or bounds[2] == 0:
        return UNKNOWN
    return constant(text[slice(*bounds)])


def called(receiver: Literal, method: str, arguments: list[Literal]) -> Value:
    """What a method of a constant text gives, when it is one that cannot grow without bound."""
    if not isinstance(receiver, str | bytes) or method not in TEXT_METHODS or _is_too_long(receiver, method, arguments):
        return UNKNOWN
    if method in {"encode", "decode"} and not all(str(name).lower() in SAFE_CODECS for name in arguments):
        return UNKNOWN
    try:
        result = getattr(receiver, method)(*arguments)
    except (TypeError, ValueError, AttributeError, LookupError, OverflowError):
        return UNKNOWN
    if isinstance(result, list | tuple):
        return container([(Constant(index, int), constant(part)) for index, part in enumerate(result)])
    return constant(result) if isinstance(result, str | bytes) else UNKNOWN


def _is_too_long(receiver: str | bytes, method: str, arguments: list[Literal]) -> bool:
    if any(isinstance(argument, int) and argument > MAX_TEXT for argument in arguments):
        return True
    growth = max((len(argument) for argument in arguments if isinstance(argument, str | bytes)), default=1)
    return len(receiver) * (growth + 1 if method == "replace" else 1) > MAX_TEXT
