"""Statements as operations: branches, loops and assignments that mean the same give the same tokens."""

import ast
from collections import Counter
from collections.abc import Sequence
from typing import Final

from prism_similarity.names import Names
from prism_similarity.operations import Operations
from prism_similarity.stream import Token, Tokens, texts
from prism_similarity.vocabulary import NARRATION

ENDINGS: Final = (ast.Return, ast.Raise, ast.Continue, ast.Break)
DEFINITIONS: Final = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


class Statements:
    """Turns blocks of one file into tokens."""

    def __init__(self, names: Names) -> None:
        self._names = names
        self._operations = Operations(names)
        self._read: Counter[str] = Counter()

    def body(self, block: Sequence[ast.stmt]) -> Tokens:
        """The operations of a function's, a class's or a module's own statements; definitions inside are left out."""
        self._read = Counter(
            node.id
            for statement in block
            for node in ast.walk(statement)
            if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Store)
        )
        try:
            return self._block(block)
        except RecursionError:  # a statement nested too deeply, or a thousand early returns: the others still count
            return [token for statement in block for token in self._alone(statement)]

    def _alone(self, statement: ast.stmt) -> Tokens:
        try:
            return self._statement(statement)
        except RecursionError:
            return []

    def decorators(self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> Tokens:
        """The operations of a definition's decorators."""
        return self._operations.each(node.decorator_list)

    def _block(self, block: Sequence[ast.stmt]) -> Tokens:
        tokens: Tokens = []
        run: list[Tokens] = []
        for index, statement in enumerate(block):
            if isinstance(statement, ast.If) and not statement.orelse and _ends(statement.body):
                branches = self._if(statement, block[index + 1 :])
                return [*tokens, *_in_one_order(run), *branches]
            if _is_independent(statement):
                run.append(self._statement(statement))
                continue
            tokens += [*_in_one_order(run), *self._statement(statement)]
            run = []
        return tokens + _in_one_order(run)

    def _statement(self, node: ast.stmt) -> Tokens:  # noqa: C901 - one case a kind of statement, each short
        of = self._operations.of
        match node:
            case ast.Expr(value=value):
                return [] if self._says_nothing(value) else of(value)
            case ast.Assign(targets=targets, value=value):
                return self._assign(targets, value)
            case ast.AnnAssign(target=target, value=value):
                return self._assign([target], value) if value else []
            case ast.AugAssign(target=target, op=operator, value=value):
                whole = ast.copy_location(ast.BinOp(left=target, op=operator, right=value), node)
                return self._assign([target], whole)
            case ast.Return(value=value):
                return of(value)
            case ast.If():
                return self._if(node, node.orelse)
            case ast.For() | ast.AsyncFor():
                body = self._block(node.body)
                return [*of(node.iter), Token("for", node.lineno), *body, *self._block(node.orelse)]
            case ast.While():
                return self._while(node)
            case ast.With() | ast.AsyncWith():
                return [*self._operations.each(item.context_expr for item in node.items), *self._block(node.body)]
            case ast.Try() | ast.TryStar():
                handled = [token for handler in node.handlers for token in self._block(handler.body)]
                return [*self._block(node.body), *handled, *self._block(node.orelse), *self._block(node.finalbody)]
            case ast.Match():
                cases = [token for case in node.cases for token in self._block(case.body)]
                return [*of(node.subject), Token("match", node.lineno), *cases]
            case _:  # definitions have streams of their own; imports, deletions, assertions and the like do nothing
                return []

    def _assign(self, targets: list[ast.expr], value: ast.expr) -> Tokens:
        if all(isinstance(target, ast.Name) and not self._read[target.id] for target in targets):
            return []
        is_plain = isinstance(value, ast.Constant) or bool(self._names.outside(value))
        if is_plain and all(isinstance(target, ast.Name) for target in targets):
            return []  # another name for a constant or an API: where it is used, it counts
        tokens = self._operations.of(value)
        for target in targets:
            tokens += self._store(target)
        return tokens

    def _store(self, target: ast.expr) -> Tokens:
        match target:
            case ast.Attribute():
                return [Token("set", target.lineno)]
            case ast.Subscript():
                return [*self._operations.of(target.slice), Token("put", target.lineno)]
            case ast.Tuple(elts=parts) | ast.List(elts=parts):
                return [token for part in parts for token in self._store(part)]
            case ast.Starred(value=inner):
                return self._store(inner)
            case _:
                return []

    def _if(self, node: ast.If, otherwise: Sequence[ast.stmt]) -> Tokens:
        known = _constant_truth(node.test)
        if known is not None:
            return self._block(node.body if known else otherwise)
        if not otherwise and all(isinstance(each, ast.Raise | ast.Assert | ast.Pass) for each in node.body):
            return []
        tokens, negative = self._operations.condition(node.test)
        sides = [self._block(node.body), self._block(otherwise)]
        if all(isinstance(each, ast.Raise) for each in node.body):
            return sides[1]
        if negative and otherwise:
            sides.reverse()
        return [*tokens, Token("if", node.lineno), *sides[0], *sides[1]]

    def _while(self, node: ast.While) -> Tokens:
        if _constant_truth(node.test) is False:
            return []
        match node:
            case ast.While(
                test=ast.Compare(left=ast.Name(id=counter), ops=[ast.Lt()], comparators=[end]),
                body=[*body, ast.AugAssign(target=ast.Name(id=counted), op=ast.Add(), value=ast.Constant(value=1))],
            ) if counter == counted:
                limit = ast.copy_location(ast.Call(func=ast.Name(id="range"), args=[end], keywords=[]), node)
                head = self._operations.of(limit)
                return [*head, Token("for", node.lineno), *self._block(body)]
            case _:
                test = self._operations.condition(node.test)[0]
                return [*test, Token("while", node.lineno), *self._block(node.body)]

    def _says_nothing(self, value: ast.expr) -> bool:
        match value:
            case ast.Constant() | ast.Name():
                return True
            case ast.Call(func=ast.Attribute(attr=name)) | ast.Call(func=ast.Name(id=name)):
                return name in NARRATION
            case _:
                return False


def _is_independent(statement: ast.stmt) -> bool:
    """Whether it only gives an attribute a value; such statements mostly stand in any order."""
    targets = statement.targets if isinstance(statement, ast.Assign) else []
    return bool(targets) and all(isinstance(target, ast.Attribute) for target in targets)


def _in_one_order(run: list[Tokens]) -> Tokens:
    return [token for tokens in sorted(run, key=texts) for token in tokens]


def _ends(block: Sequence[ast.stmt]) -> bool:
    return bool(block) and isinstance(block[-1], ENDINGS)


def _constant_truth(test: ast.expr) -> bool | None:
    """What a test on constants always gives; ``None`` when it depends on anything."""
    match test:
        case ast.Constant(value=value):
            return bool(value)
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            inner = _constant_truth(operand)
            return None if inner is None else not inner
        case _:
            return None
