"""What a model's tokens cost: as the policy says, or as litellm's own list says, which is read without importing it."""

import re
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

import msgspec

from prism_llm.exchange import Reviewer

_LIST: Final = "model_prices_and_context_window_backup.json"
_TIER = re.compile(r"_above_(\d+)k_tokens$")
_MILLION: Final = 1_000_000


class Price(msgspec.Struct, frozen=True, kw_only=True):
    """US dollars for a million tokens, which is also millionths of a dollar for one."""

    input: float
    output: float

    def micro_usd(self, input_tokens: int, output_tokens: int) -> int:
        """What so many tokens cost, in whole millionths of a US dollar, rounded up."""
        return int(-(-(input_tokens * self.input + output_tokens * self.output) // 1))


def price_of(reviewer: Reviewer) -> Price | None:
    """The price of a reviewer's model; ``None`` when nobody says."""
    listed = _listed_price(reviewer.model, reviewer.input_tokens)
    read = reviewer.usd_per_million_input
    written = reviewer.usd_per_million_output
    if read is not None and written is not None:
        return Price(input=read, output=written)
    if listed is None:
        return None
    return Price(input=listed.input if read is None else read, output=listed.output if written is None else written)


def models_like(model: str) -> frozenset[str]:
    """The models of the same provider in litellm's list, all of them where it has none of that provider."""
    provider = model.partition("/")[0]
    named = {key for key in _entries() if key.startswith(f"{provider}/")}
    bare = {f"{provider}/{key}" for key in _entries() if "/" not in key and _is_of(provider, key)}
    return frozenset(named | bare or _entries())


def _is_of(provider: str, key: str) -> bool:
    entry = msgspec.json.decode(_entries()[key], type=dict[str, Any])
    return str(entry.get("litellm_provider", "")).startswith(provider)


def _listed_price(model: str, input_tokens: int) -> Price | None:
    entry = _entry(model)
    read = _rate(entry, "input_cost_per_token", input_tokens)
    written = _rate(entry, "output_cost_per_token", input_tokens)
    if read is None or written is None:
        return None
    thought = _rate(entry, "output_cost_per_reasoning_token", input_tokens) or 0.0
    return Price(input=read * _MILLION, output=max(written, thought) * _MILLION)


def _entry(model: str) -> dict[str, Any]:
    """What the list says of a model, under its whole name or under its name at that very provider."""
    entries = _entries()
    provider, _, name = model.partition("/")
    if model in entries or (name in entries and _is_of(provider, name)):
        entry: dict[str, Any] = msgspec.json.decode(entries[model if model in entries else name])
        return entry
    return {}


def _rate(entry: dict[str, Any], name: str, input_tokens: int) -> float | None:
    """The highest rate of a kind that a request of this size can be charged."""
    rates = [
        float(rate)
        for key, rate in entry.items()
        if isinstance(rate, int | float) and (key == name or (key.startswith(name) and _reaches(key, input_tokens)))
    ]
    return max(rates, default=None)


def _reaches(key: str, input_tokens: int) -> bool:
    tier = _TIER.search(key)
    return tier is not None and input_tokens > int(tier[1]) * 1000


@cache
def _entries() -> dict[str, msgspec.Raw]:
    library = find_spec("litellm")
    for folder in (library.submodule_search_locations or ()) if library else ():
        path = Path(folder, _LIST)
        if path.is_file():
            return msgspec.json.decode(path.read_bytes(), type=dict[str, msgspec.Raw])
    return {}
