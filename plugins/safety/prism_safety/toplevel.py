"""Reviews what runs while a module is imported: statements, and the calls hidden in definitions."""

import ast
from collections.abc import Iterator

from prism_safety.calls import targets
from prism_safety.imports import is_type_checking
from prism_safety.report import Report
from prism_safety.resolve import Resolver
from prism_safety.rules import TOP_LEVEL_CODE
from prism_safety.scopes import FunctionNode, Table
from prism_safety.values import (
    NOTHING,
    UNKNOWN,
    Atom,
    Class,
    Constant,
    Fragment,
    Function,
    Instance,
    Items,
    Method,
    Number,
    Symbol,
    Unknown,
    Value,
)

DEFINING = (
    *(ast.Import, ast.ImportFrom, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef),
    *(ast.Assign, ast.AnnAssign, ast.Pass, ast.Expr, ast.If, ast.Try, ast.Global),
)
EXPRESSIONS = (ast.expr, ast.keyword, ast.arguments, ast.arg, ast.comprehension, ast.withitem, ast.Slice)
OPERATORS = (ast.UnaryOp, ast.BinOp, ast.Compare, ast.Subscript)
QUIET = (ast.Return, ast.Assign, ast.AnnAssign, ast.AugAssign, ast.If, ast.Pass, ast.Expr, ast.Assert, ast.Raise)
MAX_ENTERED = 4
STARTING_METHODS = frozenset({"__init__", "__post_init__"})
"""Methods that run when an object is made, and may compute."""
RUNNING_METHODS = frozenset({"__new__", "__init_subclass__", "__call__"})


class TopLevelReview:
    """What the files of a project do when they are imported."""

    def __init__(self, resolver: Resolver, report: Report) -> None:
        self.resolver = resolver
        self.catalogue = resolver.catalogue
        self.report = report
        self._entered: list[FunctionNode] = []
        """Functions whose bodies are being looked at, outermost first."""

    def run(self, table: Table) -> None:
        """Review one file."""
        assert isinstance(table.module.node, ast.Module)  # noqa: S101 - the binder gives it
        has_lazy_annotations = _has_lazy_annotations(table.module.node)
        todo: list[ast.stmt] = list(reversed(table.module.node.body))
        while todo:
            statement = todo.pop()
            self.resolver.memo.spend(1)
            if not self._is_defining(statement):
                self._add(statement, _what(statement))
                continue
            for expression in self._expressions(statement, lazy=has_lazy_annotations):
                self._review(expression)
            todo += reversed(self._inside(statement))

    # Statements

    def _is_defining(self, statement: ast.stmt) -> bool:
        """Whether a statement does no more than define; what its expressions do is looked at besides."""
        if isinstance(statement, ast.AugAssign):
            return self._is_own_part(statement.target)
        if isinstance(statement, ast.Assign):
            return all(_binds_names(target) or self._is_own_part(target) for target in statement.targets)
        if isinstance(statement, ast.AnnAssign):
            return isinstance(statement.target, ast.Name)
        return isinstance(statement, DEFINING) or type(statement).__name__ == "TypeAlias"

    def _is_own_part(self, target: ast.expr) -> bool:
        """Whether a target is a name, or a part of a container, class or function that the project itself made."""
        if isinstance(target, ast.Name):
            return True
        held = self.resolver.value(target.value) if isinstance(target, ast.Attribute | ast.Subscript) else NOTHING
        own = [atom for atom in held if isinstance(atom, Items | Class | Function | Constant | Fragment)]
        rest = [atom for atom in held if atom not in own]
        is_kept = all(isinstance(atom, Unknown) for atom in rest) and (not rest or self._is_of_class(target))
        return bool(own) and is_kept

    def _is_of_class(self, target: ast.expr) -> bool:
        """Whether a target is a part of something that a class or object of the project keeps under a name."""
        kept = target.value if isinstance(target, ast.Attribute | ast.Subscript) else None
        owners = self.resolver.value(kept.value) if isinstance(kept, ast.Attribute) else NOTHING
        return bool(owners) and all(
            isinstance(atom, Instance)
            or (isinstance(atom, Class) and getattr(kept, "attr", "") in self.resolver.inner[atom.node].names)
            for atom in owners
        )

    def _inside(self, statement: ast.stmt) -> list[ast.stmt]:
        """The statements inside a statement that run on import too."""
        match statement:
            case ast.ClassDef(body=body):
                return body
            case ast.If(test=test, body=body, orelse=orelse):
                runs = not (_is_main_guard(test) or is_type_checking(test, self.resolver))
                return [*(body if runs else []), *orelse]
            case ast.Try(body=body, handlers=handlers, orelse=orelse, finalbody=final):
                return [*body, *(part for handler in handlers for part in handler.body), *orelse, *final]
        return []

    def _expressions(self, statement: ast.stmt, *, lazy: bool) -> Iterator[ast.AST]:
        """The expressions of a statement that run on import."""
        match statement:
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                yield from statement.args.defaults
                yield from (default for default in statement.args.kw_defaults if default is not None)
                if not lazy:
                    yield from _annotations(statement)
            case ast.ClassDef():
                yield from statement.bases
                yield from (keyword.value for keyword in statement.keywords if keyword.arg != "metaclass")
            case ast.AnnAssign(annotation=annotation, value=value):
                yield from ([] if lazy else [annotation])
                yield from ([value] if value is not None else [])
            case ast.Try(handlers=handlers):
                yield from (handler.type for handler in handlers if handler.type is not None)
            case ast.Expr(value=value) if not isinstance(value, ast.Constant):
                yield value
            case ast.Assign() | ast.AugAssign():
                yield statement.value
            case ast.If(test=test):
                yield test
        self._definition(statement)

    def _definition(self, statement: ast.stmt) -> None:
        if isinstance(statement, ast.ClassDef):
            for keyword in statement.keywords:
                if keyword.arg in {"metaclass", None} and not self._is_metaclass(keyword.value):
                    self._add(keyword.value, "This metaclass runs")
        for decorator in getattr(statement, "decorator_list", []):
            self._decorator(decorator)

    def _is_metaclass(self, node: ast.expr) -> bool:
        value = self.resolver.value(node)
        return all(isinstance(atom, Symbol) and atom.path in self.catalogue.names.metaclasses for atom in value)

    def _decorator(self, node: ast.expr) -> None:
        function = node.func if isinstance(node, ast.Call) else node
        called = self.resolver.value(function) - self._beyond_own(function)
        is_harmless = all(self._is_harmless(atom) for atom in called)
        if isinstance(node, ast.Call):
            made = [atom for atom in self.resolver.value(node) if isinstance(atom, Function)]
            is_harmless = is_harmless and all(map(self._is_harmless, made))
        if not is_harmless and not _is_accessor(function):
            self._add(node, "This decorator runs")
        for part in [*node.args, *node.keywords] if isinstance(node, ast.Call) else []:
            self._review(part)

    # Expressions

    def _review(self, expression: ast.AST) -> None:
        """Report the outermost calls of an expression that are not known to be harmless."""
        todo = [expression]
        while todo:
            node = todo.pop()
            self.resolver.memo.spend(1)
            if isinstance(node, ast.Await | ast.Yield | ast.YieldFrom):
                self._add(node, "This waits or yields")
            elif isinstance(node, ast.Call) and not self._is_harmless_call(node):
                self._add(node, f"`{_spelled(node.func)}(...)` runs")
            elif isinstance(node, OPERATORS) and self._is_own_operator(node):
                self._add(node, "This operator of the project's own class runs")
            elif isinstance(node, ast.Lambda):
                todo += [*node.args.defaults, *(default for default in node.args.kw_defaults if default is not None)]
            else:
                todo += [child for child in ast.iter_child_nodes(node) if isinstance(child, EXPRESSIONS)]

    def _is_own_operator(self, node: ast.AST) -> bool:
        parts = [child for child in ast.iter_child_nodes(node) if isinstance(child, ast.expr)]
        return any(isinstance(atom, Instance) for part in parts for atom in self.resolver.value(part))

    def _is_harmless_call(self, node: ast.Call) -> bool:
        callees = {target.callee for target in targets(self.resolver, node)} - self._beyond_own(node.func)
        return bool(callees) and all(self._is_harmless(atom) for atom in callees) and not self._hands_over_code(node)

    def _beyond_own(self, function: ast.expr) -> Value:
        """What a method of an object of the project can be left out to be, as its class defines it."""
        owners = self.resolver.value(function.value) if isinstance(function, ast.Attribute) else NOTHING
        is_defined = all(
            isinstance(atom, Instance) and getattr(function, "attr", "") in self.resolver.inner[atom.node].names
            for atom in owners
        )
        return UNKNOWN if owners and is_defined else NOTHING

    def _hands_over_code(self, node: ast.Call) -> bool:
        """Whether a harmless function gets one of the project's own to call, which it may do at once."""
        given = [*node.args, *(keyword.value for keyword in node.keywords if keyword.arg == "key")]
        handed = any(isinstance(atom, Function) for part in given for atom in self.resolver.value(part))
        keys = [keyword.value for keyword in node.keywords if keyword.arg == "key"]
        named = [atom for part in keys for atom in self.resolver.value(part)]
        if any(isinstance(atom, Symbol) and not self.catalogue.is_harmless_call(atom.path) for atom in named):
            return True
        return handed and not all(
            isinstance(atom, Symbol) and atom.path in self.catalogue.names.keeping_calls
            for atom in self.resolver.value(node.func)
        )

    def _is_harmless(self, atom: Atom) -> bool:
        match atom:
            case Symbol(path=path):
                return self.catalogue.is_harmless_call(path) or _is_exception(path)
            case Class(node=node):
                return self._is_record(node)
            case Function(node=node):
                return self._is_factory(node) or self._is_quiet(node)
            case Method(receiver=receiver, name=name):
                is_plain = all(isinstance(held, Constant | Items | Fragment) for held in receiver)
                return is_plain and name in self.catalogue.names.harmless_methods
        return False

    def _is_factory(self, node: ast.AST) -> bool:
        """Whether a function does no more than define functions and return one: closures and decorators."""
        if not isinstance(node, ast.FunctionDef):
            return False
        *before, last = node.body
        made = [part for part in before if isinstance(part, ast.FunctionDef)]
        plain = all(part in made or _is_text(part) for part in before)
        returns = last.value if isinstance(last, ast.Return) else None
        is_made = isinstance(returns, ast.Lambda) or (
            isinstance(returns, ast.Name) and any(part.name == returns.id for part in made)
        )
        return plain and is_made and all(self._is_quiet_definition(part) for part in [*made, returns])

    def _is_quiet(self, node: FunctionNode) -> bool:
        """Whether a function of the project only computes: it calls what is harmless and changes its own."""
        if not isinstance(node, ast.FunctionDef) or len(self._entered) >= MAX_ENTERED or node in self._entered:
            return False
        self._entered.append(node)
        quiet = all(self._is_quiet_part(part) for part in node.body)
        self._entered.pop()
        return quiet

    def _is_quiet_part(self, part: ast.AST) -> bool:
        self.resolver.memo.spend(1)
        if isinstance(part, ast.FunctionDef | ast.Lambda):
            return self._is_quiet_definition(part)
        if isinstance(part, ast.ClassDef):
            return not part.keywords and all(map(self._is_plain_member, part.body))
        if isinstance(part, ast.stmt) and not isinstance(part, QUIET):
            return False
        if isinstance(part, ast.Call) and not self._is_harmless_call(part) and not self._is_plain_method(part):
            return False
        if isinstance(part, ast.Subscript | ast.Attribute) and not isinstance(part.ctx, ast.Load):
            return self._is_own_part(part) or self._is_part_of_self(part)
        return all(self._is_quiet_part(child) for child in ast.iter_child_nodes(part))

    def _is_plain_method(self, node: ast.Call) -> bool:
        """Whether a call inside a function is of a method that data have, on a plain value or something unknown."""
        if not isinstance(node.func, ast.Attribute) or node.func.attr not in self.catalogue.names.harmless_methods:
            return False
        held = self.resolver.value(node.func.value)
        is_data = all(isinstance(atom, Unknown | Items | Constant | Fragment | Number | Function) for atom in held)
        return is_data and not self.resolver.stored(node.func.attr) and not self._hands_over_code(node)

    def _is_part_of_self(self, part: ast.Attribute | ast.Subscript) -> bool:
        """Whether this is an attribute of an object that is being made, which sets it without running anything."""
        owners = self.resolver.value(part.value) if isinstance(part, ast.Attribute) else NOTHING
        return bool(owners) and all(
            isinstance(atom, Instance) and self._is_set_plainly(atom.node, getattr(part, "attr", "")) for atom in owners
        )

    def _is_set_plainly(self, owner: ast.ClassDef, name: str) -> bool:
        bound = self.resolver.inner[owner].names
        bindings = bound[name].bindings if name in bound else []
        has_setter = any(isinstance(binding.node, ast.FunctionDef) for binding in bindings)
        return not has_setter and "__setattr__" not in bound

    def _is_plain_member(self, part: ast.stmt) -> bool:
        return _is_text(part) or (isinstance(part, ast.FunctionDef) and self._is_quiet_definition(part))

    def _is_quiet_definition(self, node: ast.AST | None) -> bool:
        """Whether making a function calls nothing but harmless decorators."""
        if not isinstance(node, ast.FunctionDef | ast.Lambda):
            return True
        outside = [*getattr(node, "decorator_list", []), *node.args.defaults, *filter(None, node.args.kw_defaults)]
        parts = [inner for part in outside for inner in ast.walk(part)]
        called = [part for part in parts if isinstance(part, ast.Call)]
        plain = [part for part in getattr(node, "decorator_list", []) if not isinstance(part, ast.Call)]
        return all(map(self._is_harmless_call, called)) and all(
            self._is_harmless(atom) for part in plain for atom in self.resolver.value(part)
        )

    def _is_record(self, node: ast.ClassDef) -> bool:
        """Whether making an object of a class runs no code of the project: a plain dataclass, tuple or enumeration."""
        scope = self.resolver.inner[node]
        starting = [scope.names[name] for name in STARTING_METHODS & scope.names.keys()]
        started = [binding.node for variable in starting for binding in variable.bindings]
        if not RUNNING_METHODS.isdisjoint(scope.names) or node.keywords:
            return False
        if not all(isinstance(part, ast.FunctionDef) and self._is_quiet(part) for part in started):
            return False
        bases = [atom for base in node.bases for atom in self.resolver.value(base)]
        return all(
            (isinstance(atom, Symbol) and atom.path in self.catalogue.names.record_bases)
            or (
                isinstance(atom, Class) and atom.node is not node and not atom.node.bases and self._is_record(atom.node)
            )
            for atom in bases
        )

    def _add(self, node: ast.AST, what: str) -> None:
        """Report, unless the same place is a worse finding already."""
        is_statement = isinstance(node, ast.stmt) and not isinstance(
            node, ast.Assign | ast.AnnAssign | ast.AugAssign | ast.Delete
        )
        if is_statement or not self.report.is_reported_at(node):
            self.report.add(TOP_LEVEL_CODE, node, f"{what} while the module is imported.")


def _is_exception(path: str) -> bool:
    return path.startswith("builtins.") and path.endswith(("Error", "Exception", "Warning"))


def _is_text(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)


def _binds_names(target: ast.expr) -> bool:
    if isinstance(target, ast.Tuple | ast.List):
        return all(_binds_names(element) for element in target.elts)
    return isinstance(target, ast.Name) or (isinstance(target, ast.Starred) and _binds_names(target.value))


def _has_lazy_annotations(tree: ast.Module) -> bool:
    return any(
        isinstance(node, ast.ImportFrom)
        and node.module == "__future__"
        and any(name.name == "annotations" for name in node.names)
        for node in tree.body
    )


def _annotations(node: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[ast.expr]:
    arguments = node.args
    for parameter in [
        *arguments.posonlyargs,
        *arguments.args,
        *arguments.kwonlyargs,
        arguments.vararg,
        arguments.kwarg,
    ]:
        if parameter is not None and parameter.annotation is not None:
            yield parameter.annotation
    if node.returns is not None:
        yield node.returns


def _is_main_guard(test: ast.expr) -> bool:
    return (
        isinstance(test, ast.Compare)
        and isinstance(test.left, ast.Name)
        and test.left.id == "__name__"
        and len(test.ops) == 1
        and isinstance(test.ops[0], ast.Eq)
        and isinstance(test.comparators[0], ast.Constant)
        and test.comparators[0].value == "__main__"
    )


def _is_accessor(function: ast.expr) -> bool:
    """Whether a decorator is ``@name.setter`` and the like."""
    return (
        isinstance(function, ast.Attribute)
        and function.attr in {"setter", "getter", "deleter"}
        and isinstance(function.value, ast.Name)
    )


def _what(statement: ast.stmt) -> str:
    words = {ast.AugAssign: "This augmented assignment", ast.Assign: "This assignment to a part of an object"}
    return f"{words.get(type(statement), f'This `{type(statement).__name__.lower()}` statement')} runs"


def _spelled(function: ast.expr) -> str:
    names: list[str] = []
    node: ast.AST = function
    while isinstance(node, ast.Attribute) and len(names) < 8:  # noqa: PLR2004 - enough to recognise it
        names.append(node.attr)
        node = node.value
    names.append(node.id if isinstance(node, ast.Name) else "...")
    return ".".join(reversed(names))
