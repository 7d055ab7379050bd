import torch
from torch import nn
from torch.nn import functional as F
class Momentum(torch.optim.Optimizer):
    """SGD with momentum over lists of tensors."""

    def __init__(self, params, lr):
        super().__init__(params, {"lr": lr})

    @torch.no_grad()
    def step(self, closure=None):
        for group in self.param_groups:
            params = [p for p in group["params"] if p.grad is not None]
            grads = [p.grad for p in params]
            buffers = [self.state[p].setdefault("buffer", torch.zeros_like(p)) for p in params]
            norms = torch._foreach_norm(grads)
            torch._foreach_mul_(buffers, 0.9)
            torch._foreach_add_(buffers, grads)
            torch._foreach_maximum_(norms, 1.0)
            torch._foreach_div_(buffers, norms)
            steps = torch._foreach_neg(buffers)
            torch._foreach_add_(params, steps, alpha=group["lr"])


class Model(nn.Module):
    def __init__(self, vocab):
        super().__init__()
        self.embed = nn.Embedding(vocab, 16)
        self.head = nn.Linear(16, vocab)

    def forward(self, tokens):
        return self.head(self.embed(tokens))


def build_model(ctx):
    return Model(ctx.vocab_size)


def get_recipe(ctx):
    return {"learning_rate": 1e-3}


def configure_optimizer(model, recipe, ctx):
    return Momentum(model.parameters(), lr=0.1)
