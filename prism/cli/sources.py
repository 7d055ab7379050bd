"""The projects named on a command line, checked before anything is started for them."""

from pathlib import Path

from prism.errors import Problem, UsageError

MISSING = "check the spelling; a project is a folder or a ZIP archive"


def require_projects(paths: list[Path]) -> None:
    """Refuse paths that cannot be projects, all of them at once.

    Raises:
        UsageError: a path does not exist, cannot be read, or is neither a folder nor an ordinary file. Reading a pipe
            or a device could wait for ever.
    """
    problems = tuple(problem for path in paths if (problem := _problem(path)))
    if len(problems) == 1:
        raise UsageError(problems[0].what, where=problems[0].where, do=problems[0].do)
    if problems:
        raise UsageError("these are not projects", problems=problems)


def _problem(path: Path) -> Problem | None:
    try:
        path.stat()
        if not (path.is_dir() or path.is_file()):
            return Problem(where=str(path), what="neither a folder nor an ordinary file", do="name a folder or a ZIP")
        if path.is_dir():
            next(path.iterdir(), None)
        else:
            path.open("rb").close()
    except FileNotFoundError:
        return Problem(where=str(path), what="there is no such file or folder", do=MISSING)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        return Problem(where=str(path), what=f"cannot be read: {reason}", do="mend its permissions, or its name")
    return None
