"""What the tripwire sees and what it does not mind, in a container: one for all cases, a process for each."""

import dis
import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from types import CodeType
from typing import Any

import pytest
from ruamel.yaml import YAML

from prism.evaluator import tripwire
from tests.safety import truth

CORPUS = Path(__file__).parents[1] / "corpora" / "tripwire"
DRIVER = Path(__file__).with_name("tripwire_driver.py")
CASES: dict[str, dict[str, Any]] = {
    f"{path.stem}/{name}": case
    for path in sorted(CORPUS.glob("*.yaml"))
    for name, case in YAML(typ="safe").load(path).items()
}
ATTACKS = [name for name, case in CASES.items() if "sees" in case]
HONEST = [name for name in CASES if name not in ATTACKS]


@pytest.fixture(scope="module")
def told() -> dict[str, dict[str, Any]]:
    files = {
        name: {"model.py": f"CHANNEL = 9\n{case['code']}", **case.get("files", {})} for name, case in CASES.items()
    }
    command = [
        "docker",
        "run",
        "--rm",
        "--interactive",
        *truth.CONFINED,
        truth.IMAGE,
        "python3",
        "-c",
        DRIVER.read_text("utf-8"),
    ]
    finished = subprocess.run(command, input=json.dumps(files), capture_output=True, text=True, timeout=240, check=True)
    answer: dict[str, dict[str, Any]] = json.loads(finished.stdout)
    return answer


def sentences(told: dict[str, dict[str, Any]], name: str) -> list[str]:
    return [f"{each['kind']}: {each['what']}" for each in told[name]["observed"]]


@pytest.mark.docker
@pytest.mark.parametrize("name", ATTACKS)
def test_what_reaches_beyond_computing_is_seen(name: str, told: dict[str, dict[str, Any]]) -> None:
    seen = sentences(told, name)

    assert [each for each in seen if each.startswith(CASES[name]["sees"])], (seen, told[name]["printed"])
    assert "OPENED" not in told[name]["printed"]


@pytest.mark.docker
@pytest.mark.parametrize("name", HONEST)
def test_what_honest_code_does_is_not_minded(name: str, told: dict[str, dict[str, Any]]) -> None:
    own = {f"dynamic-import: {path.partition('.')[0].partition('/')[0]}" for path in CASES[name].get("files", {})}

    assert [each for each in sentences(told, name) if not each.startswith("dynamic-import: ") or each in own] == []
    assert "Traceback" not in told[name]["printed"]


@pytest.mark.docker
def test_every_observation_names_the_line_where_there_is_one(told: dict[str, dict[str, Any]]) -> None:
    (seen,) = [each for each in told["attacks/import-in-a-function"]["observed"] if each["what"] == "ctypes"]

    assert seen == {"kind": "dynamic-import", "what": "ctypes", "where": "model.py:3"}


def test_the_corpus_has_several_spellings_of_each_kind() -> None:
    kinds = [CASES[name]["sees"].partition(":")[0] for name in ATTACKS]

    assert len(ATTACKS) >= 60
    assert (
        min(map(kinds.count, ("filesystem", "dynamic-import", "network", "process", "code-from-string", "native-code")))
        >= 3
    )


def inner_code(code: CodeType) -> Iterator[CodeType]:
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield constant
            yield from inner_code(constant)


def test_nothing_that_is_armed_looks_a_name_up_where_the_project_could_change_it() -> None:
    makers = [
        each.__code__ for name, each in vars(tripwire).items() if name.startswith("_") and hasattr(each, "__code__")
    ]
    armed = [code for maker in makers for code in inner_code(maker) if not code.co_name.startswith("<")]
    looked_up = {
        (code.co_name, instruction.argval)
        for code in (*armed, *(inner for outer in armed for inner in inner_code(outer)))
        for instruction in dis.get_instructions(code)
        if instruction.opname in ("LOAD_GLOBAL", "LOAD_NAME", "IMPORT_NAME")
    }

    assert len(armed) >= 10
    assert not looked_up
