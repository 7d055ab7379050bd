"""Turns bytes and folders from outside into a snapshot, or refuses them whole.

Intake decides from the bytes alone: it reads archives itself, byte by byte, so the answer does not depend on what
another reader, or another version of one, would make of an ambiguous file.
"""

from prism.intake.archive import read_bounded, take_archive
from prism.intake.refusal import RefusedError
from prism.intake.rules import INTAKE_RULES
from prism.intake.tree import take_folder

__all__ = ["INTAKE_RULES", "RefusedError", "read_bounded", "take_archive", "take_folder"]
