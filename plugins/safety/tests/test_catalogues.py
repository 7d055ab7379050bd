"""The catalogues of libraries: made from what is installed, and asked by the rules."""

import venv
from collections.abc import Callable

import msgspec
import pytest
from prism_safety.catalogue import Catalogue
from prism_safety.catalogue_build import NotBuiltError, build, text_of
from prism_safety.library import Library, shipped, shipped_names
from prism_safety.plugin import SafetyPlugin

from prism.finding import Finding

Review = Callable[..., list[Finding]]
PACKAGE = {
    "housemade/__init__.py": "import os\nimport sys as _sys\nfrom .layers import *\nfrom math import sqrt\nSIZE = 3\n",
    "housemade/layers.py": "class Layer:\n    pass\n\n\ndef grow(x):\n    return x\n\n\ndef _hidden():\n    pass\n",
    "housemade/disk.py": "def save(x):\n    return x\n",
    "housemade/_private.py": "X = 1\n",
    "housemade/tests/test_it.py": "X = 1\n",
}


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> str:
    """An interpreter that has the package."""
    home = tmp_path_factory.mktemp("environment")
    venv.create(home, with_pip=False)
    (packages,) = home.glob("lib/python*/site-packages")
    for path, text in PACKAGE.items():
        (packages / path).parent.mkdir(parents=True, exist_ok=True)
        (packages / path).write_text(text)
    return str(home / "bin" / "python")


def made(python: str, *, importing: bool) -> Library:
    return build("housemade", ["housemade"], [python], {"housemade.disk.save": "filesystem"}, importing=importing)


@pytest.mark.parametrize("importing", [False, True])
def test_a_catalogue_lists_public_names_and_what_leaks(python: str, *, importing: bool) -> None:
    library = made(python, importing=importing)
    assert set(library.modules) == {"housemade", "housemade.layers", "housemade.disk"}
    top = library.modules["housemade"]
    assert {"Layer", "grow", "SIZE", "layers", "disk"} <= top.all
    assert not {"_hidden", "_private", "tests"} & top.all
    assert (top.homes["os"], top.homes["_sys"], top.homes["sqrt"]) == ("os", "sys", "math.sqrt")


def test_the_same_package_gives_the_same_bytes(python: str) -> None:
    assert text_of(made(python, importing=False)) == text_of(made(python, importing=False))


def test_a_package_that_is_not_there_is_an_error(python: str) -> None:
    with pytest.raises(NotBuiltError, match="no_such_package"):
        build("x", ["no_such_package"], [python], {}, importing=False)


def test_a_policy_can_bring_a_catalogue(python: str, review: Review) -> None:
    section = msgspec.to_builtins(made(python, importing=False))
    source = "import housemade\n\n\ndef f(x):\n    return housemade.grow(x), housemade.shrink(x), housemade.os\n"
    found = review({"model.py": source}, allowed_imports=["housemade"], catalogues=[section])
    assert [finding.rule for finding in found] == ["safety/unknown-symbol", "safety/leaked-module"]


@pytest.mark.parametrize("name", sorted(shipped_names()))
def test_shipped_catalogues_are_complete_and_small(name: str) -> None:
    library = shipped(name)
    assert library is not None
    assert library.modules
    assert library.pythons
    assert len(text_of(library)) < 300_000


def test_shipped_catalogues_know_what_models_use() -> None:
    for module, names in {"torch.nn": {"Linear", "functional"}, "torch": {"abs", "no_grad", "compile"}}.items():
        listed = shipped("torch")
        assert listed is not None
        assert names <= listed.modules[module].all


@pytest.mark.parametrize("name", sorted(shipped_names()))
def test_no_module_has_a_name_that_is_taken_for_a_method(name: str) -> None:
    library, methods = shipped(name), Catalogue(SafetyPlugin({}).settings).names.private_methods
    assert library is not None
    assert methods
    assert {module: names.all & methods for module, names in library.modules.items() if names.all & methods} == {}


def test_allowing_a_capability_opens_what_has_it(review: Review) -> None:
    source = "import torch\n\n\ndef f(x):\n    torch.save(x, 'w')\n"
    assert [finding.rule for finding in review({"model.py": source})] == ["safety/filesystem"]
    assert review({"model.py": source}, allowed_capabilities=["compute", "filesystem"]) == []
