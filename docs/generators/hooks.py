"""The hook reference, from the docstrings of ``prism/hookspecs.py``."""

import inspect
import re
from collections.abc import Callable

from generators.markdown import fence, prose, table
from prism import hookspecs

LABEL = r"(?:When|Order|Result|If|Must not|Since)\b[^:\n]*:"


def specifications() -> dict[str, Callable[..., object]]:
    """Every hook, in the order of the file."""
    functions = inspect.getmembers(hookspecs, lambda member: hasattr(member, f"{hookspecs.NAMESPACE}_spec"))
    return dict(sorted(functions, key=lambda pair: inspect.getsourcelines(pair[1])[1]))


def page() -> str:
    """The whole reference: what holds for all hooks, then each with its signature and contract."""
    text = f"# Hooks\n\n{prose(hookspecs.__doc__ or '')}\n\n"
    text += "How the hooks change from version to version is in [Versions of the hooks](hook-versions.md).\n\n"
    rows = [
        (f"[`{name}`](#{name})", _first_line(function), _since(function)) for name, function in specifications().items()
    ]
    text += table(("hook", "what it is for", "since hook API"), rows)
    for name, function in specifications().items():
        signature = str(inspect.signature(function)).replace('"', "").replace("'", "")
        text += f"\n## {name}\n\n{fence(f'{name}{signature}', 'python')}\n{_contract(function)}"
    return text


def _first_line(function: Callable[..., object]) -> str:
    return (function.__doc__ or "").partition("\n")[0]


def _since(function: Callable[..., object]) -> str:
    found = re.search(r"Since: hook API (\d+)\.", function.__doc__ or "")
    return found[1] if found else ""


def _contract(function: Callable[..., object]) -> str:
    """The docstring with each labelled part as a paragraph of its own."""
    return re.sub(rf"\n+({LABEL}) ", r"\n\n**\1** ", prose(function.__doc__ or "")) + "\n"
