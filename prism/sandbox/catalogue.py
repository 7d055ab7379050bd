"""The attacks that PRISM ships, as they stand in ``attacks/``, and the digest that names this set of them."""

import functools
import hashlib
from pathlib import Path
from typing import Any

import msgspec

from prism.document import load_document
from prism.sandbox.attack import AnyAttack, Group

FOLDER = Path(__file__).parent / "attacks"
INSIDE = Path(__file__).parent / "inside.py"
ORDER = (
    "processes",
    "memory",
    "processor",
    "files",
    "kernel",
    "privileges",
    "network",
    "secrets",
    "output",
    "metrics",
    "requests",
)


@functools.cache
def groups() -> tuple[Group, ...]:
    """The attacks by group, each with all that it says of itself."""
    return tuple(_group(name) for name in ORDER)


def attacks() -> tuple[AnyAttack, ...]:
    """All attacks, in order."""
    return tuple(attack for group in groups() for attack in group.attacks)


@functools.cache
def digest() -> str:
    """What changes whenever an attack, or the way it is made, does."""
    parts = [path.read_bytes() for path in (*(FOLDER / f"{name}.yaml" for name in ORDER), INSIDE)]
    return hashlib.sha256(b"".join(hashlib.sha256(part).digest() for part in parts)).hexdigest()


def _group(name: str) -> Group:
    path = FOLDER / f"{name}.yaml"
    data: Any = load_document(path.read_text(encoding="utf-8"), name=path.name).data
    for each in data["attacks"]:
        each.setdefault("kind", "probe")
        each.setdefault("mend", data["mend"])
        each.setdefault("judged", _JUDGED.get(each["kind"], ""))
    return msgspec.convert(data, Group)


_JUDGED = {"line": "Kept if PRISM takes nothing for a result."}
