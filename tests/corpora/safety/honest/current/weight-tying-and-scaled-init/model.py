import torch
from torch import nn
from torch.nn import functional as F
import math


class Model(nn.Module):
    _tied_weights_keys = ["head.weight"]
    _no_split_modules = ["Block"]

    def __init__(self, vocab, width=16, layers=2):
        super().__init__()
        self.transformer = nn.ModuleDict(
            dict(
                wte=nn.Embedding(vocab, width),
                h=nn.ModuleList([nn.Linear(width, width) for _ in range(layers)]),
                ln_f=nn.LayerNorm(width),
            )
        )
        self.head = nn.Linear(width, vocab, bias=False)
        self.transformer.wte.weight = self.head.weight
        self.apply(self._init_weights)
        for name, p in self.named_parameters():
            if name.endswith("c_proj.weight"):
                nn.init.normal_(p, mean=0.0, std=0.02 / math.sqrt(2 * layers))

    def _init_weights(self, module):
        if isinstance(module, (nn.Linear, nn.Embedding)):
            nn.init.normal_(module.weight, mean=0.0, std=0.02)
        if getattr(module, "bias", None) is not None:
            nn.init.zeros_(module.bias)

    def get_num_params(self, non_embedding=True):
        total = sum(p.numel() for p in self.parameters())
        return total - self.transformer.wte.weight.numel() if non_embedding else total

    def forward(self, tokens):
        x = self.transformer.wte(tokens)
        for block in self.transformer.h:
            x = x + block(x)
        return self.head(self.transformer.ln_f(x))


def build_model(ctx):
    return Model(ctx.vocab_size)


def get_recipe(ctx):
    return {"learning_rate": 1e-3}
