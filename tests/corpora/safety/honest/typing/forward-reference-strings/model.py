from typing import Callable, Dict, List, Optional, Tuple

import torch
from torch import nn


class Node:
    def __init__(self, parent: "Optional[Node]" = None) -> None:
        self.parent = parent
        self.children: "List['Node']" = []

    def child(self) -> "Node":
        made = Node(self)
        self.children.append(made)
        return made


class Model(nn.Module):
    def __init__(self, vocab: "int") -> None:
        super().__init__()
        self.depth = sum(1 for _ in [Node().child().child()])
        self.table: Dict[str, Tuple[int, ...]] = {}
        self.act: Callable[[torch.Tensor], torch.Tensor] = torch.tanh
        self.embed = nn.Embedding(vocab, 16)
        self.head = nn.Linear(16, vocab)

    def forward(self, tokens: "torch.LongTensor") -> "torch.FloatTensor":
        return self.head(self.act(self.embed(tokens)))


def build_model(ctx):
    return Model(ctx.vocab_size)


def get_recipe(ctx):
    return {"learning_rate": 1e-3}
