import torch
from torch import nn
from torch.nn import functional as F
KERNEL = torch.tensor([[1.0, 2.0, 1.0]]) / 4
GRID = torch.arange(8)
BASE = torch.linspace(0, 1, 8)
EYE = torch.eye(4)
ZERO = nn.Identity()


class Model(nn.Module):
    def __init__(self, vocab):
        super().__init__()
        self.embed = nn.Embedding(vocab, 16)
        self.register_buffer("kernel", KERNEL.view(1, 1, 3), persistent=False)
        self.head = nn.Linear(16, vocab)

    def forward(self, tokens):
        hidden = self.embed(tokens)
        smooth = F.conv1d(F.pad(hidden.flatten(0, 1).unsqueeze(1), (1, 1)), self.kernel).view_as(hidden)
        return self.head(ZERO(smooth))


def build_model(ctx):
    return Model(ctx.vocab_size)


def get_recipe(ctx):
    return {"learning_rate": 1e-3}
