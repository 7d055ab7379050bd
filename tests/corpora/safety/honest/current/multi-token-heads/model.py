import torch
from torch import nn
from torch.nn import functional as F
from typing import NamedTuple


class Output(NamedTuple):
    logits: torch.Tensor
    hidden: torch.Tensor
    extra: tuple[torch.Tensor, ...] = ()


class Model(nn.Module):
    def __init__(self, vocab, width=16, ahead=3):
        super().__init__()
        self.embed = nn.Embedding(vocab, width)
        self.body = nn.GRU(width, width, batch_first=True)
        self.heads = nn.ModuleList([nn.Linear(width, vocab) for _ in range(ahead)])

    def predict(self, tokens) -> Output:
        hidden, _ = self.body(self.embed(tokens))
        first, *rest = (head(hidden) for head in self.heads)
        return Output(first, hidden, tuple(rest))

    def forward(self, tokens):
        return self.predict(tokens).logits


def compute_loss(model, batch, ctx):
    out = model.predict(batch.inputs)
    total = 0.0
    for shift, logits in enumerate((out.logits, *out.extra), start=1):
        total = total + F.cross_entropy(logits[:, : 1 - shift or None].flatten(0, 1), batch.targets[:, shift - 1 :].flatten()) / shift
    return total


def build_model(ctx):
    return Model(ctx.vocab_size)


def get_recipe(ctx):
    return {"learning_rate": 1e-3}
