"""What is wrong with settings that their schema lets pass, found when the policy is loaded."""

from collections.abc import Iterator
from pathlib import Path

from prism.schema_problems import Complaint
from prism_llm.asked import complaints_about_rules
from prism_llm.exchange import Reviewer
from prism_llm.keys import KeyTrouble, key_of
from prism_llm.prices import price_of
from prism_llm.settings import Mode, Settings


def complaints_about(settings: Settings) -> Iterator[Complaint]:
    """Complaints about rules, always, and about the models where they are to be asked."""
    yield from complaints_about_rules(settings)
    for index, reviewer in enumerate(settings.reviewers if settings.mode is not Mode.OFF else ()):
        for field, what, do in _about(reviewer):
            yield Complaint(("reviewers", index, field), what, do)


def _about(reviewer: Reviewer) -> Iterator[tuple[str, str, str]]:
    if reviewer.key_env and reviewer.key_file:
        yield "key_file", "the key has two places", "take `key_env` or `key_file` out"
    if price_of(reviewer) is None:
        what = f"no price is known for the model {reviewer.model!r}"
        yield "model", what, "mend its name, or state `usd_per_million_input` and `usd_per_million_output`"
    if reviewer.key_file:
        try:
            key_of(reviewer, Path())
        except KeyTrouble as trouble:
            yield "key_file", trouble.what, trouble.do
