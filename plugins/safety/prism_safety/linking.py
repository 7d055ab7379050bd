"""Carries arguments to parameters: what a call of one of the project's own functions hands over."""

import ast

from prism_safety.catalogue import is_dunder
from prism_safety.modules import OwnModules
from prism_safety.scopes import Binding, FunctionNode, How, Scope, Step, Take, Variable, lookup

MAX_LINKS = 200_000
DefinitionNode = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
CALLABLES = frozenset({ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef, ast.alias})
EACH = (Step(Take.EACH),)


def link(modules: OwnModules) -> bool:
    """Bind every argument to the parameters it may reach; whether that stayed within bounds.

    Calls are followed by name: a plain name to the functions and classes bound to it in the same file, an imported one
    to the file it comes from, and ``x.name(...)`` to every method of that name in the project. A function that is
    itself an argument may be called with the other arguments or with what is in them, as by ``map`` and ``partial``;
    a decorator is called with what it decorates.
    """
    methods = _methods(modules)
    own = _own_callables(modules, methods)
    links = 0
    for table in modules.tables.values():
        for call in table.calls:
            if (call.args or call.keywords) and _may_enter(call, own):
                links += _fill_record(modules, call)
                for function, skipped in _called(modules, methods, call.func):
                    links += _hand_over(modules, call, function, skipped)
                links += _pass_on(modules, call)
                if links > MAX_LINKS:
                    return False
        for definition in table.definitions:
            links += _decorate(modules, methods, definition)
    return links <= MAX_LINKS


def _own_callables(modules: OwnModules, methods: dict[str, list[FunctionNode]]) -> frozenset[str]:
    """The names by which functions and classes of the project are called anywhere."""
    found = {name for name, functions in methods.items() if functions}
    for table in modules.tables.values():
        for name, bindings in table.bound.items():
            if not CALLABLES.isdisjoint([type(binding.node) for binding in bindings]):
                found.add(name)
    return frozenset(found)


def _may_enter(call: ast.Call, own: frozenset[str]) -> bool:
    """Whether a call, or what is called with its arguments, may be a function of the project."""
    if _is_own(call.func, own):
        return True
    given = [*call.args, *[keyword.value for keyword in call.keywords]]
    return bool([each for each in given if isinstance(each, ast.Name | ast.Lambda) and _is_own(each, own)])


def _is_own(node: ast.expr, own: frozenset[str]) -> bool:
    if isinstance(node, ast.Name):
        return node.id in own
    return node.attr in own if isinstance(node, ast.Attribute) else isinstance(node, ast.Lambda)


def _fill_record(modules: OwnModules, call: ast.Call) -> int:
    """Store the arguments of a class without a constructor under its annotated names, as a dataclass does."""
    if not isinstance(call.func, ast.Name) or not call.args:
        return 0
    variables, _ = lookup(modules.trees.scope_of[call.func], call.func.id, (call.lineno, call.col_offset))
    made = [binding.node for variable in variables for binding in variable.bindings]
    links = 0
    for node in made:
        if isinstance(node, ast.ClassDef) and "__init__" not in modules.inner[node].names:
            names = [
                part.target.id
                for part in node.body
                if isinstance(part, ast.AnnAssign) and isinstance(part.target, ast.Name)
            ]
            for name, value in zip(names, call.args, strict=False):
                modules.fields.setdefault(name, Variable(name)).bindings.append(Binding(How.VALUE, value))
                links += 1
    return links


def _methods(modules: OwnModules) -> dict[str, list[FunctionNode]]:
    found: dict[str, list[FunctionNode]] = {}
    for name, variable in modules.fields.items():
        if not is_dunder(name):
            found[name] = [binding.node for binding in variable.bindings if isinstance(binding.node, FunctionNode)]
    return found


def _called(
    modules: OwnModules, methods: dict[str, list[FunctionNode]], callee: ast.expr
) -> list[tuple[FunctionNode, int]]:
    """The functions a call may enter, each with how many parameters come before the first argument."""
    if isinstance(callee, ast.Attribute):
        return [*((node, _bound(node)) for node in methods.get(callee.attr, [])), *_of_module(modules, callee)]
    return _named(modules, callee)


def _of_module(modules: OwnModules, callee: ast.Attribute) -> list[tuple[FunctionNode, int]]:
    """The functions that an attribute of an own module is."""
    module = modules.module_of(callee.value)
    scope = modules.scope(module) if module is not None else None
    variable = scope.names.get(callee.attr) if scope is not None else None
    return [entry for found in variable.bindings for entry in _entered(modules, found)] if variable else []


def _named(modules: OwnModules, callee: ast.expr) -> list[tuple[FunctionNode, int]]:
    """The functions that a lambda or a plain name is."""
    if isinstance(callee, ast.Lambda):
        return [(callee, 0)]
    if not isinstance(callee, ast.Name):
        return []
    variables, _ = lookup(modules.trees.scope_of[callee], callee.id, (callee.lineno, callee.col_offset))
    bindings = [binding for variable in variables for binding in variable.bindings]
    return [entry for binding in bindings for entry in _entered(modules, binding)]


def _pass_on(modules: OwnModules, call: ast.Call) -> int:
    """Bind the parameters of functions among the arguments to the other arguments, whole and by element."""
    given = [*call.args, *(keyword.value for keyword in call.keywords)]
    links = 0
    for argument in given:
        others = [other for other in given if other is not argument]
        for function, skipped in _named(modules, argument) if others else []:
            for parameter in _parameters(function)[skipped:]:
                bindings = [Binding(How.VALUE, other, steps) for other in others for steps in ((), EACH)]
                modules.inner[function].names[parameter.arg].bindings += bindings
                links += len(bindings)
    return links


def _parameters(function: FunctionNode) -> list[ast.arg]:
    return [*function.args.posonlyargs, *function.args.args]


def _decorate(modules: OwnModules, methods: dict[str, list[FunctionNode]], definition: DefinitionNode) -> int:
    """Bind the first parameter of decorators, and of the functions that a called decorator gives, to a definition."""
    links = 0
    for decorator in definition.decorator_list:
        entered = _called(modules, methods, decorator.func if isinstance(decorator, ast.Call) else decorator)
        if isinstance(decorator, ast.Call):
            entered = [(given, 0) for made, _ in entered for given in _given(modules, made)]
        for function, skipped in entered:
            for parameter in _parameters(function)[skipped : skipped + 1]:
                modules.inner[function].names[parameter.arg].bindings.append(Binding(How.DEFINITION, definition))
                links += 1
    return links


def _given(modules: OwnModules, function: FunctionNode) -> list[FunctionNode]:
    """The functions that a function of the same file returns, lambdas and those defined inside it."""
    result = modules.trees.results.get(function)
    found: list[FunctionNode] = []
    for binding in result.bindings if result is not None else ():
        if isinstance(binding.node, ast.Lambda):
            found.append(binding.node)
        elif isinstance(binding.node, ast.Name):
            scope, node = modules.trees.scope_of[binding.node], binding.node
            variables, _ = lookup(scope, node.id, (node.lineno, node.col_offset))
            inner = [one.node for variable in variables for one in variable.bindings]
            found += [one for one in inner if isinstance(one, FunctionNode)]
    return found


def _bound(node: FunctionNode) -> int:
    decorators = [getattr(part, "id", "") for part in getattr(node, "decorator_list", [])]
    return 0 if "staticmethod" in decorators or isinstance(node, ast.Lambda) else 1


def _entered(modules: OwnModules, binding: Binding) -> list[tuple[FunctionNode, int]]:
    """The functions that a bound name is, imported through however many files and under whatever names."""
    found: list[tuple[FunctionNode, int]] = []
    todo, seen = [binding], {id(binding)}
    while todo:
        one = todo.pop()
        if isinstance(one.node, FunctionNode):
            found.append((one.node, 0))
        elif isinstance(one.node, ast.ClassDef):
            found += [(node, 1) for node in _constructors(modules, one.node)]
        else:
            new = [other for other in _imported(modules, one) if id(other) not in seen]
            seen.update(map(id, new))
            todo += new
    return found


def _constructors(modules: OwnModules, node: ast.ClassDef) -> list[FunctionNode]:
    scope = _inner(modules, node)
    made = scope.names.get("__init__") if scope is not None else None
    return [found.node for found in made.bindings if isinstance(found.node, FunctionNode)] if made else []


def _imported(modules: OwnModules, binding: Binding) -> list[Binding]:
    """What is bound to an imported name in the file that it comes from."""
    alias, statement = binding.node, binding.statement
    if not isinstance(alias, ast.alias) or not isinstance(statement, ast.ImportFrom):
        return []
    module = modules.source_module(statement, modules.file_of(modules.trees.scope_of[alias]))
    origin = modules.scope(module) if module is not None else None
    variable = origin.names.get(alias.name) if origin is not None else None
    return variable.bindings if variable is not None else []


def _inner(modules: OwnModules, node: ast.AST) -> Scope | None:
    return modules.inner.get(node)


def _hand_over(modules: OwnModules, call: ast.Call, function: FunctionNode, skipped: int) -> int:
    scope = _inner(modules, function)
    if scope is None:
        return 0
    arguments = function.args
    positional = [*arguments.posonlyargs, *arguments.args][skipped:]
    before = {parameter.arg for parameter in [*arguments.posonlyargs, *arguments.args][:skipped]}
    named = {parameter.arg for parameter in [*arguments.args, *arguments.kwonlyargs]} - before
    links = 0
    for index, value in enumerate(call.args):
        if isinstance(value, ast.Starred):
            links += _spread(scope, call.args[index:], positional[index:], arguments.vararg)
            break
        if index < len(positional):
            scope.names[positional[index].arg].bindings.append(Binding(How.VALUE, value))
        elif arguments.vararg is not None:
            scope.names[arguments.vararg.arg].bindings.append(Binding(How.ELEMENT, value))
        links += 1
    for keyword in call.keywords:
        if keyword.arg is None:
            links += _spread_keywords(scope, keyword.value, named, arguments.kwarg)
        elif keyword.arg in named:
            scope.names[keyword.arg].bindings.append(Binding(How.VALUE, keyword.value))
        elif arguments.kwarg is not None:
            scope.names[arguments.kwarg.arg].bindings.append(Binding(How.ELEMENT, keyword.value))
        links += 1
    return links


def _spread(scope: Scope, given: list[ast.expr], positional: list[ast.arg], rest: ast.arg | None) -> int:
    """Bind arguments from a starred one on, which may land anywhere, to all the parameters that are left."""
    for value in given:
        steps = EACH if isinstance(value, ast.Starred) else ()
        for parameter in positional:
            scope.names[parameter.arg].bindings.append(Binding(How.VALUE, value, steps))
        if rest is not None:
            scope.names[rest.arg].bindings.append(Binding(How.ELEMENT, value))
    return len(given) * (len(positional) + 1)


def _spread_keywords(scope: Scope, given: ast.expr, named: set[str], rest: ast.arg | None) -> int:
    """Bind what is in a dictionary of arguments to every parameter that a keyword may name."""
    for name in sorted(named):
        scope.names[name].bindings.append(Binding(How.VALUE, given, EACH))
    if rest is not None:
        scope.names[rest.arg].bindings.append(Binding(How.ELEMENT, given))
    return len(named) + 1
