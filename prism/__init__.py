"""PRISM: the gate that everyone who accepts code from strangers can reach for.

Public names are loaded on first use, so that ``import prism`` costs nothing.
"""

__version__ = "0.1.0"

TYPE_CHECKING = False  # importing it takes longer than all else here; type checkers know the name

if TYPE_CHECKING:
    from prism.finding import Finding, Severity
    from prism.gate import Gate
    from prism.hookspecs import hookimpl
    from prism.project import Project, SourceFile
    from prism.rule import Rule
    from prism.verdict import Verdict

_HOMES = {
    "Finding": "prism.finding",
    "Gate": "prism.gate",
    "Project": "prism.project",
    "Rule": "prism.rule",
    "Severity": "prism.finding",
    "SourceFile": "prism.project",
    "Verdict": "prism.verdict",
    "hookimpl": "prism.hookspecs",
}

__all__ = ["Finding", "Gate", "Project", "Rule", "Severity", "SourceFile", "Verdict", "__version__", "hookimpl"]


def __getattr__(name: str) -> object:
    """Load a public name from its home module on first use."""
    if name not in _HOMES:
        raise AttributeError(f"module 'prism' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_HOMES[name]), name)
