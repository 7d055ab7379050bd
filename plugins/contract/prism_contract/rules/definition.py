"""Rules about the shape of a contract function that is defined where it should be."""

from typing import Final

from prism.finding import Severity
from prism.rule import Rule

ASYNC: Final = Rule(
    id="contract/async-function",
    title="A contract function is asynchronous",
    severity=Severity.ERROR,
    why="Calling it gives a coroutine that nobody awaits: the body never runs.",
    example="async def build_model(ctx): ...",
    instead="Write `def` without `async`.",
)
GENERATOR: Final = Rule(
    id="contract/generator-function",
    title="A contract function yields",
    severity=Severity.ERROR,
    why="Calling it gives a generator that nobody iterates: the body never runs.",
    example="def get_recipe(ctx):\n    yield {'steps': 1}",
    instead="Return the whole result.",
)
DECORATED: Final = Rule(
    id="contract/decorated-function",
    title="A contract function carries a decorator that the contract does not allow",
    severity=Severity.ERROR,
    why="A decorator replaces the function by whatever it returns; what is called is no longer what is read.",
    example="@cached\ndef build_model(ctx): ...",
    instead="Call the wrapper inside the function, or use one of the decorators the contract allows for it.",
)
WRONG_PARAMETERS: Final = Rule(
    id="contract/wrong-parameters",
    title="The parameters of a contract function are not those of the contract",
    severity=Severity.ERROR,
    settings=("plugins.contract.settings.functions",),
    why="The evaluation calls the function with exactly the parameters of the contract, by position or by name.",
    example="def build_model(config): ...",
    instead="Use the names of the contract in their order; more parameters need constant defaults.",
)
COMPUTED_DEFAULT: Final = Rule(
    id="contract/computed-default",
    title="A default of a contract function is not a constant",
    severity=Severity.ERROR,
    why="A default is computed once, when the file is imported, and shared by all calls.",
    example="def build_model(ctx, layers=make_layers()): ...",
    instead="Use a constant, or `None` and compute the value inside the function.",
    known_misses="An attribute of an imported module, such as `torch.float32`, counts as a constant.",
)
