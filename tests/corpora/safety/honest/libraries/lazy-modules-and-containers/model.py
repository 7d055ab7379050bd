import torch
from torch import nn
from torch.nn import functional as F
class Model(nn.Module):
    def __init__(self, vocab):
        super().__init__()
        self.embed = nn.Embedding(vocab, 16)
        self.params = nn.ParameterDict({"scale": nn.Parameter(torch.ones(16))})
        self.shifts = nn.ParameterList([nn.Parameter(torch.zeros(16)) for _ in range(2)])
        self.branches = nn.ModuleDict()
        for key, module in (("left", nn.Linear(16, 16)), ("right", nn.Identity())):
            self.branches[key] = module
        self.branches.update({"extra": nn.Dropout(0.0)})
        self.tail = nn.Sequential()
        self.tail.add_module("norm", nn.RMSNorm(16))
        self.tail.append(nn.Linear(16, vocab))

    def forward(self, tokens, which="left"):
        x = self.embed(tokens) * self.params["scale"] + sum(self.shifts)
        for name, branch in self.branches.items():
            x = branch(x) if name == which or name in ("extra",) else x
        return self.tail(x)


def build_model(ctx):
    return Model(ctx.vocab_size)


def get_recipe(ctx):
    return {"learning_rate": 1e-3}
