"""The attack corpus as typed cases: one technique each, with the places where it must be found."""

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
from ruamel.yaml import YAML

FOLDER = Path(__file__).parents[1] / "corpora" / "safety" / "attacks"
KNOWN_MISSES = FOLDER / "known_misses.yaml"
MARK = re.compile(r"[ \t]*# expect: ([a-z0-9/-]+(?:, [a-z0-9/-]+)*)$", re.MULTILINE)
Place = tuple[str, str, int]
"""Rule, path, line; line 0 where a finding has none."""


class Holds(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A Python expression that is true after the attack worked."""

    holds: str


class Written(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A case as it stands in its file."""

    how: str
    top: str = ""
    use: str = ""
    files: dict[str, str] = {}
    encoding: str = "utf-8"
    repeat: dict[str, tuple[str, int]] = {}
    expect: tuple[Place, ...] = ()
    truth: str | Holds | None = None
    idle: str = ""


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """One attack: a whole project, where it must be found, and what proves that it works."""

    family: str
    name: str
    how: str
    texts: dict[str, str]
    """Files by path, without the marks."""
    encoding: str
    expected: frozenset[Place]
    truth: str | Holds | None
    idle: str

    @property
    def id(self) -> str:
        """Family and name, which no other case has."""
        return f"{self.family}/{self.name}"

    @property
    def files(self) -> dict[str, bytes]:
        """The bytes of each file, by path."""
        return {path: text.encode(self.encoding, "surrogatepass") for path, text in self.texts.items()}


@cache
def cases() -> tuple[Case, ...]:
    """All cases, by family and in the order of their files."""
    return tuple(case for path in sorted(FOLDER.glob("*.yaml")) if path != KNOWN_MISSES for case in _family(path))


def known_misses() -> dict[str, str]:
    """Why each case that is not found as it should be is missed, by the case's id."""
    return msgspec.convert(_yaml(KNOWN_MISSES) or {}, dict[str, str])


def template() -> dict[str, str]:
    """The honest project that attacks are placed into."""
    return {"model.py": _placed("", "")}


def _family(path: Path) -> Iterable[Case]:
    for name, fields in _yaml(path).items():
        written = msgspec.convert(fields, Written)
        marked = {file: _repeated(text, written) for file, text in _texts(written).items()}
        yield Case(
            family=path.stem,
            name=name,
            how=written.how,
            texts={file: MARK.sub("", text) for file, text in marked.items()},
            encoding=written.encoding,
            expected=frozenset(_places(marked)) | {(_rule(rule), file, line) for rule, file, line in written.expect},
            truth=written.truth,
            idle=written.idle,
        )


def _yaml(path: Path) -> Any:  # noqa: ANN401 - any YAML; converted by whoever asked
    return YAML(typ="safe").load(path)


def _texts(written: Written) -> dict[str, str]:
    placed = {} if "model.py" in written.files else {"model.py": _placed(written.top, written.use)}
    return placed | written.files


def _placed(top: str, use: str) -> str:
    text = (FOLDER / "template.py").read_text("utf-8")
    inside = "\n".join(f"        {line}" if line else "" for line in use.rstrip("\n").split("\n"))
    return text.replace("@top@", top.rstrip("\n")).replace("        @use@", inside)


def _repeated(text: str, written: Written) -> str:
    for name, (unit, times) in written.repeat.items():
        text = text.replace(f"@{name}@", unit * times)
    return text


def _places(marked: dict[str, str]) -> Iterable[Place]:
    for path, text in marked.items():
        for number, line in enumerate(text.split("\n"), start=1):
            match = MARK.search(line)
            yield from ((_rule(rule), path, number) for rule in (match[1].split(", ") if match else ()))


def _rule(name: str) -> str:
    return name if "/" in name else f"safety/{name}"
