"""How a metric may be called: in small letters, with its unit last, so that nobody has to guess what a number means."""

import re

UNITS = frozenset(
    {
        "bits",
        "byte",
        "bytes",
        "count",
        "decibels",
        "flops",
        "joules",
        "nats",
        "parameters",
        "percent",
        "perplexity",
        "points",
        "ratio",
        "score",
        "second",
        "seconds",
        "steps",
        "token",
        "tokens",
        "watts",
    }
)
"""Last words of a metric's name; a number without a unit is a ``ratio``, a ``count``, a ``score`` or the like."""
_NAME = re.compile(r"[a-z][a-z0-9_]{0,63}")


def name_fault(name: str) -> str:
    """In words why something is no name of a metric; empty when it is one."""
    if not _NAME.fullmatch(name):
        return "a metric's name is made of at most 64 small letters, digits and underscores, a letter first"
    if name.rpartition("_")[2] not in UNITS:
        return f"a metric's name ends with its unit, one of: {', '.join(sorted(UNITS))}"
    return ""
