"""HTML that is safe by the way it is made: what is not :class:`Markup` is text, and every text is escaped.

A page is put together of elements, never of strings. Text is also made visible, as on a terminal: a control character,
or one that turns the reading direction, is shown as its code point.
"""

import html
from collections.abc import Iterable
from typing import Final

from prism.report.escape import escape

VOID: Final = frozenset({"br", "hr", "input", "link", "meta"})


class Markup(str):
    """HTML that was made here."""

    __slots__ = ()


Child = str | int | float | None
Attribute = str | int | bool | None


def text(value: Child) -> Markup:
    """A text as HTML; markup stays what it is, and ``None`` is nothing."""
    if isinstance(value, Markup):
        return value
    return Markup("" if value is None else html.escape(escape(str(value))))


def joined(children: Iterable[Child], between: str = "") -> Markup:
    """One after the other."""
    return Markup(text(between).join(text(child) for child in children))


def element(name: str, /, *children: Child, **attributes: Attribute) -> Markup:
    """One element. An underscore at the end of an attribute's name goes, any other is a hyphen.

    An attribute that is ``True`` stands without a value; one that is ``False`` or ``None`` is left out.
    """
    stated = "".join(
        f" {key.rstrip('_').replace('_', '-')}" + ("" if value is True else f'="{text(value)}"')
        for key, value in attributes.items()
        if value is not None and value is not False
    )
    return Markup(f"<{name}{stated}>" + ("" if name in VOID else f"{joined(children)}</{name}>"))


def lines(value: str) -> Markup:
    """A text of several lines, for an element that keeps them."""
    return Markup("\n".join(text(line) for line in value.replace("\r\n", "\n").split("\n")))


def table(heads: Iterable[Child], rows: Iterable[Iterable[Child]], *, empty: str) -> Markup:
    """A table, which a narrow screen can move sideways; a sentence where there are no rows."""
    body = [element("tr", *(element("td", cell) for cell in row)) for row in rows]
    if not body:
        return element("p", empty, class_="quiet")
    head = element("tr", *(element("th", each, scope="col") for each in heads))
    return element("div", element("table", element("thead", head), element("tbody", *body)), class_="wide")


def facts(pairs: Iterable[tuple[str, Child]]) -> Markup:
    """Names with their values."""
    return element("dl", *(joined((element("dt", name), element("dd", value))) for name, value in pairs))


def badge(word: str) -> Markup:
    """A status, verdict or severity, as a word that a colour goes with."""
    return element("span", word, class_=f"badge {word}")
