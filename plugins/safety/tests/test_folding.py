"""Texts that are put together by ``%`` with names and by ``translate`` are known, or known to be unknown."""

import ast

import pytest
from prism_safety import fold
from prism_safety.methods import call_method
from prism_safety.values import UNKNOWN, Constant, Fragment, Value, constant, container

ANY: Value = frozenset({fold.ANY_TEXT})


def mapping(**held: Value) -> Value:
    return container((Constant(name, str), value) for name, value in held.items())


@pytest.mark.parametrize(
    ("template", "held", "expected"),
    [
        ("%(a)s", mapping(a=constant("eval")), constant("eval")),
        ("__%(a)s%(b)s__", mapping(a=constant("glo"), b=constant("bals")), constant("__globals__")),
        ("%(a)s%(a)s", mapping(a=constant("x")), constant("xx")),
        ("layer%(n)d", mapping(n=constant(3)), constant("layer3")),
        ("layer%(n)d.weight", mapping(n=frozenset({fold.DIGITS})), frozenset({Fragment("layer", ".weight", True)})),
        ("a%(n)sb", mapping(n=UNKNOWN), frozenset({Fragment("a", "b")})),
        ("a%(missing)sb", mapping(a=constant("x")), frozenset({Fragment("a", "b")})),
        ("%(a)s%%", mapping(a=constant("x")), ANY),
        ("%(a)5s", mapping(a=constant("x")), ANY),
        ("%(a)s %s", mapping(a=constant("x")), ANY),
    ],
)
def test_percent_with_names(template: str, held: Value, expected: Value) -> None:
    assert fold.combine(ast.Mod(), constant(template), held) == expected


def test_percent_with_names_that_may_be_several_texts() -> None:
    held = mapping(a=constant("x") | constant("y"))
    assert fold.combine(ast.Mod(), constant("<%(a)s>"), held) == constant("<x>") | constant("<y>")


def table(**codes: Value) -> Value:
    return container((Constant(ord(letter), int), new) for letter, new in codes.items())


@pytest.mark.parametrize(
    ("text", "codes", "expected"),
    [
        ("fwbm", table(f=constant("e"), w=constant("v"), b=constant("a"), m=constant("l")), constant("eval")),
        ("abc", table(a=constant(98)), constant("bbc")),
        ("axbx", table(x=constant(None)), constant("ab")),
        ("ab", table(a=constant("long ")), constant("long b")),
        ("ab", table(z=constant("y")), constant("ab")),
        ("", table(a=constant("b")), constant("")),
        ("ab", table(a=constant(-1)), ANY),
        ("ab", table(a=constant("x") | constant("y")), ANY),
        ("ab", UNKNOWN, ANY),
        ("ab", container([]), ANY),
        ("ab", container([(None, constant("x"))]), ANY),
        ("a" * fold.MAX_TEXT, table(a=constant("b")), ANY),
    ],
)
def test_translate(text: str, codes: Value, expected: Value) -> None:
    assert call_method(constant(text), "translate", (codes,)) == expected


def test_translate_gives_a_bounded_text() -> None:
    grown = call_method(constant("a" * 900), "translate", (table(a=constant("b" * 1_000)),))
    assert [len(str(atom.value)) for atom in grown if isinstance(atom, Constant)] == [fold.MAX_TEXT]
