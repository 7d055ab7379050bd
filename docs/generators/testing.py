"""The reference of ``prism.testing``, from its docstrings and from the promises that are tried."""

import inspect
import re

import prism.testing
from generators.markdown import fence, prose, table
from prism.conformance.odd_projects import odd_projects
from prism.conformance.promises import CPU_SECONDS, PROMISES, it_loads, title
from prism.testing import Gates, MakeProject, Outcome, PluginUnderTest, ProjectUnderTest, marks

EMPTY = "\0"
CLASSES = (PluginUnderTest, MakeProject, ProjectUnderTest, Outcome, Gates)


def page() -> str:
    """The whole reference: how it is used, each class with its methods, the marks, and the promises."""
    module = prose(prism.testing.__doc__ or "").partition("\n\nIts assertions")[0]
    text = f"# Testing plugins\n\n{module}\n\n"
    text += "The fixture `prism_project` is a `MakeProject`; `prism_gates` holds the `Gates` of the whole run.\n"
    for each in CLASSES:
        text += f"\n## {each.__name__}\n\n{prose(each.__doc__ or '')}\n"
        for name, method in _methods(each):
            text += f"\n{fence(f'{name}{_signature(method)}', 'python')}\n{prose(method.__doc__ or '')}\n"
    text += f"\n## Marks\n\n{prose(marks.__doc__ or '')}\n"
    return text + _suite()


def _suite() -> str:
    suite = prism.testing.ConformanceSuite
    text = f"\n## ConformanceSuite\n\n{prose(suite.__doc__ or '')}\n\n"
    text += f"A plugin may take {CPU_SECONDS:g} seconds of processor time for one odd project, or `cpu_seconds`.\n\n"
    text += table(("test", "what is promised"), [(f"`{each.__name__}`", title(each)) for each in (it_loads, *PROMISES)])
    text += "\nReviewers are not asked, and nobody is told of a submission: that may cost money.\n"
    text += f"\n### The {len(odd_projects())} odd projects\n\n"
    return text + "; ".join(odd_projects()) + ".\n"


def _methods(each: type) -> list[tuple[str, object]]:
    found = [(name, member) for name, member in inspect.getmembers(each, callable) if name in _own(each)]
    return sorted(found, key=lambda pair: inspect.getsourcelines(pair[1])[1])  # type: ignore[arg-type] # methods


def _own(each: type) -> set[str]:
    return {name for name in vars(each) if name == "__call__" or not name.startswith("_")}


def _signature(method: object) -> str:
    text = re.sub(r"\b[a-z]\w*(?:\.[a-z]\w*)*\.(?=[A-Z])", "", str(inspect.signature(method)))  # type: ignore[arg-type]
    text = text.replace("(self, ", "(").replace("(self)", "()").replace("''", EMPTY)
    return text.replace("'", "").replace('"', "").replace(EMPTY, '""')
