import math

import torch
from torch import nn
from torch.nn import functional as F
class LoRA(nn.Module):
    """A frozen linear layer with a trained low-rank part."""

    def __init__(self, inner, rank=2, alpha=4):
        super().__init__()
        self.inner = inner.requires_grad_(False)
        self.scale = alpha / rank
        self.lora_A = nn.Parameter(torch.empty(rank, inner.in_features))
        self.lora_B = nn.Parameter(torch.zeros(inner.out_features, rank))
        nn.init.kaiming_uniform_(self.lora_A, a=math.sqrt(5))

    def forward(self, x):
        return self.inner(x) + (x @ self.lora_A.T @ self.lora_B.T) * self.scale

    @torch.no_grad()
    def merge(self):
        self.inner.weight += self.lora_B @ self.lora_A * self.scale
        return self.inner


def inject(module, names=("mix",)):
    for name, child in module.named_children():
        if name in names and isinstance(child, nn.Linear):
            setattr(module, name, LoRA(child))
        else:
            inject(child, names)


class Model(nn.Module):
    def __init__(self, vocab):
        super().__init__()
        self.embed = nn.Embedding(vocab, 16)
        self.mix = nn.Linear(16, 16)
        self.head = nn.Linear(16, vocab)
        inject(self)

    def forward(self, tokens):
        return self.head(self.mix(self.embed(tokens)))


def build_model(ctx):
    return Model(ctx.vocab_size)


def get_recipe(ctx):
    return {"learning_rate": 1e-3}
