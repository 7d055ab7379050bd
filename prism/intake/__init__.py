"""Turns bytes and folders from outside into a snapshot, or refuses them whole.

Intake decides from the bytes alone: it reads archives itself, byte by byte, so the answer does not depend on what
another reader, or another version of one, would make of an ambiguous file.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from prism.intake.archive import read_bounded, take_archive
    from prism.intake.refusal import RefusedError
    from prism.intake.rules import INTAKE_RULES
    from prism.intake.tree import take_folder

__all__ = ["INTAKE_RULES", "RefusedError", "read_bounded", "take_archive", "take_folder"]

_HOMES = {
    "INTAKE_RULES": "rules",
    "RefusedError": "refusal",
    "read_bounded": "archive",
    "take_archive": "archive",
    "take_folder": "tree",
}


def __getattr__(name: str) -> object:
    """Import what is asked for: the process that only names the rules needs none of what opens archives."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
