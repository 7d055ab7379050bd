"""Rules about how the name of a contract function comes to stand in the entrypoint, or does not."""

from typing import Final

from prism.finding import Severity
from prism.rule import Rule

_PLAIN: Final = "Define the function once, with `def`, at the top level of the entrypoint, outside every other block."

MISSING: Final = Rule(
    id="contract/missing-function",
    title="The entrypoint does not define a required function",
    severity=Severity.ERROR,
    settings=("plugins.contract.settings.functions",),
    why="The evaluation calls the function by its name. Without it nothing can be built or trained.",
    example="A model.py without `build_model`.",
    instead=_PLAIN,
    known_misses="A function whose body does nothing useful; the evaluation finds that out.",
)
MISSPELT: Final = Rule(
    id="contract/misspelt-function",
    title="A required function stands under another name",
    severity=Severity.ERROR,
    why="The evaluation calls the function by its exact name and does not look for similar ones.",
    example="def build_modle(ctx): ...",
    instead="Give the function the name that the contract asks for.",
    known_misses="A name that shares no word with the required one; the function then counts as missing.",
)
MISSPELT_HOOK: Final = Rule(
    id="contract/misspelt-hook",
    title="A function looks like an optional hook whose name is misspelt",
    severity=Severity.WARNING,
    why="An optional hook under a wrong name is silently never called, so the project is scored without it.",
    example="def compute_los(model, batch, ctx): ...",
    instead="Give the hook its exact name; a helper that is no hook is called by the project itself.",
    known_misses="A helper that some other function of the file uses is taken for a helper, whatever its name.",
)
NESTED: Final = Rule(
    id="contract/nested-function",
    title="A required function is defined inside a class or another function",
    severity=Severity.ERROR,
    why="Only names at the top level of the entrypoint can be called from outside.",
    example="class Factory:\n    def build_model(self, ctx): ...",
    instead=_PLAIN,
)
CONDITIONAL: Final = Rule(
    id="contract/conditional-function",
    title="A contract function exists only under a condition",
    severity=Severity.ERROR,
    why="Whether the function exists, or which of two, must not depend on where or when the file is imported: "
    "what was reviewed would not be what is run.",
    example="if DEBUG:\n    def build_model(ctx): ...",
    instead=_PLAIN + " Put the condition inside the function.",
)
ALIASED: Final = Rule(
    id="contract/aliased-function",
    title="A contract function is assigned rather than defined",
    severity=Severity.ERROR,
    why="An assigned name may hold anything, and its parameters cannot be read from the source.",
    example="build_model = make_model",
    instead="Define the function with `def` and call the other one in it.",
)
IMPORTED: Final = Rule(
    id="contract/imported-function",
    title="A contract function is imported instead of defined",
    severity=Severity.ERROR,
    why="A reader of the entrypoint, and the contract's checks, must see the function itself.",
    example="from blocks import build_model",
    instead="Define the function in the entrypoint and call the imported one in it, under another name.",
    known_misses="What a star import of a library brings is unknown; own modules are followed.",
)
NOT_A_FUNCTION: Final = Rule(
    id="contract/not-a-function",
    title="The name of a contract function belongs to something else",
    severity=Severity.ERROR,
    why="The evaluation takes whatever has that name in the entrypoint for the function and calls it.",
    example="class build_model: ...",
    instead="Define a function of that name, or name the other thing differently.",
)
REDEFINED: Final = Rule(
    id="contract/redefined-function",
    title="A contract function is bound more than once",
    severity=Severity.ERROR,
    why="Only the last binding counts, so a reader who stops at the first is misled.",
    example="def build_model(ctx): ...\nbuild_model = other",
    instead="Keep one definition, and give everything else another name.",
    known_misses="Writes through `globals()` or `setattr` are the business of the safety rules.",
)
DELETED: Final = Rule(
    id="contract/deleted-function",
    title="The name of a contract function is deleted",
    severity=Severity.ERROR,
    why="After `del` the evaluation does not find the function.",
    example="def build_model(ctx): ...\ndel build_model",
    instead="Drop the `del`.",
)
