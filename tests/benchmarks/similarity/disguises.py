"""Ways to dress a copy: each rewrites a tree in place and keeps what it computes, unless it says otherwise.

They are written from what Python programs can look like, not from what the plugin takes back.
"""

import ast
import random
from collections.abc import Callable

from tests.benchmarks.similarity.flow import branched, folded, looped, stepped
from tests.benchmarks.similarity.moving import detached, inherited, outlined
from tests.benchmarks.similarity.renaming import (
    bare,
    padded,
    plain,
    renamed,
    retuned,
    shuffled_attributes,
    shuffled_definitions,
)
from tests.benchmarks.similarity.wording import hoisted, reckoned, spoken

Disguise = Callable[[ast.Module, random.Random], ast.Module]


def chain(*disguises: Disguise) -> Disguise:
    """One disguise over another."""

    def all_of_them(tree: ast.Module, rng: random.Random) -> ast.Module:
        for disguise in disguises:
            tree = ast.fix_missing_locations(disguise(tree, rng))
        return tree

    return all_of_them


paraphrased = chain(bare, looped, branched, reckoned, stepped, spoken)
everything = chain(
    bare,
    looped,
    branched,
    reckoned,
    stepped,
    spoken,
    outlined,
    hoisted,
    padded,
    shuffled_attributes,
    shuffled_definitions,
    renamed,
)

__all__ = [
    "Disguise",
    "bare",
    "branched",
    "chain",
    "detached",
    "everything",
    "folded",
    "hoisted",
    "inherited",
    "looped",
    "outlined",
    "padded",
    "paraphrased",
    "plain",
    "reckoned",
    "renamed",
    "retuned",
    "shuffled_attributes",
    "shuffled_definitions",
    "spoken",
    "stepped",
]
