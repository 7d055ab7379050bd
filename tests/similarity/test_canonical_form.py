"""What means the same reads the same; what means something else does not."""

import pytest

from tests.similarity.corpora import shape
from tests.similarity.original import ORIGINAL, OTHER

HEAD = "import torch\nimport torch.nn as nn\nimport torch.nn.functional as F\n\n\n"
TAIL = "\n    z = torch.cat([y, y.exp().log()], 1).softmax(-1).mean().sqrt()\n    return z.view(-1, 2).relu()\n"

SAME = {
    "names": ("y = torch.relu(x)", "other = torch.relu(x)\n    y = other"),
    "comments": ("y = torch.relu(x)", "# why\n    y = torch.relu(x)  # how"),
    "annotation": ("y = x.sum()", "y: torch.Tensor = x.sum()"),
    "temporaries": ("y = torch.relu(x.exp().sum(1))", "a = x.exp()\n    b = a.sum(1)\n    y = torch.relu(b)"),
    "commuted": ("y = x.exp() + x.log() * x.sum()", "y = x.sum() * x.log() + x.exp()"),
    "comparison": ("y = x.sum() < x.mean()", "y = x.mean() > x.sum()"),
    "negation": ("y = 1 if not x.any() else 2", "y = 2 if x.any() else 1"),
    "not-equal": ("y = 1 if x.sum() != 3 else 2", "y = 2 if x.sum() == 3 else 1"),
    "branch": (
        "y = x.exp() if x.any() else x.log()",
        "if x.any():\n        y = x.exp()\n    else:\n        y = x.log()",
    ),
    "in-place": ("y = x\n    y += x.exp()", "y = x\n    y = y + x.exp()"),
    "literals": ("y = x * 0.5 + 12", "y = x * (1 / 2) + (4 * 3)"),
    "loop": (
        "y = [torch.relu(i) for i in x.unbind()]",
        "y = []\n    for i in x.unbind():\n        y.append(torch.relu(i))",
    ),
    "while": (
        "for i in range(x.ndim):\n        y = x.exp()",
        "i = 0\n    while i < x.ndim:\n        y = x.exp()\n        i += 1",
    ),
    "function": ("y = x.softmax(-1)", "y = F.softmax(x, dim=-1)"),
    "view": ("y = x.view(2, -1)", "y = torch.reshape(x, (2, -1))"),
    "operator": ("y = x @ x.exp()", "y = torch.matmul(x, x.exp())"),
    "keywords": ("y = nn.Linear(3, bias=False, out_features=4)(x)", "y = nn.Linear(3, out_features=4, bias=False)(x)"),
    "getattr": ("y = nn.ReLU()(x)", "y = getattr(nn, 'ReLU')()(x)"),
    "alias": ("y = nn.ReLU()(x)", "shorter = nn.ReLU\n    y = shorter()(x)"),
    "unused": ("y = x.exp()", "never = 3\n    y = x.exp()\n    print(y)\n    assert y is not None"),
    "dead": ("y = x.exp()", "if False:\n        y = x.log()\n    y = x.exp()"),
    "check": ("y = x.exp()", "if x.ndim > 3:\n        raise ValueError('too many')\n    y = x.exp()"),
    "text": ("y = x.view(2) if f'{x}' else x.exp()", "y = x.view(2) if '{}'.format(x) else x.exp()"),
}
DIFFERENT = {
    "call": ("y = torch.relu(x)", "y = torch.sigmoid(x)"),
    "operator": ("y = x.exp() - x.log()", "y = x.exp() * x.log()"),
    "order": ("y = x.exp() - x.log()", "y = x.log() - x.exp()"),
    "axis": ("y = x.sum(0)", "y = x.sum(1)"),
    "loop": ("y = x.exp()", "for i in x.unbind():\n        y = x.exp()"),
}


def canonical(body: str) -> str:
    return shape(f"{HEAD}def f(x):\n    {body}{TAIL}").canonical


@pytest.mark.parametrize("pair", SAME.values(), ids=SAME)
def test_what_means_the_same_reads_the_same(pair: tuple[str, str]) -> None:
    assert canonical(pair[0]) == canonical(pair[1])


@pytest.mark.parametrize("pair", DIFFERENT.values(), ids=DIFFERENT)
def test_what_means_something_else_does_not(pair: tuple[str, str]) -> None:
    assert canonical(pair[0]) != canonical(pair[1])


def test_early_returns_read_like_branches() -> None:
    rest = "    y = x.log().sum(0)\n    return y.mean().sqrt().relu()\n"
    early = f"def f(x):\n    if not x.any():\n        return x.exp()\n{rest}"
    late = (
        "def f(x):\n    if x.any():\n        y = x.log().sum(0)\n        return y.mean().sqrt().relu()\n"
        "    else:\n        return x.exp()\n"
    )
    assert shape(early).canonical == shape(late).canonical


def test_the_order_of_definitions_does_not_matter() -> None:
    head, *classes = ORIGINAL.split("\n\n\n")
    assert shape("\n\n\n".join([head, *reversed(classes)])).canonical == shape(ORIGINAL).canonical


def test_the_order_of_attributes_does_not_matter() -> None:
    norms = "        self.norm1 = nn.LayerNorm(dim)\n        self.norm2 = nn.LayerNorm(dim)\n"
    attention = "        self.attention = Attention(dim, heads)\n"
    turned = ORIGINAL.replace(norms + attention, attention + norms)
    assert turned != ORIGINAL
    assert shape(turned).canonical == shape(ORIGINAL).canonical


def test_two_models_have_little_in_common() -> None:
    one, other = shape(ORIGINAL), shape(OTHER)
    assert len(set(one.distinct.tolist()) & set(other.distinct.tolist())) <= 2


def test_short_definitions_count_together() -> None:
    many = "\n".join(f"    def get_{name}(self):\n        return self.{name}.shape\n" for name in "abcdefgh")
    few = shape(f"class A:\n{many}")
    assert len(few.grams) > 0


def test_a_thousand_early_returns_hide_nothing_else() -> None:
    chain = "".join(f"        if x.view({number}): return x\n" for number in range(3_000))
    crowded = ORIGINAL.replace("        x = x + self.attention", f"{chain}        x = x + self.attention")
    lost = set(shape(ORIGINAL).distinct.tolist()) - set(shape(crowded).distinct.tolist())
    assert len(lost) <= 8  # those that stood across the place


def test_what_does_not_parse_takes_part() -> None:
    broken = ORIGINAL.replace("class Rotary(nn.Module):", "class Rotary(nn.Module:")
    sound, other = shape(ORIGINAL), shape(broken)
    assert other.files[0].is_loose
    kept = set(sound.distinct.tolist()) & set(other.distinct.tolist())
    assert len(kept) > len(sound.distinct) * 0.7


def test_a_broken_part_is_read_word_by_word() -> None:
    line = "    y = torch.relu(x).view(1, 2).softmax(-1).mean().sum().exp() +\n"
    one, other = shape(f"def f(x):\n{line}"), shape(f"def g(z):\n{line.replace('(x)', '(z)').replace('y =', 'w =')}")
    assert len(one.grams) > 0
    assert one.grams.tolist() == other.grams.tolist()


@pytest.mark.parametrize("text", ["", "\n", "x = 1\n", "\0", "(" * 500, "é = 'ü'\n", "def f(:\n" * 3_000])
def test_odd_files_are_taken(text: str) -> None:
    assert len(shape(text).files) == 1
