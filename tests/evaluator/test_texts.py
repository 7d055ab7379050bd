"""The bundled texts are what their generator writes, and the held-out one is not in the training one."""

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

import prism.evaluator

DATA = Path(prism.evaluator.__file__).parent / "data"


@pytest.fixture(scope="module")
def generator() -> ModuleType:
    spec = importlib.util.spec_from_file_location("generate", DATA / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("name", ["train.txt", "heldout.txt"])
def test_the_bundled_text_is_what_the_generator_writes(generator: ModuleType, name: str) -> None:
    assert (DATA / name).read_bytes() == generator.text(*generator.TEXTS[name])


def test_no_paragraph_is_in_both_texts() -> None:
    train, heldout = (set((DATA / name).read_text().split("\n\n")[:-1]) for name in ("train.txt", "heldout.txt"))

    assert train
    assert heldout
    assert not train & heldout
