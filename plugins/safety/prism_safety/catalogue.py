"""What the rules know about the world outside the project: data over symbols, and the questions asked of it."""

import functools
import json
from importlib import resources

import msgspec

from prism_safety.settings import Settings
from prism_safety.values import Fragment


class Capability(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Something a submission must not be able to do, and the symbols that do it."""

    rule: str
    """Name of the rule that reports it."""
    says: str
    instead: str
    names: tuple[str, ...]


class Names(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Lists of names that the rules go by; ``data/names.json`` holds them."""

    third_party_modules: tuple[str, ...]
    module_attributes_on_any_object: frozenset[str]
    calls_on_any_object: frozenset[str]
    genuine_attributes: frozenset[str]
    """Attributes of allowed libraries that are called like a standard module but are their own."""
    permitted_private: frozenset[str]
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


class _Stdlib(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    modules: frozenset[str]


@functools.cache
def _read(name: str) -> bytes:
    return resources.files("prism_safety").joinpath("data").joinpath(name).read_bytes()


def is_dunder(name: str) -> bool:
    """Whether a name has two leading and trailing underscores and something between."""
    return len(name) > len("____") and name.startswith("__") and name.endswith("__")


def prefixes(path: str) -> list[str]:
    """A dotted path and everything above it, longest first."""
    found = [path]
    while "." in path:
        path = path.rpartition(".")[0]
        found.append(path)
    return found


class Catalogue:
    """Answers about symbols, for one policy's settings."""

    def __init__(self, settings: Settings) -> None:
        self.names = msgspec.json.decode(_read("names.json"), type=Names)
        capabilities = json.loads(_read("forbidden.json"))
        self._forbidden = {
            name: capability
            for capability in msgspec.convert(capabilities, dict[str, Capability]).values()
            for name in capability.names
            if name not in settings.permitted
        }
        by_policy = Capability(
            rule="forbidden-call", says="is forbidden by the policy", instead="Do without it.", names=()
        )
        self._forbidden.update(dict.fromkeys(settings.extra_forbidden, by_policy))
        self.allowed_roots = frozenset(settings.allowed_imports)
        self.dunders = self.names.dunders | frozenset(settings.extra_dunders)
        self.harmless = self.names.harmless_calls | frozenset(settings.extra_harmless_calls)
        self._private = self.names.permitted_private | frozenset(settings.permitted)
        self.stdlib = msgspec.json.decode(_read("stdlib.json"), type=_Stdlib).modules
        self.modules = self.stdlib.union(self.names.third_party_modules, self.allowed_roots)

    def forbidden(self, path: str) -> Capability | None:
        """The forbidden capability that a symbol, or something above it, has."""
        return self._forbidden.get(self.forbidden_name(path))

    def forbidden_name(self, path: str) -> str:
        """The entry that forbids a symbol: its own path or one above it; empty when there is none."""
        return next((name for name in prefixes(path) if name in self._forbidden), "")

    def is_allowed_import(self, path: str) -> bool:
        """Whether the first part of a module's name is on the policy's list."""
        return path.partition(".")[0] in self.allowed_roots

    def is_private(self, path: str) -> bool:
        """Whether a symbol is behind an underscore and not one of the few that honest models use."""
        parts = path.split(".")[1:]
        if not any(part.startswith("_") and not is_dunder(part) for part in parts):
            return False
        return not any(name in self._private for name in prefixes(path))

    def is_harmless_call(self, path: str) -> bool:
        """Whether a symbol may be called while a module is imported."""
        return any(name in self.harmless for name in prefixes(path)) and self.forbidden(path) is None

    def step(self, base: str, name: str) -> tuple[str, str]:
        """The symbol that attribute ``name`` of ``base`` is, and its path as written where that is another module."""
        path = f"{base}.{name}"
        owner = base.rpartition(".")[2]
        if name not in self.modules or path in self.names.genuine_attributes or owner[:1].isupper():
            return path, ""
        if not self.is_allowed_import(base) or path in self._forbidden:
            return path, ""
        return (name, "") if name in self.allowed_roots else (name, path)

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
