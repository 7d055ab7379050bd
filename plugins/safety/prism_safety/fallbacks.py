"""Wrappers that pass on what they lack: ``getattr(self.module, name)`` inside an own ``__getattr__``.

The name is what somebody wrote behind a dot, and is reviewed there, as an attribute of the wrapped thing. That holds
only while nobody else calls the method and what it finds goes straight to whoever asked.
"""

import ast
from collections.abc import Iterator, Mapping

from prism_safety.modules import OwnModules
from prism_safety.scopes import How, Variable

GETATTR = "__getattr__"
PARAMETERS = 2


class Fallbacks:
    """The calls of ``getattr`` that ask another object for the name which an own ``__getattr__`` was asked for."""

    def __init__(self, modules: OwnModules, parents: Mapping[ast.AST, ast.AST]) -> None:
        self._modules = modules
        self._parents = parents
        methods = [one.node for one in modules.fields.get(GETATTR, Variable(GETATTR)).bindings]
        self.calls = tuple(call for node in methods if isinstance(node, ast.FunctionDef) for call in self._in(node))
        """The calls, in the order of the text."""
        self._are_plain = bool(self.calls) and all(map(self._is_handed_up, self._mentions()))

    def _in(self, method: ast.FunctionDef) -> Iterator[ast.Call]:
        parameters = [part.arg for part in method.args.args]
        if len(parameters) != PARAMETERS or method.decorator_list:
            return
        bindings = self._modules.inner[method].names[parameters[1]].bindings
        is_given = all(binding.how is How.OPAQUE for binding in bindings)
        for node in ast.walk(method) if is_given else ():
            if isinstance(node, ast.Call) and _asks_by_name(node, parameters[1]):
                yield node

    def _mentions(self) -> Iterator[ast.AST]:
        """Every mention of ``__getattr__`` in the project but the definitions."""
        for table in self._modules.tables.values():
            for node in table.order:
                is_read = isinstance(node, ast.Attribute) and node.attr == GETATTR
                is_named = isinstance(node, ast.Name) and node.id == GETATTR
                if is_read or is_named or (isinstance(node, ast.Constant) and node.value == GETATTR):
                    yield node

    def _is_handed_up(self, node: ast.AST) -> bool:
        """Whether a mention is ``return super().__getattr__(name)``, which gives what is found to whoever asked."""
        call = self._parents[node]
        is_super = isinstance(node, ast.Attribute) and ast.unparse(node.value) == "super()"
        is_plain = (
            isinstance(call, ast.Call) and call.func is node and all(isinstance(part, ast.Name) for part in call.args)
        )
        return is_super and is_plain and isinstance(self._parents[call], ast.Return)

    def is_plain(self, node: ast.Call) -> bool:
        """Whether a call only passes on a name that was written behind a dot."""
        return self._are_plain and node in self.calls and isinstance(self._parents[node], ast.Return)


def _asks_by_name(node: ast.Call, name: str) -> bool:
    match node:
        case ast.Call(func=ast.Name(id="getattr"), args=[_, ast.Name(id=asked)], keywords=[]):
            return asked == name
    return False
