import torch
from torch import nn
from torch.nn import functional as F
class Probe:
    def __init__(self, module):
        self.seen = []
        self.handle = module.register_forward_hook(self._keep)

    def _keep(self, module, inputs, output):
        self.seen.append(output.detach().abs().mean())

    def close(self):
        self.handle.remove()


class Model(nn.Module):
    def __init__(self, vocab):
        super().__init__()
        self.embed = nn.Embedding(vocab, 16)
        self.head = nn.Linear(16, vocab)

    def forward(self, tokens):
        hidden = self.embed(tokens)
        hidden.register_hook(lambda gradient: gradient.clamp(-1, 1)) if hidden.requires_grad else None
        return self.head(hidden)

    def activity(self, tokens):
        probe = Probe(self.head)
        self(tokens)
        probe.close()
        return probe.seen


def build_model(ctx):
    return Model(ctx.vocab_size)


def get_recipe(ctx):
    return {"learning_rate": 1e-3}
