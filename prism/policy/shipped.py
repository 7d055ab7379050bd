"""The policies that come with PRISM: inside the package when it is installed, beside it in a source tree."""

from functools import cache
from pathlib import Path

import prism


def shipped_names() -> tuple[str, ...]:
    """Names of the shipped policies, sorted."""
    return tuple(sorted(_files()))


def shipped_file(name: str) -> Path | None:
    """The file of a shipped policy; ``None`` when there is none of this name."""
    return _files().get(name)


@cache
def _files() -> dict[str, Path]:
    package = Path(prism.__file__).resolve().parent
    folders = (package / "policies", package.parent / "policies")
    folder = next((folder for folder in folders if (folder / "default.yaml").is_file()), package)
    return {file.stem: file for file in folder.glob("*.yaml")}
