"""Rewrites that wrap a statement: the same code inside a loop, a ``with``, a ``try``, a branch or a function."""

import ast
from collections.abc import Iterator, Mapping

from tests.safety.mutation.carriers import Rewrite
from tests.safety.mutation.program import Program, in_focus
from tests.safety.mutation.sites import Around, bindings, reads_frame, statement_places
from tests.safety.mutation.templates import Filling

WRAPPERS: Mapping[str, tuple[str, ...]] = {
    "loop-wrapper": ("for $a in range(1):\n    S", "while True:\n    S\n    break", "for $a in '$a'[:1]:\n    S"),
    "with-wrapper": ("with CONTEXTLIB.nullcontext():\n    S", "with CONTEXTLIB.suppress(ZeroDivisionError):\n    S"),
    "try-wrapper": (
        "try:\n    S\nfinally:\n    pass", "try:\n    pass\nfinally:\n    S",
        "try:\n    S\nexcept RecursionError:\n    raise", "try:\n    [][0]\nexcept IndexError:\n    S",
    ),
    "branch-wrapper": ("if True:\n    S", "if '$a':\n    S\nelse:\n    pass", "match 0:\n    case _:\n        S"),
}  # fmt: skip
FUNCTIONS = (
    "def $a():\n    S\n$a()",
    "def $a():\n    S\nlist(map(lambda $b: $b(), [$a]))",
    "class $a:\n    def $b($s):\n        S\n$a().$b()",
    "def $a($b=0):\n    S\nfor $c in range(1):\n    $a($c)",
)
RETURNING = (
    "def $a():\n    S\nreturn $a()",
    "class $a:\n    def __call__($s):\n        S\nreturn $a()()",
    "def $a($b):\n    S\nreturn FUNCTOOLS.partial($a, 0)()",
)
# They leave the place where they stand, or say something about the function they stand in.
BOUND_TO_PLACE = (ast.Break, ast.Continue, ast.Global, ast.Nonlocal, ast.Yield, ast.YieldFrom, ast.Await)
DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


def rewrites() -> dict[str, Rewrite]:
    """All rewrites of this kind by name."""
    found = {name: _wrapped(templates) for name, templates in WRAPPERS.items()}
    return found | {"function-wrapper": _in_function}


def _places(program: Program) -> Iterator[tuple[ast.stmt, Around]]:
    for statement, around in statement_places(program):
        if around.in_function and not around.in_class_body and in_focus(statement):
            yield statement, around


def _wrapped(templates: tuple[str, ...]) -> Rewrite:
    def rewrite(program: Program) -> bool:
        fitting = [(one, around) for one, around in _places(program) if not _contains(one, BOUND_TO_PLACE)]
        if not fitting:
            return False
        statement, around = program.chance.choice(fitting)
        _replace(program, statement, around, program.chance.choice(templates))
        return True

    return rewrite


def _in_function(program: Program) -> bool:
    """Move a statement that binds nothing into a function, and call that."""
    fitting = [(one, around) for one, around in _places(program) if _means_the_same_in_function(one)]
    if not fitting:
        return False
    statement, around = program.chance.choice(fitting)
    templates = RETURNING if isinstance(statement, ast.Return) else FUNCTIONS
    _replace(program, statement, around, program.chance.choice(templates))
    return True


def _means_the_same_in_function(statement: ast.stmt) -> bool:
    if _contains(statement, (*BOUND_TO_PLACE, *DEFINITIONS)) or reads_frame(statement):
        return False
    inner_return = not isinstance(statement, ast.Return) and _contains(statement, (ast.Return,))
    return not (inner_return or any(True for _ in bindings(statement)) or _mangles_or_needs_class(statement))


def _mangles_or_needs_class(statement: ast.stmt) -> bool:
    names = {name for node in ast.walk(statement) for name in (getattr(node, "id", ""), getattr(node, "attr", ""))}
    return "super" in names or any(name.startswith("__") and not name.endswith("__") for name in names)


def _contains(statement: ast.stmt, kinds: tuple[type[ast.AST], ...]) -> bool:
    return any(isinstance(node, kinds) for node in ast.walk(statement))


def _replace(program: Program, statement: ast.stmt, around: Around, template: str) -> None:
    index = around.block.index(statement)
    around.block[index : index + 1] = Filling(program, around.path).statements(template, {"S": statement})
