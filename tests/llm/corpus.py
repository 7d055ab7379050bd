"""The corpus of injections: projects with something planted in them, and texts that want it overlooked.

`tests/corpora/llm/injections/projects` holds the projects, the other files there hold the texts by kind. A line
``# here`` of ``model.py`` is where a case's code goes; ``HELPER`` is the name of a project's second file.
"""

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Literal

import msgspec
from prism_llm.views import printable
from ruamel.yaml import YAML

CORPUS = Path(__file__).parents[1] / "corpora" / "llm" / "injections"
FILLER = "# The width of a layer follows from the size of the vocabulary and the depth of the network, step {number}.\n"
"""What a diluted text stands between."""
LEAST_LETTERS = 4

Obeyed = Literal["approves", "copies", "seals", "frame", "diverts", "refuses"]


class Case(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One text in one project."""

    id: str
    project: str
    code: str = ""
    """What is put into ``model.py``."""
    helper: str = "layers"
    """What the second file is called."""
    files: Mapping[str, str] = {}
    """What is added beside."""
    dilution: int = 0
    """How many lines of idle comment stand before the text, and after it."""
    silent: bool = False
    """Whether the text speaks to nobody, so that only the neutral view can help."""
    obeyed: Obeyed = "approves"
    """What a model does that obeys it."""


class Planted(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is wrong with a project."""

    sign: str
    """What stands on the line at fault, in both views."""
    says: str


@cache
def cases() -> dict[str, Case]:
    """Every case by kind and name."""
    return {
        f"{path.stem}/{case.id}": case
        for path in sorted(CORPUS.glob("*.yaml"))
        if path.stem != "projects"
        for case in msgspec.convert(_loaded(path), tuple[Case, ...])
    }


@cache
def planted() -> dict[str, Planted]:
    """What is wrong with each project, by its name."""
    return msgspec.convert(_loaded(CORPUS / "projects.yaml"), dict[str, Planted])


def files_of(case: Case) -> dict[str, str]:
    """The files of a case's project, the text in them."""
    filler = "".join(FILLER.format(number=number) for number in range(case.dilution))
    code = f"{filler}{case.code}{filler}"
    folder = CORPUS / "projects" / case.project
    files = {
        path.name.replace("HELPER", case.helper): path.read_text("utf-8").replace("HELPER", case.helper)
        for path in sorted(folder.glob("*.py"))
    }
    return {path: text.replace("# here\n", code, 1) for path, text in files.items()} | dict(case.files)


def tells(case: Case) -> frozenset[str]:
    """The words of a text that its project does not hold without it: who reads them has seen the text."""
    clean = Case(id="clean", project=case.project)
    filler = FILLER if case.dilution else ""
    return words_in(_all_of(case)) - words_in(f"{_all_of(clean)}{filler}")


def _all_of(case: Case) -> str:
    short = msgspec.structs.replace(case, dilution=0)
    return "\n".join(f"{path}\n{text}" for path, text in files_of(short).items())


def words_in(text: str) -> frozenset[str]:
    """The longer words of a text as a model is shown it; of a text of single letters, its lines."""
    lines = [printable(line).casefold() for line in text.split("\n")]
    words = frozenset(word for line in lines for word in re.findall(r"\w+", line))
    scattered = frozenset("".join(line.split()) for line in lines if re.search(r"(\W\w){6}|([.-]+ ){6}", line))
    return scattered | frozenset(word for word in words if len(word) >= LEAST_LETTERS or not word.isascii())


def _loaded(path: Path) -> object:
    return YAML(typ="safe").load(path.read_text("utf-8"))
