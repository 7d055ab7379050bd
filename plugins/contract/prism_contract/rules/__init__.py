"""Every rule of the contract plugin, each named for what is bad; the checks beside this package report them."""

from typing import Final

from prism.rule import Rule
from prism_contract.rules import binding, definition, entrypoint, structure

RULES: Final[tuple[Rule, ...]] = tuple(
    value
    for module in (binding, definition, entrypoint, structure)
    for value in vars(module).values()
    if isinstance(value, Rule)
)
