"""PRISM: the gate that everyone who accepts code from strangers can reach for.

Public names are loaded on first use, so that ``import prism`` costs nothing.
"""

__version__ = "0.1.0"

TYPE_CHECKING = False  # importing it takes longer than all else here; type checkers know the name

if TYPE_CHECKING:
    from prism.async_gate import AsyncGate
    from prism.errors import GuardError, PluginError, PolicyError, PrismError, RunnerError, StoreError, UsageError
    from prism.examiner import Examination
    from prism.finding import Finding, Severity
    from prism.gate import Gate
    from prism.hookspecs import hookimpl
    from prism.project import Project, SourceFile
    from prism.review import Review
    from prism.rule import Rule
    from prism.runner.outcome import RunOutcome
    from prism.verdict import Outcome, Verdict

_HOMES = {
    "AsyncGate": "prism.async_gate",
    "Examination": "prism.examiner",
    "Finding": "prism.finding",
    "Gate": "prism.gate",
    "GuardError": "prism.errors",
    "Outcome": "prism.verdict",
    "PluginError": "prism.errors",
    "PolicyError": "prism.errors",
    "PrismError": "prism.errors",
    "Project": "prism.project",
    "Review": "prism.review",
    "Rule": "prism.rule",
    "RunOutcome": "prism.runner.outcome",
    "RunnerError": "prism.errors",
    "Severity": "prism.finding",
    "SourceFile": "prism.project",
    "StoreError": "prism.errors",
    "UsageError": "prism.errors",
    "Verdict": "prism.verdict",
    "hookimpl": "prism.hookspecs",
}

__all__ = [
    "AsyncGate",
    "Examination",
    "Finding",
    "Gate",
    "GuardError",
    "Outcome",
    "PluginError",
    "PolicyError",
    "PrismError",
    "Project",
    "Review",
    "Rule",
    "RunOutcome",
    "RunnerError",
    "Severity",
    "SourceFile",
    "StoreError",
    "UsageError",
    "Verdict",
    "__version__",
    "hookimpl",
]


def __getattr__(name: str) -> object:
    """Load a public name from its home module on first use."""
    if name not in _HOMES:
        raise AttributeError(f"module 'prism' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    """The public names, for whoever completes them."""
    return __all__
