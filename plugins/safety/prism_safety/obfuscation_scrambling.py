"""Expressions that make text out of something else: character arithmetic, and bytes from hexadecimal digits."""

import ast
from collections.abc import Iterable, Iterator


def scrambled_texts(nodes: Iterable[ast.AST]) -> Iterator[tuple[ast.AST, str]]:
    """Calls that turn one text into another character by character, each with what it does."""
    for node in nodes:
        if type(node) is ast.Call and isinstance(node, ast.Call):
            says = _scrambling(node)
            if says:
                yield node, says


def _scrambling(call: ast.Call) -> str:
    match call:
        case ast.Call(func=ast.Attribute(value=ast.Name(id="bytes" | "bytearray"), attr="fromhex")):
            return "Bytes are made from hexadecimal digits."
        case ast.Call(func=ast.Name(id="chr"), args=[ast.BinOp(op=ast.BitXor())]):
            return "A text is made from numbers by exclusive or."
        case ast.Call(func=ast.Name(id="chr"), args=[ast.BinOp() as sum_]) if _is_of_a_character(sum_):
            return "A text is made from another one by arithmetic on its characters."
        case ast.Call(
            func=ast.Name(id="bytes" | "bytearray"),
            args=[ast.GeneratorExp(elt=ast.BinOp(op=ast.BitXor())) | ast.ListComp(elt=ast.BinOp(op=ast.BitXor()))],
        ):
            return "Bytes are made from others by exclusive or."
    return ""


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
