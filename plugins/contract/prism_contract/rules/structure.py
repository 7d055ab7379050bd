"""Rules about the files of a project and how they import each other."""

from typing import Final

from prism.finding import Severity
from prism.rule import Rule

SHADOWED_MODULE: Final = Rule(
    id="contract/shadowed-module",
    title="A file or folder has the name of a library",
    severity=Severity.ERROR,
    settings=("plugins.contract.settings.protected_modules",),
    why="Imports look in the project's root first, so every `import math` of the evaluation and of its libraries would "
    "run this file instead of the real module.",
    example="`torch.py`, `math/__init__.py` or `collections.py` at the root.",
    instead="Rename it; below a folder of the project the name is free.",
    known_misses="Libraries that neither the standard library nor the policy names.",
)
RESERVED_FILE: Final = Rule(
    id="contract/reserved-file",
    title="A file that Python or its tools run by themselves",
    severity=Severity.ERROR,
    settings=("plugins.contract.settings.reserved_names",),
    why="Such a file runs without any import: at the start of the interpreter, of a test run or of an installation.",
    example="`sitecustomize.py`, `conftest.py`, `setup.py`, `__main__.py`, `x.pth`, `x.dist-info/`.",
    instead="Leave the file out; what the model needs belongs into modules that the entrypoint imports.",
)
HIDDEN_FILE: Final = Rule(
    id="contract/hidden-file",
    title="A hidden file or folder",
    severity=Severity.ERROR,
    why="Ordinary listings leave out names that begin with a dot, so a reader overlooks them; no model needs one.",
    example="`.cache/weights.json`",
    instead="Leave it out of the archive, or rename it.",
)
AMBIGUOUS_MODULE: Final = Rule(
    id="contract/ambiguous-module",
    title="A package and a module have the same name",
    severity=Severity.ERROR,
    why="Python imports only one of the two and silently ignores the other, which a reader may take for the right one.",
    example="`blocks.py` beside `blocks/attention.py`.",
    instead="Rename one of them.",
)
UNIMPORTABLE_MODULE: Final = Rule(
    id="contract/unimportable-module",
    title="No import statement can name this file",
    severity=Severity.NOTE,
    why="A file whose path holds a dash, a space, a dot or a keyword is dead weight, or meant to be loaded otherwise.",
    example="`my-blocks.py`",
    instead="Rename it with letters, digits and underscores, or leave it out.",
)
UNIMPORTED_MODULE: Final = Rule(
    id="contract/unimported-module",
    title="Nothing imports this file",
    severity=Severity.NOTE,
    why="Code that the entrypoint does not reach is never run, and only makes the project harder to read.",
    example="`old_model.py`, left over.",
    instead="Leave it out.",
    known_misses="Names that a package lists in `__all__` are not followed through `from package import *`.",
)
IMPORT_OUTSIDE_PROJECT: Final = Rule(
    id="contract/import-outside-project",
    title="A relative import climbs above the project's root",
    severity=Severity.ERROR,
    why="What lies above the root is not part of the submission: the import fails, or reaches somebody else's code.",
    example="from ..secrets import key  # in a file at the root",
    instead="Use as many dots as there are folders between the file and the root, at most.",
    known_misses="Imports that are not statements; the safety rules refuse those.",
)
MISSING_OWN_MODULE: Final = Rule(
    id="contract/missing-own-module",
    title="An import names a module that the project does not have",
    severity=Severity.ERROR,
    why="The import fails when the project is run.",
    example="from blocks.atention import Attention",
    instead="Mend the name, or add the file. Imports begin at the project's root.",
    known_misses="A name that a module does not define: `from blocks import Missing`.",
)
