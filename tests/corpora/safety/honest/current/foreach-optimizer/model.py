import torch
from torch import nn
from torch.nn import functional as F


class Lion(torch.optim.Optimizer):
    """Follows the sign of a mean of gradients, for all parameters at once."""

    def __init__(self, params, lr=1e-4, betas=(0.9, 0.99)):
        super().__init__(params, {"lr": lr, "betas": betas})

    def _init_group(self, group, params, grads, means):
        for p in group["params"]:
            if p.grad is not None:
                params.append(p)
                grads.append(p.grad)
                means.append(self.state[p].setdefault("exp_avg", torch.zeros_like(p)))

    @torch.no_grad()
    def step(self, closure=None):
        for group in self.param_groups:
            params, grads, means = [], [], []
            self._init_group(group, params, grads, means)
            if not params:
                continue
            first, second = group["betas"]
            updates = torch._foreach_mul(means, first)
            torch._foreach_add_(updates, grads, alpha=1 - first)
            torch._foreach_sign_(updates)
            torch._foreach_add_(params, updates, alpha=-group["lr"])
            torch._foreach_mul_(means, second)
            torch._foreach_add_(means, grads, alpha=1 - second)


class Model(nn.Module):
    def __init__(self, vocab, width=16):
        super().__init__()
        self.embed = nn.Embedding(vocab, width)
        self.body = nn.Sequential(*[nn.Linear(width, width) for _ in range(2)])
        self.head = nn.Linear(width, vocab)

    def forward(self, tokens):
        return self.head(self.body(self.embed(tokens)))


def configure_optimizer(model, recipe, ctx):
    return Lion(model.parameters())


def build_model(ctx):
    return Model(ctx.vocab_size)


def get_recipe(ctx):
    return {"learning_rate": 1e-3}
