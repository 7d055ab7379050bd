"""Rewrites of calls: the same function gets the same arguments by another road."""

import ast
from collections.abc import Mapping

from tests.safety.mutation.carriers import Rewrite
from tests.safety.mutation.program import Program
from tests.safety.mutation.sites import Site, sites
from tests.safety.mutation.spelling import spelled
from tests.safety.mutation.templates import Filling, put_before

# `F` is what is called, `A` its only positional argument, `P` all positional ones as a tuple (`W` if there are
# no keywords), `K` keywords as a dict.
ONE_ARGUMENT: Mapping[str, tuple[str, ...]] = {
    "map": ("next(map(F, (A,)))", "list(map(F, [A]))[0]", "[*map(F, (A,))][0]", "[$a for $a in map(F, [A])][0]"),
}
ANY_ARGUMENTS: Mapping[str, tuple[str, ...]] = {
    "star-arguments": ("F(*P, **K)", "(lambda $a, $b: F(*$a, **$b))(P, K)"),
    "partial": ("FUNCTOOLS.partial(F, *P, **K)()", "FUNCTOOLS.partial(F, *P)(**K)", "FUNCTOOLS.partial(F)(*P, **K)"),
    "called-by-library": ("OPERATOR.call(F, *P, **K)", "F.__call__(*P, **K)"),
}
WITHOUT_KEYWORDS: Mapping[str, tuple[str, ...]] = {
    "starmap": ("next(ITERTOOLS.starmap(F, [W]))", "list(ITERTOOLS.starmap(F, (W,)))[0]"),
}
DECORATED = "@F\n@(lambda $b: A)\ndef $a():\n    pass"


def rewrites() -> dict[str, Rewrite]:
    """All rewrites of this kind by name."""
    tables = {"A": ONE_ARGUMENT, "W": WITHOUT_KEYWORDS, "F": ANY_ARGUMENTS}
    found = {name: _called(templates, part) for part, table in tables.items() for name, templates in table.items()}
    return found | {"decorator-call": _decorated, "methodcaller": _method_called, "getitem": _item_got}


def _called(templates: tuple[str, ...], needed: str) -> Rewrite:
    def rewrite(program: Program) -> bool:
        fitting = [(site, parts) for site in sites(program) if needed in (parts := _parts(site))]
        if not fitting:
            return False
        site, parts = program.chance.choice(fitting)
        template = program.chance.choice([one for one in templates if site.enters_scopes or "lambda" not in one])
        site.put(Filling(program, site.around.path).expression(template, parts))
        return True

    return rewrite


def _parts(site: Site) -> dict[str, ast.expr]:
    """What a template can ask for; ``A`` only where it is the one argument, ``W`` only where there are no keywords."""
    call = site.node
    if not isinstance(call, ast.Call):
        return {}
    keys: list[ast.expr | None] = [None if word.arg is None else ast.Constant(value=word.arg) for word in call.keywords]
    parts: dict[str, ast.expr] = {
        "F": call.func,
        "K": ast.Dict(keys=keys, values=[word.value for word in call.keywords]),
    }
    parts["P"] = ast.Tuple(elts=call.args, ctx=ast.Load())
    if not call.keywords:
        parts["W"] = parts["P"]
        if len(call.args) == 1 and not isinstance(call.args[0], ast.Starred):
            parts["A"] = call.args[0]
    return parts


def _decorated(program: Program) -> bool:
    fitting = [
        (site, parts)
        for site in sites(program)
        if "A" in (parts := _parts(site)) and site.comes_before and site.enters_scopes
    ]
    if not fitting:
        return False
    site, parts = program.chance.choice(fitting)
    filling = Filling(program, site.around.path)
    put_before(site, filling.statements(DECORATED, parts))
    site.put(filling.expression("$a", {}))
    return True


def _method_called(program: Program) -> bool:
    fitting = [
        (site, call, call.func)
        for site in sites(program)
        if isinstance(call := site.node, ast.Call) and isinstance(call.func, ast.Attribute)
    ]
    if not fitting:
        return False
    site, call, method = program.chance.choice(fitting)
    caller = Filling(program, site.around.path).expression(
        "OPERATOR.methodcaller(N)(B)", {"N": spelled(method.attr, program), "B": method.value}
    )
    inner = caller.func if isinstance(caller, ast.Call) else caller
    if isinstance(inner, ast.Call):
        inner.args += call.args
        inner.keywords += call.keywords
    site.put(caller)
    return True


def _item_got(program: Program) -> bool:
    fitting = [
        (site, site.node)
        for site in sites(program)
        if isinstance(site.node, ast.Subscript)
        and not any(isinstance(below, ast.Slice) for below in ast.walk(site.node.slice))
    ]
    if not fitting:
        return False
    site, node = program.chance.choice(fitting)
    template = program.chance.choice(("OPERATOR.getitem(B, I)", "B.__getitem__(I)", "OPERATOR.itemgetter(I)(B)"))
    if isinstance(node.slice, ast.Tuple) and template.startswith("OPERATOR.item"):
        return False
    site.put(Filling(program, site.around.path).expression(template, {"B": node.value, "I": node.slice}))
    return True
