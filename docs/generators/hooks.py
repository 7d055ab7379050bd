"""The hook reference, from the docstrings of ``prism/hookspecs.py``."""

import inspect
import re
from collections.abc import Callable

from generators.markdown import fence, prose
from prism import hookspecs

LABEL = r"(?:When|Order|Result|If|Must not|Since)\b[^:\n]*:"


def specifications() -> dict[str, Callable[..., object]]:
    """Every hook, in the order of the file."""
    functions = inspect.getmembers(hookspecs, lambda member: hasattr(member, f"{hookspecs.NAMESPACE}_spec"))
    return dict(sorted(functions, key=lambda pair: inspect.getsourcelines(pair[1])[1]))


def page() -> str:
    """The whole reference: what holds for all hooks, then each with its signature and contract."""
    text = f"# Hooks\n\n{prose(hookspecs.__doc__ or '')}\n"
    for name, function in specifications().items():
        signature = str(inspect.signature(function)).replace('"', "").replace("'", "")
        text += f"\n## {name}\n\n{fence(f'{name}{signature}', 'python')}\n{_contract(function)}"
    return text


def _contract(function: Callable[..., object]) -> str:
    """The docstring with each labelled part as a paragraph of its own."""
    return re.sub(rf"\n+({LABEL}) ", r"\n\n**\1** ", prose(function.__doc__ or "")) + "\n"
