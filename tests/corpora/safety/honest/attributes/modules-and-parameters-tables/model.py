import torch
from torch import nn
from torch.nn import functional as F
class Model(nn.Module):
    def __init__(self, vocab):
        super().__init__()
        self.embed = nn.Embedding(vocab, 16)
        self.layers = nn.ModuleDict({"a": nn.Linear(16, 16), "b": nn.Linear(16, 16)})
        self.head = nn.Linear(16, vocab)
        for name, module in list(self._modules.items()):
            assert module is self.get_submodule(name)
        self.count = sum(p.numel() for p in self._parameters.values()) + len(self._buffers)

    def forward(self, tokens):
        hidden = self.embed(tokens)
        for name in self.layers.keys():
            hidden = F.relu(self.layers[name](hidden))
        return self.head(hidden)


def build_model(ctx):
    return Model(ctx.vocab_size)


def get_recipe(ctx):
    return {"learning_rate": 1e-3}
