"""``prism pack``: the archive to hand in."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from prism.cli import rendering
from prism.cli.options import ExcludeOption, ListFormat, ListFormatOption, PolicyOption
from prism.errors import Problem, UsageError

if TYPE_CHECKING:
    from prism.packing import Packed

SHOWN = 20
Project = Annotated[Path, typer.Argument(metavar="PROJECT", help="The project's folder.", show_default=False)]
ArchiveOption = Annotated[
    Path | None,
    typer.Option(
        "--output", "-o", metavar="FILE", help="The archive; a former one is replaced.", show_default="beside PROJECT"
    ),
]


def pack(
    project: Project,
    policy: PolicyOption = "default",
    output: ArchiveOption = None,
    exclude: ExcludeOption = None,
    output_format: ListFormatOption = ListFormat.TEXT,
) -> None:
    """Write a project as the ZIP archive to hand in: the same bytes for the same files, and one that intake takes.

    Hidden files, what tools leave behind (`__pycache__`, `venv`) and what the system keeps are left out, and named.
    """
    from prism.cli.output_file import write_whole
    from prism.intake import RefusedError
    from prism.packing import pack as packed_of
    from prism.policy.loading import load

    target = _target(project, output)
    limits = load(policy).policy.intake
    try:
        packed = packed_of(project, limits, exclude=exclude or [])
    except RefusedError as refusal:
        problems = tuple(
            Problem(where=each.path or str(project), what=each.message, do=each.remedy) for each in refusal.findings
        )
        do = "mend what is listed, or leave it out with --exclude"
        raise UsageError("this project would be refused", where=str(project), do=do, problems=problems) from None
    write_whole(target, packed.archive)
    rendering.data(_as_json(target, packed) if output_format is ListFormat.JSON else _as_text(target, packed))


def _target(project: Path, output: Path | None) -> Path:
    """Where the archive goes: beside the project, if nobody says; never inside."""
    from prism.cli.output_file import require_writable

    if not project.is_dir():
        what = "there is no such folder" if not project.exists() else "this is not a folder"
        raise UsageError(what, where=str(project), do="name the folder of a project")
    whole = project.resolve()
    target = output or whole.parent / f"{whole.name or 'project'}.zip"
    require_writable(target)
    if target.resolve().is_relative_to(whole):
        do = "name a place outside, so that it is not packed the next time"
        raise UsageError("the archive would lie inside the project", where=str(target), do=do)
    return target


def _as_json(target: Path, packed: "Packed") -> str:
    from prism.report.json_format import encode

    return encode(
        {
            "archive": str(target),
            "bytes": len(packed.archive),
            "sha256": packed.sha256,
            "project_digest": packed.digest,
            "files": packed.files,
            "left_out": list(packed.left_out),
        }
    )


def _as_text(target: Path, packed: "Packed") -> str:
    from prism.report.escape import shorten
    from prism.report.painting import counted

    lines = [
        f"{shorten(str(target), 200)}: {counted(packed.files, 'file')}, {len(packed.archive)} bytes",
        f"  sha256    {packed.sha256}",
        f"  project   {packed.digest}",
    ]
    lines += [f"  left out  {shorten(path, 150)}" for path in packed.left_out[:SHOWN]]
    hidden = len(packed.left_out) - SHOWN
    lines += [f"  left out  {hidden} more"] if hidden > 0 else []
    return "\n".join(lines) + "\n"
