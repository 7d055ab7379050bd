"""Lists the names of an installed package by importing it. Run by itself, in a process that is thrown away afterwards.

It imports nothing of PRISM, because it runs in the interpreter that has the package. What it prints is one JSON
object: module -> name -> ``[kind, identity, home]``. ``identity`` is equal for names of one and the same object, and
``home`` is the module or object a foreign name really is. Modules in the list of closed ones are named but not opened.
"""

import importlib
import json
import pkgutil
import sys
import types
import warnings
from collections.abc import Iterator

SKIPPED = frozenset({"tests", "testing", "conftest", "setup"})


def public(name: str) -> bool:
    """Whether no part of a dotted name is private or a test."""
    return not any(part.startswith("_") or part in SKIPPED for part in name.split(".")[1:])


def submodules(package: types.ModuleType, closed: frozenset[str]) -> Iterator[str]:
    """The names of the public modules below a package, without those inside closed ones."""
    for info in pkgutil.iter_modules(getattr(package, "__path__", []), f"{package.__name__}."):
        if not public(info.name):
            continue
        yield info.name
        if info.ispkg and info.name not in closed:
            module = load(info.name)
            if module is not None:
                yield from submodules(module, closed)


def load(name: str) -> types.ModuleType | None:
    """A module, or nothing when it cannot be imported here."""
    try:
        return importlib.import_module(name)
    except BaseException:  # noqa: BLE001 - a package may raise or exit as it likes; its other modules still count
        return None


def kind(value: object) -> str:
    """What sort of thing a name stands for."""
    if isinstance(value, types.ModuleType):
        return "module"
    if isinstance(value, type):
        return "class"
    return "function" if callable(value) else "value"


def home(value: object, library: str) -> str:
    """The dotted name of a module or object that belongs to another library; empty for the library's own."""
    if isinstance(value, types.ModuleType):
        return value.__name__
    if not isinstance(value, type | types.FunctionType | types.BuiltinFunctionType):
        return ""
    owner, name = getattr(value, "__module__", None), value.__qualname__
    if not isinstance(owner, str) or not name.isidentifier():
        return ""
    return f"{owner}.{name}" if owner.partition(".")[0].lstrip("_") != library.lstrip("_") else ""


def names(module: types.ModuleType, library: str) -> dict[str, list[object]]:
    """Every name of a module, private ones only where they are modules of other libraries."""
    found: dict[str, list[object]] = {}
    for name in dir(module):
        try:
            value = getattr(module, name)
        except Exception:  # noqa: BLE001, S112 - a lazy name that cannot be had here
            continue
        if name.startswith("__") or (name.startswith("_") and kind(value) != "module"):
            continue
        found[name] = [kind(value), id(value), home(value, library)]
    return found


def main() -> None:
    """Print the names of the library given first, modules given after it left closed."""
    warnings.simplefilter("ignore")
    library, closed = sys.argv[1], frozenset(sys.argv[2:])
    output, sys.stdout = sys.stdout, sys.stderr
    root = load(library)
    listed = {} if root is None else {name: load(name) for name in [library, *submodules(root, closed)]}
    found = {
        name: names(module, library) if module is not None and name not in closed else {}
        for name, module in listed.items()
    }
    json.dump({"version": str(getattr(root, "__version__", "")), "modules": found}, output)


if __name__ == "__main__":
    main()
