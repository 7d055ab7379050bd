"""One entrypoint as the checks of its functions see it: the file, its names, and what the contract asks of it."""

import ast
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property

import msgspec

from prism.finding import Span
from prism.own_imports import STAR, ImportLink
from prism.project import Project, SourceFile, UnparsableError
from prism_contract.bindings import Binding, Form, ModuleNames, module_names
from prism_contract.settings import ContractFunction, Settings

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef


class Entry(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """An entrypoint that parses, with the functions of the contract that belong into it."""

    project: Project
    file: SourceFile
    names: ModuleNames
    contract: Mapping[str, ContractFunction]

    @cached_property
    def required(self) -> frozenset[str]:
        """Names that a project of this kind must define here."""
        kind = self.project.kind
        return frozenset(name for name, function in self.contract.items() if kind in function.required_for)

    @cached_property
    def definitions(self) -> Mapping[str, FunctionNode]:
        """Functions that a single plain ``def`` at the top level defines."""
        single = {name: found[0] for name, found in self.names.bound.items() if len(found) == 1}
        return {
            name: binding.node
            for name, binding in single.items()
            if isinstance(binding.node, FunctionNode) and not binding.is_conditional and not binding.holder
        }

    @cached_property
    def imported(self) -> Mapping[str, str]:
        """The dotted name behind each name that imports at the top level bind to one thing, and nothing else binds."""
        found: dict[str, list[str]] = {}
        for statement in self.file.tree.body:
            for name, symbol in _symbols(statement):
                found.setdefault(name, []).append(symbol)
        return {
            name: symbols[0]
            for name, symbols in found.items()
            if len(set(symbols)) == 1 and len(self.names.bound[name]) == len(symbols)
        }

    @cached_property
    def constants(self) -> Mapping[str, ast.expr]:
        """The value of each name that one plain assignment at the top level binds, and nothing else does."""
        found: dict[str, ast.expr] = {}
        for statement in self.file.tree.body:
            match statement:
                case (
                    ast.Assign(targets=[ast.Name(id=name)], value=value)
                    | ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value)
                ):
                    found[name] = value
        return {name: value for name, value in found.items() if len(self.names.bound[name]) == 1}

    def bindings(self, name: str) -> Sequence[Binding]:
        """All bindings of a name at the top level in source order, star imports of own modules included."""
        stars = [
            Binding(name=name, form=Form.IMPORT, node=node, is_conditional=False)
            for node, brought in self._star_imports
            if name in brought
        ]
        return sorted([*self.names.bound.get(name, ()), *stars], key=lambda binding: _position(binding.node))

    @cached_property
    def _star_imports(self) -> tuple[tuple[ast.AST, frozenset[str]], ...]:
        """The first star import of each own module, with the names it may bring."""
        first = {link.target: link.node for link in reversed(_star_links(self.project, self.file))}
        exports = _StarExports(self.project)
        return tuple((node, exports.of(target)) for target, node in first.items() if target)

    def heading(self, node: ast.AST) -> Span:
        """Where a node stands; of a function or class only the first line, not its body."""
        if not isinstance(node, FunctionNode | ast.ClassDef):
            return self.file.span(node)
        start = self.file.span(node)
        end = len(self.file.lines[start.line - 1]) + 1
        return Span(line=start.line, column=start.column, end_line=start.line, end_column=end)


def entries(project: Project, settings: Settings) -> Iterator[Entry]:
    """The project's entrypoints, mostly one; what does not parse is left to the host's own finding."""
    for path in sorted(set(project.entrypoints.values())):
        file = project.sources[path]
        parts = {part for part, entrypoint in project.entrypoints.items() if entrypoint == path}
        contract = {name: function for name, function in settings.functions.items() if function.part in parts}
        try:
            names = module_names(file.tree)
        except UnparsableError:
            continue
        yield Entry(project=project, file=file, names=names, contract=contract)


def _symbols(statement: ast.stmt) -> Iterator[tuple[str, str]]:
    """The names an import statement binds, each with the dotted name of what it then stands for."""
    if isinstance(statement, ast.Import):
        for alias in statement.names:
            root = alias.name.partition(".")[0]
            yield (alias.asname, alias.name) if alias.asname else (root, root)
    elif isinstance(statement, ast.ImportFrom):
        module = "." * statement.level + (statement.module or "")
        for alias in statement.names:
            if alias.name != STAR:
                yield alias.asname or alias.name, f"{module}.{alias.name}"


class _StarExports:
    """What star imports of own modules may bring, through further star imports too; each file is read once."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._read: dict[str, tuple[frozenset[str], tuple[SourceFile, ...]]] = {}

    def of(self, file: SourceFile) -> frozenset[str]:
        seen: dict[str, frozenset[str]] = {}
        ahead = [file]
        while ahead:
            current = ahead.pop()
            if current.path not in seen:
                seen[current.path], further = self._own(current)
                ahead += further
        return frozenset().union(*seen.values())

    def _own(self, file: SourceFile) -> tuple[frozenset[str], tuple[SourceFile, ...]]:
        """The names a file binds itself, and the own modules it star-imports."""
        if file.path not in self._read:
            try:
                bound = frozenset(module_names(file.tree).bound)
                targets = tuple(link.target for link in _star_links(self._project, file) if link.target)
            except UnparsableError:
                bound, targets = frozenset(), ()
            self._read[file.path] = (bound, targets)
        return self._read[file.path]


def _star_links(project: Project, file: SourceFile) -> tuple[ImportLink, ...]:
    return tuple(link for link in project.imports(file) if link.node.names[0].name == STAR)


def _position(node: ast.AST) -> tuple[int, int]:
    return (getattr(node, "lineno", 0), getattr(node, "col_offset", 0))
