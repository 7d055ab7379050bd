"""Which function an author meant by a name that the contract does not know."""

from collections.abc import Iterator
from itertools import islice
from typing import Final

from prism_contract.bindings import Binding, Form
from prism_contract.definition import parameter_names
from prism_contract.entry import Entry, FunctionNode

MAX_NAME: Final = 80
MAX_CANDIDATES: Final = 500
CLOSE: Final = 0.8
VERY_CLOSE: Final = 0.93


def misspelt_function(entry: Entry, wanted: str) -> Binding | None:
    """The function that most likely should have had a required name: by its spelling, else by what it is about."""
    candidates = tuple(_candidates(entry))
    nearest = max(candidates, key=lambda binding: closeness(binding.name, wanted), default=None)
    if nearest is not None and closeness(nearest.name, wanted) >= CLOSE:
        return nearest
    return next((binding for binding in candidates if _is_about(entry, binding, wanted)), None)


def misspelt_hooks(entry: Entry) -> Iterator[tuple[Binding, str]]:
    """Functions that nothing uses and whose name is nearly that of an optional hook which is not there."""
    absent = [name for name in entry.contract if name not in entry.required and name not in entry.names.bound]
    if not absent:
        return
    for binding in _candidates(entry):
        hook = max(absent, key=lambda name: closeness(binding.name, name))
        ratio = closeness(binding.name, hook)
        is_near = ratio >= VERY_CLOSE or (ratio >= CLOSE and _has_parameters_of(entry, binding, hook))
        if is_near and binding.name not in entry.names.used:
            yield binding, hook


def closeness(name: str, wanted: str) -> float:
    """How alike two names are, from 0 (or anything below ``CLOSE``) to 1; case and underscores do not matter."""
    from difflib import SequenceMatcher

    matcher = SequenceMatcher(None, _squashed(name), _squashed(wanted), autojunk=False)
    # The two bounds are cheap, and most names fail them.
    is_far = matcher.real_quick_ratio() < CLOSE or matcher.quick_ratio() < CLOSE
    return 0.0 if is_far else matcher.ratio()


def _squashed(name: str) -> str:
    return name.replace("_", "").lower()


def _candidates(entry: Entry) -> Iterator[Binding]:
    """Functions of the module that are no function of the contract, bounded in number and length of name."""
    functions = (
        binding
        for name, bindings in entry.names.bound.items()
        for binding in bindings
        if name not in entry.contract and len(name) <= MAX_NAME
        if binding.form in {Form.FUNCTION, Form.ASYNC_FUNCTION}
    )
    return islice(functions, MAX_CANDIDATES)


def _is_about(entry: Entry, binding: Binding, wanted: str) -> bool:
    """The same parameters, the same last word (``create_model`` for ``build_model``), and nothing else uses it."""
    same_thing = binding.name.lower().rpartition("_")[2] == wanted.rpartition("_")[2]
    return same_thing and binding.name not in entry.names.used and _has_parameters_of(entry, binding, wanted)


def _has_parameters_of(entry: Entry, binding: Binding, wanted: str) -> bool:
    return isinstance(binding.node, FunctionNode) and parameter_names(binding.node) == entry.contract[wanted].parameters
