"""The reference of exit codes and error codes, from the error classes and every place that gives an error its code."""

import ast
import inspect
from collections.abc import Iterator
from pathlib import Path

import prism
from generators.markdown import prose, table
from prism import errors
from prism.cli import app, rendering

EXIT_CODES = (
    (errors.EXIT_APPROVED, "Approved, or the run completed; for other commands: done."),
    (
        errors.EXIT_REJECTED,
        "Rejected, or the run of an approved project failed. Of several projects: one was rejected.",
    ),
    (errors.EXIT_USAGE, "The call, the policy or a plugin is wrong. Nothing was reviewed."),
    (errors.EXIT_HELD, "Held for an operator. Of several projects: one was held and none rejected."),
    (
        errors.EXIT_INTERNAL,
        "PRISM could not do its work: a bug, or a part of the machine that failed. Nothing was approved.",
    ),
    (app.EXIT_INTERRUPTED, "Interrupted from the keyboard."),
    (rendering.EXIT_OUTPUT_CLOSED, "Whoever read the output closed it before its end."),
)
# Codes given where an error is raised, besides those of the classes.
SPECIAL = {
    "internal": "A bug in PRISM. The id names the place in the code; `PRISM_DEBUG=1` shows the traceback on stderr.",
}


def page() -> str:
    """Both tables."""
    classes = [
        (f"`{each.code}`", str(each.exit_code), prose(each.__doc__ or "").split("\n\n")[0]) for each in error_classes()
    ]
    special = [(f"`{code}`", _exit_code(code), SPECIAL[code]) for code in sorted(given_codes())]
    exits = [(str(number), meaning) for number, meaning in EXIT_CODES]
    return (
        "# Exit codes and errors\n\n"
        "Every way in which a command ends has its code; none but 0 can be taken for an approval.\n\n"
        f"{table(('exit code', 'meaning'), exits)}\n"
        "## Errors\n\nAn error says what happened, where, and what to do, and begins with its code:\n\n"
        "    usage: there is no such file or folder\n      where: model.zip\n"
        "      do:    check the spelling; a project is a folder or a ZIP archive\n\n"
        f"{table(('code', 'exit code', 'meaning'), [*classes, *special])}"
    )


def error_classes() -> Iterator[type[errors.PrismError]]:
    """The classes of errors that PRISM raises on purpose, as ``prism.errors`` lists them."""
    for _, each in inspect.getmembers(errors, inspect.isclass):
        if issubclass(each, errors.PrismError) and each is not errors.PrismError:
            yield each


def given_codes() -> frozenset[str]:
    """Every code that some call in PRISM's source gives to an error."""
    sources = Path(prism.__file__).parent.rglob("*.py")
    return frozenset(code for source in sources for code in _codes_in(ast.parse(source.read_text(encoding="utf-8"))))


def _codes_in(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "").endswith("Error"):
            for keyword in node.keywords:
                if keyword.arg == "code" and isinstance(keyword.value, ast.Constant):
                    yield str(keyword.value.value)


def _exit_code(code: str) -> str:
    return str(errors.EXIT_INTERNAL) if code == "internal" else str(errors.EXIT_USAGE)
