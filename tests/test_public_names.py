"""What programs may rely on: a name that goes away, or another signature, is a decision and not an accident."""

import inspect

import pytest

import prism

NAMES = {
    "AsyncGate", "Examination", "Finding", "Gate", "GuardError", "Outcome", "PluginError", "PolicyError", "PrismError",
    "Project", "Review", "Rule", "RunOutcome", "RunnerError", "Severity", "SourceFile", "StoreError", "UsageError",
    "Verdict", "__version__", "hookimpl",
}  # fmt: skip
GATE = {
    "check": "(source, *, exclude)",
    "close": "()",
    "compare_pair": "(first, second, *, launching)",
    "effective": "property",
    "examine": "(source, *, corpus, notebooks)",
    "features_of": "(source)",
    "from_policy": "(reference)",
    "host": "property",
    "materials_of": "(source)",
    "notebooks": "(*, hotkey)",
    "policy": "property",
    "review": "(source, *, corpus, notebooks)",
    "rules": "property",
    "run": "(examination)",
}
ASYNC_GATE = {
    "check": "(source, *, exclude)",
    "close": "()",
    "examine": "(source, *, corpus, notebooks)",
    "from_policy": "(reference, *, at_once)",
    "gate": "property",
    "review": "(source, *, corpus, notebooks)",
    "run": "(examination)",
}


def shape(member: object) -> str:
    """The names of the arguments, and which of them have to be named."""
    if isinstance(member, property):
        return "property"
    function = member.__func__ if isinstance(member, classmethod) else member
    assert inspect.isfunction(function)
    parameters = [
        parameter.replace(annotation=inspect.Parameter.empty, default=inspect.Parameter.empty)
        for parameter in list(inspect.signature(function).parameters.values())[1:]
    ]
    return str(inspect.Signature(parameters))


def test_the_public_names_are_these_and_each_is_there() -> None:
    assert set(prism.__all__) == set(dir(prism)) == NAMES
    assert all(getattr(prism, name).__doc__ for name in NAMES)


@pytest.mark.parametrize(("name", "members"), [("Gate", GATE), ("AsyncGate", ASYNC_GATE)])
def test_the_members_of_a_gate_are_these(name: str, members: dict[str, str]) -> None:
    found = {key: shape(value) for key, value in vars(getattr(prism, name)).items() if not key.startswith("_")}
    assert found == members
