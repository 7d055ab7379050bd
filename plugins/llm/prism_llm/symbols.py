"""The dotted names that stand in a file, with their lines: what an accusation may be about."""

import ast
from collections.abc import Iterator

LONGEST = 200
MOST_MEANINGS = 4
"""How many imports may hide behind one name before the rest is left out."""


def symbols_of(tree: ast.Module) -> dict[str, tuple[int, ...]]:
    """Names as spelled, with all their lines; also under the name of what was imported, and by their last part."""
    nodes = list(ast.walk(tree))
    imported = _imported(nodes)
    found: dict[str, set[int]] = {}
    spelled: dict[int, str] = {}
    for node in reversed(nodes):  # what is inside comes first
        for name, line in _names(node, spelled):
            for each in (name, *_meant(name, imported)):
                if len(each) <= LONGEST:
                    found.setdefault(each, set()).add(line)
    return {name: tuple(sorted(lines)) for name, lines in sorted(found.items())}


def _names(node: ast.AST, spelled: dict[int, str]) -> Iterator[tuple[str, int]]:
    match node:
        case ast.Name(id=name):
            spelled[id(node)] = name
            yield name, node.lineno
        case ast.Attribute(value=value, attr=attr):
            line = node.end_lineno or node.lineno
            base = spelled.get(id(value), "")
            yield attr, line
            if base and len(base) + len(attr) < LONGEST:
                spelled[id(node)] = f"{base}.{attr}"
                yield spelled[id(node)], line
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            yield name, node.lineno
        case ast.arg(arg=name) | ast.keyword(arg=str() as name):
            yield name, node.lineno
        case ast.Import(names=names):
            yield from ((part, node.lineno) for each in names for part in (each.name, each.asname) if part)
        case ast.ImportFrom(names=names, module=module):
            for each in names:
                yield from ((part, node.lineno) for part in (each.name, each.asname) if part)
                if module:
                    yield from ((module, node.lineno), (f"{module}.{each.name}", node.lineno))


def _imported(nodes: list[ast.AST]) -> dict[str, list[str]]:
    """By the name that an import binds, what may hide behind it."""
    found: dict[str, list[str]] = {}
    for node in nodes:
        if isinstance(node, ast.Import):
            pairs = [(each.asname, each.name) for each in node.names if each.asname]
        elif isinstance(node, ast.ImportFrom) and node.module:
            pairs = [(each.asname or each.name, f"{node.module}.{each.name}") for each in node.names]
        else:
            continue
        for name, meant in pairs:
            known = found.setdefault(name, [])
            if meant not in known[:MOST_MEANINGS] and len(known) < MOST_MEANINGS:
                known.append(meant)
    return found


def _meant(name: str, imported: dict[str, list[str]]) -> list[str]:
    root, dot, rest = name.partition(".")
    return [meant + dot + rest for meant in imported.get(root, ())]
