"""Random Python programs by a grammar: they parse, and none of them makes sense.

The words are those that the safety rules care about, so that generated programs reach deep into the resolver.
"""

import random

from tests.safety.fuzz.parsing import parses

NAMES = (
    "a",
    "b",
    "c",
    "self",
    "x",
    "torch",
    "np",
    "math",
    "getattr",
    "vars",
    "type",
    "cls",
    "größe",
    "β",
    "m1",
    "m2",
    "f",
    "C",
)
MODULES = (
    "torch",
    "torch.nn",
    "numpy",
    "math",
    "functools",
    "operator",
    "os",
    "typing",
    "m0",
    "m1",
    "m2",
    "pkg",
    "pkg.inner",
)
ATTRIBUTES = (
    "a",
    "b",
    "load",
    "os",
    "nn",
    "forward",
    "__class__",
    "__globals__",
    "__dict__",
    "format",
    "append",
    "real",
    "run",
)
TEXTS = (
    "",
    "a",
    "os",
    "load",
    "__globals__",
    "{0.a}",
    "{a!r:>{b}}",
    "%s",
    "ab" * 30,
    "\\x41\\x42",
    "\\u200b",
    "é",
    "😀",
    "a\\\nb",
)
OPERATORS = (
    "+",
    "-",
    "*",
    "/",
    "//",
    "%",
    "**",
    "@",
    "<<",
    ">>",
    "&",
    "|",
    "^",
    " and ",
    " or ",
    " < ",
    " in ",
    " is ",
    " != ",
)
NUMBERS = ("0", "1", "-1", "0x7f", "1_000", "1e9", "3j", "10**9", "999999999999", "1.5", "True", "None", "...")
MAX_DEPTH = 5


class Grammar:
    """A source of programs; the same seed gives the same programs."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.depth = 0

    def program(self) -> str:
        """The text of one module."""
        future = "from __future__ import annotations\n" if self.chance.random() < 0.1 else ""
        return future + "".join(self.readable_statement() for _ in range(self.chance.randint(1, 12)))

    def readable_statement(self) -> str:
        """A statement that parses: some of what the grammar makes does not, such as an argument named twice."""
        while not parses(text := self.statement("")):
            pass
        return text

    def pick(self, words: tuple[str, ...]) -> str:
        return self.chance.choice(words)

    def name(self) -> str:
        return self.pick(NAMES)

    def expression(self) -> str:
        """An expression, in parentheses where it needs them."""
        if self.depth >= MAX_DEPTH or self.chance.random() < 0.25:
            return self.atom()
        self.depth += 1
        try:
            return self.chance.choice(
                (
                    self.atom,
                    self.attribute,
                    self.call,
                    self.item,
                    self.operation,
                    self.display,
                    self.comprehension,
                    self.other,
                )
            )()
        finally:
            self.depth -= 1

    def atom(self) -> str:
        return self.chance.choice((self.name, self.number, self.text, self.name))()

    def number(self) -> str:
        return self.pick(NUMBERS)

    def text(self) -> str:
        quote = self.pick(('"', "'", '"""'))
        return self.pick(("", "", "r", "b" if quote else "")) + quote + self.plain_text() + quote

    def plain_text(self) -> str:
        return self.pick(tuple(text for text in TEXTS if text.isascii()))

    def attribute(self) -> str:
        return f"({self.expression()}).{self.pick(ATTRIBUTES)}"

    def call(self) -> str:
        arguments = [self.argument() for _ in range(self.chance.randint(0, 3))]
        return f"({self.expression()})({', '.join(sorted(arguments, key=lambda one: '=' in one[:5]))})"

    def argument(self) -> str:
        return self.pick(("", "", "*", "k=")) + f"({self.expression()})"

    def item(self) -> str:
        index = self.chance.choice((self.expression, lambda: f"{self.expression()}:", lambda: f"::{self.number()}"))()
        return f"({self.expression()})[{index}]"

    def operation(self) -> str:
        return f"({self.expression()}{self.pick(OPERATORS)}{self.expression()})"

    def display(self) -> str:
        entries = [self.expression() for _ in range(self.chance.randint(1, 4))]
        form = self.pick(("[{}]", "({},)", "{{{}}}", "dict"))
        if form == "dict":
            return "{" + ", ".join(f"{self.atom()}: {entry}" for entry in entries) + ", **(" + self.expression() + ")}"
        return form.format(", ".join(entries))

    def comprehension(self) -> str:
        form = self.pick(("[{}]", "({})", "{{{}}}"))
        tail = f" if {self.expression()}" if self.chance.random() < 0.3 else ""
        return form.format(f"{self.expression()} for {self.target()} in {self.expression()}{tail}")

    def other(self) -> str:
        return self.chance.choice(
            (
                lambda: f"(lambda {self.parameters()}: {self.expression()})",
                lambda: f"({self.expression()} if {self.expression()} else {self.expression()})",
                lambda: f"({self.name()} := {self.expression()})",
                lambda: f"(not {self.expression()})",
                lambda: (
                    "f'" + "{" + self.name() + self.pick(("", "!r", ":>{b}", "=")) + "}" + self.pick(("a", "{{")) + "'"
                ),
                lambda: f"getattr({self.expression()}, {self.text()})",
                lambda: f"({self.text()} % {self.expression()})",
                lambda: f"{self.text()}.join({self.expression()})",
            )
        )()

    def target(self) -> str:
        form = self.pick(("{}", "{}", "{}, {}", "{}, *{}", "({}, [{}])"))
        return form.format(self.name(), self.name())

    def parameters(self) -> str:
        names = self.chance.sample(("p", "q", "r", "s"), self.chance.randint(0, 3))
        parts = [f"{name}={self.atom()}" for name in names]
        return ", ".join([*parts, *self.chance.choice(((), ("*args",), ("*", "only"), ("**rest",)))])

    def statement(self, indent: str) -> str:
        """One statement with its line breaks."""
        if len(indent) > MAX_DEPTH * 2 or self.chance.random() < 0.65:
            return f"{indent}{self.simple()}\n"
        return self.compound(indent)

    def block(self, indent: str) -> str:
        return "".join(self.statement(indent + "  ") for _ in range(self.chance.randint(1, 3)))

    def simple(self) -> str:
        return self.chance.choice(
            (
                lambda: f"{self.target()} = {self.expression()}",
                lambda: f"{self.name()} = {self.name()} = {self.expression()}",
                lambda: f"{self.name()} += {self.expression()}",
                lambda: f"{self.name()}: {self.expression()} = {self.expression()}",
                lambda: f"{self.name()}.{self.pick(ATTRIBUTES)} = {self.expression()}",
                lambda: f"{self.name()}[{self.expression()}] = {self.expression()}",
                lambda: f"import {self.pick(MODULES)} as {self.name()}",
                lambda: f"from {self.pick(('', '.', '..'))}{self.pick(MODULES)} import {self.name()} as {self.name()}",
                lambda: f"del {self.name()}",
                lambda: f"assert {self.expression()}, {self.text()}",
                lambda: f"raise {self.expression()}",
                self.expression,
                lambda: f"pass  # {self.pick(TEXTS).replace(chr(10), '')}",
            )
        )()

    def compound(self, indent: str) -> str:
        head = self.chance.choice(
            (
                lambda: f"def {self.name()}({self.parameters()}) -> {self.atom()}:",
                lambda: f"async def {self.name()}({self.parameters()}):",
                lambda: f"@({self.expression()})\n{indent}class {self.name()}({self.expression()}):",
                lambda: f"class {self.name()}:",
                lambda: f"for {self.target()} in {self.expression()}:",
                lambda: f"while {self.expression()}:",
                lambda: f"if {self.expression()}:",
                lambda: f"with {self.expression()} as {self.name()}:",
                lambda: f"match {self.expression()}:\n{indent} case {self.pattern()}:",
                lambda: "try:",
            )
        )()
        tail = f"{indent}except {self.name()} as {self.name()}:\n{self.block(indent)}" if head == "try:" else ""
        return f"{indent}{head}\n{self.block(indent)}{tail}"

    def pattern(self) -> str:
        return self.chance.choice(
            (
                lambda: f"object({self.pick(ATTRIBUTES)}=n)",
                lambda: f"[{self.number()}, *n]" if self.chance.random() < 0.5 else "[n, *_]",
                lambda: f"{{{self.text()}: n, **rest}}",
                lambda: "str() | int() as n",
                lambda: "torch.nn",
                lambda: "_",
            )
        )()
