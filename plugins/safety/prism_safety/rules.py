"""The rules this plugin can report, as data: what is bad, why, an example, and what to write instead."""

from prism.finding import Severity
from prism.rule import Rule
from prism_safety.capability_rules import CAPABILITY_RULES
from prism_safety.obfuscation_rules import OBFUSCATION_RULES

FORBIDDEN_IMPORT = Rule(
    id="safety/forbidden-import",
    title="Import of a module that the policy does not allow",
    severity=Severity.ERROR,
    settings=(
        "plugins.safety.settings.allowed_imports",
        "plugins.safety.settings.extra_forbidden",
        "plugins.safety.settings.permitted",
    ),
    why=(
        "A model needs to compute and nothing else. Modules outside the policy's list can reach files, the network, "
        "other processes or the interpreter itself, and nobody has looked at what they bring along."
    ),
    example="import os",
    instead="Remove the import. Use torch, numpy, einops and the standard modules on the policy's list.",
    known_misses="An import that only runs under `typing.TYPE_CHECKING` is not reported, because it does not run.",
)

LEAKED_MODULE = Rule(
    id="safety/leaked-module",
    title="Forbidden module reached through an allowed one",
    severity=Severity.ERROR,
    why="Libraries import other modules, and those hang on them as attributes: `torch.os` is the whole `os` module.",
    example="import torch\ntorch.os.getpid()",
    instead="Use only what the library documents as its own.",
    known_misses="A leaked module under an alias that is not the name of a known module.",
)

PRIVATE_SYMBOL = Rule(
    id="safety/private-symbol",
    title="Private name of a library",
    severity=Severity.ERROR,
    why="Names behind an underscore are a library's machinery: they lead to native code, other modules and its state.",
    example="import torch\ntorch._C",
    instead="Use the library's public names.",
    known_misses="Private attributes of objects, as opposed to modules and classes, are not reported.",
)

UNSAFE_ATTRIBUTE = Rule(
    id="safety/unsafe-attribute",
    title="Attribute that leads into the interpreter's own objects",
    severity=Severity.ERROR,
    settings=("plugins.safety.settings.extra_dunders",),
    why=(
        "From any object, attributes such as `__globals__`, `__subclasses__` or `f_back` lead to every module that is "
        "loaded and to the code that judges the model."
    ),
    example="(lambda: 0).__globals__",
    instead="Ask for what you need by its own name; `type(self).__name__` and `self.__class__.__name__` are fine.",
)

COMPUTED_ATTRIBUTE = Rule(
    id="safety/computed-attribute",
    title="Attribute whose name is not known before the program runs",
    severity=Severity.ERROR,
    why="A name that is put together while the program runs can be any name, also one that this gate would not allow.",
    example="def pick(obj, name):\n    return getattr(obj, name)",
    instead='Write the name out, keep choices in a dictionary, or begin with fixed text: `getattr(self, f"block{i}")`.',
)

UNSAFE_METHOD = Rule(
    id="safety/unsafe-method",
    title="Special method that other code runs behind the scenes",
    severity=Severity.ERROR,
    why="Such methods run while other code works: when objects are copied, freed, compared or when classes are made.",
    example="class Model:\n    def __reduce__(self):\n        return (print, ())",
    instead="Use an ordinary method and call it where you need it.",
)

PATCHED_MODULE = Rule(
    id="safety/patched-module",
    title="Change to an imported module or class",
    severity=Severity.ERROR,
    why="Whoever replaces a library's function decides what all other code that uses it computes, scoring included.",
    example="import torch\ntorch.nn.functional.cross_entropy = lambda *a: 0",
    instead="Subclass, or write a function of your own, and leave imported modules and classes as they are.",
)

TOP_LEVEL_CODE = Rule(
    id="safety/top-level-code",
    title="Code that runs while the module is imported",
    severity=Severity.ERROR,
    settings=("plugins.safety.settings.extra_harmless_calls",),
    why=(
        "Importing a project must do nothing but define it. Code at module level, in class bodies, decorators, "
        "defaults and annotations runs before any limit of the evaluation is in place."
    ),
    example="for i in range(3):\n    print(i)",
    instead="Move it into a function; at module level keep imports, definitions, constants and computed constants.",
    known_misses="Operators on imported objects are taken to be computations.",
)

TOO_COMPLEX = Rule(
    id="safety/too-complex",
    title="File that takes too much work to understand",
    severity=Severity.ERROR,
    settings=("plugins.safety.settings.steps_per_file",),
    why="What cannot be followed within bounds cannot be called safe.",
    example="x = ((((...))))  # thousands of levels",
    instead="Split the file, shorten chains of names, and take out generated code.",
)

RULES = (
    FORBIDDEN_IMPORT,
    LEAKED_MODULE,
    PRIVATE_SYMBOL,
    UNSAFE_ATTRIBUTE,
    COMPUTED_ATTRIBUTE,
    UNSAFE_METHOD,
    PATCHED_MODULE,
    TOP_LEVEL_CODE,
    TOO_COMPLEX,
    *CAPABILITY_RULES,
    *OBFUSCATION_RULES,
)
BY_NAME = {rule.id.partition("/")[2]: rule for rule in RULES}
