"""The material for a review by a model: everything that needs a syntax tree, made in the guarded process."""

import ast
from collections.abc import Iterator, Sequence
from itertools import pairwise

from prism.project import Project, SourceFile, UnparsableError
from prism_llm.expressions import UnknownSyntaxError
from prism_llm.material import FileMaterial, Material, Piece
from prism_llm.naming import Census, Names
from prism_llm.pieces import cuts
from prism_llm.statements import written
from prism_llm.symbols import symbols_of
from prism_llm.writing import Written

MOST_SOURCE_BYTES = 1_048_576
"""What is read of a project; the files beyond are left out, so that they count as not reviewed."""


def material_of(project: Project) -> Material:
    """All files that parse, by path, until there is too much of them.

    Raises:
        GuardError: called outside the guarded process.
    """
    files = list(_parsed(project))
    census = Census(frozenset(name.partition(".")[0] for name in project.modules))
    for file, tree in files:
        census.add_path(file.path)
        census.add(tree)
    names = Names(census)
    return Material(files=tuple(_all_of(project, files, names)))


def _parsed(project: Project) -> Iterator[tuple[SourceFile, ast.Module]]:
    left = MOST_SOURCE_BYTES
    for file in project:
        if len(file.data) > left:
            continue
        left -= len(file.data)
        try:
            yield file, file.tree
        except UnparsableError:
            continue


def _all_of(project: Project, files: Sequence[tuple[SourceFile, ast.Module]], names: Names) -> Iterator[FileMaterial]:
    digests = {entry.path: entry.sha256 for entry in project.files}
    for file, tree in files:
        lines = file.lines[:-1] if len(file.lines) > 1 and not file.lines[-1] else file.lines
        try:
            neutral = written(tree, file.lines, names)
        except UnknownSyntaxError:
            continue
        symbols = symbols_of(tree)
        yield FileMaterial(
            path=file.path,
            neutral_path=names.path(file.path),
            sha256=digests[file.path],
            pieces=tuple(_pieces(cuts(tree, lines), len(lines), neutral)),
            symbols=symbols,
            neutral_names=dict(names.meanings(symbols)),
        )


def _pieces(begins: Sequence[int], last: int, neutral: Written) -> Iterator[Piece]:
    at = 0
    for first, after in pairwise([*begins, last + 1]):
        begin = at
        while at < len(neutral.sources) and neutral.sources[at] < after:
            at += 1
        yield Piece(
            first=first,
            last=after - 1,
            neutral="\n".join(neutral.lines[begin:at]),
            lines=tuple(neutral.sources[begin:at]),
        )
