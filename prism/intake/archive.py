"""Opens an archive: from its bytes to a snapshot, one step after another."""

from pathlib import Path

from prism.intake.refusal import refused
from prism.intake.rules import NOT_A_ZIP
from prism.policy.model import IntakePolicy
from prism.snapshot import Snapshot


def take_archive(data: bytes, limits: IntakePolicy) -> Snapshot:
    """The snapshot of an archive.

    Raises:
        RefusedError: the archive is refused as a whole.
    """
    raise refused(NOT_A_ZIP, f"{len(data)} bytes against {limits.archive_bytes} cannot be opened yet")


def read_bounded(path: Path, limits: IntakePolicy) -> bytes:
    """The bytes of an archive file."""
    raise refused(NOT_A_ZIP, f"{path.name} against {limits.archive_bytes} cannot be opened yet")
