import torch
from torch import nn
from torch.nn import functional as F
class Lookahead:
    """Wraps any optimizer; slow weights follow the fast ones."""

    def __init__(self, inner, every=5, rate=0.5):
        self.inner = inner
        self.every, self.rate, self.count = every, rate, 0
        self.slow = [p.detach().clone() for group in inner.param_groups for p in group["params"]]

    @property
    def param_groups(self):
        return self.inner.param_groups

    def zero_grad(self, set_to_none=True):
        self.inner.zero_grad(set_to_none=set_to_none)

    def state_dict(self):
        return {"inner": self.inner.state_dict(), "slow": self.slow}

    def load_state_dict(self, state):
        self.inner.load_state_dict(state["inner"])
        self.slow = state["slow"]

    @torch.no_grad()
    def step(self):
        self.inner.step()
        self.count += 1
        if self.count % self.every == 0:
            fast = [p for group in self.param_groups for p in group["params"]]
            for slow, p in zip(self.slow, fast):
                slow.lerp_(p, self.rate)
                p.copy_(slow)


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
    return Lookahead(torch.optim.Adam(model.parameters(), lr=1e-3))


def train_step(model, batch, optimizer, ctx):
    F.cross_entropy(model(batch.inputs).flatten(0, 1), batch.targets.flatten()).backward()
    optimizer.step()
    optimizer.zero_grad()
