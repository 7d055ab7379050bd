import torch
from torch import nn
from torch.nn import functional as F
class RunningNorm(nn.Module):
    running: torch.Tensor

    def __init__(self, width, momentum=0.1):
        super().__init__()
        self.momentum = momentum
        self.register_buffer("running", torch.zeros(width))
        self.register_buffer("seen", torch.tensor(0, dtype=torch.long))
        self.register_parameter("bias", None)
        self.register_parameter("gain", nn.Parameter(torch.ones(width)))

    def forward(self, x):
        if self.training:
            with torch.no_grad():
                self.running += self.momentum * (x.detach().flatten(0, -2).mean(0) - self.running)
                self.seen.add_(1)
        return (x - self.running) * self.gain

    def _load_from_state_dict(self, state_dict, prefix, *args, **kwargs):
        state_dict.setdefault(prefix + "seen", torch.tensor(0))
        super()._load_from_state_dict(state_dict, prefix, *args, **kwargs)


class Model(nn.Module):
    def __init__(self, vocab):
        super().__init__()
        self.embed = nn.Embedding(vocab, 16)
        self.norm = RunningNorm(16)
        self.head = nn.Linear(16, vocab)

    def forward(self, tokens):
        return self.head(self.norm(self.embed(tokens)))


def build_model(ctx):
    return Model(ctx.vocab_size)


def get_recipe(ctx):
    return {"learning_rate": 1e-3}
