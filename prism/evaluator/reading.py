"""The code of one project as what it computes, by parsing it and never importing it.

Runs in a confined process of its own: what parses an attacker's text can be brought down by it. Names, layout, comments
and the order of definitions leave no trace; what remains are calls into libraries, operators, branches and constants.
"""

import ast
import hashlib
from array import array
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from prism.evaluator.frames import Message, StreamEndedError, receive, send
from prism.evaluator.process import ANSWERS, REQUESTS

GRAM = 4
SHORTEST = 3
"""Operations of a definition that is too short for a whole gram and still has one."""
MAX_GRAMS = 400_000
MAX_UNITS = 20_000
_MAX_REQUEST_BYTES = 2**30  # the supervisor is trusted

# A fixed vocabulary: if what the project binds decided, a copy could hide operations by binding their names.
_METHODS_OF_TENSORS = """
abs add all any apply argmax argsort baddbmm bmm cat ceil chunk clamp clone contiguous cos cross cumprod cumsum
detach diagonal div dropout einsum exp expand expand_as flatten flip float floor forward gather gelu index_select
int item log log_softmax logsumexp long masked_fill masked_select matmul max mean min mm mul multinomial narrow norm
normal_ ones_like permute pow prod reciprocal relu repeat repeat_interleave reshape roll round rsqrt scatter
scatter_add sigmoid sign silu sin softmax sort split sqrt square squeeze stack std sub sum t tanh tensor_split topk
transpose tril triu type_as unbind unfold uniform_ unsqueeze var view view_as where zero_ zeros_like parameters
named_parameters register_buffer register_parameter backward step zero_grad append extend items keys values get
"""
_METHODS = frozenset(_METHODS_OF_TENSORS.split())
_SILENT = (
    ast.Name, ast.expr_context, ast.Assign, ast.Expr, ast.Return, ast.Tuple, ast.Starred, ast.keyword, ast.Pass,
    ast.Import, ast.ImportFrom, ast.alias, ast.AnnAssign, ast.BinOp, ast.UnaryOp, ast.Compare, ast.BoolOp,
)  # fmt: skip
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_BEARERS = (ast.stmt, ast.ExceptHandler, ast.match_case)
"""What stands by itself below a compound statement."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """A function, or what a class or file has besides its functions: its lines, and the hashes of its operations."""

    path: str
    lines: tuple[int, int]
    grams: tuple[int, ...]


def main() -> None:
    """Answer the supervisor's requests to read a project until it ends this process."""
    while True:
        try:
            message = receive(REQUESTS, _MAX_REQUEST_BYTES)
        except StreamEndedError:
            return
        send(ANSWERS, answer(message))


def request(files: Mapping[str, bytes]) -> Message:
    """What asks to have a project's Python files read."""
    code = {path: data for path, data in files.items() if path.endswith(".py")}
    sizes = [[path, len(data)] for path, data in code.items()]
    return Message(header={"kind": "read", "files": sizes}, body=b"".join(code.values()))


def answer(message: Message, *, most: int = MAX_GRAMS) -> Message:
    """Every definition of a project by file and lines, and the grams of all of them one after the other.

    A file that cannot be parsed, or with which there would be more than ``most`` grams, is left out and named.
    """
    files: list[list[Any]] = message.header["files"]  # type: ignore[assignment] # made by request()
    own = frozenset(path.split("/", maxsplit=1)[0].removesuffix(".py") for path, _ in files)
    units: list[list[int]] = []
    unread: list[int] = []
    grams = array("Q")
    start = 0
    for number, (_, size) in enumerate(files):
        found = _readable_units(message.body[start : start + size], own)
        start += size
        count = sum(len(unit.grams) for unit in found or ())
        if found is None or len(units) + len(found) > MAX_UNITS or len(grams) + count > most:
            unread.append(number)
            continue
        for unit in found:
            units.append([number, *unit.lines, len(unit.grams)])
            grams.extend(unit.grams)
    return Message(header={"kind": "read", "units": units, "unread": unread}, body=grams.tobytes())


def _readable_units(source: bytes, own: frozenset[str]) -> list[Unit] | None:
    """The definitions of one file that compute something; ``None`` if it cannot be parsed."""
    try:
        return [unit for unit in units_of(source, own) if unit.grams]
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def units_of(source: bytes, own: frozenset[str]) -> Iterator[Unit]:
    """The definitions of one file.

    Args:
        source: the file's bytes.
        own: first parts of the names of the project's own modules.

    Raises:
        SyntaxError, ValueError, RecursionError, MemoryError: it cannot be parsed.
    """
    tree = ast.parse(source)
    outside = _outside(tree, own)
    yield from _units(tree.body, outside)


def _units(body: Sequence[ast.stmt], outside: Mapping[str, str]) -> Iterator[Unit]:
    rest: list[ast.stmt | ast.expr] = []
    for statement in body:
        if isinstance(statement, ast.ClassDef):
            yield from _units(statement.body, outside)
            rest += statement.bases
        elif isinstance(statement, _FUNCTIONS):
            yield _unit([statement], outside)
        else:
            rest.append(statement)
    if rest:
        yield _unit(rest, outside)


def _unit(nodes: Sequence[ast.stmt | ast.expr], outside: Mapping[str, str]) -> Unit:
    lines = (min(node.lineno for node in nodes), max(node.end_lineno or node.lineno for node in nodes))
    grams = (gram for node in nodes for part in _parts(node) for gram in _grams([*_tokens(part, outside)]))
    return Unit(path="", lines=lines, grams=tuple(dict.fromkeys(grams)))


def _parts(node: ast.AST) -> Iterator[ast.AST]:
    """The statements below a node, each without those below it: in which order they stand does not matter."""
    below = [child for child in ast.iter_child_nodes(node) if isinstance(child, _BEARERS)]
    for child in below:
        yield from _parts(child)
    if not isinstance(node, (*_FUNCTIONS, ast.ClassDef)):
        yield node


def _grams(tokens: Sequence[str]) -> Iterator[int]:
    if len(tokens) < SHORTEST:
        return
    for start in range(max(1, len(tokens) - GRAM + 1)):
        text = "\n".join(tokens[start : start + GRAM])
        yield int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "little")


def _outside(tree: ast.Module, own: frozenset[str]) -> dict[str, str]:
    """What each name that is imported from a library stands for."""
    names: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                names[alias.asname or alias.name.partition(".")[0]] = (
                    alias.name if alias.asname else alias.name.partition(".")[0]
                )
        elif isinstance(node, ast.ImportFrom) and not node.level and node.module:
            names |= {alias.asname or alias.name: f"{node.module}.{alias.name}" for alias in node.names}
    return {name: full for name, full in names.items() if full.partition(".")[0] not in own}


def _tokens(node: ast.AST, outside: Mapping[str, str]) -> Iterator[str]:
    """The operations of a piece of code in the order in which its tree holds them."""
    dotted = _dotted(node, outside)
    if dotted:
        yield dotted
        return
    if isinstance(node, ast.Constant):
        yield "number" if isinstance(node.value, int | float | complex) else type(node.value).__name__
        return
    for child in _children(node):
        yield from _tokens(child, outside)
    if isinstance(node, ast.Call) and _dotted(node.func, outside):
        yield from sorted(keyword.arg for keyword in node.keywords if keyword.arg)  # names that a library has given
    if isinstance(node, ast.Attribute):
        if node.attr in _METHODS:
            yield node.attr
    elif not isinstance(node, _SILENT):
        yield type(node).__name__


def _children(node: ast.AST) -> Iterator[ast.AST]:
    """What one statement evaluates: no annotations, no documentation, and nothing of the statements below it."""
    if isinstance(node, ast.AnnAssign):
        yield from () if node.value is None else (node.value,)
    elif not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)):
        yield from (child for child in ast.iter_child_nodes(node) if not isinstance(child, _BEARERS))


def _dotted(node: ast.AST, outside: Mapping[str, str]) -> str:
    """The full name of something in a library; empty for everything else."""
    if isinstance(node, ast.Name):
        return outside.get(node.id, "")
    if isinstance(node, ast.Attribute):
        base = _dotted(node.value, outside)
        return f"{base}.{node.attr}" if base else ""
    return ""
