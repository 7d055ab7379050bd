"""The functions of the contract, as the entrypoint defines them: one finding for each reason to refuse one."""

from collections.abc import Iterator, Sequence

from prism.document import shown
from prism.finding import Finding
from prism.project import Project, UnparsableError
from prism.rule import Rule
from prism_contract.bindings import Binding, Form
from prism_contract.definition import shape_findings
from prism_contract.entry import Entry, entries
from prism_contract.misspelling import misspelt_function, misspelt_hooks
from prism_contract.rules.binding import (
    ALIASED,
    CONDITIONAL,
    DELETED,
    IMPORTED,
    MISSING,
    MISSPELT,
    MISSPELT_HOOK,
    NESTED,
    NOT_A_FUNCTION,
    REDEFINED,
)
from prism_contract.settings import Settings

_FUNCTION_FORMS = frozenset({Form.FUNCTION, Form.ASYNC_FUNCTION})


def findings(project: Project, settings: Settings) -> Iterator[Finding]:
    """Findings about each function of the contract, in each entrypoint that parses."""
    for entry in entries(project, settings):
        for name in entry.contract:
            bindings = entry.bindings(name)
            if not bindings:
                yield from _absent(entry, name)
            elif name in entry.definitions and len(bindings) == 1:
                yield from shape_findings(entry, name, entry.definitions[name])
            else:
                yield _badly_bound(entry, name, bindings)
        for binding, hook in misspelt_hooks(entry):
            yield MISSPELT_HOOK.finding(
                f"{shown(binding.name)} is never used. Is the hook `{hook}` meant?",
                file=entry.file,
                span=entry.heading(binding.node),
                remedy=f"Rename it to `{hook}`, or call it.",
            )


def _absent(entry: Entry, name: str) -> Iterator[Finding]:
    """A name that nothing binds: no harm for an optional function."""
    if name not in entry.required:
        return
    nested = entry.names.nested.get(name)
    misspelt = misspelt_function(entry, name)
    signature = f"Write `{entry.contract[name].signature(name)}` at the top level of {shown(entry.file.path)}."
    if nested:
        message = f"`{name}` is defined inside {shown(nested[0].holder)}, where nothing can call it by name."
        yield NESTED.finding(message, file=entry.file, span=entry.heading(nested[0].node), remedy=signature)
    elif misspelt is not None:
        message = f"There is no `{name}`. Did you mean that by {shown(misspelt.name)}?"
        yield MISSPELT.finding(
            message, file=entry.file, span=entry.heading(misspelt.node), remedy=f"Rename it to `{name}`."
        )
    else:
        message = f"{shown(entry.file.path)} does not define `{name}`.{_elsewhere(entry, name)}"
        yield MISSING.finding(message, path=entry.file.path, remedy=signature)


def _elsewhere(entry: Entry, name: str) -> str:
    """Another file of the project that defines the function, in words."""
    for file in entry.project:
        try:
            body = file.tree.body
        except UnparsableError:
            continue
        if file is not entry.file and any(getattr(statement, "name", None) == name for statement in body):
            return f" It is defined in {shown(file.path)}."
    return ""


def _badly_bound(entry: Entry, name: str, bindings: Sequence[Binding]) -> Finding:
    """The one finding for a name that is bound, but not by a single plain definition."""
    plain = next((binding for binding in bindings if _is_plain(binding)), None)
    if plain is not None:
        odd = next(binding for binding in bindings if binding is not plain)
        rule = DELETED if odd.form is Form.DELETION else REDEFINED
    else:
        odd = bindings[0]
        rule = _rule_for(odd)
    return rule.finding(_told(name, odd), file=entry.file, span=entry.heading(odd.node))


def _is_plain(binding: Binding) -> bool:
    return binding.form in _FUNCTION_FORMS and not binding.is_conditional and not binding.holder


def _rule_for(binding: Binding) -> Rule:
    if binding.form is Form.DELETION:
        return DELETED
    if binding.form is Form.IMPORT:
        return IMPORTED
    if binding.holder or (binding.is_conditional and binding.form in _FUNCTION_FORMS | {Form.ASSIGNMENT}):
        return CONDITIONAL
    return ALIASED if binding.form is Form.ASSIGNMENT else NOT_A_FUNCTION


def _told(name: str, binding: Binding) -> str:
    where = f" when {shown(binding.holder)} runs" if binding.holder else ""
    condition = " under a condition" if binding.is_conditional else ""
    return f"`{name}` is {binding.form.value}{where}{condition}."
