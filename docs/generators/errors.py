"""The reference of exit codes, error codes and the reasons of runs, from the code that gives them."""

import ast
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages

import prism
from generators.markdown import prose, table
from prism import errors
from prism.cli import app, rendering
from prism.runner.result import OURS, SENTENCES
from prism.store.trouble import KINDS

EXIT_CODES = (
    (
        errors.EXIT_APPROVED,
        "Approved, or the run completed; for other commands: done. Of `plugins check`: every promise is kept.",
    ),
    (
        errors.EXIT_REJECTED,
        "Rejected, or a run failed. Of several projects: one was rejected. Of `plugins check`: a promise is broken.",
    ),
    (errors.EXIT_USAGE, "The call, the policy or a plugin is wrong. Nothing was reviewed."),
    (errors.EXIT_HELD, "Held for an operator. Of several projects: one was held and none rejected."),
    (
        errors.EXIT_INTERNAL,
        "PRISM could not do its work: a bug, or a part of the machine failed. Nothing was approved.",
    ),
    (app.EXIT_INTERRUPTED, "Interrupted from the keyboard."),
    (rendering.EXIT_OUTPUT_CLOSED, "Whoever read the output closed it before its end."),
)
# What codes mean that are given where an error is raised, unless they are also the reason of a run.
SPECIAL = {
    "broker-unverified": "The policy requires promises of the broker that have not been proved, or not lately.",
    "store-changed": "A submission was added to the store while this one was compared with it.",
    "store-missing": "There is no store at this address, and the command makes none.",
    "store-newer": "The store was made by a newer PRISM; nothing in it was changed.",
    "store-not-indexed": "A reference set has not been read by the plugin's present version yet.",
    "store-place-unavailable": "The folder or bucket of the store's blobs does not answer or does not take a blob.",
    "internal": "A bug in PRISM. The id names the place in the code; `PRISM_DEBUG=1` shows the traceback on stderr.",
}
LEAD = """\
# Exit codes and errors

Every way in which a command ends has its code; none but 0 can be taken for an approval.

"""
ERRORS = """
## Errors

An error says what happened, where, and what to do, and begins with its code:

    usage: there is no such file or folder
      where: model.zip
      do:    check the spelling; a project is a folder or a ZIP archive

"""
REASONS = """
## Reasons of a run

The `reason` of `prism run --format json` begins with one of these once an approved project was handed to a broker.

"""


def page() -> str:
    """The three tables."""
    exits = [(str(number), meaning) for number, meaning in EXIT_CODES]
    codes = [(f"`{each.code}`", str(each.exit_code), _lead(each)) for each in error_classes().values()]
    codes += [(f"`{code}`", str(owner.exit_code), _meaning(code)) for code, owner in sorted(given_codes().items())]
    reasons = [(f"`{code}`", "held" if code in OURS else _status(code), text) for code, text in SENTENCES.items()]
    return (
        LEAD
        + table(("exit code", "meaning"), exits)
        + ERRORS
        + table(("code", "exit code", "meaning"), codes)
        + REASONS
        + table(("reason", "status", "meaning"), reasons)
    )


@cache
def error_classes() -> dict[str, type[errors.PrismError]]:
    """The classes of errors that PRISM raises on purpose and that have a code of their own, by name."""
    for module in walk_packages(prism.__path__, "prism."):
        if not module.name.startswith(("prism.evaluator", "prism.__main__")):  # those run when they are imported
            import_module(module.name)
    found = {each.__name__: each for each in _below(errors.PrismError) if each.__module__.startswith("prism.")}
    return {name: found[name] for name in sorted(found) if "code" in vars(found[name])}


def _below(parent: type[errors.PrismError]) -> Iterator[type[errors.PrismError]]:
    for child in parent.__subclasses__():
        yield child
        yield from _below(child)


def given_codes() -> dict[str, type[errors.PrismError]]:
    """Every code that a call in PRISM's source gives to an error, with the error's class."""
    sources = Path(prism.__file__).parent.rglob("*.py")
    kinds = dict.fromkeys((kind.code for kind in KINDS), errors.StoreError)
    return kinds | dict(pair for source in sources for pair in _codes_in(ast.parse(source.read_text(encoding="utf-8"))))


def _codes_in(tree: ast.Module) -> Iterator[tuple[str, type[errors.PrismError]]]:
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "id", "")
        for keyword in node.keywords:
            if name.endswith("Error") and keyword.arg == "code" and isinstance(keyword.value, ast.Constant):
                yield str(keyword.value.value), error_classes().get(name, errors.PrismError)


def _meaning(code: str) -> str:
    sentences = {str(reason): text for reason, text in SENTENCES.items()} | SPECIAL
    sentences |= {kind.code: f"{kind.what[0].upper()}{kind.what[1:]}." for kind in KINDS}
    if code not in sentences:
        raise SystemExit(f"say in docs/generators/errors.py what the error code {code!r} means")
    return str(sentences[code])


def _lead(owner: type[errors.PrismError]) -> str:
    return prose(owner.__doc__ or "").split("\n\n")[0]


def _status(code: str) -> str:
    return "completed" if code == "completed" else "failed"
