"""Expressions that make text out of something else: character arithmetic, and bytes from hexadecimal digits."""

import ast
import re
from collections.abc import Iterator

from prism_safety.obfuscation_nodes import Kinds
from prism_safety.obfuscation_text import SourceText

_HEX = re.compile(r"(?:[0-9a-fA-F]{2}\s*){4,}")
BYTES = ("bytes", "bytearray")
_MAKERS = ("chr", *BYTES)


def scrambled_texts(source: SourceText, kinds: Kinds) -> Iterator[tuple[ast.AST, str]]:
    """Calls that turn one text into another character by character, each with what it does."""
    if not any(maker in source.text for maker in _MAKERS):
        return
    for call in kinds.calls:
        says = _scrambling(call, kinds)
        if says:
            yield call, says
    for node in kinds.repeated:
        match _made_by(node):
            case ast.Call(func=ast.Name(id="chr"), args=[ast.BinOp() as sum_]) as call if _is_of_a_character(sum_):
                yield call, "A text is made from another one by arithmetic on its characters."


def _made_by(node: ast.AST) -> ast.expr | None:
    """What a comprehension, a lambda or an augmented assignment makes, each time."""
    match node:
        case ast.ListComp(elt=made) | ast.GeneratorExp(elt=made) | ast.Lambda(body=made) | ast.AugAssign(value=made):
            return made
    return None


def _scrambling(call: ast.Call, kinds: Kinds) -> str:
    """What a call does; decoding what a caller passes in is honest work where the file holds no digits of its own."""
    if isinstance(call.func, ast.Attribute):
        is_decoded = call.func.attr == "fromhex" and getattr(call.func.value, "id", "") in BYTES
        return "Bytes are made from hexadecimal digits that the file holds." if is_decoded and _digits(kinds) else ""
    maker = getattr(call.func, "id", "")
    match call.args if maker in _MAKERS else []:
        case [ast.BinOp(op=ast.BitXor())] if maker == "chr":
            return "A text is made from numbers by exclusive or."
        case [ast.GeneratorExp(elt=part) | ast.ListComp(elt=part)] if maker in BYTES and _is_xor(part):
            return "Bytes are made from others by exclusive or."
    return ""


def _digits(kinds: Kinds) -> bool:
    """Whether a file holds a text of hexadecimal digits."""
    return any(isinstance(node.value, str) and _HEX.fullmatch(node.value) for node in kinds.constants)


def _is_xor(node: ast.expr) -> bool:
    return isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitXor)


def _is_of_a_character(sum_: ast.BinOp) -> bool:
    """Whether ``ord`` of something that varies is a part; ``chr(ord("a") + i)``, which counts letters, is none."""
    ahead: list[ast.expr] = [sum_]
    while ahead:
        match ahead.pop():
            case ast.BinOp(left=left, right=right):
                ahead += [left, right]
            case ast.Call(func=ast.Name(id="ord"), args=[argument]) if not isinstance(argument, ast.Constant):
                return True
    return False
