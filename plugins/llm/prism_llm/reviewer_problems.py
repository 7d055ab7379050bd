"""What is wrong with a reviewer before anybody asks it: a key that cannot be used, a price that nobody knows."""

import difflib
from importlib.util import find_spec
from pathlib import Path

from prism.errors import Problem
from prism_llm.exchange import Reviewer
from prism_llm.keys import KeyTrouble, key_of
from prism_llm.prices import listed_models, price_of


def reviewer_problems(reviewer: Reviewer, base: Path, where: str) -> tuple[Problem, ...]:
    """All that keeps a reviewer from being asked; ``where`` is its place in the policy, ``base`` its folder."""
    problems: list[Problem] = []
    if find_spec("litellm") is None:
        problems.append(Problem(where=where, what="litellm is not installed", do="run `pip install 'prism-gate[llm]'`"))
    try:
        key_of(reviewer, base)
    except KeyTrouble as trouble:
        problems.append(Problem(where=where, what=trouble.what, do=trouble.do))
    if price_of(reviewer) is None:
        problems.append(_unknown_price(reviewer, where))
    return tuple(problems)


def _unknown_price(reviewer: Reviewer, where: str) -> Problem:
    close = difflib.get_close_matches(reviewer.model, listed_models(), n=1)
    meant = f"; did you mean {close[0]}?" if close else ""
    return Problem(
        where=where,
        what=f"nobody knows what the model {reviewer.model} costs{meant}",
        do="set usd_per_million_input and usd_per_million_output; both are 0 for a server of your own",
    )
