"""Who binds which name: the symbol tables of one module, with Python's own scoping rules.

The table is built in one pass with an explicit stack, so that depth of nesting costs memory and never the C stack. It
says for every name which expressions may be bound to it; :mod:`prism_safety.resolve` says what those denote.
"""

import ast
import enum

import msgspec
from msgspec import field

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
Position = tuple[int, int]


class Kind(enum.Enum):
    """What a scope belongs to."""

    MODULE = "module"
    CLASS = "class"
    FUNCTION = "function"
    COMPREHENSION = "comprehension"


class How(enum.Enum):
    """How a name comes to its value."""

    VALUE = "value"
    """The expression's value, after the steps."""
    AUGMENTED = "augmented"
    """The value before, combined with the expression of an augmented assignment."""
    ELEMENT = "element"
    """The value before, with the expression added to the container."""
    IMPORT = "import"
    DEFINITION = "definition"
    SELF = "self"
    """The first parameter of a method."""
    OPAQUE = "opaque"
    """Something no expression in the project says: a plain parameter, a caught exception."""


class Take(enum.Enum):
    """One step from a value to a part of it."""

    ITEM = "item"
    EACH = "each"
    REST = "rest"
    ENTER = "enter"
    ATTRIBUTE = "attribute"
    POSITIONAL = "positional"
    """What a class pattern takes by position: an attribute that some ``__match_args__`` names, or the thing itself."""


class Step(msgspec.Struct, frozen=True):
    """One step from a value to a part of it, such as an item, each element, or an attribute."""

    take: Take
    key: str | int | bytes | float | None = None


class Binding(msgspec.Struct, frozen=True):
    """One way in which a name gets a value."""

    how: How
    node: ast.AST
    steps: tuple[Step, ...] = ()
    statement: ast.ImportFrom | ast.AugAssign | None = None
    """The statement, where the node alone does not say enough."""


class Variable(msgspec.Struct, eq=False):
    """Everything that may be bound to one name of one scope, one attribute name, or one function's result."""

    name: str
    bindings: list[Binding] = field(default_factory=list)


class Scope(msgspec.Struct, eq=False):
    """The names bound in one module, class, function or comprehension."""

    kind: Kind
    node: ast.AST
    parent: "Scope | None"
    names: dict[str, Variable] = field(default_factory=dict)
    redirected: dict[str, Kind] = field(default_factory=dict)
    """Names under ``global`` (``Kind.MODULE``) or ``nonlocal`` (``Kind.FUNCTION``)."""
    settled: dict[str, Position] = field(default_factory=dict)
    """Where a name is bound for certain, for names bound by a statement that always runs."""
    unbound: set[str] = field(default_factory=set)
    """Names that ``del`` or the end of an ``except`` clause takes away again."""
    stars: list[ast.ImportFrom] = field(default_factory=list)
    above: "Scope | None" = None
    """The scope of the whole module, of all other scopes."""

    def __post_init__(self) -> None:
        if self.parent is not None:
            self.above = self.parent.above or self.parent

    @property
    def root(self) -> "Scope":
        """The scope of the whole module."""
        return self.above or self

    def variable(self, name: str) -> Variable:
        """The variable of this name in this scope, made when it is new."""
        if name not in self.names:
            self.names[name] = Variable(name)
        return self.names[name]

    def owner(self, name: str) -> "Scope":
        """The scope in which a binding made here really lands, after ``global`` and ``nonlocal``."""
        where = self.redirected.get(name)
        if where is Kind.MODULE:
            return self.root
        if where is Kind.FUNCTION:
            scope = self.parent
            while scope is not None and scope.parent is not None:
                if scope.kind is Kind.FUNCTION and name not in scope.redirected:
                    return scope
                scope = scope.parent
        return self


class PatternRead(msgspec.Struct, frozen=True):
    """An attribute that a class pattern reads from the subject of a ``match``."""

    pattern: ast.MatchClass
    subject: ast.expr
    steps: tuple[Step, ...]
    name: str
    """Empty for the attributes that ``__match_args__`` names."""


class Trees(msgspec.Struct, eq=False):
    """What is known of every node of a project, whichever file it stands in."""

    scope_of: dict[ast.AST, Scope] = field(default_factory=dict)
    """The scope in which each node stands."""
    inner: dict[ast.AST, Scope] = field(default_factory=dict)
    """The scope that a class, function or comprehension opens."""
    results: dict[ast.AST, Variable] = field(default_factory=dict)
    """What each function returns or yields."""
    parents: dict[ast.AST, ast.AST] = field(default_factory=dict)


class Table(msgspec.Struct, eq=False):
    """All that one pass over a module's tree learns about its names."""

    module: Scope
    order: list[ast.AST] = field(default_factory=list)
    """Every node, each after its children, in the order of the text; operators and contexts are left out."""
    fields: dict[str, list[Binding]] = field(default_factory=dict)
    """What is stored under an attribute name anywhere in the module."""
    bound: dict[str, list[Binding]] = field(default_factory=dict)
    """What is bound to a name in any scope of the module."""
    pattern_reads: list[PatternRead] = field(default_factory=list)
    loads: dict[str, list[ast.Name | ast.Attribute]] = field(default_factory=dict)
    """The names and attributes that are read, by how they are called."""
    imports: list[ast.Import | ast.ImportFrom] = field(default_factory=list)
    classes: list[ast.ClassDef] = field(default_factory=list)
    definitions: list[ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef] = field(default_factory=list)
    """The functions and classes that have decorators."""
    calls: list[ast.Call] = field(default_factory=list)
    changes: list[ast.Attribute | ast.Subscript] = field(default_factory=list)
    """Attributes and items that are assigned to or deleted."""
    annotated: list[ast.AST] = field(default_factory=list)
    """Parameters, variables and functions whose annotation is more than a name."""


def lookup(scope: Scope, name: str, position: Position) -> tuple[list[Variable], bool]:
    """The variables that a name read at ``position`` may mean, and whether it may be a builtin or star import too."""
    found: list[Variable] = []
    current: Scope | None = scope.owner(name) if scope.redirected else scope
    while current is not None:
        is_reachable = current.kind is not Kind.CLASS or current is scope
        if is_reachable and name in current.names:
            found.append(current.names[name])
            is_inner = current.kind is Kind.FUNCTION or current.kind is Kind.COMPREHENSION
            if is_inner or _is_certain(current, name, scope, position):
                return found, False
        current = current.parent
    return found, True


def _is_certain(owner: Scope, name: str, reader: Scope, position: Position) -> bool:
    """Whether the owner's binding is there for certain when the reader gets to it."""
    if name in owner.unbound or name not in owner.settled:
        return False
    return reader is not owner or owner.settled[name] <= position
