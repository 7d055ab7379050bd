"""Rewrites of texts and of names that are spelled as texts: the same characters, put together at run time."""

import ast
import random
from collections.abc import Callable, Mapping

from tests.safety.mutation.carriers import Rewrite
from tests.safety.mutation.program import Program
from tests.safety.mutation.sites import Site, sites
from tests.safety.mutation.templates import Filling

LONGEST = 60
SIGN = "~"
Spelling = Callable[[str, random.Random], str]


def _cut(text: str, chance: random.Random) -> tuple[str, str]:
    at = chance.randrange(1, len(text))
    return text[:at], text[at:]


def _pieces(text: str, chance: random.Random) -> list[str]:
    left, right = _cut(text, chance)
    return [*_cut(left, chance), right] if len(left) > 1 else [left, right]


def _swapped(text: str) -> str:
    return text.swapcase() if text.isascii() else text


def _concatenated(text: str, chance: random.Random) -> str:
    return " + ".join(repr(piece) for piece in _pieces(text, chance))


def _joined(text: str, chance: random.Random) -> str:
    return f"''.join({_pieces(text, chance)!r})"


def _character_codes(text: str, chance: random.Random) -> str:
    codes = [ord(character) for character in text]
    return chance.choice(
        (
            f"''.join(map(chr, {codes}))",
            f"''.join(chr(c) for c in {codes})",
            " + ".join(f"chr({code})" for code in codes),
        )
    )


def _formatted(text: str, chance: random.Random) -> str:
    left, right = _cut(text, chance)
    return chance.choice((f"'{{}}{{}}'.format({left!r}, {right!r})", f"'{{1}}{{0}}'.format({right!r}, {left!r})"))


def _f_string(text: str, chance: random.Random) -> str:
    left, right = (piece.replace("'", "").replace("\\", "") for piece in _cut(text, chance))
    return f"f\"{{'{left}'}}{{'{right}'}}\"" if left + right == text else repr(text)


def _percent(text: str, chance: random.Random) -> str:
    left, right = _cut(text, chance)
    return chance.choice((f"'%s%s' % ({left!r}, {right!r})", f"'%(l)s%(r)s' % {{'r': {right!r}, 'l': {left!r}}}"))


def _from_bytes(text: str, chance: random.Random) -> str:
    data = text.encode()
    return chance.choice((f"{data!r}.decode()", f"bytes({list(data)}).decode('utf-8')", f"str({data!r}, 'utf-8')"))


def _repaired(text: str, chance: random.Random) -> str:
    left, right = _cut(text, chance)
    return f"{left + SIGN + right!r}.replace({SIGN!r}, '')" if SIGN not in text else repr(text)


def _cut_out(text: str, chance: random.Random) -> str:
    return chance.choice(
        (f"{'xx' + text + 'y'!r}[2:-1]", f"{'-'.join(text)!r}[::2]", f"{('x' + text)!r}.removeprefix('x')")
    )


def _split_off(text: str, chance: random.Random) -> str:
    sign = next((sign for sign in ",;|~" if sign not in text), None)
    return repr(text) if sign is None else f"{'x' + sign + text!r}.split({sign!r})[{chance.choice((1, -1))}]"


SPELLINGS: Mapping[str, Spelling] = {
    "concatenation": _concatenated,
    "join": _joined,
    "reversed-slice": lambda text, _: f"{text[::-1]!r}[::-1]",
    "character-codes": _character_codes,
    "format": _formatted,
    "f-string": _f_string,
    "percent": _percent,
    "bytes-decode": _from_bytes,
    "replace": _repaired,
    "cut-out": _cut_out,
    "split": _split_off,
    "letter-case": lambda text, _: (
        f"{_swapped(text)!r}.swapcase()" if _swapped(text).swapcase() == text else repr(text)
    ),
}
# `B` is the object, `N` the attribute's name as a spelled text.
BY_NAME: Mapping[str, tuple[str, ...]] = {
    "getattr": ("getattr(B, N)", "getattr(B, N, None)", "getattr(*(B, N))", "(lambda $a: getattr(B, $a))(N)"),
    "attrgetter": ("OPERATOR.attrgetter(N)(B)", "list(map(OPERATOR.attrgetter(N), [B]))[0]"),
}


def rewrites() -> dict[str, Rewrite]:
    """All rewrites of this kind by name."""
    texts = {f"text-{name}": _respell(spelling) for name, spelling in SPELLINGS.items()}
    return texts | {name: _by_name(templates) for name, templates in BY_NAME.items()}


def spelled(text: str, program: Program) -> ast.expr:
    """An expression that gives a text, often not as one constant."""
    if len(text) < 2 or program.chance.random() < 1 / 4:
        return ast.Constant(value=text)
    return _spell(text, program.chance.choice(list(SPELLINGS.values())), program.chance)


def _spell(text: str, spelling: Spelling, chance: random.Random) -> ast.expr:
    return ast.parse(spelling(text, chance), mode="eval").body


def _respell(spelling: Spelling) -> Rewrite:
    def rewrite(program: Program) -> bool:
        fitting = [(site, text) for site in sites(program) if (text := _text(site)) is not None]
        if not fitting:
            return False
        site, text = program.chance.choice(fitting)
        expression = _spell(text, spelling, program.chance)
        site.put(Filling(program, site.around.path).expression("E", {"E": expression}))
        return not isinstance(expression, ast.Constant)

    return rewrite


def _text(site: Site) -> str | None:
    value = site.node.value if isinstance(site.node, ast.Constant) else None
    return value if isinstance(value, str) and 1 < len(value) <= LONGEST and value.isprintable() else None


def _by_name(templates: tuple[str, ...]) -> Rewrite:
    def rewrite(program: Program) -> bool:
        fitting = [(site, site.node) for site in sites(program) if isinstance(site.node, ast.Attribute)]
        if not fitting:
            return False
        site, node = program.chance.choice(fitting)
        template = program.chance.choice([one for one in templates if site.enters_scopes or "lambda" not in one])
        parts = {"B": node.value, "N": spelled(node.attr, program)}
        site.put(Filling(program, site.around.path).expression(template, parts))
        return True

    return rewrite
