"""What the safety rules say that a project may do when it is run: what the policy allows, and what was found in it.

A capability is a name of the tripwire's kinds. What opens the interpreter opens all of them: code out of text, native
code, unpickling, a module or an attribute that is chosen at run time. The findings count whatever a policy makes of
them, since an operator who waives one has seen it.
"""

from collections.abc import Iterable

from prism.declaration import MAX_IMPORTS, MAX_NAME, Declaration
from prism.finding import Finding
from prism_safety.catalogue import capabilities
from prism_safety.settings import Settings

EVERYTHING = (
    "code-from-string",
    "deserialise",
    "dynamic-import",
    "environment",
    "filesystem",
    "interactive",
    "introspection",
    "native-code",
    "network",
    "process",
    "threads",
)
_NARROW: dict[str, tuple[str, ...]] = {
    "compute": (),
    "filesystem": ("filesystem",),
    "network": ("network",),
    "process": ("filesystem", "process"),
    "threads": ("threads",),
    "environment": ("environment", "filesystem"),
    "system-randomness": (),
    "evaluator-state": (),
    "global-seed": (),
    "interactive": ("interactive",),
}
"""What comes with each capability of the settings that does not open everything."""
_NARROW_RULES: dict[str, tuple[str, ...]] = {
    **{rule: _NARROW[rule] for rule in ("filesystem", "network", "process", "threads", "environment", "global-seed")},
    "evaluator-tampering": (),
    "top-level-code": (),
}
"""The same by the names of rules."""


def declaration_of(settings: Settings, findings: Iterable[Finding], imports: Iterable[str]) -> Declaration:
    """What a project may do, given what the rules found in it and the modules that it imports.

    A name that is too long for any module is left out, and so not allowed.
    """
    able = {effect for name in _opened(settings) for effect in _NARROW.get(name, EVERYTHING)}
    for rule in {finding.rule.partition("/")[2] for finding in findings}:
        able.update(_NARROW_RULES.get(rule, EVERYTHING))
    named = sorted({name for name in imports if len(name) <= MAX_NAME})
    if len(named) > MAX_IMPORTS:
        return Declaration(imports=(), capabilities=tuple(sorted({*able, "dynamic-import"})))
    return Declaration(imports=tuple(named), capabilities=tuple(sorted(able)))


def _opened(settings: Settings) -> set[str]:
    """Capabilities that the policy allows as a whole, or of which it permits a name."""
    permitted = set(settings.permitted)
    in_part = {
        name
        for name, capability in capabilities().items()
        if any(
            known == each or known.startswith(f"{each}.") or each.startswith(f"{known}.")
            for known in capability.names
            for each in permitted
        )
    }
    return in_part.union(settings.allowed_capabilities)
