"""Ways to dress a copy: each rewrites a tree in place and keeps what it computes, unless it says otherwise.

They are written from what Python programs can look like, not from what the plugin takes back.
"""

import ast
import random
from collections.abc import Callable, Sequence
from typing import Final

from tests.benchmarks.similarity.rendering import like
from tests.benchmarks.similarity.scopes import (
    Function,
    blocks,
    functions,
    has_jump,
    imported,
    is_docstring,
    loads,
    own_names,
    parameters,
    stores,
)

Disguise = Callable[[ast.Module, random.Random], ast.Module]
WORDS: Final = (
    "amber basin cedar delta ember fjord grove haven inlet jetty knoll ledge marsh north ocean plain quarry ridge shore "
    "tundra upland valley willow yonder zephyr alder birch copse dune eddy fern glade heath isle juniper kelp lagoon"
).split()


def plain(tree: ast.Module, rng: random.Random) -> ast.Module:  # noqa: ARG001 - every disguise takes the same
    """Written anew: no comments, one style of quotes, one statement a line."""
    return tree


def bare(tree: ast.Module, rng: random.Random) -> ast.Module:  # noqa: ARG001 - every disguise takes the same
    """Without docstrings, annotations and assertions."""
    for block in blocks(tree):
        kept = [each for each in block if not is_docstring(each) and not isinstance(each, ast.Assert)]
        block[:] = [_unannotated(each) for each in kept] or [like(ast.Pass(), block[0])]
    for function in functions(tree):
        function.returns = None
        for each in parameters(function):
            each.annotation = None
    return tree


def _unannotated(statement: ast.stmt) -> ast.stmt:
    if isinstance(statement, ast.AnnAssign) and statement.value is not None and isinstance(statement.target, ast.Name):
        return like(ast.Assign(targets=[statement.target], value=statement.value), statement)
    return statement


def renamed(tree: ast.Module, rng: random.Random) -> ast.Module:
    """Every name that the file binds itself becomes another."""
    names = sorted(own_names(tree))
    pool = [f"{one}_{other}" for one in WORDS for other in WORDS]
    rng.shuffle(pool)
    outside = imported(tree)
    _Rename(dict(zip(names, pool, strict=False)), outside).visit(tree)
    return tree


class _Rename(ast.NodeTransformer):
    def __init__(self, names: dict[str, str], outside: set[str]) -> None:
        self.names = names
        self.outside = outside

    def visit_Name(self, node: ast.Name) -> ast.AST:
        node.id = self.names.get(node.id, node.id)
        return node

    def visit_arg(self, node: ast.arg) -> ast.AST:
        node.arg = self.names.get(node.arg, node.arg)
        return self.generic_visit(node)

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        root = node.value
        while isinstance(root, ast.Attribute):
            root = root.value
        if not (isinstance(root, ast.Name) and root.id in self.outside):
            node.attr = self.names.get(node.attr, node.attr)
        return self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> ast.AST:
        root = node.func
        while isinstance(root, ast.Attribute):
            root = root.value
        if not (isinstance(root, ast.Name) and root.id in self.outside):
            for keyword in node.keywords:
                keyword.arg = self.names.get(keyword.arg or "", keyword.arg or "") or None
        return self.generic_visit(node)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        node.name = self.names.get(node.name, node.name)
        return self.generic_visit(node)

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        node.name = self.names.get(node.name, node.name)
        return self.generic_visit(node)


def shuffled_definitions(tree: ast.Module, rng: random.Random) -> ast.Module:
    """Methods of a class, and functions and classes of a file, in another order."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef):
            _shuffle(node.body, rng)
    _shuffle(tree.body, rng)
    return tree


def _shuffle(block: list[ast.stmt], rng: random.Random) -> None:
    """Shuffle the undecorated definitions of a block among their places; what reads a name at once stays behind it."""
    movable = [index for index, each in enumerate(block) if _is_movable(each)]
    moved = [block[index] for index in movable]
    rng.shuffle(moved)
    order = block.copy()
    for index, each in zip(movable, moved, strict=True):
        order[index] = each
    if _is_sound(order, {getattr(each, "name", "") for each in moved}):
        block[:] = order


def _is_movable(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.FunctionDef | ast.ClassDef) and not statement.decorator_list


def _is_sound(order: Sequence[ast.stmt], moved: set[str]) -> bool:
    seen: set[str] = set()
    for statement in order:
        at_once: list[ast.AST] = [statement]
        if isinstance(statement, ast.FunctionDef):
            at_once = [*statement.args.defaults, *[each for each in statement.args.kw_defaults if each]]
        elif isinstance(statement, ast.ClassDef):
            at_once = [*statement.bases, *[each for each in statement.body if not isinstance(each, ast.FunctionDef)]]
        if (loads(at_once) & moved) - seen:
            return False
        seen.add(getattr(statement, "name", ""))
    return True


def shuffled_attributes(tree: ast.Module, rng: random.Random) -> ast.Module:
    """Attributes that do not need one another are set in another order; random starts change with it."""
    for block in blocks(tree):
        start = 0
        while start < len(block):
            end = start
            written: set[str] = set()
            while end < len(block) and _sets_attribute(block[end]) and not _reads(block[end], written):
                written |= _written(block[end])
                end += 1
            part = block[start:end]
            rng.shuffle(part)
            block[start:end] = part
            start = max(end, start + 1)
    return tree


def _sets_attribute(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Attribute)


def _written(statement: ast.stmt) -> set[str]:
    return {
        node.attr for node in ast.walk(statement) if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store)
    }


def _reads(statement: ast.stmt, written: set[str]) -> bool:
    read = {node.attr for node in ast.walk(statement) if isinstance(node, ast.Attribute)}
    return bool(read & written)


def padded(tree: ast.Module, rng: random.Random) -> ast.Module:
    """Statements that do nothing between the others: unused values, empty branches, messages."""
    for block in blocks(tree):
        inside: list[ast.stmt] = []
        for statement in block:
            is_first = is_docstring(statement) or isinstance(statement, ast.ImportFrom)
            inside += [statement] if is_first or rng.random() > 0.4 else [*_idle(rng), statement]  # noqa: PLR2004
        block[:] = inside
    return tree


def _idle(rng: random.Random) -> list[ast.stmt]:
    name = f"{rng.choice(WORDS)}_{rng.randrange(1000)}"
    return ast.parse(
        rng.choice(
            (
                f"{name} = {rng.randrange(100)}",
                f"{name} = [{rng.randrange(9)} for _ in range({rng.randrange(9)})]",
                f"if False:\n    {name} = None",
                "pass",
                f"{name} = '{name}'.upper()",
                f"{name} = lambda value: value + {rng.randrange(9)}",
                f"assert {rng.randrange(1, 9)} > 0",
                f"if {rng.randrange(9)} < 0:\n    raise ValueError('{name}')",
            )
        )
    ).body


def looped(tree: ast.Module, rng: random.Random) -> ast.Module:
    """Comprehensions become loops that append, and counting loops become ``while``."""
    for function in [*functions(tree)]:
        for block in blocks(function):
            out: list[ast.stmt] = []
            for statement in block:
                out += _as_loop(statement, rng) or _as_while(statement) or [statement]
            block[:] = out
    return tree


def _as_loop(statement: ast.stmt, rng: random.Random) -> list[ast.stmt] | None:
    found = [node for node in ast.walk(statement) if isinstance(node, ast.ListComp)]
    simple = isinstance(statement, ast.Assign | ast.Return | ast.Expr)
    lambdas = any(
        isinstance(node, ast.Lambda | ast.GeneratorExp | ast.DictComp | ast.SetComp) for node in ast.walk(statement)
    )
    if not simple or len(found) != 1 or len(found[0].generators) != 1 or lambdas:
        return None
    comprehension, generator = found[0], found[0].generators[0]
    name = f"{rng.choice(WORDS)}_{rng.randrange(1000)}"
    append = ast.Expr(
        ast.Call(ast.Attribute(ast.Name(name, ast.Load()), "append", ast.Load()), [comprehension.elt], [])
    )
    inner: ast.stmt = like(append, statement)
    for test in generator.ifs:
        inner = like(ast.If(test=test, body=[inner], orelse=[]), statement)
    loop = like(ast.For(target=generator.target, iter=generator.iter, body=[inner], orelse=[]), statement)
    first = like(ast.Assign(targets=[ast.Name(name, ast.Store())], value=ast.List([], ast.Load())), statement)
    return [first, loop, _Swap(comprehension, ast.Name(name, ast.Load())).visit(statement)]


def _as_while(statement: ast.stmt) -> list[ast.stmt] | None:
    match statement:
        case ast.For(target=ast.Name(id=name), iter=ast.Call(func=ast.Name(id="range"), args=[end]), orelse=[]) if (
            not any(isinstance(node, ast.Continue | ast.Lambda) for node in ast.walk(statement))
            and name not in stores(statement.body)
        ):
            is_steady = isinstance(end, ast.Constant) or not loads([end]) & stores(statement.body)
            if not is_steady:
                return None
            first = like(ast.Assign([ast.Name(name, ast.Store())], ast.Constant(0)), statement)
            step = like(ast.AugAssign(ast.Name(name, ast.Store()), ast.Add(), ast.Constant(1)), statement)
            test = ast.Compare(ast.Name(name, ast.Load()), [ast.Lt()], [end])
            return [first, like(ast.While(test, [*statement.body, step], []), statement)]
        case _:
            return None


class _Swap(ast.NodeTransformer):
    def __init__(self, old: ast.AST, new: ast.expr) -> None:
        self.old, self.new = old, new

    def visit(self, node: ast.AST) -> ast.AST:
        return self.new if node is self.old else self.generic_visit(node)


def branched(tree: ast.Module, rng: random.Random) -> ast.Module:
    """Branches the other way round, conditional values as branches, early returns as ``else``."""
    for block in blocks(tree):
        out: list[ast.stmt] = []
        for index, statement in enumerate(block):
            if _ends_early(statement) and block[index + 1 :] and rng.random() < 0.7:  # noqa: PLR2004
                statement.orelse = block[index + 1 :]
                out.append(_inverted(statement))
                break
            out += _as_branch(statement) or [_inverted(statement) if rng.random() < 0.7 else statement]  # noqa: PLR2004
        block[:] = out
    return tree


def _ends_early(statement: ast.stmt) -> bool:
    return (
        isinstance(statement, ast.If)
        and not statement.orelse
        and isinstance(statement.body[-1], ast.Return | ast.Raise)
    )


def _inverted(statement: ast.stmt) -> ast.stmt:
    if isinstance(statement, ast.If) and statement.orelse:
        statement.test = _negated(statement.test)
        statement.body, statement.orelse = statement.orelse, statement.body
    return statement


def _negated(test: ast.expr) -> ast.expr:
    opposite = {
        ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In,
    }  # fmt: skip
    match test:
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return operand
        case ast.Compare(ops=[operator]) if type(operator) in opposite:
            return ast.Compare(test.left, [opposite[type(operator)]()], test.comparators)
        case _:
            return ast.UnaryOp(ast.Not(), test)


def _as_branch(statement: ast.stmt) -> list[ast.stmt] | None:
    match statement:
        case ast.Assign(
            targets=[ast.Name() | ast.Attribute() as target], value=ast.IfExp(test=test, body=body, orelse=other)
        ):
            sides = [like(ast.Assign([target], value), statement) for value in (body, other)]
        case ast.Return(value=ast.IfExp(test=test, body=body, orelse=other)):
            sides = [like(ast.Return(value), statement) for value in (body, other)]
        case _:
            return None
    return [like(ast.If(test, [sides[0]], [sides[1]]), statement)]


def reckoned(tree: ast.Module, rng: random.Random) -> ast.Module:
    """Operands swapped, comparisons turned round, numbers spelt otherwise, in-place operators written out."""
    return ast.fix_missing_locations(_Reckon(rng).visit(tree))


class _Reckon(ast.NodeTransformer):
    def __init__(self, rng: random.Random) -> None:
        self.rng = rng

    def visit_BinOp(self, node: ast.BinOp) -> ast.AST:
        self.generic_visit(node)
        texts = any(
            isinstance(each, ast.List | ast.Tuple | ast.JoinedStr | ast.Constant) for each in (node.left, node.right)
        )
        if isinstance(node.op, ast.Add | ast.Mult) and not texts:
            node.left, node.right = node.right, node.left
        return node

    def visit_Compare(self, node: ast.Compare) -> ast.AST:
        self.generic_visit(node)
        swap = {
            ast.Lt: ast.Gt,
            ast.Gt: ast.Lt,
            ast.LtE: ast.GtE,
            ast.GtE: ast.LtE,
            ast.Eq: ast.Eq,
            ast.NotEq: ast.NotEq,
        }
        if len(node.ops) == 1 and type(node.ops[0]) in swap:
            return ast.Compare(node.comparators[0], [swap[type(node.ops[0])]()], [node.left])
        return node

    def visit_AugAssign(self, node: ast.AugAssign) -> ast.AST:
        self.generic_visit(node)
        if isinstance(node.target, ast.Name):
            value = ast.BinOp(ast.Name(node.target.id, ast.Load()), node.op, node.value)
            return like(ast.Assign([node.target], value), node)
        return node

    def visit_Constant(self, node: ast.Constant) -> ast.AST:
        if (
            isinstance(node.value, int)
            and not isinstance(node.value, bool)
            and node.value > 3
            and self.rng.random() < 0.6
        ):  # noqa: PLR2004
            part = self.rng.randrange(1, node.value)
            return ast.BinOp(ast.Constant(node.value - part), ast.Add(), ast.Constant(part))
        return node

    def visit_JoinedStr(self, node: ast.JoinedStr) -> ast.AST:
        return node

    def visit_MatchValue(self, node: ast.MatchValue) -> ast.AST:
        return node


def stepped(tree: ast.Module, rng: random.Random) -> ast.Module:
    """Values get names of their own before they are used."""
    for function in functions(tree):
        for block in blocks(function):
            out: list[ast.stmt] = []
            for statement in block:
                out += [*_named_parts(statement, rng), statement]
            block[:] = out
    return tree


def _named_parts(statement: ast.stmt, rng: random.Random) -> list[ast.stmt]:
    if not isinstance(statement, ast.Assign | ast.Return | ast.AugAssign):
        return []
    value = statement.value
    parts: list[ast.stmt] = []
    while (
        isinstance(value, ast.Call) and isinstance(value.func, ast.Attribute) and isinstance(value.func.value, ast.Call)
    ):
        value = value.func.value
    slot: ast.expr | None = None
    if isinstance(statement.value, ast.Call) and statement.value.args and isinstance(statement.value.args[0], ast.Call):
        slot = statement.value.args[0]
    elif value is not statement.value:
        slot = value
    elif isinstance(statement.value, ast.BinOp) and isinstance(statement.value.left, ast.Call | ast.BinOp):
        slot = statement.value.left
    if slot is None:
        return []
    name = f"{rng.choice(WORDS)}_{rng.randrange(1000)}"
    parts.append(like(ast.Assign([ast.Name(name, ast.Store())], slot), statement))
    statement.value = _Swap(slot, ast.Name(name, ast.Load())).visit(statement.value)
    return parts


def folded(tree: ast.Module, rng: random.Random) -> ast.Module:  # noqa: ARG001 - every disguise takes the same
    """Names that are used once, in the very next statement, give way to their values."""
    for function in functions(tree):
        for block in blocks(function):
            _fold(block, function)
    return tree


def _fold(block: list[ast.stmt], function: Function) -> None:
    index = 0
    while index + 1 < len(block):
        now, then = block[index], block[index + 1]
        match now:
            case ast.Assign(targets=[ast.Name(id=name)], value=value) if isinstance(
                then, ast.Assign | ast.Return | ast.Expr
            ):
                uses = [node for node in ast.walk(function) if isinstance(node, ast.Name) and node.id == name]
                here = [node for node in ast.walk(then) if isinstance(node, ast.Name) and node.id == name]
                closed = any(isinstance(node, ast.Lambda | ast.ListComp | ast.GeneratorExp) for node in ast.walk(then))
                first = _first_evaluated(then)
                if len(uses) == 2 and len(here) == 1 and here[0] is first and not closed:  # noqa: PLR2004
                    block[index + 1] = _Swap(here[0], value).visit(then)
                    del block[index]
                    continue
        index += 1


def _first_evaluated(statement: ast.stmt) -> ast.AST | None:
    """The name that a statement reads before it does anything else."""
    node: ast.AST | None = getattr(statement, "value", None)
    while node is not None and not isinstance(node, ast.Name):
        match node:
            case ast.Call(func=ast.Attribute(value=value)) if not isinstance(value, ast.Name) or value.id not in {
                "self",
                "F",
                "torch",
                "nn",
            }:
                node = value
            case ast.Call(args=[first, *_]):
                node = first
            case ast.BinOp(left=left):
                node = left
            case ast.Attribute(value=value) | ast.Subscript(value=value):
                node = value
            case _:
                return None
    return node


def outlined(tree: ast.Module, rng: random.Random) -> ast.Module:
    """Runs of statements move into functions of their own."""
    made: list[ast.stmt] = []
    for function in [*functions(tree)]:
        if sum(1 for _ in ast.walk(function)) > 60 and function.name != "__init__":  # noqa: PLR2004
            made += _outline(function, rng)
    tree.body += made
    return tree


def _outline(function: Function, rng: random.Random) -> list[ast.stmt]:
    body = function.body
    size = min(4, len(body) - 2)
    if size < 2:  # noqa: PLR2004
        return []
    start = rng.randrange(0, len(body) - size)
    part = body[start : start + size]
    before = stores(body[:start]) | {each.arg for each in parameters(function)}
    inputs = sorted(loads(part) & before)
    outputs = sorted(stores(part) & loads(body[start + size :]))
    unsure = (stores(part) & loads(part)) - set(inputs) - _surely_bound(part)
    if has_jump(part) or not outputs or unsure or set(outputs) - _surely_bound(part) - before:
        return []
    inputs = sorted(set(inputs) | (set(outputs) & before))
    name = f"{rng.choice(WORDS)}_{rng.choice(WORDS)}_{rng.randrange(10000)}"
    result: ast.expr = ast.Tuple([ast.Name(each, ast.Load()) for each in outputs], ast.Load())
    target: ast.expr = ast.Tuple([ast.Name(each, ast.Store()) for each in outputs], ast.Store())
    call = ast.Call(ast.Name(name, ast.Load()), [ast.Name(each, ast.Load()) for each in inputs], [])
    body[start : start + size] = [ast.Assign([target], call)]
    arguments = ast.arguments(
        posonlyargs=[], args=[ast.arg(each) for each in inputs], kwonlyargs=[], kw_defaults=[], defaults=[]
    )
    return [ast.FunctionDef(name, arguments, [*part, ast.Return(result)], [])]


def _surely_bound(part: Sequence[ast.stmt]) -> set[str]:
    return stores([each for each in part if isinstance(each, ast.Assign | ast.AnnAssign)])


def spoken(tree: ast.Module, rng: random.Random) -> ast.Module:
    """Methods of tensors as functions, operators as calls, keywords in another order."""
    outside = imported(tree)
    if "torch" not in outside:
        return tree
    return ast.fix_missing_locations(_Speak(rng, outside).visit(tree))


class _Speak(ast.NodeTransformer):
    METHODS: Final = frozenset(
        "transpose reshape permute unsqueeze squeeze flatten softmax matmul chunk sum mean".split()
    )

    def __init__(self, rng: random.Random, outside: set[str]) -> None:
        self.rng = rng
        self.outside = outside

    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        self.rng.shuffle(node.keywords)
        node.keywords.sort(key=lambda keyword: keyword.arg is None)
        match node.func:
            case ast.Attribute(value=ast.Name(id=root)) if root in self.outside or root in {"self", "cls", "super"}:
                return node
            case ast.Attribute(value=value, attr=name) if name in self.METHODS and len(node.args) < 3:  # noqa: PLR2004
                if name in {"reshape", "permute"}:
                    return node
                return ast.Call(
                    ast.Attribute(ast.Name("torch", ast.Load()), name, ast.Load()), [value, *node.args], node.keywords
                )
            case _:
                return node

    def visit_BinOp(self, node: ast.BinOp) -> ast.AST:
        self.generic_visit(node)
        if isinstance(node.op, ast.MatMult):
            return ast.Call(
                ast.Attribute(ast.Name("torch", ast.Load()), "matmul", ast.Load()), [node.left, node.right], []
            )
        return node


def hoisted(tree: ast.Module, rng: random.Random) -> ast.Module:
    """Library classes and functions get names of the file's own, and some are reached through ``getattr``."""
    outside = imported(tree)
    hoist = _Hoist(rng, outside)
    for statement in tree.body:
        if isinstance(statement, ast.FunctionDef | ast.ClassDef):
            hoist.visit(statement)
    first = next(
        (index for index, each in enumerate(tree.body) if isinstance(each, ast.FunctionDef | ast.ClassDef)),
        len(tree.body),
    )
    tree.body[first:first] = [ast.Assign([ast.Name(name, ast.Store())], value) for name, value in hoist.made.values()]
    return tree


class _Hoist(ast.NodeTransformer):
    def __init__(self, rng: random.Random, outside: set[str]) -> None:
        self.rng = rng
        self.outside = outside
        self.made: dict[str, tuple[str, ast.expr]] = {}

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        node.body = [self.visit(each) for each in node.body]
        return node

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        node.body = [self.visit(each) if isinstance(each, ast.FunctionDef) else each for each in node.body]
        return node

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        match node:
            case ast.Attribute(value=ast.Name(id="nn" | "F" as root), attr=name) if root in self.outside:
                if self.rng.random() < 0.3:  # noqa: PLR2004
                    return ast.Call(ast.Name("getattr", ast.Load()), [node.value, ast.Constant(name)], [])
                made = self.made.setdefault(f"{root}.{name}", (f"{self.rng.choice(WORDS)}_{len(self.made)}", node))
                return ast.Name(made[0], ast.Load())
            case _:
                return self.generic_visit(node)


def inherited(tree: ast.Module, rng: random.Random) -> ast.Module:
    """Each larger class is parted in two, of which one inherits from the other."""
    out: list[ast.stmt] = []
    for node in tree.body:
        methods = [
            each for each in getattr(node, "body", []) if isinstance(each, ast.FunctionDef) and not each.decorator_list
        ]
        moved = [each for each in methods if not each.name.startswith("__") and "super" not in loads([each])]
        if isinstance(node, ast.ClassDef) and len(moved) > 1 and not node.keywords:
            rng.shuffle(moved)
            moved = moved[: len(moved) // 2]
            base = ast.ClassDef(f"{node.name}_{rng.choice(WORDS)}", [], [], [], [])
            base.body = list(moved)
            node.body = [each for each in node.body if each not in moved]
            node.bases = [*node.bases, ast.Name(base.name, ast.Load())]
            out.append(base)
        out.append(node)
    tree.body = out
    return tree


def detached(tree: ast.Module, rng: random.Random) -> ast.Module:  # noqa: ARG001 - every disguise takes the same
    """Methods become functions of the file that their classes take in."""
    out: list[ast.stmt] = []
    for node in tree.body:
        if isinstance(node, ast.ClassDef):
            for index, each in enumerate(node.body):
                is_plain = (
                    isinstance(each, ast.FunctionDef) and not each.decorator_list and not each.name.startswith("__")
                )
                if is_plain and not {"super", "__class__"} & loads([each]):
                    name = f"{node.name.strip('_')}_{each.name}"
                    node.body[index] = ast.Assign([ast.Name(each.name, ast.Store())], ast.Name(name, ast.Load()))
                    each.name = name
                    out.append(each)
        out.append(node)
    tree.body = out
    return tree


def retuned(tree: ast.Module, rng: random.Random) -> ast.Module:
    """Numbers are others; this one changes what is computed."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and type(node.value) in {int, float} and node.value not in {0, 1, 2, -1}:
            node.value = node.value * rng.choice((2, 3, 4))
    return tree


def chain(*disguises: Disguise) -> Disguise:
    """One disguise over another."""

    def all_of_them(tree: ast.Module, rng: random.Random) -> ast.Module:
        for disguise in disguises:
            tree = ast.fix_missing_locations(disguise(tree, rng))
        return tree

    return all_of_them


paraphrased = chain(bare, looped, branched, reckoned, stepped, spoken)
everything = chain(
    bare,
    looped,
    branched,
    reckoned,
    stepped,
    spoken,
    outlined,
    hoisted,
    padded,
    shuffled_attributes,
    shuffled_definitions,
    renamed,
)
