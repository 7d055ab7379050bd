"""Copies of earlier submissions, each of a kind: what is taken, how it is dressed, and which lines come from where."""

import ast
import random
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

from tests.benchmarks.similarity import disguises as how
from tests.benchmarks.similarity.material import Material, Model
from tests.benchmarks.similarity.rendering import Truth, mark, render
from tests.benchmarks.similarity.scopes import is_docstring

SMALL_CLASS: Final = range(55, 80)
"""Lines of "one class of sixty lines"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """One dressed copy: its files, the earlier submissions in it, and where its lines come from."""

    kind: str
    files: dict[str, str]
    sources: tuple[str, ...]
    truth: dict[str, Truth]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of copy."""

    name: str
    make: Callable[[Material, random.Random], Copy]
    keeps_behaviour: bool = True


def kinds() -> tuple[Kind, ...]:
    """Every kind, simple ones first."""
    whole = {
        "verbatim": how.plain,
        "stripped": how.bare,
        "renamed": how.renamed,
        "definitions-reordered": how.shuffled_definitions,
        "attributes-reordered": how.shuffled_attributes,
        "padded": how.padded,
        "loops": how.looped,
        "branches": how.branched,
        "arithmetic": how.reckoned,
        "temporaries": how.stepped,
        "folded": how.folded,
        "outlined": how.outlined,
        "api-spelling": how.spoken,
        "hoisted": how.hoisted,
        "inherited": how.inherited,
        "detached": how.detached,
        "retuned": how.retuned,
        "paraphrased": how.paraphrased,
        "everything": how.everything,
    }
    dressed = how.chain(how.bare, how.renamed, how.stepped, how.shuffled_definitions)
    return (
        *(Kind(name, _whole(name, disguise), name != "retuned") for name, disguise in whole.items()),
        Kind("drowned", _drowned),
        Kind("split", _split),
        Kind("merged", _merged),
        Kind("half", _half("half", how.bare)),
        Kind("half-renamed", _half("half-renamed", dressed)),
        Kind("half-everything", _half("half-everything", how.everything)),
        Kind("class", _class("class", how.plain)),
        Kind("class-renamed", _class("class-renamed", how.chain(how.bare, how.renamed))),
        Kind("class-paraphrased", _class("class-paraphrased", how.chain(how.paraphrased, how.renamed))),
    )


def copies(material: Material, each: int, seed: int = 7) -> Iterator[Copy]:
    """Copies of every kind, the same every time."""
    for kind in kinds():
        rng = random.Random(f"{seed} {kind.name}")  # noqa: S311 - a benchmark must be the same every time
        for _ in range(each):
            yield kind.make(material, rng)


def dressed(model: Model, disguise: how.Disguise, rng: random.Random) -> ast.Module:
    """The tree of an earlier submission under a disguise."""
    return disguise(mark(ast.parse(model.text), model.name), rng)


def _whole(kind: str, disguise: how.Disguise) -> Callable[[Material, random.Random], Copy]:
    def make(material: Material, rng: random.Random) -> Copy:
        model = rng.choice(material.priors)
        return _copy(kind, {"model.py": dressed(model, disguise, rng)}, [model])

    return make


def _drowned(material: Material, rng: random.Random) -> Copy:
    """A renamed copy among three other files' worth of code."""
    model = rng.choice(material.priors)
    others = rng.sample(material.padding, 3)
    body = [*dressed(model, how.renamed, rng).body, *(each for other in others for each in _definitions(other))]
    imports = [each for other in others for each in _imports(ast.parse(other.text))]
    return _copy("drowned", {"model.py": ast.Module([*_future_first(imports + body)], [])}, [model])


def _split(material: Material, rng: random.Random) -> Copy:
    """One file becomes three, renamed."""
    model = rng.choice(material.priors)
    tree = dressed(model, how.renamed, rng)
    imports = _imports(tree)
    rest = [each for each in tree.body if each not in imports]
    third = max(1, len(rest) // 3)
    parts = [rest[:third], rest[third : 2 * third], rest[2 * third :]]
    files = {f"part_{number}.py": ast.Module([*imports, *part], []) for number, part in enumerate(parts) if part}
    return _copy("split", files, [model])


def _merged(material: Material, rng: random.Random) -> Copy:
    """Two files become one, stripped."""
    one, other = rng.sample(material.priors, 2)
    body = [*dressed(one, how.bare, rng).body, *dressed(other, how.bare, rng).body]
    return _copy("merged", {"model.py": ast.Module(_future_first(body), [])}, [one, other])


def _half(kind: str, disguise: how.Disguise) -> Callable[[Material, random.Random], Copy]:
    def make(material: Material, rng: random.Random) -> Copy:
        """Half of a file, pasted into somebody else's."""
        model, host = rng.choice(material.priors), rng.choice(material.padding)
        tree = ast.parse(model.text)
        mark(tree, model.name)
        total, kept = model.text.count("\n"), 0
        body: list[ast.stmt] = []
        for statement in tree.body:
            is_definition = isinstance(statement, ast.ClassDef | ast.FunctionDef)
            if is_definition and kept < total / 2:
                kept += (statement.end_lineno or 0) - statement.lineno
                body.append(statement)
            elif not is_definition:
                body += [statement] if isinstance(statement, ast.Import | ast.ImportFrom) else []
        copied = disguise(ast.Module(body, []), rng)
        return _copy(kind, {"model.py": _pasted(copied, host, rng)}, [model])

    return make


def _class(kind: str, disguise: how.Disguise) -> Callable[[Material, random.Random], Copy]:
    def make(material: Material, rng: random.Random) -> Copy:
        """One class of sixty lines, pasted into somebody else's file."""
        model, name = rng.choice(_small_classes(material))
        tree = mark(ast.parse(model.text), model.name)
        taken = [each for each in tree.body if isinstance(each, ast.ClassDef) and each.name == name]
        copied = disguise(ast.Module([*_imports(tree), *taken], []), rng)
        return _copy(kind, {"model.py": _pasted(copied, rng.choice(material.padding), rng)}, [model])

    return make


@cache
def _small_classes(material: Material) -> tuple[tuple[Model, str], ...]:
    """Classes of about sixty lines by file and name; one that stands in two files has no one source and is left out."""
    places: dict[str, list[tuple[Model, str]]] = {}
    for model in material.priors:
        for node in how.bare(ast.parse(model.text), random.Random(0)).body:  # noqa: S311 - not secret
            if isinstance(node, ast.ClassDef):
                without_class_names = re.sub(r"\b[A-Z][A-Za-z0-9]+", "X", ast.unparse(node))
                places.setdefault(without_class_names, []).append((model, node.name))
    return tuple(found[0] for text, found in places.items() if len(found) == 1 and text.count("\n") + 1 in SMALL_CLASS)


def _pasted(copied: ast.Module, host: Model, rng: random.Random) -> ast.Module:
    tree = ast.parse(host.text)
    for each in _imports(copied):
        each.__dict__.pop("origin", None)  # an import is anybody's, in a part of a file
    place = rng.randrange(len(tree.body) // 2, len(tree.body) + 1)
    body = [*tree.body[:place], *[each for each in copied.body if not is_docstring(each)], *tree.body[place:]]
    return ast.Module(_future_first(body), [])


def _definitions(model: Model) -> list[ast.stmt]:
    return [each for each in ast.parse(model.text).body if isinstance(each, ast.ClassDef | ast.FunctionDef)]


def _imports(tree: ast.Module) -> list[ast.stmt]:
    return [each for each in tree.body if isinstance(each, ast.Import | ast.ImportFrom)]


def _future_first(body: Sequence[ast.stmt]) -> list[ast.stmt]:
    future = [each for each in body if isinstance(each, ast.ImportFrom) and each.module == "__future__"]
    return [*future[:1], *[each for each in body if each not in future]]


def _copy(kind: str, trees: dict[str, ast.Module], sources: Sequence[Model]) -> Copy:
    rendered = {path: render(tree) for path, tree in trees.items()}
    return Copy(
        kind=kind,
        files={path: text for path, (text, _) in rendered.items()},
        sources=tuple(model.name for model in sources),
        truth={path: truth for path, (_, truth) in rendered.items()},
    )
