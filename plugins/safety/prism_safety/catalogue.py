"""What the rules know about the world outside the project: data over symbols, and the questions asked of it."""

import functools
from collections.abc import Iterable
from pathlib import Path

import msgspec

from prism_safety.library import Library, Names, shipped, shipped_names
from prism_safety.settings import Settings
from prism_safety.values import ARGUMENT, FOLDER, Fragment


class Capability(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Something a submission must not be able to do, and the symbols that do it."""

    rule: str
    """Name of the rule that reports it."""
    says: str
    instead: str
    names: tuple[str, ...]


class Lists(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Lists of names that the rules go by; ``data/names.json`` holds them."""

    third_party_modules: tuple[str, ...]
    module_attributes_on_any_object: frozenset[str]
    calls_on_any_object: dict[str, str]
    """Methods that are called like functions which reach outside, with the rule that says so."""
    genuine_attributes: frozenset[str]
    """Attributes of allowed libraries that are called like a standard module but are their own."""
    permitted_private: frozenset[str]
    private_methods: frozenset[str]
    """Methods of named tuples and of ``torch.nn.Module`` that are theirs to call, in spite of the underscore."""
    dunders: frozenset[str]
    module_dunders: frozenset[str]
    frame_attributes: frozenset[str]
    unsafe_methods: dict[str, str]
    harmless_calls: frozenset[str]
    harmless_methods: frozenset[str]
    keeping_calls: frozenset[str]
    """Functions that keep a function they are given and do not call it."""
    record_bases: frozenset[str]
    """Bases of classes whose making runs none of the project's code."""
    metaclasses: frozenset[str]
    handed_in: frozenset[str]
    """Parameters by which the evaluator hands its own objects to the contract functions."""
    contract_functions: frozenset[str]
    path_attributes: frozenset[str]
    """What may be asked of the folder that is handed in."""
    path_methods: frozenset[str]
    """Methods of paths that no other common object has."""
    left_open: frozenset[str]
    """Functions that are fine in a ``with`` statement, and change the whole process when they are only called."""
    results: dict[str, str]
    """What functions give, by the dotted name of its class, where that class can do more than compute."""
    answers: frozenset[str]
    """Methods by which a tensor tells the evaluator what is in it."""
    spared: frozenset[str]
    """Harmless questions to modules that are otherwise forbidden as a whole."""
    plain_values: frozenset[str]
    """Values of libraries that have no parts which could be changed."""
    public_homes: dict[str, str]
    """The public module of what an underscored one implements: ``collections`` for ``_collections``."""


class _Stdlib(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    modules: frozenset[str]


ANY_PART = f"{FOLDER}.*"
STANDARD = "standard"
"""The catalogue of the allowed modules of Python itself."""


@functools.cache
def _read(name: str) -> bytes:
    return Path(__file__).with_name("data").joinpath(name).read_bytes()


def is_dunder(name: str) -> bool:
    """Whether a name has two leading and trailing underscores and something between."""
    return name[:2] == "__" == name[-2:] and len(name) > len("____")


def prefixes(path: str) -> list[str]:
    """A dotted path and everything above it, longest first."""
    found = [path]
    while "." in path:
        path = path.rpartition(".")[0]
        found.append(path)
    return found


def capabilities() -> dict[str, Capability]:
    """The forbidden capabilities by name, with the symbols that were looked at and have them."""
    return msgspec.json.decode(_read("capabilities.json"), type=dict[str, Capability])


class Catalogue:
    """Answers about symbols, for one policy's settings."""

    def __init__(self, settings: Settings) -> None:
        self.names = msgspec.json.decode(_read("names.json"), type=Lists)
        self._capabilities = capabilities()
        self._permitted = frozenset(settings.permitted)
        self._allowed = frozenset(settings.allowed_capabilities)
        self._forbidden: dict[str, Capability] = {}
        for kind, capability in self._capabilities.items():
            self._forbid(kind, capability.names)
        by_policy = Capability(
            rule="forbidden-call", says="is forbidden by the policy", instead="Do without it.", names=()
        )
        self._forbidden.update(dict.fromkeys(settings.extra_forbidden, by_policy))
        self._libraries: dict[str, Library | None] = {}
        self._callables: dict[str, frozenset[str]] = {}
        self._names: dict[str, frozenset[str]] = {}
        """What each module offers, for those that were asked about."""
        for library in settings.catalogues:
            self._add(library)
        self.allowed_roots = frozenset(settings.allowed_imports)
        self.dunders = self.names.dunders | frozenset(settings.extra_dunders)
        self.harmless = self.names.harmless_calls | frozenset(settings.extra_harmless_calls)
        self._private = self.names.permitted_private | self._permitted
        self.stdlib = msgspec.json.decode(_read("stdlib.json"), type=_Stdlib).modules
        self.modules = self.stdlib.union(self.names.third_party_modules, self.allowed_roots)

    def _forbid(self, kind: str, names: Iterable[str]) -> None:
        if kind not in self._allowed:
            self._forbidden.update({name: self._capabilities[kind] for name in names if name not in self._permitted})

    def _add(self, library: Library) -> None:
        for root in {module.partition(".")[0] for module in library.modules}:
            self._libraries[root] = library
        for kind, names in library.capabilities.items():
            self._forbid(kind, names)

    def _library(self, path: str) -> Library | None:
        """The catalogue of the library that a symbol belongs to, read when it is first asked for."""
        root = path.partition(".")[0]
        if root not in self._libraries:
            self._libraries[root] = None
            library = shipped(root if root in shipped_names() else STANDARD)
            if library is not None and root in library.modules:
                self._add(library)
        return self._libraries[root]

    def listed(self, module: str) -> Names | None:
        """The names of a module that a catalogue lists; nothing for closed modules and unknown ones."""
        library = self._library(module)
        return None if library is None or module in library.closed else library.modules.get(module)

    def _offered(self, module: str) -> frozenset[str] | None:
        """All names of a module that a catalogue lists."""
        found = self._names.get(module)
        if found is None:
            names = self.listed(module)
            if names is None:
                return None
            found = self._names[module] = names.all
        return found

    def callables(self, module: str) -> frozenset[str]:
        """The classes and functions of a module that a catalogue lists."""
        found = self._callables.get(module)
        if found is None:
            names = self.listed(module)
            listed = f"{names.classes} {names.functions}".split() if names is not None else ()
            found = self._callables[module] = frozenset(listed)
        return found

    @property
    def mattering(self) -> frozenset[str]:
        """The symbols about which some list says something."""
        lists = self.names
        return frozenset(self._forbidden).union(
            self.harmless, lists.keeping_calls, lists.record_bases, lists.metaclasses, lists.left_open, lists.results,
            lists.results.values(), lists.spared, lists.genuine_attributes, self._private,
        )  # fmt: skip

    def is_unknown(self, path: str) -> bool:
        """Whether a symbol would be a name of a module that is listed, and is none."""
        module, _, name = path.rpartition(".")
        names = self._offered(module) if module else None
        is_plain = names is not None and name not in names and not name.startswith("_")
        return is_plain and path not in self._permitted and not self.is_closed(path)

    def forbidden_of_arguments(self) -> frozenset[str]:
        """The names of methods that must not be called on the evaluator's own objects."""
        return frozenset(path.rpartition(".")[2] for path in self._forbidden if path.startswith(ARGUMENT)) - {"*"}

    def is_definition(self, path: str) -> bool:
        """Whether a symbol is a class or function that is listed as such."""
        module, _, name = path.rpartition(".")
        return bool(module) and name in self.callables(module)

    def is_unknown_module(self, path: str) -> bool:
        """Whether an imported module is not in the catalogue of its library."""
        library = self._library(path)
        is_known = library is None or path in library.modules or path in self._private
        return not is_known and not self.is_closed(path)

    def is_closed(self, path: str) -> bool:
        """Whether something above a symbol is forbidden as a whole, so that nobody listed what is in it."""
        library = self._library(path)
        return library is not None and any(name in library.closed for name in prefixes(path))

    def forbidden(self, path: str) -> Capability | None:
        """The forbidden capability that a symbol, or something above it, has."""
        return self._forbidden.get(self.forbidden_name(path))

    def forbidden_name(self, path: str) -> str:
        """The entry that forbids a symbol: its own path or one above it; empty when there is none."""
        if path in self.names.spared:
            return ""
        own = next((name for name in prefixes(path) if name in self._forbidden), "")
        return own or self._part_of_path(path)

    def _part_of_path(self, path: str) -> str:
        """The entry for all that the folder which is handed in can do, beyond the few harmless things."""
        part = path.removeprefix(f"{FOLDER}.")
        is_harmless = part == path or part.partition(".")[0] in self.names.path_attributes
        return "" if is_harmless or ANY_PART not in self._forbidden else ANY_PART

    def is_allowed_import(self, path: str) -> bool:
        """Whether the first part of a module's name is on the policy's list."""
        return path.partition(".")[0] in self.allowed_roots

    def is_private(self, path: str) -> bool:
        """Whether a symbol is behind an underscore and not one of the few that honest models use."""
        parts = path.split(".")[1:]
        if not any(part.startswith("_") and not is_dunder(part) for part in parts):
            return False
        is_list_operator = path.startswith("torch._foreach_") and path.count(".") == 1
        permitted = next((name for name in prefixes(path) if name in self._private), None)
        below = path[len(permitted) :].split(".") if permitted is not None else []
        is_covered = permitted is not None and not any(part.startswith("_") and not is_dunder(part) for part in below)
        return not is_list_operator and not is_covered

    def is_harmless_call(self, path: str) -> bool:
        """Whether a symbol may be called while a module is imported."""
        return any(name in self.harmless for name in prefixes(path)) and self.forbidden(path) is None

    def step(self, base: str, name: str) -> tuple[str, str]:
        """The symbol that attribute ``name`` of ``base`` is, and its path as written if another library made it."""
        path = f"{base}.{name}"
        names = self.listed(base)
        home = names.homes.get(name) if names is not None else None
        if home is None and (names is None or name not in (self._offered(base) or ())):
            home = self._module_called(base, name)
        if home is None or path in self._forbidden or path in self._permitted:
            return path, ""
        root, dot, rest = home.partition(".")
        home = f"{self.names.public_homes.get(root, root) if dot else root}{dot}{rest}"
        return (home, "") if self.is_allowed_import(home) or home.startswith("builtins.") else (home, path)

    def may_have(self, module: str, name: str) -> bool:
        """Whether an attribute of something unknown may be read from this module, rather than be another thing's own.

        What is called like a standard module is a method of a tensor if the catalogue lists what leaks through the
        module, and that is not among it.
        """
        names = self._offered(module)
        is_missing = names is not None and name not in names
        return not is_missing or (name not in self.modules and name not in self.names.private_methods)

    def offers(self, module: str, name: str) -> bool:
        """Whether ``from module import *`` may bring a name in, as far as catalogues know."""
        names = self._offered(module)
        return names is None or name in names

    def _module_called(self, base: str, name: str) -> str | None:
        """Without a catalogue: the module that an attribute is called like, unless it is known to be another thing."""
        is_other = name not in self.modules or f"{base}.{name}" in self.names.genuine_attributes
        return None if is_other or base.rpartition(".")[2][:1].isupper() or not self.is_allowed_import(base) else name

    def unsafe_attribute(self, name: str) -> bool:
        """Whether reading this attribute leads into the interpreter's own objects, whatever the object is."""
        return name in self.names.frame_attributes or (is_dunder(name) and name not in self.dunders)

    def could_be_unsafe(self, fragment: Fragment) -> bool:
        """Whether a partly known attribute name may turn out unsafe."""
        if any(fragment.could_be(name) for name in self.names.frame_attributes):
            return True
        opens = fragment.prefix in {"", "_"} or fragment.prefix.startswith("__")
        closes = fragment.suffix in {"", "_"} or fragment.suffix.endswith("__")
        return opens and closes and not fragment.digits

    def could_leak(self, base: str, fragment: Fragment) -> bool:
        """Whether a partly known attribute of a library may turn out a module, a private or a forbidden name."""
        below = f"{base}."
        names = {name[len(below) :].partition(".")[0] for name in self._forbidden if name.startswith(below)}
        private = fragment.prefix[:1] in {"", "_"} and not fragment.digits
        return private or any(fragment.could_be(name) for name in names | self.modules)
