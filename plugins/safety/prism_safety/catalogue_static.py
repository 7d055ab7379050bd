"""Lists the names of an installed package by reading its source, without importing it."""

import ast
from collections.abc import Iterator
from pathlib import Path

from prism_safety.catalogue_probe import SKIPPED
from prism_safety.library import Names

MAX_STAR_HOPS = 4


def modules_of(package: str, folder: Path, closed: frozenset[str]) -> dict[str, Names]:
    """The names of every public module of a package or single-file module that lies in a folder."""
    trees = dict(_trees(package, folder, closed))
    reader = _Reader(package, trees)
    return {module: reader.names(module, MAX_STAR_HOPS) for module in trees} | {
        name: Names()
        for name in closed
        if name.startswith(f"{package}.") and (folder / name.replace(".", "/")).exists()
    }


def _trees(package: str, folder: Path, closed: frozenset[str]) -> Iterator[tuple[str, tuple[ast.Module, bool]]]:
    for path in (folder / f"{package}.py", *sorted((folder / package).rglob("*.py"))):
        parts = path.relative_to(folder).with_suffix("").parts
        is_package = parts[-1] == "__init__"
        name = ".".join(parts[:-1] if is_package else parts)
        inner = name.split(".")[1:]
        is_hidden = any(part.startswith("_") or part in SKIPPED for part in inner)
        if is_hidden or any(name == shut or name.startswith(f"{shut}.") for shut in closed):
            continue
        try:
            yield name, (ast.parse(path.read_text("utf-8")), is_package)
        except (OSError, SyntaxError, ValueError):
            continue  # Not there, or written for another Python: an import shows what such a file holds.


class _Reader:
    def __init__(self, package: str, trees: dict[str, tuple[ast.Module, bool]]) -> None:
        self.package = package
        self.trees = trees

    def names(self, module: str, hops: int) -> Names:
        """What the statements of a module bind, private names of its own left out."""
        found = Names()
        tree, _ = self.trees[module]
        for node in _running(tree.body):
            if isinstance(node, ast.ClassDef):
                found.put("class", node.name)
            elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                found.put("function", node.name)
            elif isinstance(node, ast.Assign | ast.AnnAssign):
                self._assigned(node, found)
            elif isinstance(node, ast.Import):
                self._imported(node, found)
            elif isinstance(node, ast.ImportFrom):
                self._taken(node, module, found, hops)
        for name in self.trees:
            above, _, last = name.rpartition(".")
            if above == module:
                found.put("module", last)
        return found

    def _assigned(self, node: ast.Assign | ast.AnnAssign, found: Names) -> None:
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        for part in (inner for target in targets for inner in ast.walk(target)):
            if isinstance(part, ast.Name):
                found.put("value", part.id)

    def _imported(self, node: ast.Import, found: Names) -> None:
        for alias in node.names:
            name = alias.asname or alias.name.partition(".")[0]
            target = alias.name if alias.asname else name
            found.homes[name] = target

    def _taken(self, node: ast.ImportFrom, module: str, found: Names, hops: int) -> None:
        source = self._source(node, module)
        is_own = source.partition(".")[0] == self.package
        for alias in node.names:
            if alias.name == "*":
                if source in self.trees and hops:
                    found.merge(self.names(source, hops - 1))
            elif is_own:
                found.put("value", alias.asname or alias.name)
            elif source != "__future__" and not (alias.asname or alias.name).startswith("_"):
                found.homes[alias.asname or alias.name] = f"{source}.{alias.name}"

    def _source(self, node: ast.ImportFrom, module: str) -> str:
        if not node.level:
            return node.module or ""
        parts = module.split(".")
        climbed = node.level - self.trees[module][1]
        base = parts[: len(parts) - climbed]
        return ".".join([*base, *([node.module] if node.module else [])])


def _running(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """The statements that may run on import, those inside conditions and the like included."""
    todo = list(reversed(body))
    while todo:
        node = todo.pop()
        yield node
        if isinstance(node, ast.If | ast.Try | ast.With | ast.For):
            inner = [child for child in ast.iter_child_nodes(node) if isinstance(child, ast.stmt)]
            handled = [part for handler in getattr(node, "handlers", []) for part in handler.body]
            todo += reversed([*inner, *handled])
