"""What the identifiers and texts of a project are called where nothing that its author chose may persuade.

One identifier has one name in all files of a project, so that imports, attributes, keywords and texts that name
attributes still fit each other. Kept are words of Python and of the libraries that models are made of
(``vocabulary.txt``), and short plain words that are not the project's to choose: what it reads of a library, or
compares with a text.
"""

import ast
import builtins
import keyword
import re
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path, PurePosixPath

from prism_llm.concepts import is_loaded, words_of

MOST_WORDS = 3
"""A short text or an outside name has no more words than this."""
LONGEST_KEPT = 60
LONGEST_EQUATION = 200
_EQUATION = re.compile(r"[\w\s().,*+]*->[\w\s().,*+]*")
_AXIS = re.compile(r"[^\W\d]\w\w+")
_VOCABULARY = Path(__file__).with_name("vocabulary.txt")
_TYPES = (str, bytes, list, dict, set, tuple, int, float, complex, slice, type, property, Exception)


@cache
def vocabulary() -> frozenset[str]:
    """Names that mean the same in every project."""
    names = {*_VOCABULARY.read_text("ascii").split(), *keyword.kwlist, *keyword.softkwlist, *dir(builtins)}
    for each in _TYPES:
        names |= set(dir(each))
    return frozenset(names)


class Census:
    """Which identifiers a project binds, which it takes from elsewhere, and which it also spells as texts."""

    def __init__(self, own_roots: frozenset[str]) -> None:
        """``own_roots`` are the first parts of the names of the project's own modules."""
        self._own_roots = own_roots
        self.kinds: dict[str, str] = {}
        """Of each identifier that the project binds: ``C`` a class, ``f`` a function, ``m`` a module, else ``v``."""
        self.seen: dict[str, None] = {}
        """Every identifier, in the order in which they come."""
        self.outside: set[str] = set()
        """Names in libraries."""
        self.texts: set[str] = set()
        """Texts that look like identifiers."""

    def add_path(self, path: str) -> None:
        """Count the parts of a module's path as names."""
        for part in PurePosixPath(path).with_suffix("").parts:
            self._bind(part, "m")

    def add(self, tree: ast.Module) -> None:
        """Count what a file holds."""
        nodes = list(ast.walk(tree))
        libraries: set[str] = set()
        for node in nodes:
            if isinstance(node, ast.Import | ast.ImportFrom):
                libraries |= self._import(node)
            else:
                self._count(node)
        self._follow(nodes, libraries)

    def _import(self, node: ast.Import | ast.ImportFrom) -> set[str]:
        """Count an import; what it binds to libraries comes back."""
        base = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        local = set()
        for alias in node.names:
            parts = ".".join([*base, alias.name]).split(".")
            is_own = bool(getattr(node, "level", 0)) or parts[0] in self._own_roots
            named = list(filter(str.isidentifier, parts))
            self.seen.update(dict.fromkeys(named))
            if alias.asname:
                self._bind(alias.asname, "v")
            if not is_own:
                self.outside.update(named)
                local.add(alias.asname or (parts[-1] if base else parts[0]))
        return local

    def _count(self, node: ast.AST) -> None:
        match node:
            case ast.Name(id=name, ctx=ctx) | ast.Attribute(attr=name, ctx=ctx):
                self.seen.setdefault(name)
                if not isinstance(ctx, ast.Load):
                    self._bind(name, "v")
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                self._bind(name, "f")
            case ast.ClassDef(name=name):
                self._bind(name, "C")
            case ast.arg(arg=name):
                self._bind(name, "v")
            case ast.keyword(arg=str() as name):
                self.seen.setdefault(name)
            case ast.Constant(value=str() as text) if len(text) <= LONGEST_KEPT:
                self.texts.add(text)
            case ast.Global(names=names) | ast.Nonlocal(names=names) | ast.MatchClass(kwd_attrs=names):
                self.seen.update(dict.fromkeys(names))
            case _:
                other = getattr(node, "name", None) or getattr(node, "rest", None)
                if isinstance(other, str):
                    self._bind(other, "v")

    def _follow(self, nodes: Iterable[ast.AST], libraries: set[str]) -> None:
        """Count what is read of libraries, and the keywords of what is called there; nodes come parents first."""
        inside: set[int] = set()
        for node in reversed(list(nodes)):
            if isinstance(node, ast.Name) and node.id in libraries:
                inside.add(id(node))
            elif isinstance(node, ast.Attribute) and id(node.value) in inside:
                inside.add(id(node))
                self.outside.add(node.attr)
            elif isinstance(node, ast.Call) and id(node.func) in inside:
                self.outside.update(each.arg for each in node.keywords if each.arg)

    def _bind(self, name: str, kind: str) -> None:
        self.seen.setdefault(name)
        if self.kinds.get(name, "v") == "v":
            self.kinds[name] = kind


class Names:
    """The wording of the neutral view of one project."""

    def __init__(self, census: Census) -> None:
        """Give every identifier its name."""
        self._names: dict[str, str] = {}
        self._marks: dict[str, str] = {}
        taken = set(census.seen) | census.texts | vocabulary()
        counts = dict.fromkeys("Cfmv", 0)
        for name in census.seen:
            if _is_kept(name, census):
                self._names[name] = name
                continue
            kind = census.kinds.get(name, "v")
            neutral = name
            while neutral in taken:
                counts[kind] += 1
                neutral = f"{kind}{counts[kind]}"
            self._names[name] = neutral

    def name(self, identifier: str) -> str:
        """What an identifier is called."""
        return self._names.get(identifier, identifier)

    def text(self, value: str) -> str:
        """What a string holds: itself if code may compute with it, else a mark that equal strings share."""
        if value in self._names:
            return self._names[value]
        if len(value) <= LONGEST_EQUATION and _EQUATION.fullmatch(value):
            return _AXIS.sub(lambda found: self._axis(found[0]), value)
        if is_short(value):
            return value
        return self._marks.setdefault(value, f"...{len(self._marks) + 1}")

    def _axis(self, word: str) -> str:
        if word in self._names:
            return self._names[word]
        return word if not is_loaded(word) else self._marks.setdefault(word, f"x{len(self._marks) + 1}")

    def path(self, path: str) -> str:
        """What a file of the project is called."""
        parts = PurePosixPath(path).with_suffix("").parts
        return "/".join(map(self.name, parts)) + PurePosixPath(path).suffix

    def meanings(self, identifiers: Iterable[str]) -> Mapping[str, str]:
        """Of each neutral name, the identifier that it stands for."""
        return {self._names[each]: each for each in identifiers if self._names.get(each, each) != each}


def _is_kept(name: str, census: Census) -> bool:
    if name in vocabulary():
        return True
    is_given = name in census.outside or name not in census.kinds or name in census.texts
    return is_given and is_short(name) and name.isascii()


def is_short(text: str) -> bool:
    """Whether a text is too short and too plain to persuade."""
    if len(text) > LONGEST_KEPT or is_loaded(text):
        return False
    words = [word for word in words_of(text) if len(word) > 2 or not word.isascii()]  # noqa: PLR2004
    return len(words) <= (MOST_WORDS if " " in text or "_" in text else MOST_WORDS * 2) and _is_alphabetic(text)


def _is_alphabetic(text: str) -> bool:
    """Whether a text is in a script whose words have spaces between them, or has a few signs of another."""
    return sum(char >= "\u2e80" for char in text) <= MOST_WORDS
