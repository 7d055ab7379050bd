"""Rewrites of methods: a class gets the same function under the same name in another way."""

import ast
from collections.abc import Mapping

from tests.safety.mutation.carriers import Rewrite
from tests.safety.mutation.program import Program, in_focus, put_in_focus
from tests.safety.mutation.sites import statement_places
from tests.safety.mutation.templates import Filling

# `S` is the method under a fresh name `$f`; `M` is its real name.
WAYS: Mapping[str, tuple[str, ...]] = {
    "method-by-assignment": (
        "S\nM = $f",
        "S\nM = $g = $f",
        "S\nM, $g = ($f, None)",
        "S\nM = [$f][0]",
        "S\nfor M in ($f,):\n    pass",
    ),
    "method-of-base": ("class $g:\n    S\nM = $g.$f", "class $g:\n    class $h:\n        S\nM = $g.$h.$f"),
}


def rewrites() -> dict[str, Rewrite]:
    """All rewrites of this kind by name."""
    return {name: _given(templates) for name, templates in WAYS.items()}


def _given(templates: tuple[str, ...]) -> Rewrite:
    def rewrite(program: Program) -> bool:
        fitting = [
            (statement, around)
            for statement, around in statement_places(program)
            if isinstance(statement, ast.FunctionDef) and around.in_class_body and in_focus(statement)
            and not statement.decorator_list and not _needs_its_class(statement)
        ]  # fmt: skip
        if not fitting:
            return False
        method, around = program.chance.choice(fitting)
        filling, name = Filling(program, around.path), method.name
        method.name = filling.name("f")
        parts = {"S": method, "M": ast.Name(id=name, ctx=ast.Store())}
        statements = filling.statements(program.chance.choice(templates), parts)
        index = around.block.index(method)
        around.block[index : index + 1] = statements
        put_in_focus(around.block[index])
        return True

    return rewrite


def _needs_its_class(method: ast.FunctionDef) -> bool:
    """Whether the body uses ``super``, ``__class__`` or names that are mangled with the class's name."""
    names = {name for node in ast.walk(method) for name in (getattr(node, "id", ""), getattr(node, "attr", ""))}
    return bool(names & {"super", "__class__"}) or any(
        name.startswith("__") and not name.endswith("__") for name in names
    )
