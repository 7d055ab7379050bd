"""Judges names: one function a rule, each saying what is wrong with a name, or nothing.

A name here is a path inside an archive or folder, as text, without the slash that ends a folder's name.
"""

import re
import unicodedata
from collections.abc import Callable

from prism.intake.refusal import RefusedError, refused
from prism.intake.rules import (
    ABSOLUTE_PATH,
    BACKSLASH,
    CONTROL_CHARACTER,
    DEEP_PATH,
    HIDDEN_NAME,
    INVISIBLE_CHARACTER,
    LONG_NAME,
    OS_METADATA,
    PATH_TRAVERSAL,
    RESERVED_NAME,
    TOOL_LEFTOVER,
    TRAILING_DOT,
    UNSUPPORTED_TYPE,
)
from prism.policy.model import IntakePolicy
from prism.rule import Rule

_SEPARATORS = re.compile(r"[/\\]")
_ROOTED = re.compile(r"[/\\]|[A-Za-z]:")
_WINDOWS_CHARACTERS = frozenset('<>:"|?*')
_WINDOWS_DEVICES = frozenset(
    ["con", "prn", "aux", "nul", "clock$", "conin$", "conout$"]
    + [f"{port}{digit}" for port in ("com", "lpt") for digit in "0123456789\xb9\xb2\xb3"]
)
_UNSEEN_CATEGORIES = frozenset({"Cf", "Cs", "Co", "Cn", "Zl", "Zp", "Zs"})
# Letters and marks that are drawn as nothing: joiners, fillers, vowel separators, variation selectors.
_UNSEEN = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
)
_TOOL_FOLDERS = frozenset({"__pycache__", "__pypackages__", "node_modules", "venv", "site-packages"})
_MACOS_FOLDER = "__MACOSX"
_MACOS_FILE = ".DS_Store"
_JAR_MANIFEST = "META-INF/MANIFEST.MF"


def check_name(name: str, raw: bytes, limits: IntakePolicy) -> None:
    """Refuse a name that could mean something else elsewhere, or that the policy does not take."""
    for rule, problem in _SAFETY:
        message = problem(name, limits)
        if message:
            raise refused(rule, message, name=raw)
    if not is_os_metadata(name):
        _check_uninvited(name)
    elif limits.os_metadata == "reject":
        raise refused(OS_METADATA, "The policy refuses bookkeeping files of macOS and `jar`.", name=raw)


def check_type(name: str, limits: IntakePolicy) -> None:
    """Refuse a file whose name is of no type that the policy takes."""
    last = name.rpartition("/")[2]
    if last in limits.bare_names or suffix(last) in limits.suffixes:
        return
    taken = ", ".join((*limits.suffixes, *limits.bare_names))
    kind = f"files that end in `{suffix(last)}`" if suffix(last) else "files without a suffix"
    raise refused(
        UNSUPPORTED_TYPE,
        f"The policy does not take {kind}.",
        name=name,
        remedy=f"Leave the file out. Taken are: {taken}.",
    )


def suffix(last: str) -> str:
    """What a file name says of its type, dot included, as written; empty when it says nothing."""
    stem, dot, end = last.rpartition(".")
    return dot + end if stem else ""


def is_os_metadata(name: str) -> bool:
    """Whether a name belongs to the bookkeeping that macOS and ``jar`` add to archives."""
    first, last = name.partition("/")[0], name.rpartition("/")[2]
    return first == _MACOS_FOLDER or last == _MACOS_FILE or name == _JAR_MANIFEST


def is_uninvited(name: str) -> bool:
    """Whether an archive that holds the name is refused because it is hidden, or of a tool and not of the project."""
    try:
        _check_uninvited(name + "/")
    except RefusedError:
        return True
    return False


def _check_uninvited(name: str) -> None:
    """Refuse hidden names and tools' folders, naming the outermost: one finding for a whole `.git`."""
    parts = name.split("/")
    for count, part in enumerate(parts, start=1):
        place = "/".join(parts[:count])
        if part.startswith("."):
            raise refused(HIDDEN_NAME, f"`{part[:40]}` is hidden: its name begins with a dot.", name=place)
        if part in _TOOL_FOLDERS and count < len(parts):
            raise refused(TOOL_LEFTOVER, f"`{part}` is a folder that a tool made.", name=place)


def _too_long(name: str, limits: IntakePolicy) -> str:
    size, longest = len(name.encode()), max(len(part.encode()) for part in name.split("/"))
    if size > limits.path_bytes:
        return f"The path is {size} bytes long; at most {limits.path_bytes} are taken."
    if longest > limits.name_bytes:
        return f"A component of the path is {longest} bytes long; at most {limits.name_bytes} are taken."
    return ""


def _has_control_character(name: str, _: IntakePolicy) -> str:
    found = next((char for char in name if unicodedata.category(char) == "Cc"), None)
    return f"The name contains the control character U+{ord(found):04X}." if found is not None else ""


def _is_absolute(name: str, _: IntakePolicy) -> str:
    return "The name starts at a root, a drive or a network share." if _ROOTED.match(name) else ""


def _climbs(name: str, _: IntakePolicy) -> str:
    odd = next((part for part in _SEPARATORS.split(name) if part in {"", ".", ".."}), None)
    if odd is None:
        return ""
    return f"The name has the component `{odd}`." if odd else "The name has an empty component."


def _has_backslash(name: str, _: IntakePolicy) -> str:
    return "The name contains a backslash." if "\\" in name else ""


def _has_unseen_character(name: str, _: IntakePolicy) -> str:
    for char in name:
        if char != " " and (unicodedata.category(char) in _UNSEEN_CATEGORIES or _UNSEEN.match(char)):
            return f"The name contains U+{ord(char):04X}, which is not seen or reorders what is."
    return ""


def _ends_in_dot_or_space(name: str, _: IntakePolicy) -> str:
    ends = any(part[-1] in ". " for part in name.split("/"))
    return "A component of the name ends in a dot or a space." if ends else ""


def _is_reserved(name: str, _: IntakePolicy) -> str:
    if not _WINDOWS_CHARACTERS.isdisjoint(name):
        return "The name contains a character that Windows does not allow."
    devices = (part for part in name.split("/") if part.partition(".")[0].rstrip().casefold() in _WINDOWS_DEVICES)
    device = next(devices, None)
    return f"`{device}` is a device on Windows." if device else ""


def _is_deep(name: str, limits: IntakePolicy) -> str:
    depth = name.count("/") + 1
    return (
        f"The path has {depth} components; at most {limits.path_depth} are taken." if depth > limits.path_depth else ""
    )


_SAFETY: tuple[tuple[Rule, Callable[[str, IntakePolicy], str]], ...] = (
    (LONG_NAME, _too_long),  # first, so that the others look at short names only
    (CONTROL_CHARACTER, _has_control_character),
    (ABSOLUTE_PATH, _is_absolute),
    (PATH_TRAVERSAL, _climbs),
    (BACKSLASH, _has_backslash),
    (INVISIBLE_CHARACTER, _has_unseen_character),
    (TRAILING_DOT, _ends_in_dot_or_space),
    (RESERVED_NAME, _is_reserved),
    (DEEP_PATH, _is_deep),
)
