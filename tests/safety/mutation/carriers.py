"""Rewrites that hand a value on by a detour: containers, bindings, functions, classes, decorators, loops."""

import ast
from collections.abc import Callable, Mapping

from tests.safety.mutation.program import Program
from tests.safety.mutation.sites import Site, sites
from tests.safety.mutation.templates import Filling, put_before

Rewrite = Callable[[Program], bool]
"""Changes a program in place; false when there is nothing in it that the rewrite fits."""

# In place of the expression, which is still evaluated where it was.
INLINE: Mapping[str, tuple[str, ...]] = {
    "list-index": ("[E][0]", "[None, E][1]", "[E, None][-2]", "[0, E, 2][1:2][0]", "([None] + [E])[1]"),
    "tuple-index": ("(E,)[0]", "(None, E)[-1]", "((None, E), None)[0][1]"),
    "dict-lookup": (
        "{'$a': E}['$a']",
        "{'$a': E}.get('$a')",
        "dict($a=E)['$a']",
        "{0: None, 1: E}[1]",
        "{'$a': E}.pop('$a')",
        "list({'$a': E}.values())[0]",
        "({'$b': 1} | {'$a': E})['$a']",
        "[*{'$a': E}.items()][0][1]",
    ),
    "nested-container": ("{'$a': [None, (E,)]}['$a'][1][0]", "[{'$a': E}][0]['$a']", "((lambda: 0, [E]),)[0][1][0]"),
    "conditional": ("E if len('$a') else None", "None if not '$a' else E", "[None, E]['$a' == '$a']"),
    "boolean": ("None or E", "'$a' and E", "(not '$a') or E"),
    "iterator": (
        "next(iter((E,)))",
        "list(zip((E,)))[0][0]",
        "list(reversed([E]))[0]",
        "tuple(enumerate([E]))[0][1]",
        "next(ITERTOOLS.chain((E,)))",
        "next(ITERTOOLS.repeat(E))",
        "COLLECTIONS.deque([E]).pop()",
        "COLLECTIONS.ChainMap({'$a': E})['$a']",
    ),
    "unpacked": (
        "[*(E,)][0]",
        "{**{'$a': E}}['$a']",
        "(lambda *$a: $a[0])(*[E])",
        "(lambda **$a: $a['$b'])(**{'$b': E})",
    ),
    "passed-through": (
        "(lambda $a: $a)(E)",
        "(lambda *$a: $a[0])(E)",
        "(lambda **$a: $a['$b'])($b=E)",
        "TYPING.cast(object, E)",
        "(lambda $a=E: $a)()",
        "CONTEXTLIB.nullcontext(E).enter_result",
        "OPERATOR.itemgetter(0)((E,))",
        "FUNCTOOLS.reduce(lambda $a, $b: $b, (None, E))",
        "FUNCTOOLS.partial(lambda $a: $a, E)()",
        "next(map(lambda $a: $a, (E,)))",
        "(lambda $a: (lambda $b: $b)($a))(E)",
    ),
    "comprehension": (
        "[$a for $a in (E,)][0]",
        "next($a for $a in [E])",
        "{$b: $a for $b, $a in enumerate((E,))}[0]",
        "[$a for $a, $b in [(E, 0)]][0]",
    ),
}
# As above, but the expression moves into a function of its own.
INLINE_IN_SCOPE: Mapping[str, tuple[str, ...]] = {
    "lambda": ("(lambda: E)()", "(lambda: (lambda: E))()()", "(lambda $a: E)(0)", "(lambda: [E])()[0]"),
    "late-comprehension": (
        "[E for $a in (0,)][0]",
        "[$a for $b in (0,) for $a in (E,)][0]",
        "{0: E for $a in '$a'}[0]",
    ),
}
WALRUS: Mapping[str, tuple[str, ...]] = {"walrus": ("($a := E)", "[$a := E, $a][1]", "[($a := E), None][0]")}
# What happens before the statement, and what then stands for the value.
BEFORE: Mapping[str, tuple[tuple[str, str], ...]] = {
    "assignment": (("$a = E", "$a"), ("$a: object = E", "$a"), ("$b = E\n$a = $b", "$a")),
    "chained-assignment": (("$a = $b = E", "$a"), ("$a = $b = E", "$b")),
    "unpacking": (
        ("$a, $b = E, None", "$a"), ("[$a] = [E]", "$a"), ("$b, *$a = (None, E)", "$a[0]"),
        ("($b, ($a,)) = (None, [E])", "$a"), ("*$a, $b = [E, None]", "$a[0]"),
    ),
    "filled-container": (
        ("$a = [None]\n$a += [E]", "$a[1]"), ("$a = {}\n$a['$b'] = E", "$a['$b']"), ("$a = []\n$a.append(E)", "$a[0]"),
        ("$a = {}\n$a.update($b=E)", "$a['$b']"), ("$a = {}\n$a.setdefault('$b', E)", "$a['$b']"),
        ("$a = [None]\n$a[0] = E", "$a[0]"), ("$a = []\n$a.insert(0, E)", "$a[-1]"),
        ("$a = []\n$a.extend((E,))", "$a[0]"), ("$a = {}\n$a |= {'$b': E}", "$a['$b']"),
    ),
    "for-loop": (
        ("for $a in (E,):\n    pass", "$a"), ("for $b, $a in enumerate([E]):\n    pass", "$a"),
        ("for $a in {'$b': E}.values():\n    break", "$a"), ("for $a in [E]:\n    $b = $a", "$b"),
    ),
    "with-block": (
        ("with CONTEXTLIB.nullcontext(E) as $a:\n    pass", "$a"),
        ("with CONTEXTLIB.nullcontext((E, None)) as ($a, $b):\n    pass", "$a"),
    ),
    "try-block": (
        ("try:\n    $a = E\nfinally:\n    pass", "$a"), ("try:\n    $b = [][0]\nexcept IndexError:\n    $a = E", "$a"),
        ("try:\n    pass\nexcept IndexError:\n    pass\nelse:\n    $a = E", "$a"),
        ("try:\n    raise KeyError(E)\nexcept KeyError as $b:\n    $a = $b.args[0]", "$a"),
    ),
    "match-capture": (
        ("match E:\n    case $a:\n        pass", "$a"), ("match (None, E):\n    case (_, $a):\n        pass", "$a"),
        ("match {'$b': E}:\n    case {'$b': $a}:\n        pass", "$a"),
        ("match [E]:\n    case [*$a]:\n        pass", "$a[0]"), ("match E:\n    case _ as $a:\n        pass", "$a"),
    ),
}  # fmt: skip
# As above, but the expression moves into a function or class of its own.
BEFORE_IN_SCOPE: Mapping[str, tuple[tuple[str, str], ...]] = {
    "function": (
        ("def $a():\n    return E", "$a()"), ("def $a():\n    yield E", "next($a())"),
        ("def $a():\n    def $b():\n        return E\n    return $b", "$a()()"),
        ("def $a():\n    return {'$b': E}", "$a()['$b']"), ("$a = lambda: E", "$a()"),
        ("def $b($c):\n    return $c\ndef $a():\n    return $b(E)", "$a()"),
        ("def $a($b):\n    return $b[0] if $b else E", "$a([])"),
    ),
    "default-argument": (
        ("def $a($b=E):\n    return $b", "$a()"), ("def $a(*, $b=E):\n    return $b", "$a()"),
        ("def $a($c, $b=[E]):\n    return $b[$c]", "$a(0)"),
    ),
    "decorator": (
        ("@(lambda $b: E)\ndef $a():\n    pass", "$a"),
        ("def $b($c):\n    return $c()\n\n@$b\ndef $a():\n    return E", "$a"),
        ("def $b($c):\n    return lambda $d: $c\n\n@$b(E)\ndef $a():\n    pass", "$a"),
        ("def $b($c):\n    return lambda: E\n\n@$b\ndef $a():\n    pass", "$a()"),
        ("def $b($c):\n    def $d():\n        return $c()\n    return $d\n\n@$b\ndef $a():\n    return E", "$a()"),
    ),
    "class-attribute": (
        ("class $a:\n    $b = E", "$a.$b"), ("class $c:\n    $b = E\n\nclass $a($c):\n    pass", "$a.$b"),
        ("class $a:\n    @staticmethod\n    def $b():\n        return E", "$a.$b()"),
        ("class $a:\n    @classmethod\n    def $b(cls):\n        return E", "$a.$b()"),
        ("class $a:\n    $b = [E]", "$a.$b[0]"),
    ),
    "instance-attribute": (
        ("class $a:\n    def __init__($s):\n        $s.$b = E", "$a().$b"),
        ("class $a:\n    def __init__($s, $c):\n        $s.$b = $c\n$d = $a(E)", "$d.$b"),
        ("class $a:\n    pass\n$c = $a()\n$c.$b = E", "$c.$b"),
        ("class $a:\n    def $b($s):\n        return E", "$a().$b()"),
        ("class $a:\n    def __call__($s):\n        return E", "$a()()"),
        ("class $a:\n    def __getitem__($s, $b):\n        return E", "$a()[0]"),
        ("class $a:\n    def __init__($s):\n        $s.$b = E\n    def $c($s):\n        return $s.$b", "$a().$c()"),
    ),
    "property": (
        ("class $a:\n    @property\n    def $b($s):\n        return E", "$a().$b"),
        ("class $a:\n    @FUNCTOOLS.cached_property\n    def $b($s):\n        return E", "$a().$b"),
        ("class $a:\n    $b = property(lambda $s: E)", "$a().$b"),
    ),
    "set-by-name": (
        ("class $a:\n    pass\nsetattr($a, '$b', E)", "$a.$b"), ("def $a():\n    pass\n$a.$b = E", "$a.$b"),
        ("class $a:\n    $b = None\n$a.$b = E", "$a.$b"), ("class $a:\n    $b = E", "getattr($a, '$b')"),
    ),
    "cached-function": (
        ("@FUNCTOOLS.lru_cache\ndef $a():\n    return E", "$a()"),
        ("@FUNCTOOLS.cache\ndef $a($b):\n    return E", "$a(0)"),
    ),
}  # fmt: skip
# As above, and only inside a function.
BEFORE_IN_FUNCTION: Mapping[str, tuple[tuple[str, str], ...]] = {
    "global": (("global $a\n$a = E", "$a"), ("def $b():\n    global $a\n    $a = E\n$b()", "$a")),
    "nonlocal": (
        ("$a = None\ndef $b():\n    nonlocal $a\n    $a = E\n$b()", "$a"),
        ("$a = [None]\ndef $b():\n    $a[0] = E\n$b()", "$a[0]"),
    ),
}


def rewrites() -> dict[str, Rewrite]:
    """All rewrites of this kind by name."""
    found: dict[str, Rewrite] = {}
    for name, inline in {**INLINE, **INLINE_IN_SCOPE, **WALRUS}.items():
        found[name] = _inline(inline, is_scope=name in INLINE_IN_SCOPE, is_walrus=name in WALRUS)
    for name, before in {**BEFORE, **BEFORE_IN_SCOPE, **BEFORE_IN_FUNCTION}.items():
        found[name] = _before(before, is_scope=name not in BEFORE, is_in_function=name in BEFORE_IN_FUNCTION)
    return found


def is_worth_carrying(site: Site) -> bool:
    """Whether an expression is anything but a plain number, truth value or None."""
    return not isinstance(site.node, ast.Constant) or isinstance(site.node.value, str)


def _inline(templates: tuple[str, ...], *, is_scope: bool, is_walrus: bool) -> Rewrite:
    def rewrite(program: Program) -> bool:
        fitting = [
            site
            for site in sites(program)
            if is_worth_carrying(site)
            and (site.enters_scopes or not is_scope)
            and (site.around.takes_walrus or not is_walrus)
        ]
        if not fitting:
            return False
        site = program.chance.choice(fitting)
        filling = Filling(program, site.around.path)
        site.put(filling.expression(program.chance.choice(templates), {"E": site.node}))
        return True

    return rewrite


def _before(templates: tuple[tuple[str, str], ...], *, is_scope: bool, is_in_function: bool) -> Rewrite:
    def rewrite(program: Program) -> bool:
        fitting = [
            site
            for site in sites(program)
            if is_worth_carrying(site)
            and site.comes_before
            and (site.enters_scopes or not is_scope)
            and (site.around.in_function or not is_in_function)
        ]
        if not fitting:
            return False
        site = program.chance.choice(fitting)
        filling = Filling(program, site.around.path)
        before, instead = program.chance.choice(templates)
        put_before(site, filling.statements(before, {"E": site.node}))
        site.put(filling.expression(instead, {}))
        return True

    return rewrite
