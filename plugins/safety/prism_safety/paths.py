"""Paths inside the folder that is handed in for a checkpoint: which are sure to stay there, and what is made of them.

A path is the symbol ``FOLDER``, for the folder and for whatever is surely below it; a text that begins with the
folder's path is a ``Below``. A path that may have left the folder is blamed: the joining is the
finding, not what follows.
"""

import ast
from typing import TYPE_CHECKING

from msgspec.structs import replace

from prism_safety import fold
from prism_safety.values import FOLDER, NOTHING, UNKNOWN, Atom, Below, Constant, Fragment, Symbol, Value, union

if TYPE_CHECKING:
    from prism_safety.methods import Target
    from prism_safety.resolve import Resolver

JOINING_METHODS = frozenset({f"{FOLDER}.joinpath", f"{FOLDER}.__truediv__"})
FILE_AT = {"torch.save": 1, "torch.load": 0}
"""Library functions that may be given a path inside the folder, and its position."""
KEYWORDS = {"torch.save": frozenset({"obj", "f"}), "torch.load": frozenset({"f", "map_location", "weights_only"})}
MOST_ARGUMENTS = 2


def joined(base: Value, *parts: Value) -> Value:
    """The paths among a value after names were joined to them; those that may leave the folder are blamed."""
    if not all(parts):
        return NOTHING
    is_inside = all(map(stays_below, parts))
    return frozenset(
        replace(atom, origin=None, blamed=atom.blamed or not is_inside) if atom.path == FOLDER else atom
        for atom in base
        if isinstance(atom, Symbol) and is_path(atom)
    )


def operated(operator: ast.operator, left: Value, right: Value) -> Value:
    """What ``left operator right`` may be, the division of paths included."""
    paths = joined(left, right) if isinstance(operator, ast.Div) else NOTHING
    rest = frozenset(atom for atom in left if not is_path(atom)) if paths else left
    return union([paths, fold.combine(operator, rest, right)]) if rest else paths


def joined_by_call(_: "Resolver", target: "Target", __: object) -> Value:
    """What a path's own method for joining gives."""
    assert isinstance(target.callee, Symbol)  # noqa: S101 - only such targets have a meaning
    base = frozenset({replace(target.callee, path=FOLDER)})
    return joined(base, *target.arguments, *([] if target.is_complete else [UNKNOWN]))


def named(_: "Resolver", __: "Target", ___: object) -> Value:
    """The folder's path as text."""
    return frozenset({Below("")})


def is_path(atom: Atom) -> bool:
    """Whether this is the folder or something reached from it."""
    return isinstance(atom, Symbol) and (atom.path == FOLDER or atom.path.startswith(f"{FOLDER}."))


def stays_below(part: Value) -> bool:
    """Whether joining this to a path surely leads to a place below it."""
    return all(text is not None and is_plain(text) for text in map(_text, part))


def is_plain(text: str) -> bool:
    """Whether a text is a relative path of ordinary names: no dots alone, no home folder, no empty parts."""
    return all(part.strip(".") and part[0] != "~" and part.isprintable() for part in text.split("/"))


def _text(atom: Atom) -> str | None:
    """A text that stands for an atom: some digits where a number is not known."""
    if isinstance(atom, Constant) and isinstance(atom.value, str):
        return atom.value
    return f"{atom.prefix}0{atom.suffix}" if isinstance(atom, Fragment) and atom.is_number else None


def keeps_inside(target: "Target", node: ast.Call, resolver: "Resolver") -> bool:
    """Whether a call saves to, or loads plain weights from, a place that is surely inside the folder.

    A joining that may leave the folder is a finding of its own, so that its path does not count against the call.
    """
    callee = target.callee
    if not isinstance(callee, Symbol) or callee.path not in FILE_AT or callee not in resolver.value(node.func):
        return False
    is_plain_call = len(node.args) <= MOST_ARGUMENTS and not any(isinstance(part, ast.Starred) for part in node.args)
    if not is_plain_call or not KEYWORDS[callee.path].issuperset(keyword.arg or "**" for keyword in node.keywords):
        return False
    path = union([target.named.get("f", NOTHING), *target.arguments[FILE_AT[callee.path] :][:1]])
    is_safe = callee.path == "torch.save" or any(map(_is_weights_only, node.keywords))
    return is_safe and bool(path) and all(_is_inside(atom, resolver) for atom in path)


def _is_weights_only(keyword: ast.keyword) -> bool:
    return keyword.arg == "weights_only" and isinstance(keyword.value, ast.Constant) and keyword.value.value is True


def _is_inside(atom: Atom, resolver: "Resolver") -> bool:
    if isinstance(atom, Below):
        return not atom.rest or (atom.rest[0] == "/" and is_plain(atom.rest[1:]))
    if not isinstance(atom, Symbol) or not is_path(atom):
        return False
    return atom.path == FOLDER or resolver.catalogue.forbidden(atom.path) is not None
