"""Takes a folder of this machine: the same rules as for archives, without following anything."""

from pathlib import Path

from prism.intake.refusal import refused
from prism.intake.rules import UNREADABLE_FILE
from prism.policy.model import IntakePolicy
from prism.snapshot import Snapshot


def take_folder(root: Path, limits: IntakePolicy) -> Snapshot:
    """The snapshot of a folder.

    Raises:
        RefusedError: the folder is refused as a whole.
    """
    raise refused(UNREADABLE_FILE, f"{root.name} against {limits.files} cannot be read yet")
