"""The benchmark's disguises keep what they claim to keep: original and copy give the same result."""

import ast
import json
import random
import subprocess
from pathlib import Path

import pytest

from tests.benchmarks.similarity.copies import kinds
from tests.benchmarks.similarity.disguises import (
    Disguise,
    bare,
    branched,
    chain,
    detached,
    everything,
    folded,
    hoisted,
    inherited,
    looped,
    outlined,
    padded,
    paraphrased,
    plain,
    reckoned,
    renamed,
    shuffled_attributes,
    shuffled_definitions,
    spoken,
    stepped,
)
from tests.benchmarks.similarity.rendering import mark, render
from tests.similarity.original import ORIGINAL

DISGUISES = {
    "plain": plain, "bare": bare, "branched": branched, "detached": detached, "everything": everything,
    "folded": folded, "hoisted": hoisted, "inherited": inherited, "looped": looped, "outlined": outlined,
    "padded": padded, "paraphrased": paraphrased, "reckoned": reckoned, "renamed": renamed,
    "shuffled_attributes": shuffled_attributes, "shuffled_definitions": shuffled_definitions, "spoken": spoken,
    "stepped": stepped, "dressed": chain(bare, renamed, stepped, shuffled_definitions),
}  # fmt: skip
PLAIN = '''
class Counter:
    """Counts."""

    def __init__(self, start, step=2):
        self.start = start
        self.step = step
        self.seen = []

    def advance(self, value):
        if value < self.start:
            return 0
        result = value + self.step * 3
        self.seen.append(result)
        return result if not result > 40 else 40 - self.start

    def total(self, values):
        kept = [self.advance(value) for value in values if value != 5]
        count = 0
        for index in range(len(kept)):
            count += kept[index] * index
        first = sum(kept)
        second = first - count
        third = second * 2 + first
        return third, count, len(self.seen)


def blend(left, right):
    pairs = [(one, other) for one, other in zip(left, right)]
    scale = 7 if len(pairs) > 3 else 9
    mixed = [one * scale - other for one, other in pairs]
    low = min(mixed)
    high = max(mixed)
    middle = (low + high) // 2
    return [value - middle for value in mixed]


def forward(values):
    counter = Counter(3, step=4)
    return counter.total(values), blend(values, values[::-1])
'''
CALL = """

def forward(tokens):
    model = Model(50, 32, 2, 4)
    with torch.no_grad():
        for weight in model.parameters():
            weight.copy_(torch.linspace(-1, 1, weight.numel()).reshape(weight.shape).sin() * 0.3)
    return model.eval()(tokens)
"""
SEEDS = range(6)
BEHAVIOUR = Path(__file__).parents[1] / "corpora" / "similarity" / "behaviour.py"
IMAGE = "prism-evaluator:latest"


def require_image() -> None:
    found = subprocess.run(["docker", "image", "inspect", IMAGE], capture_output=True, check=False)
    if found.returncode:
        pytest.skip(f"no Docker engine with the image {IMAGE}; make it with .ci/image.sh")


def dressed(text: str, disguise: Disguise, seed: int) -> str:
    return render(disguise(mark(ast.parse(text), "x"), random.Random(seed)))[0]  # noqa: S311 - the same every time


def result(source: str) -> object:
    names: dict[str, object] = {}
    exec(compile(source, "case", "exec"), names)  # noqa: S102 - the test's own source
    forward = names["forward"]
    assert callable(forward)
    return forward([4, 9, 5, 1, 22, 3, 41, 17])


@pytest.mark.parametrize("name", DISGUISES)
def test_a_plain_program_gives_the_same_result(name: str) -> None:
    for seed in SEEDS:
        copy = dressed(PLAIN, DISGUISES[name], seed)
        assert result(copy) == result(PLAIN), copy


@pytest.mark.docker
def test_a_model_gives_the_same_result() -> None:
    cases = [["original", ORIGINAL + CALL]]
    cases += [
        [f"{name} {seed}", dressed(ORIGINAL + CALL, disguise, seed)]
        for name, disguise in DISGUISES.items()
        for seed in SEEDS
    ]
    require_image()
    script = BEHAVIOUR.read_text()
    limits = ["--network", "none", "--read-only", "--cap-drop", "ALL", "--user", "65534", "--memory", "2g"]
    done = subprocess.run(
        ["docker", "run", "--rm", "-i", *limits, "--entrypoint", "python3", IMAGE, "-c", script],
        input=json.dumps(cases),
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert json.loads(done.stdout) == []


def test_there_are_more_than_twenty_kinds() -> None:
    assert len({kind.name for kind in kinds()}) >= 24


def test_lines_know_where_they_come_from() -> None:
    text, truth = render(stepped(mark(ast.parse(PLAIN), "original"), random.Random(0)))  # noqa: S311 - not secret
    lines, original = text.split("\n"), PLAIN.split("\n")
    number = next(number for number, line in enumerate(lines, start=1) if "kept[index] * index" in line)
    assert original[truth[number].first - 1].strip() == "count += kept[index] * index"
