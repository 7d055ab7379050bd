import math

import torch
from torch import nn

D = 4 * 64
HALF = D // 2
DTYPE = torch.bfloat16 if False else torch.float32
DEVICE = torch.device("cpu")
ROOT_TWO = math.sqrt(2)
LOG_TWO_PI = math.log(2 * math.pi)
EPS = torch.finfo(torch.float32).eps
LIMIT = -torch.inf
SHAPES = [(1, 2), (3, 4)]
TABLE = {name: index for index, name in enumerate(("a", "b", "c"))}
WIDTHS = tuple(2**i for i in range(4))
NAMES = sorted({"b", "a"} | {"c"})
GREETING = "a" * 3 + f"{D}" + "%d" % HALF
MASK = (1 << 8) - 1
ACTS = {"relu": nn.ReLU, "gelu": nn.GELU, "tanh": torch.tanh, "swish": lambda value: value * torch.sigmoid(value)}
NONE = None
BIG = float("inf")
(LEFT, RIGHT), MIDDLE = (1, 2), 3
if D > 128:
    CHUNK = 64
else:
    CHUNK = 32


class Model(nn.Module):
    def __init__(self, vocab):
        super().__init__()
        self.embed = nn.Embedding(vocab, CHUNK, device=DEVICE, dtype=DTYPE)
        self.act = ACTS["gelu"]()
        self.head = nn.Linear(CHUNK, vocab)

    def forward(self, tokens):
        return self.head(self.act(self.embed(tokens) / ROOT_TWO + EPS))


def build_model(ctx):
    return Model(ctx.vocab_size)


def get_recipe(ctx):
    return {"learning_rate": 1e-3}
