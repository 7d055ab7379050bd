import copy

import torch
from torch import nn
from torch.nn import functional as F
class Ema:
    def __init__(self, model, decay=0.99):
        self.decay = decay
        self.shadow = copy.deepcopy(model).eval().requires_grad_(False)

    @torch.no_grad()
    def update(self, model):
        live = dict(model.named_parameters())
        for name, kept in self.shadow.named_parameters():
            kept.lerp_(live[name].data, 1 - self.decay)
        for kept, buffer in zip(self.shadow.buffers(), model.buffers()):
            kept.copy_(buffer)

    def state_dict(self):
        return self.shadow.state_dict()


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


def train_step(model, batch, optimizer, ctx):
    if not hasattr(optimizer, "ema"):
        optimizer.ema = Ema(model)
    loss = F.cross_entropy(model(batch.inputs).flatten(0, 1), batch.targets.flatten())
    loss.backward()
    optimizer.step()
    optimizer.zero_grad()
    optimizer.ema.update(model)
    model.load_state_dict(optimizer.ema.state_dict(), strict=True)
