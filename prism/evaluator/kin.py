"""Processes that the project's code has started, as the kernel shows them: those of native code as well."""

import contextlib
import os
from pathlib import Path

from prism.evaluator.observation import Kind, Observations

_CHILDREN_FAULTS = 11 - 3  # field 11 of proc_pid_stat(5), counted from the one that follows the name


def note_processes(observations: Observations, contestant: int) -> None:
    """Note every process beside init, supervisor and contestant, and that the contestant has seen children end."""
    known = {1, os.getpid(), contestant}
    for entry in sorted(Path("/proc").iterdir()):
        if entry.name.isdigit():
            _note(observations, entry, is_known=int(entry.name) in known, is_contestant=entry.name == str(contestant))


def _note(observations: Observations, entry: Path, *, is_known: bool, is_contestant: bool) -> None:
    with contextlib.suppress(OSError):  # it has ended meanwhile
        name, _, rest = (entry / "stat").read_text("utf-8", "backslashreplace").rpartition(")")
        if not is_known:
            shown = name.partition("(")[2].encode("unicode_escape").decode("ascii")
            observations.note(Kind.PROCESS, f"process {shown}", "")
        if is_contestant and rest.split()[_CHILDREN_FAULTS] != "0":
            observations.note(Kind.PROCESS, "child that has ended", "")
