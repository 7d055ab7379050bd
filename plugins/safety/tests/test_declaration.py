"""What follows from the findings, the settings and the imports for what a project may do when it is run."""

import pytest
from prism_safety.declaration import EVERYTHING
from prism_safety.plugin import SafetyPlugin

from prism.guard.boundary import guarded_here
from prism.project import Project
from prism.snapshot import Snapshot


def declared(source: str, **settings: object) -> tuple[tuple[str, ...], tuple[str, ...]]:
    files = {"model.py": source.encode(), "nets/deep.py": b"from ..blocks import x\nfrom . import other\n"}
    files |= {"nets/other.py": b"", "blocks.py": b"x = 1\n"}
    with guarded_here():
        declaration = SafetyPlugin(settings).prism_declaration(Project(Snapshot.of(files)))
    return declaration.imports, declaration.capabilities


def test_imports_are_those_of_the_statements_that_can_run() -> None:
    source = "import math, torch.nn as nn\nfrom typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import statistics\n"

    assert declared(source) == (("blocks", "math", "nets", "torch.nn", "typing"), ())


@pytest.mark.parametrize(
    ("source", "capabilities"),
    [
        ("open('x')", ("filesystem",)),
        ("import torch\ntorch.manual_seed(1)", ()),
        ("import torch\ntorch.os.getpid()", EVERYTHING),
        ("eval('1')", EVERYTHING),
        ("import os", EVERYTHING),
        ("(lambda: 0).__globals__", EVERYTHING),
    ],
)
def test_what_was_found_is_not_ruled_out_whatever_a_policy_makes_of_it(
    source: str, capabilities: tuple[str, ...]
) -> None:
    assert declared(f"def f():\n    {source}\n" if "\n" not in source else source)[1] == capabilities


@pytest.mark.parametrize(
    ("settings", "capabilities"),
    [
        ({"allowed_capabilities": ["compute", "threads", "network"]}, ("network", "threads")),
        ({"allowed_capabilities": ["compute", "deserialise"]}, EVERYTHING),
        ({"permitted": ["torch.load"]}, EVERYTHING),
        ({"permitted": ["torch._dynamo"]}, ()),
    ],
)
def test_what_the_policy_opens_is_not_ruled_out(settings: dict[str, object], capabilities: tuple[str, ...]) -> None:
    assert declared("x = 1", **settings)[1] == capabilities


def test_a_name_that_is_too_long_for_any_module_is_not_declared_and_stops_nothing() -> None:
    assert declared(f"import math\nimport {'a' * 501}")[0] == ("blocks", "math", "nets")
