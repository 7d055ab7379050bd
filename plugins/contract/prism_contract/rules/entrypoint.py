"""Rules about where a project begins: its entrypoint and its manifest."""

from typing import Final

from prism.finding import Severity
from prism.rule import Rule

ENTRYPOINT_MISSING: Final = Rule(
    id="contract/entrypoint-missing",
    title="The entrypoint is not there",
    severity=Severity.ERROR,
    settings=("project.entrypoint",),
    why="The evaluation begins by importing the entrypoint; without one there is nothing to run.",
    example="A project with only `train.py` and no manifest.",
    instead="Put `model.py` at the root, or name the file in `prism.yaml`.",
)
ENTRYPOINT_AMBIGUOUS: Final = Rule(
    id="contract/entrypoint-ambiguous",
    title="More than one file could be the entrypoint",
    severity=Severity.ERROR,
    why="What is reviewed as the entrypoint must be what Python imports; two candidates make that a guess.",
    example="`model.py` beside a folder `model/` with `__init__.py`.",
    instead="Keep one of them, or name the entrypoint in `prism.yaml`.",
)
ENTRYPOINT_OUTSIDE: Final = Rule(
    id="contract/entrypoint-outside",
    title="The manifest names an entrypoint outside the project",
    severity=Severity.ERROR,
    why="Only files of the project are reviewed and run; a path that climbs out of it names somebody else's file.",
    example="architecture:\n  entrypoint: ../model.py",
    instead="Name a file of the project, as a path from its root with `/` between components.",
)
ENTRYPOINT_UNIMPORTABLE: Final = Rule(
    id="contract/entrypoint-unimportable",
    title="Python cannot import the entrypoint by name",
    severity=Severity.ERROR,
    why="The evaluation imports the entrypoint as a module from the project's root, so every part of its path must be "
    "an identifier, and no other module may stand in its way.",
    example="architecture:\n  entrypoint: my-model.py",
    instead="Rename the file or folder: letters, digits and underscores, no keyword.",
)
INVALID_MANIFEST: Final = Rule(
    id="contract/invalid-manifest",
    title="The manifest has a mistake",
    severity=Severity.ERROR,
    why="The manifest says what is handed in and where it begins; nothing is guessed from one that is wrong.",
    example="kind: fulll",
    instead="Mend the named line; the manifest is optional and may also be left out.",
)
