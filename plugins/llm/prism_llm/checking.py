"""What is wrong with settings that their schema lets pass, found when the policy is loaded."""

import re
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

from prism.document import shown
from prism.schema_problems import Complaint, did_you_mean
from prism_llm.exchange import Reviewer
from prism_llm.keys import KeyTrouble, key_of
from prism_llm.prices import models_like, price_of
from prism_llm.settings import Settings


def complaints_about_reviewers(settings: Settings) -> Iterator[Complaint]:
    """Why the models cannot be asked."""
    if find_spec("litellm") is None:
        yield Complaint(("mode",), "litellm is not installed, and nothing else asks a model", "install prism-gate[llm]")
        return
    for index, reviewer in enumerate(settings.reviewers):
        for field, what, do in (*_about_price(reviewer), *_about_address(reviewer), *_about_key(reviewer)):
            yield Complaint(("reviewers", index, field), what, do)


def _about_price(reviewer: Reviewer) -> Iterator[tuple[str, str, str]]:
    if price_of(reviewer) is None:
        what = f"no price is known for the model {shown(reviewer.model)}"
        meant = did_you_mean(reviewer.model, models_like(reviewer.model))
        do = "mend its name, or state `usd_per_million_input` and `usd_per_million_output` (0 for a server of your own)"
        yield "model", what, f"{meant}{do}"


def _about_address(reviewer: Reviewer) -> Iterator[tuple[str, str, str]]:
    authority = re.match(r"https?://([^/?#]*)", reviewer.api_base)
    if authority is not None and "@" in authority[1]:
        yield "api_base", "the address holds a name or a key", "name the key's place in `key_env` or `key_file`"


def _about_key(reviewer: Reviewer) -> Iterator[tuple[str, str, str]]:
    """What is wrong with the key. A variable may be set only where PRISM runs, so that it is not looked for here."""
    if reviewer.key_env and reviewer.key_file:
        yield "key_file", "the key has two places", "take `key_env` or `key_file` out"
    elif reviewer.key_file:
        try:
            key_of(reviewer, Path())
        except KeyTrouble as trouble:
            yield "key_file", trouble.what, trouble.do
