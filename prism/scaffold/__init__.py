"""``prism plugins new``: a plugin to begin with, as the smallest thing that works, is tested and typed.

The templates are files below this folder, named as they will be named but for a last ``.txt``. ``@name@`` and its like
stand for what depends on the plugin's name.
"""

import keyword
import sys
from importlib.util import find_spec
from pathlib import Path
from re import fullmatch, sub
from typing import Final

from prism.errors import UsageError
from prism.plugin import CORE_NAMES, installed_names

NAME: Final = r"[a-z][a-z0-9_]{0,39}"
TEMPLATES: Final = Path(__file__).parent
RESERVED: Final = frozenset({"prism", "policy", "conftest", "test", "tests", "plugin", "plugins", "setup"})
"""Names of files that would stand beside the plugin, or that tools run by themselves."""


def new_plugin(name: str, folder: Path, *, is_package: bool) -> tuple[Path, ...]:
    """Write a plugin into a folder that does not exist yet; the files, in the order in which they are to be read.

    Raises:
        UsageError: the name cannot be a plugin's, or the folder exists or cannot be written.
    """
    require_name(name, is_package=is_package)
    if folder.exists() or folder.is_symlink():
        do = "choose another name, or another folder with --into"
        raise UsageError("there is something already, and nothing is overwritten", where=str(folder), do=do)
    words = {"name": name, "dashed": name.replace("_", "-"), "rule": "own-seed"}
    words |= {"module": f"prism_{name}", "tests": "tests"}  # no folder of that name would get into a wheel
    try:
        folder.mkdir(parents=True)
        return tuple(_written(template, folder, words) for template in _templates("package" if is_package else "file"))
    except OSError as error:
        raise UsageError(f"it cannot be written: {error.strerror}", where=str(folder), do="use --into") from error


def require_name(name: str, *, is_package: bool) -> None:
    """Make sure that a plugin can have this name.

    Raises:
        UsageError: it cannot; what to do stands in it.
    """
    why = _why_not(name, f"prism_{name}" if is_package else name)
    if why:
        fit = sub(r"[^a-z0-9]+", "_", Path(name.lower()).stem).strip("_")
        is_better = fit != name and fullmatch(NAME, fit) and not _why_not(fit, f"prism_{fit}" if is_package else fit)
        hint = f"call it {fit!r}" if is_better else "choose another name, such as one for what its rules are about"
        raise UsageError(f"a plugin cannot be called {name!r}: {why}", where="prism plugins new", do=hint)


def _why_not(name: str, module: str) -> str:
    """Why a plugin cannot have a name; empty when it can."""
    if fullmatch(NAME, name) is None:
        return "a name is a small letter, then small letters, digits and underscores, 40 at most"
    if keyword.iskeyword(name) or keyword.issoftkeyword(name):
        return "it is a word of Python itself"
    if name in CORE_NAMES or name in RESERVED:
        return "it belongs to PRISM, or to a file beside the plugin"
    if name in installed_names():
        return "a plugin of this name is installed"
    if name in sys.stdlib_module_names:
        return "it is a module of the standard library, which the plugin's file would hide"
    if _can_be_imported(module):
        return f"a module {module!r} is installed, which the plugin would hide"
    return ""


def _can_be_imported(module: str) -> bool:
    try:
        return find_spec(module) is not None
    except (ImportError, ValueError):
        return True


def _templates(kind: str) -> list[Path]:
    return sorted((TEMPLATES / kind).rglob("*.txt"))


def _written(template: Path, folder: Path, words: dict[str, str]) -> Path:
    relative = _filled(str(template.relative_to(TEMPLATES)).partition("/")[2].removesuffix(".txt"), words)
    target = folder / relative
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(_filled(template.read_text(encoding="utf-8"), words), encoding="utf-8")
    return target


def _filled(text: str, words: dict[str, str]) -> str:
    return sub(r"@([a-z]+)@", lambda found: words[found[1]], text)
